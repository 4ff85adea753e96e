"""The week as the pages show it, with its clashes in words. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import urlencode

from reviews import say
from reviews.access import Action, can
from reviews.models import AccessRole, Membership, Review
from reviews.packs import Strand
from reviews.reading import Conflict
from reviews.reading import conflicts as declared_conflicts
from scheduling import clashes
from scheduling.clashes import Clash, Slot
from scheduling.models import KeptOut, Session, SessionPerson
from scheduling.reading.places import travel_of

NOBODY: Mapping[int, Collection[str]] = {}


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
        # That one of theirs is heard privately is not for their own agency to know.
        rows = rows.filter(
            people__agency=membership.agency_id, names_kept=False
        ).distinct()
    found = list(
        rows.select_related("room__site").prefetch_related(
            "peers__user", "people__agency", "people__session"
        )
    )
    for session in found:
        session.review = membership.review
    return found


def keeps_names_from(session: Session, membership: Membership) -> bool:
    """Whether the session's people are for the team alone, and this member is not of it."""
    return session.names_kept and not membership.in_team


def people_of(session: Session, membership: Membership) -> list[SessionPerson]:
    """Those of the session's people whom this member may see by name."""
    if keeps_names_from(session, membership):
        return []
    people = sorted(session.people.all(), key=lambda person: person.name)
    if sees_people(membership):
        return people
    if membership.access_role == AccessRole.PC:
        return [each for each in people if each.agency_id == membership.agency_id]
    return []


def slot_of(
    session: Session, *, with_people: bool = True, kept_out: Collection[str] = ()
) -> Slot:
    people = list(session.people.all()) if with_people else []
    return Slot(
        key=session.pk,
        label=session.title,
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
            for person in people
        ),
        agencies=tuple(
            (str(person.agency_id), person.agency.name)
            for person in people
            if person.agency
        ),
        kept_out=frozenset(kept_out),
        site=str(session.room.site_id or ""),
    )


def clashes_of(
    sessions: Iterable[Session],
    conflicts: Collection[Conflict] = (),
    kept_out: Mapping[int, Collection[str]] = NOBODY,
    *,
    for_team: bool = True,
    travel: clashes.Travel = clashes.NEAR,
) -> list[Clash]:
    """``kept_out``: who has asked not to be in a session, by its number.

    ``for_team``: with the people whose names the team keeps to itself.
    """
    return clashes.find(
        (
            slot_of(
                each,
                with_people=for_team or not each.names_kept,
                kept_out=kept_out.get(each.pk, ()),
            )
            for each in sessions
            if not each.cancelled
        ),
        {(str(each.user), str(each.agency)) for each in conflicts},
        travel,
    )


def clashes_for(membership: Membership, sessions: Iterable[Session]) -> list[Clash]:
    """The clashes that this member may see; declared interests are for the few who read them."""
    if not sees_people(membership):
        return []
    for_team = membership.in_team
    review = membership.review
    travel = travel_of(review)
    if not can(membership, Action.READ_INTERESTS):
        return clashes_of(sessions, for_team=for_team, travel=travel)
    return clashes_of(
        sessions,
        declared_conflicts(review),
        kept_out_of(review),
        for_team=for_team,
        travel=travel,
    )


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
    """``on_phones``: a narrow screen shows this day; the others are there once asked for."""

    day: dt.date
    rows: list[GridRow]
    on_phones: bool = True

    @property
    def number(self) -> int:
        return sum(
            cell.look == "people" and not cell.session.cancelled
            for row in self.rows
            for cell in row.cells
        )


# What the address may say instead of somebody: the sessions that lack a second peer.
SHORT = "short"
WHOLE = "all"
# One leads, one takes notes.
PEERS_NEEDED = 2


@dataclass(frozen=True)
class Wanted:
    """What the address narrows the week down to.

    ``day`` is a day, "all" for the whole week on narrow screens too, or "" for the usual view;
    ``who`` is a member's key, "short", or "" for everybody.
    """

    day: str = ""
    who: str = ""

    def address(self, *, day: str | None = None, who: str | None = None) -> str:
        pairs = {
            "day": self.day if day is None else day,
            "who": self.who if who is None else who,
        }
        return f"?{urlencode({name: each for name, each in pairs.items() if each})}"


@dataclass(frozen=True)
class DayLink:
    """One day to choose. ``usual``: chosen on narrow screens as long as nobody chose."""

    day: dt.date
    address: str
    current: bool
    usual: bool


@dataclass(frozen=True)
class ClashLine:
    """A clash with links to its sessions, each on its own day."""

    sentence: str
    links: list[tuple[str, str]]


@dataclass(frozen=True)
class Week:
    lanes: list[Strand]
    days: list[GridDay]
    clashes: list[ClashLine]
    short: list[str]
    wanted: Wanted
    links: list[DayLink]
    people: list[tuple[str, str]]
    empty: bool

    @property
    def sessions(self) -> list[Session]:
        return [
            cell.session for day in self.days for row in day.rows for cell in row.cells
        ]

    @property
    def width(self) -> int:
        """Columns beside the time's."""
        return max(len(self.lanes), 1)

    @property
    def whole_address(self) -> str:
        return self.wanted.address(day=WHOLE)


def lanes_of(review: Review) -> list[Strand]:
    """The pairs of peers that work side by side: the grid's columns."""
    strands = review.pack.strands
    everybody = {role for strand in strands for role in strand.roles}
    return [
        strand
        for strand in strands
        if "+" not in strand.code and set(strand.roles) != everybody
    ]


def week_of(
    membership: Membership, today: dt.date, wanted: Wanted | None = None
) -> Week:
    """The timetable of this member, in a number of queries that never grows."""
    review = membership.review
    sessions = sessions_for(membership)
    wanted = _known(wanted or Wanted(), sessions)
    lanes = lanes_of(review)
    found = clashes_for(membership, sessions)
    marked = {key for clash in found for key in clash.sessions}
    shown = [session for session in sessions if _is_wanted(session, wanted)]
    usual = _usual(review, sessions, today)
    narrow = wanted.day in ("", WHOLE)
    cells = [_cell(session, marked) for session in shown]
    days = [
        GridDay(
            day,
            _rows(list(group), lanes),
            on_phones=wanted.day != "" or day == usual,
        )
        for day, group in groupby(cells, key=lambda cell: cell.session.day)
        if narrow or day.isoformat() == wanted.day
    ]
    return Week(
        lanes=lanes,
        days=days,
        clashes=[_clash_line(clash, sessions) for clash in found],
        short=short_of(review, sessions) if sees_people(membership) else [],
        wanted=wanted,
        links=[
            DayLink(
                day,
                wanted.address(day=day.isoformat()),
                current=day.isoformat() == wanted.day,
                usual=day == usual and wanted.day == "",
            )
            for day in sorted({session.day for session in sessions})
        ],
        people=_people_to_choose(sessions),
        empty=not sessions,
    )


def _known(wanted: Wanted, sessions: Sequence[Session]) -> Wanted:
    """What nobody knows narrows nothing down."""
    days = {session.day.isoformat() for session in sessions}
    keys = {key for key, _ in _people_to_choose(sessions)}
    return Wanted(
        wanted.day if wanted.day in {*days, WHOLE} else "",
        wanted.who if wanted.who in {*keys, SHORT} else "",
    )


def _people_to_choose(sessions: Sequence[Session]) -> list[tuple[str, str]]:
    peers = {peer.pk: peer for session in sessions for peer in session.peers.all()}
    named = [(str(pk), peer.user.full_name) for pk, peer in peers.items()]
    return sorted(named, key=lambda pair: pair[1])


def _is_wanted(session: Session, wanted: Wanted) -> bool:
    if wanted.who == SHORT:
        return _is_short(session)
    if wanted.who:
        return wanted.who in {str(peer.pk) for peer in session.peers.all()}
    return True


def _is_short(session: Session) -> bool:
    return (
        session.meets_people
        and not session.cancelled
        and len(session.peers.all()) < PEERS_NEEDED
    )


def _usual(review: Review, sessions: Sequence[Session], today: dt.date) -> dt.date:
    """The day that a narrow screen begins with: today, or else the first of the visit."""
    days = {session.day for session in sessions}
    if today in days:
        return today
    return review.day_zero if review.day_zero in days else min(days, default=today)


def _clash_line(clash: Clash, sessions: Sequence[Session]) -> ClashLine:
    days = {session.pk: session.day.isoformat() for session in sessions}
    names = ["Show it"]
    if len(clash.sessions) > 1:
        names = ["Show the first", "Show the second"]
    links = [
        (name, f"?{urlencode({'day': days[key]})}#session-{key}")
        for name, key in zip(names, clash.sessions, strict=False)
    ]
    return ClashLine(clash.sentence, links)


def short_of(review: Review, sessions: Iterable[Session]) -> list[str]:
    """For each strand, how many sessions lack a second peer and which roles are missing there."""
    titles = {role.code: role.title.lower() for role in review.pack.roles}
    waiting = [session for session in sessions if _is_short(session)]
    found = []
    for strand in review.pack.strands:
        mine = [session for session in waiting if session.strand == strand.code]
        if not mine:
            continue
        there = {peer.role for session in mine for peer in session.peers.all()}
        missing = [_one(titles[role]) for role in strand.roles if role not in there]
        have = "has" if len(mine) == 1 else "have"
        number = say.counted(len(mine), "session")
        words = f"{strand.title}: {number} with people {have} fewer than two peers."
        if missing:
            words += f" It lacks {say.listed(missing)}."
        found.append(words)
    return found


def _one(title: str) -> str:
    return f"{'an' if title[0] in 'aeiou' else 'a'} {title}"


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
