"""What the pages of case mapping show. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from casemapping import mail, steps
from casemapping.models import (
    AgencyInvolvement,
    CaseMap,
    CaseRecord,
    ChildVoice,
    DecisionPoint,
    Factor,
    Learning,
    PreparationSheet,
    TimelineEvent,
    words_of,
)
from reviews import say
from reviews.access import Action, can
from reviews.models import Membership, Review, Stage
from reviews.progress import Obstacle, Progress, ToDo

Status = CaseMap.Status
STATUS_COLOURS = {
    Status.PROPOSED: "grey",
    Status.CHOSEN: "blue",
    Status.PREPARED: "purple",
    Status.MAPPED: "green",
    Status.DISCUSSED: "turquoise",
    Status.PURGED: "grey",
}
EFFECT_COLOURS = {"better": "green", "none": "grey", "worse": "orange"}


@dataclass(frozen=True)
class CaseRow:
    """One case in the list."""

    case: CaseMap
    facilitators: str
    sheets_in: int
    sheets_asked: int
    may_write: bool
    may_read: bool

    @property
    def colour(self) -> str:
        return STATUS_COLOURS[Status(self.case.status)]


def cases_of(membership: Membership) -> list[CaseRow]:
    """Every case of the review that this team member may open now, in two queries."""
    reads = can(membership, Action.READ_CASE_MAP)
    writes = can(membership, Action.WRITE_CASE_MAP)
    rows = []
    for case in (
        membership.review.case_maps.filter(set_aside_by__isnull=True)
        .annotate(
            asked=Count("sheets"), came=Count("sheets", filter=Q(sheets__is_in=True))
        )
        .prefetch_related("facilitators__user")
    ):
        case.review = membership.review
        people = list(case.facilitators.all())
        mine = membership.access_role == "RM" or membership.pk in [p.pk for p in people]
        alive = case.status != Status.PURGED
        row = CaseRow(
            case=case,
            facilitators=", ".join(sorted(each.user.full_name for each in people)),
            sheets_in=case.came,  # type: ignore[attr-defined]
            sheets_asked=case.asked,  # type: ignore[attr-defined]
            may_write=alive and writes and mine,
            may_read=alive and (reads or (writes and mine)),
        )
        if reads or (writes and mine):
            rows.append(row)
    return rows


@dataclass(frozen=True)
class Line:
    """One record as the workshop page and the sheet show it."""

    record: CaseRecord
    heading: str
    text: str
    notes: tuple[str, ...] = ()
    tag: str = ""
    colour: str = "grey"


@dataclass(frozen=True)
class Group:
    """The records of one kind, with the words around them."""

    kind: str
    noun: str
    lines: list[Line]


@dataclass(frozen=True)
class Step:
    """One step of the workshop, as the framework has it, with what has been recorded."""

    number: int
    minutes: int
    title: str
    records: str
    hint: str
    group: Group | None
    begun: bool

    @property
    def recorded(self) -> str:
        """How far the step is, for the list of steps."""
        if self.group is None:
            return "Written down" if self.begun else "Nothing yet"
        return f"{len(self.group.lines)} recorded" if self.begun else "Nothing yet"


# What a framework's step calls its records, the kind that it means, and a word of help.
STEPS = {
    "attendance": ("", "Nothing leaves the room but the map."),
    "involvement": ("involvement", "One line for each role or team of an agency."),
    "events": ("event", ""),
    "decisions": (
        "decision",
        "What was known then, what was decided, and what else could have been done.",
    ),
    "voices": ("voice", "What the child said, showed or was seen to need."),
    "factors": ("factor", "Look for what shaped the work, not for who is to blame."),
    "learning": ("learning", "Only learning points leave the map, as evidence."),
}

NOUNS = {
    "involvement": "involvement of an agency",
    "event": "event",
    "decision": "decision point",
    "voice": "experience of the child",
    "factor": "help or hindrance",
    "learning": "learning point",
}


@dataclass(frozen=True)
class Map:
    """A whole case, read once: eight queries whatever its size."""

    case: CaseMap
    involvements: list[AgencyInvolvement]
    events: list[TimelineEvent]
    decisions: list[DecisionPoint]
    voices: list[ChildVoice]
    factors: list[Factor]
    learning: list[Learning]

    @classmethod
    def of(cls, case: CaseMap) -> Map:
        factors = list(case.factors.filter(set_aside_by__isnull=True))
        decisions = list(
            case.decisions.filter(set_aside_by__isnull=True).prefetch_related(
                "agencies"
            )
        )
        return cls(
            case=case,
            involvements=_standing(case.involvements),
            events=_standing(case.events),
            decisions=decisions,
            voices=list(case.voices.filter(set_aside_by__isnull=True)),
            factors=factors,
            learning=list(case.learning.filter(set_aside_by__isnull=True)),
        )

    def title(self, vocabulary: str, code: str) -> str:
        return words_of(self.case.review, vocabulary, code)

    def lines(self, kind: str) -> list[Line]:
        rows: dict[str, Sequence[Any]] = {
            "involvement": self.involvements,
            "event": self.events,
            "decision": self.decisions,
            "voice": self.voices,
            "factor": self.factors,
            "learning": self.learning,
        }
        return [self.line(kind, row) for row in rows[kind]]

    def line(self, kind: str, row: Any) -> Line:
        build: dict[str, Callable[[Any], Line]] = {
            "involvement": self._involvement,
            "event": self._event,
            "decision": self._decision,
            "voice": self._voice,
            "factor": self._factor,
            "learning": self._learning,
        }
        return build[kind](row)

    def _involvement(self, row: AgencyInvolvement) -> Line:
        lead = "lead professional" if row.lead_professional else ""
        return Line(row, row.agency.name, f"{row.role_group}, {row.span}", tag=lead)

    def _event(self, row: TimelineEvent) -> Line:
        kind = self.title("event_types", row.type)
        return Line(row, f"{_capital(row.when)}, {row.agency.name}", row.text, tag=kind)

    def _decision(self, row: DecisionPoint) -> Line:
        return Line(
            row,
            f"{_capital(row.when)}: {row.question}",
            row.decision,
            notes=_decision_notes(row),
            tag=self.title("effects", row.effect),
            colour=EFFECT_COLOURS.get(row.effect, "grey"),
        )

    def _voice(self, row: ChildVoice) -> Line:
        source = self.title("voice_sources", row.source)
        acted = ("acted on", "green") if row.acted_on else ("not acted on", "orange")
        return Line(
            row, f"{_capital(row.when)}, {source.lower()}", row.text, (), *acted
        )

    def _factor(self, row: Factor) -> Line:
        helped = row.direction == Factor.Direction.HELPED
        return Line(
            row,
            self.title("factor_kinds", row.kind),
            row.text,
            tag=row.get_direction_display(),
            colour="green" if helped else "orange",
        )

    def _learning(self, row: Learning) -> Line:
        theme = self.case.review.pack.theme(row.theme)
        strength = row.direction == Learning.Direction.STRENGTH
        return Line(
            row,
            f"{row.get_kind_display()}: {theme.title}",
            row.text,
            tag=row.get_direction_display(),
            colour="green" if strength else "blue",
        )


def _standing(rows: Any) -> list[Any]:
    return list(rows.filter(set_aside_by__isnull=True).select_related("agency"))


def _decision_notes(row: Any) -> tuple[str, ...]:
    agencies = ", ".join(agency.name for agency in row.agencies.all())
    notes = [
        f"Known then: {row.known_then}" if row.known_then else "",
        f"Decided by {agencies}" if agencies else "",
        f"What else could have been done: {row.alternatives}"
        if row.alternatives
        else "",
        f"Child’s view sought: {row.get_view_sought_display().lower()}",
    ]
    return tuple(filter(None, notes))


def workshop_steps(whole: Map, sheets: Sequence[PreparationSheet]) -> list[Step]:
    steps = []
    for step in whole.case.review.pack.case_map.steps:
        kind, hint = STEPS[step.records]
        group = Group(kind, NOUNS[kind], whole.lines(kind)) if kind else None
        steps.append(
            Step(
                number=step.number,
                minutes=step.minutes,
                title=step.title,
                records=step.records,
                hint=_sheets_hint(sheets) if step.records == "events" else hint,
                group=group,
                begun=bool(group.lines if group else whole.case.attendance),
            )
        )
    return steps


def _sheets_hint(sheets: Sequence[PreparationSheet]) -> str:
    """What of the agencies' own accounts stands on the timeline already."""
    here = sum(sheet.is_in for sheet in sheets)
    if not sheets:
        return "No agency has been asked for its sheet, so build the timeline here."
    if not here:
        return "No agency has handed in its sheet yet. Add what people remember."
    if here < len(sheets):
        return (
            f"{here} of {say.counted(len(sheets), 'agency', 'agencies')} handed in "
            "their sheets; what they wrote is here. Add what is left out."
        )
    return "What the agencies wrote on their sheets is here. Add what they left out."


def step_to_open(steps: Sequence[Step], wanted: str) -> Step | None:
    """The step that the address asks for, else the first that nothing is recorded for."""
    asked = [step for step in steps if wanted in (str(step.number), step.records)]
    undone = [step for step in steps if not step.begun]
    return next(iter([*asked, *undone, *steps]), None)


@dataclass(frozen=True)
class MonthRow:
    """One row of the map's table: everything that happened in one month."""

    when: str
    events: list[Line]
    decisions: list[Line]
    voices: list[Line]


def months(whole: Map) -> list[MonthRow]:
    """The map by relative month; what nobody could date stands last."""
    dated: list[Any] = [*whole.events, *whole.decisions, *whole.voices]
    rows = []
    ordered = sorted(dated, key=lambda row: (row.month is None, row.month or 0))
    for month, group in groupby(ordered, key=lambda row: row.month):
        found = list(group)
        rows.append(
            MonthRow(
                when="Month not known" if month is None else f"Month {month}",
                events=[
                    Line(
                        row,
                        row.agency.name,
                        row.text,
                        notes=_vague(row),
                        tag=whole.title("event_types", row.type),
                    )
                    for row in found
                    if isinstance(row, TimelineEvent)
                ],
                decisions=[
                    Line(
                        row,
                        row.question,
                        row.decision,
                        notes=(*_vague(row), *_decision_notes(row)),
                        tag=whole.title("effects", row.effect),
                        colour=EFFECT_COLOURS.get(row.effect, "grey"),
                    )
                    for row in found
                    if isinstance(row, DecisionPoint)
                ],
                voices=[
                    Line(
                        row,
                        whole.title("voice_sources", row.source),
                        row.text,
                        _vague(row),
                        *(
                            ("acted on", "green")
                            if row.acted_on
                            else ("not acted on", "orange")
                        ),
                    )
                    for row in found
                    if isinstance(row, ChildVoice)
                ],
            )
        )
    return rows


def _vague(row: Any) -> tuple[str, ...]:
    """What the month alone does not say: about when, and the season as told."""
    about = "about this month" if row.certainty == "about" else ""
    season = f"in {row.season}" if row.season else ""
    return tuple(filter(None, (about, season)))


@dataclass(frozen=True)
class Story:
    """The map as text."""

    opening: list[str]
    paragraphs: list[tuple[str, list[str]]]


def story(whole: Map) -> Story:
    """The case in sentences, month by month, for whoever would rather read than look."""
    case = whole.case
    opening = [
        f"Kind of case: {case.category_title.lower()}. "
        f"Age at the first contact: {case.age_title.lower()}.",
        f"Why it was picked: {_stop(case.selection_reason)}",
    ]
    if whole.involvements:
        involved = "; ".join(
            f"{row.agency.name} ({row.role_group}, {row.span}"
            + (", lead professional)" if row.lead_professional else ")")
            for row in whole.involvements
        )
        opening.append(f"Those involved were {involved}.")
    paragraphs = []
    for row in months(whole):
        sentences = [
            f"{line.heading}, {line.tag.lower()}{_roughly(line)}: {_stop(line.text)}"
            for line in row.events
        ]
        for line in row.decisions:
            sentences.append(
                f"A decision had to be made{_roughly(line)}. {_stop(line.heading)} "
                f"What was decided: {_stop(line.text)} "
                f"What it did for the child: {line.tag.lower()}."
            )
            sentences += [_stop(note) for note in _decision_notes(line.record)]
        sentences += [
            f"The child’s experience ({line.heading.lower()}{_roughly(line)}): "
            f"{_stop(line.text)} This was {line.tag}."
            for line in row.voices
        ]
        paragraphs.append((row.when, sentences))
    return Story(opening, paragraphs)


def _roughly(line: Line) -> str:
    """ ", about this month, in spring" where nobody could say it exactly."""
    return "".join(f", {words}" for words in _vague(line.record))


def _stop(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class Move:
    """One way on or back for a case, with why it is not open yet."""

    to: str
    label: str
    forward: bool
    missing: str


def moves(case: CaseMap) -> list[Move]:
    order = list(Status)
    here = order.index(Status(case.status))
    found = []
    for to in steps.MOVES[case.status]:
        forward = order.index(Status(to)) > here
        words = Status(to).label.lower()
        label = f"Mark as {words}" if forward else f"Go back to {words}"
        found.append(Move(to, label, forward, steps.what_is_missing(case, to)))
    return found


def codes_for(membership: Membership) -> list[str]:
    """The codes of the cases that this person knows of."""
    if membership.in_team:
        return [row.case.code for row in cases_of(membership)]
    return sorted({sheet.case.code for sheet in sheets_of(membership)})


# --- sheets ---------------------------------------------------------------------------


def sheets_of(membership: Membership) -> list[PreparationSheet]:
    """The sheets that a host person has to fill in, in one query."""
    return list(
        PreparationSheet.objects.of_host(membership)
        .select_related("case", "agency")
        .order_by("case__number", "agency__name")
    )


@dataclass(frozen=True)
class SheetsPage:
    """A host person's sheets, with by when and for whom they answer."""

    rows: list[PreparationSheet]
    due: dt.date | None
    for_council: bool


def asked_words(asked: mail.Asked) -> str:
    """What became of asking the agencies, for the page that follows; empty when nothing did."""
    words = []
    if asked.letters:
        letters = say.counted(asked.letters, "letter")
        words.append(
            f"{letters} to the agencies’ contacts wait{'s' * (asked.letters == 1)} "
            "in the outbox. Nothing is sent until it is released there."
            if asked.batch
            else f"{letters} to the agencies’ contacts {'is' if asked.letters == 1 else 'are'} on the way."
        )
    if asked.nobody_at:
        words.append(
            f"Nobody can be written to at {say.listed(asked.nobody_at)}: "
            "no contact is named there yet."
        )
    return " ".join(words)


def sheets_due(review: Review) -> dt.date | None:
    return mail.sheets_due(review)


def sheets_page(membership: Membership) -> SheetsPage:
    return SheetsPage(
        sheets_of(membership),
        sheets_due(membership.review),
        for_council=membership.agency_id is None,
    )


def sheet_groups(sheet: PreparationSheet) -> list[Group]:
    """What the agency wrote on its own sheet, and nothing else of the case."""
    whole = Map(
        case=sheet.case,
        involvements=_standing(sheet.involvements),
        events=_standing(sheet.events),
        decisions=[],
        voices=[],
        factors=[],
        learning=[],
    )
    for row in [*whole.involvements, *whole.events]:
        row.case = sheet.case
    return [Group(kind, NOUNS[kind], whole.lines(kind)) for kind in steps.SHEET_KINDS]


# --- wrong data -----------------------------------------------------------------------


def line_of(case: CaseMap, kind: str, record: CaseRecord) -> Line:
    """One record as its line on the map, for a page that asks about it."""
    return Map(case, [], [], [], [], [], []).line(kind, record)


@dataclass(frozen=True)
class Hidden:
    """Something set aside: its kind and case, never its words."""

    kind: str
    noun: str
    case_code: str
    row: CaseMap | CaseRecord
    by_me: bool


def set_aside(membership: Membership) -> list[Hidden]:
    cases = CaseMap.objects.open_to(membership, Action.WRITE_CASE_MAP)
    found: list[tuple[str, Any]] = [
        ("case", case) for case in cases.filter(set_aside_by__isnull=False)
    ]
    for kind, model in steps.KINDS.items():
        rows = model.objects.filter(case__in=cases, set_aside_by__isnull=False)
        found += [
            (kind, row) for row in rows.select_related("case").defer(*_words(model))
        ]
    return [
        Hidden(
            kind=kind,
            noun=NOUNS.get(kind, "whole case"),
            case_code=row.code if isinstance(row, CaseMap) else row.case.code,
            row=row,
            by_me=row.set_aside_by_id == membership.user_id,
        )
        for kind, row in found
    ]


def _words(model: type[CaseRecord]) -> Sequence[str]:
    """Words that are set aside are not even fetched."""
    return [
        field.name
        for field in model._meta.get_fields()
        if type(field).__name__.startswith("Sealed")
    ]


# --- the review's home page -----------------------------------------------------------


def progress(review: Review, membership: Membership) -> list[Progress]:
    """How far case mapping is: for the team the cases, for host people their sheets."""
    if not membership.in_team:
        return _sheet_progress(review, membership)
    if not (
        can(membership, Action.WRITE_CASE_MAP) or can(membership, Action.READ_CASE_MAP)
    ):
        return []
    statuses = list(
        review.case_maps.filter(set_aside_by__isnull=True)
        .exclude(status=Status.PURGED)
        .values_list("status", flat=True)
    )
    url = reverse("casemapping:cases", args=[review.pk])
    if not statuses:
        return [Progress("Case mapping", "No case has been proposed yet.", url)]
    mapped = sum(status in (Status.MAPPED, Status.DISCUSSED) for status in statuses)
    discussed = sum(status == Status.DISCUSSED for status in statuses)
    whole = len(statuses)
    return [
        Progress(
            "Case mapping",
            f"{say.counted(whole, 'case')}: {mapped} mapped, {discussed} discussed.",
            url,
            # Half the way is the map, the other half the talk about it.
            100 * (mapped + discussed) // (2 * whole),
        )
    ]


def _sheet_progress(review: Review, membership: Membership) -> list[Progress]:
    states = list(
        PreparationSheet.objects.of_host(membership).values_list("is_in", flat=True)
    )
    if not states:
        return []
    return [
        Progress(
            "Case preparation sheets",
            f"{sum(states)} of {len(states)} handed in.",
            reverse("casemapping:sheets", args=[review.pk]),
            100 * sum(states) // len(states),
        )
    ]


def to_do(review: Review, membership: Membership, today: dt.date) -> list[ToDo]:
    """Sheets that the reader's agency has not handed in, and cases that keep the week open."""
    if not membership.in_team:
        out = PreparationSheet.objects.of_host(membership).filter(is_in=False).count()
        if not out or not can(membership, Action.WRITE_CASE_SHEET):
            return []
        return [
            ToDo(
                f"Hand in {say.counted(out, 'case preparation sheet')}",
                url=reverse("casemapping:sheets", args=[review.pk]),
            )
        ]
    if review.stage != Stage.ON_SITE or not can(membership, Action.WRITE_CASE_MAP):
        return []
    left = review.case_maps.filter(
        set_aside_by__isnull=True, status=Status.MAPPED
    ).count()
    if not left:
        return []
    return [
        ToDo(
            f"Discuss {say.counted(left, 'case')} with the team",
            when="before the review can move on",
            url=reverse("casemapping:cases", args=[review.pk]),
        )
    ]


def stage_blockers(review: Review, to: Stage) -> list[Obstacle]:
    """What of case mapping is not done, before the review moves on."""
    wanted = {
        Stage.ON_SITE: (Status.MAPPED, Status.DISCUSSED),
        Stage.REPORTING: (Status.DISCUSSED,),
    }.get(to)
    if wanted is None:
        return []
    cases = review.case_maps.filter(set_aside_by__isnull=True).exclude(
        status__in=[*wanted, Status.PURGED]
    )
    if to == Stage.ON_SITE:
        cases = cases.filter(mode=CaseMap.Mode.PRE_VISIT)
    done, act = ("mapped", "map it")
    if to == Stage.REPORTING:
        done, act = ("discussed with the team", "discuss it, then mark it as discussed")
    return [
        Obstacle(
            f"{case.code} has not been {done} yet: {act}",
            reverse("casemapping:case", args=[review.pk, case.pk]),
        )
        for case in cases
    ]


def stage_warnings(review: Review, to: Stage) -> list[Obstacle]:
    """What of case mapping can no longer be done after moving on."""
    found = []
    if to == Stage.ON_SITE:
        out = PreparationSheet.objects.filter(
            case__in=review.case_maps.standing(), is_in=False
        ).count()
        if out:
            sheets = say.counted(out, "case preparation sheet")
            words = (
                f"{sheets} {'has' if out == 1 else 'have'} not been handed in, "
                "and agencies can no longer do it"
            )
            found.append(
                Obstacle(words, reverse("casemapping:cases", args=[review.pk]))
            )
    if to == Stage.REPORTING and _waits_for_destruction(review):
        words = "Wrong data that is set aside waits for a second person to destroy it"
        found.append(
            Obstacle(words, reverse("casemapping:set-aside", args=[review.pk]))
        )
    return found


def _waits_for_destruction(review: Review) -> bool:
    hidden = Q(set_aside_by__isnull=False)
    return review.case_maps.filter(hidden).exists() or any(
        model._base_manager.filter(hidden, case__review=review).exists()
        for model in steps.KINDS.values()
    )
