"""The week, somebody's day and the team's notes, as the pages show them. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from django.urls import reverse

from reviews import say, screening
from reviews.access import Action, can
from reviews.keystore import KeyGone
from reviews.models import AccessRole, Agency, Membership, Review, Stage, User
from reviews.packs import NoteKind, Strand, Theme
from reviews.progress import Progress, ToDo
from reviews.reading import Conflict
from reviews.reading import conflicts as declared_conflicts
from scheduling import clashes, marks, notebooks
from scheduling.clashes import Clash, Slot
from scheduling.models import KeptOut, Note, NoteDraft, Session, SessionPerson
from scheduling.notebooks import Body

NOBODY: Mapping[int, Collection[str]] = {}

# --- the week ---------------------------------------------------------------------------


def look_of(review: Review, session_type: str) -> str:
    """Sessions that look alike: people are met, the team is by itself, a pause."""
    kind = review.pack.session_type(session_type)
    if kind.pause:
        return "pause"
    return "people" if kind.meets_people else "team"


def sees_people(membership: Membership) -> bool:
    """The team and the council's contact know every name; others their own people's."""
    return membership.in_team or membership.access_role == AccessRole.CC


def sessions_for(membership: Membership) -> list[Session]:
    """The sessions that this member may see, with rooms, peers and people: four queries."""
    rows = membership.review.sessions.all()
    if membership.access_role == AccessRole.PC:
        rows = rows.filter(people__agency=membership.agency_id).distinct()
    found = list(
        rows.select_related("room").prefetch_related(
            "peers__user", "people__agency", "people__session"
        )
    )
    for session in found:
        session.review = membership.review
    return found


def people_of(session: Session, membership: Membership) -> list[SessionPerson]:
    """Those of the session's people whom this member may see by name."""
    people = sorted(session.people.all(), key=lambda person: person.name)
    if sees_people(membership):
        return people
    if membership.access_role == AccessRole.PC:
        return [each for each in people if each.agency_id == membership.agency_id]
    return []


def slot_of(session: Session, kept_out: Collection[str] = ()) -> Slot:
    return Slot(
        key=session.pk,
        label=f"{session.code} {session.title}",
        begins=session.begins,
        minutes=session.minutes,
        room=session.room.title,
        places=session.room.places,
        on_the_move=session.room.on_the_move,
        meets_people=session.meets_people,
        expected=session.people_expected,
        peers=tuple(
            (str(member.user_id), member.user.full_name)
            for member in session.peers.all()
        ),
        people=tuple(
            ((person.email or person.name).strip().lower(), person.name)
            for person in session.people.all()
        ),
        agencies=tuple(
            (str(person.agency_id), person.agency.name)
            for person in session.people.all()
            if person.agency
        ),
        kept_out=frozenset(kept_out),
    )


def clashes_of(
    sessions: Iterable[Session],
    conflicts: Collection[Conflict] = (),
    kept_out: Mapping[int, Collection[str]] = NOBODY,
) -> list[Clash]:
    """``kept_out``: who has asked not to be in a session, by its number."""
    return clashes.find(
        (
            slot_of(each, kept_out.get(each.pk, ()))
            for each in sessions
            if not each.cancelled
        ),
        {(str(each.user), str(each.agency)) for each in conflicts},
    )


def clashes_for(membership: Membership, sessions: Iterable[Session]) -> list[Clash]:
    """The clashes that this member may see; declared interests are for the few who read them."""
    if not sees_people(membership):
        return []
    if not can(membership, Action.READ_INTERESTS):
        return clashes_of(sessions)
    review = membership.review
    return clashes_of(sessions, declared_conflicts(review), kept_out_of(review))


def kept_out_of(review: Review) -> dict[int, set[str]]:
    """By session, who has asked not to be in it."""
    found: dict[int, set[str]] = {}
    rows = KeptOut.objects.filter(session__review=review)
    for session, user in rows.values_list("session_id", "membership__user_id"):
        found.setdefault(session, set()).add(str(user))
    return found


@dataclass(frozen=True)
class Cell:
    """One session in the grid."""

    session: Session
    look: str
    peers: str
    clashes: bool

    @property
    def span(self) -> str:
        return self.session.strand_title


@dataclass(frozen=True)
class GridRow:
    """What begins at one time: across all strands, or a list of sessions for each of them."""

    start: dt.time
    across: list[Cell] = field(default_factory=list)
    lanes: list[list[Cell]] = field(default_factory=list)

    @property
    def cells(self) -> list[Cell]:
        return [*self.across, *(cell for lane in self.lanes for cell in lane)]


@dataclass(frozen=True)
class GridDay:
    day: dt.date
    rows: list[GridRow]

    @property
    def number(self) -> int:
        return sum(
            cell.look == "people" and not cell.session.cancelled
            for row in self.rows
            for cell in row.cells
        )


@dataclass(frozen=True)
class Week:
    lanes: list[Strand]
    days: list[GridDay]
    clashes: list[Clash]

    @property
    def sessions(self) -> list[Session]:
        return [
            cell.session for day in self.days for row in day.rows for cell in row.cells
        ]

    @property
    def width(self) -> int:
        """Columns beside the time's."""
        return max(len(self.lanes), 1)


def lanes_of(review: Review) -> list[Strand]:
    """The pairs of peers that work side by side: the grid's columns."""
    strands = review.pack.strands
    everybody = {role for strand in strands for role in strand.roles}
    return [
        strand
        for strand in strands
        if "+" not in strand.code and set(strand.roles) != everybody
    ]


def week_of(membership: Membership) -> Week:
    """The timetable of this member, in a number of queries that never grows."""
    sessions = sessions_for(membership)
    lanes = lanes_of(membership.review)
    found = clashes_for(membership, sessions)
    marked = {key for clash in found for key in clash.sessions}
    cells = [_cell(session, marked) for session in sessions]
    days = [
        GridDay(day, _rows(list(group), lanes))
        for day, group in groupby(cells, key=lambda cell: cell.session.day)
    ]
    return Week(lanes, days, found)


def _cell(session: Session, marked: set[int]) -> Cell:
    names = [member.user.full_name for member in session.peers.all()]
    return Cell(
        session=session,
        look=look_of(session.review, session.type),
        peers=", ".join(sorted(names)),
        clashes=session.pk in marked,
    )


def _rows(cells: list[Cell], lanes: Sequence[Strand]) -> list[GridRow]:
    rows = []
    codes = [lane.code for lane in lanes]
    for start, group in groupby(cells, key=lambda cell: cell.session.start):
        by_lane: dict[str, list[Cell]] = defaultdict(list)
        for cell in group:
            by_lane[cell.session.strand.split("+")[0]].append(cell)
        across = [
            cell for code, each in by_lane.items() if code not in codes for cell in each
        ]
        if across:
            rows.append(GridRow(start, across=across))
        if any(by_lane[code] for code in codes):
            rows.append(GridRow(start, lanes=[by_lane[code] for code in codes]))
    return rows


# --- the week as a picture --------------------------------------------------------------

HOUR, LANE, LEFT, TOP, GAP = 56, 70, 46, 44, 14


@dataclass(frozen=True)
class Block:
    """A session drawn: where, how large, and the words that fit."""

    session: Session
    look: str
    clashes: bool
    x: int
    y: int
    width: int
    height: int
    lines: list[tuple[int, str]]


@dataclass(frozen=True)
class DayColumn:
    day: dt.date
    x: int
    width: int


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    columns: list[DayColumn]
    hours: list[tuple[int, str]]
    blocks: list[Block]


def picture_of(week: Week) -> Picture | None:
    """The week drawn to scale: days beside each other, strands side by side in each."""
    sessions = week.sessions
    if not sessions:
        return None
    first = min(session.start.hour for session in sessions)
    last = max(_hours(session) for session in sessions)
    across = LANE * week.width
    columns = [
        DayColumn(day.day, LEFT + number * (across + GAP), across)
        for number, day in enumerate(week.days)
    ]
    codes = [lane.code for lane in week.lanes]
    blocks = [
        _block(cell, column, codes, first)
        for day, column in zip(week.days, columns, strict=True)
        for row in day.rows
        for cell in row.cells
    ]
    whole = int(last) + (last > int(last))
    return Picture(
        width=LEFT + len(columns) * (across + GAP),
        height=TOP + (whole - first) * HOUR + 8,
        columns=columns,
        hours=[
            (TOP + (hour - first) * HOUR, _hour_words(hour))
            for hour in range(first, whole + 1)
        ],
        blocks=blocks,
    )


def _hours(session: Session) -> float:
    return session.start.hour + (session.start.minute + session.minutes) / 60


def _hour_words(hour: int) -> str:
    return f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}"


def _block(cell: Cell, column: DayColumn, codes: list[str], first: int) -> Block:
    session = cell.session
    lane = session.strand.split("+")[0]
    begins = session.start.hour + session.start.minute / 60 - first
    whole = lane not in codes
    x = column.x + (0 if whole else codes.index(lane) * LANE)
    y = TOP + round(begins * HOUR)
    width = (column.width if whole else LANE) - 3
    height = max(round(session.minutes / 60 * HOUR) - 3, 14)
    letters = max(int((width - 8) / 5.3), 5)
    room = max((height - 4) // 12, 1)
    words = _wrapped(f"{session.code} {session.title}", letters, room)
    lines = [(y + 12 + number * 12, words[number]) for number in range(len(words))]
    return Block(session, cell.look, cell.clashes, x, y, width, height, lines)


def _wrapped(text: str, letters: int, most: int) -> list[str]:
    """``text`` in at most ``most`` lines of ``letters``; what does not fit is cut with a dot."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    fitting = [
        line if len(line) <= letters else f"{line[: letters - 1]}…" for line in lines
    ][:most]
    if len(lines) > most:
        fitting[-1] = f"{fitting[-1][: letters - 1].rstrip('…')}…"
    return fitting


# --- somebody's day ---------------------------------------------------------------------


@dataclass(frozen=True)
class DraftLine:
    """A peer's own draft as that peer reads it."""

    draft: NoteDraft
    body: Body
    kind: str
    themes: str
    warnings: list[str]


@dataclass(frozen=True)
class Stop:
    """One session of a peer's day with the drafts that came of it."""

    session: Session
    look: str
    others: str
    people: list[SessionPerson]
    drafts: list[DraftLine]


@dataclass(frozen=True)
class MyDay:
    day: dt.date
    days: list[dt.date]
    stops: list[Stop]
    elsewhere: list[DraftLine]
    ready: int
    private: int


def my_day(membership: Membership, day: dt.date) -> MyDay:
    """The member's sessions of ``day`` with their own drafts; other people's are never read."""
    sessions = [
        session
        for session in sessions_for(membership)
        if any(member.pk == membership.pk for member in session.peers.all())
    ]
    drafts = drafts_of(membership.user, membership.review)
    by_session: dict[int, list[DraftLine]] = defaultdict(list)
    for line in drafts:
        by_session[line.body.session].append(line)
    today = [session for session in sessions if session.day == day]
    stops = [
        Stop(
            session=session,
            look=look_of(session.review, session.type),
            others=", ".join(
                sorted(
                    member.user.full_name
                    for member in session.peers.all()
                    if member.pk != membership.pk
                )
            ),
            people=people_of(session, membership),
            drafts=by_session.pop(session.pk, []),
        )
        for session in today
    ]
    ready = sum(line.draft.ready for line in drafts)
    return MyDay(
        day=day,
        days=sorted({session.day for session in sessions} | {day}),
        stops=stops,
        elsewhere=[line for lines in by_session.values() for line in lines],
        ready=ready,
        private=len(drafts) - ready,
    )


def usual_day(review: Review, today: dt.date) -> dt.date:
    """Today while the visit lasts, else its first day."""
    first = review.day_zero - dt.timedelta(days=1)
    return today if first <= today <= review.last_day else review.day_zero


def drafts_of(user: User, review: Review) -> list[DraftLine]:
    """The drafts of this person, and of nobody else."""
    rows = review.note_drafts.filter(owner=user)
    scan = None
    lines = []
    for draft in rows:
        scan = scan or marks.Scanner(review)
        if line := _draft_line(review, draft, scan):
            lines.append(line)
    return sorted(lines, key=lambda line: line.body.text)


def _draft_line(
    review: Review, draft: NoteDraft, scan: marks.Scanner
) -> DraftLine | None:
    try:
        body = notebooks.read(draft)
    except KeyGone:
        return None
    return DraftLine(
        draft=draft,
        body=body,
        kind=kind_title(review, body.kind),
        themes=theme_words(review, body.themes),
        warnings=marks.sentences(screening.warnings(scan(body.text))),
    )


def kind_title(review: Review, code: str) -> str:
    return next((k.title for k in review.pack.note_kinds if k.code == code), code)


def theme_words(review: Review, themes: Iterable[str]) -> str:
    wanted = set(themes)
    return ", ".join(
        f"Theme {theme.number}" for theme in review.pack.themes if theme.code in wanted
    )


# --- the team's notes -------------------------------------------------------------------


@dataclass(frozen=True)
class NoteLine:
    """A note as the team reads it; masked while something may name somebody."""

    note: Note
    text: str
    kind: str
    colour: str
    themes: str
    source_class: str
    line: str

    @property
    def masked(self) -> bool:
        return self.note.screening == Note.Screening.MARKED


@dataclass(frozen=True)
class Notes:
    lines: list[NoteLine]
    whole: int
    marked: int
    themes: tuple[Theme, ...]
    kinds: tuple[NoteKind, ...]


KIND_COLOURS = {
    "strength": "green",
    "area": "orange",
    "context": "grey",
    "follow-up": "blue",
    "practice": "turquoise",
}


def notes_of(
    review: Review, *, theme: str = "", kind: str = "", marked: bool = False
) -> Notes:
    """The gathered notes that match, in the order of their random ids."""
    rows = list(review.notes.all())
    wanted = [
        note
        for note in rows
        if (not theme or theme in note.themes)
        and (not kind or note.kind == kind)
        and (not marked or note.screening == Note.Screening.MARKED)
    ]
    return Notes(
        lines=_Lines(review).of(wanted),
        whole=len(rows),
        marked=sum(note.screening == Note.Screening.MARKED for note in rows),
        themes=review.pack.themes,
        kinds=review.pack.note_kinds,
    )


class _Lines:
    """Turns notes into lines; the roster is opened only where something is to be hidden."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.titles = {each.code: each.title for each in review.pack.source_classes}

    @cached_property
    def scan(self) -> marks.Scanner:
        return marks.Scanner(self.review)

    def of(self, notes: Iterable[Note]) -> list[NoteLine]:
        return [self._line(note) for note in notes]

    def _line(self, note: Note) -> NoteLine:
        text: Any = note.text
        if note.screening == Note.Screening.MARKED:
            text = screening.masked(text, self.scan(text))
        enquiry = self.review.pack.line(note.line_of_enquiry)
        return NoteLine(
            note=note,
            text=text,
            kind=kind_title(self.review, note.kind),
            colour=KIND_COLOURS[self.review.pack.note_kind(note.kind).leaning],
            themes=theme_words(self.review, note.themes),
            source_class=self.titles.get(note.source_class, ""),
            line=f"{enquiry.code} {enquiry.title}" if enquiry else "",
        )


@dataclass(frozen=True)
class Waiting:
    """Ready drafts, counted; whose they are is not said."""

    ready: int
    peers: int

    def enough(self, *, drafts: int, peers: int) -> bool:
        return self.ready >= drafts and self.peers >= peers


def waiting(review: Review) -> Waiting:
    owners = list(
        review.note_drafts.filter(ready=True).values_list("owner_id", flat=True)
    )
    return Waiting(len(owners), len(set(owners)))


def own_draft(membership: Membership, draft_id: UUID) -> NoteDraft | None:
    """The member's own draft; somebody else's is as unknown as none."""
    return (
        membership.review.note_drafts.select_related("review")
        .filter(pk=draft_id, owner=membership.user_id)
        .first()
    )


def agencies_by_name(review: Review) -> dict[str, Agency]:
    """By lower-case name and code: what somebody may type for an agency."""
    found = {}
    for agency in review.agencies.all():
        found[agency.name.lower()] = agency
        found[agency.code.lower()] = agency
    return found


# --- the review's home page -------------------------------------------------------------


def progress(review: Review, membership: Membership) -> list[Progress]:
    """Cards for what this person may open now."""
    cards = []
    if can(membership, Action.READ_TIMETABLE):
        cards.append(_timetable_card(review, membership))
    if can(membership, Action.READ_NOTES):
        cards.append(_notes_card(review))
    return cards


def to_do(review: Review, membership: Membership, today: dt.date) -> list[ToDo]:
    """On site: the reader's own day, notes to gather and notes to look at."""
    found = []
    if can(membership, Action.WRITE_NOTE):
        stops = my_day(membership, today).stops
        met = sum(stop.session.meets_people for stop in stops)
        if stops:
            found.append(
                ToDo(
                    title=f"Your day: {say.counted(len(stops), 'session')}",
                    when=f"{say.counted(met, 'session')} with people" if met else "",
                    url=reverse("scheduling:my-day", args=[review.pk]),
                )
            )
    notes = reverse("scheduling:notes", args=[review.pk])
    if can(membership, Action.GATHER_NOTES):
        ready = waiting(review).ready
        if ready:
            found.append(ToDo(f"Gather {say.counted(ready, 'ready note')}", url=notes))
    if can(membership, Action.SCREEN_NOTES):
        marked = review.notes.filter(screening=Note.Screening.MARKED).count()
        if marked:
            found.append(
                ToDo(
                    f"Look at {say.counted(marked, 'note')} that may name somebody",
                    url=f"{notes}?marked=yes",
                )
            )
    return found


def _timetable_card(review: Review, membership: Membership) -> Progress:
    url = reverse("scheduling:timetable", args=[review.pk])
    sessions = [each for each in sessions_for(membership) if not each.cancelled]
    if not sessions:
        return Progress("Timetable", "No session is planned yet.", url)
    number = len(sessions)
    planned = (
        "1 session is planned" if number == 1 else f"{number} sessions are planned"
    )
    if not can(membership, Action.READ_INTERESTS):
        # Who may not know that a peer has declared an interest is told of no clash, nor of none.
        return Progress("Timetable", f"{planned}.", url)
    found = len(clashes_for(membership, sessions))
    state = {0: "with no clashes", 1: "with 1 clash"}.get(
        found, f"with {found} clashes"
    )
    return Progress("Timetable", f"{planned}, {state}.", url)


def _notes_card(review: Review) -> Progress:
    url = reverse("scheduling:notes", args=[review.pk])
    number = review.notes.count()
    if not number:
        return Progress("Notes", "No note has been gathered yet.", url)
    marked = review.notes.filter(screening=Note.Screening.MARKED).count()
    gathered = "1 note is gathered" if number == 1 else f"{number} notes are gathered"
    look = {0: "", 1: " 1 waits to be looked at."}.get(
        marked, f" {marked} wait to be looked at."
    )
    return Progress("Notes", f"{gathered}.{look}", url)


def stage_blockers(review: Review, to: Stage) -> list[str]:
    """What of the timetable is missing before the review moves on."""
    if to == Stage.ON_SITE and not review.sessions.filter(cancelled=False).exists():
        return ["The timetable has no session yet. Fill in the sample week or add one."]
    return []
