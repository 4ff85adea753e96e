"""A case as the workshop's steps, as a table and as text. Nothing here writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

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
from casemapping.reading.masks import HIDDEN_WORDS, masked_rows
from reviews.pages import say

EFFECT_COLOURS = {"better": "green", "none": "grey", "worse": "orange"}


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
    "attendance": ("", "Only what is written on the map is kept here."),
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
            involvements=masked_rows(
                case, standing(case.involvements.filter(off_map=False))
            ),
            events=masked_rows(case, standing(case.events.filter(off_map=False))),
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
        words = f"{row.role_group}, {row.span}"
        return Line(row, row.agency.name, words, _masked_notes(row), tag=lead)

    def _event(self, row: TimelineEvent) -> Line:
        kind = self.title("event_types", row.type)
        heading = f"{_capital(row.when)}, {row.agency.name}"
        return Line(row, heading, row.text, _masked_notes(row), tag=kind)

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


def _masked_notes(row: AgencyInvolvement | TimelineEvent) -> tuple[str, ...]:
    return (HIDDEN_WORDS,) if row.is_masked else ()


def standing(rows: Any) -> list[Any]:
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
        f"Why it was picked: {_stop(case.selection_reason or '')}",
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


def line_of(
    case: CaseMap, kind: str, record: CaseRecord, *, for_team: bool = True
) -> Line:
    """One record as its line on the map, for a page that asks about it."""
    if for_team:
        (record,) = masked_rows(case, [record])
    return Map(case, [], [], [], [], [], []).line(kind, record)
