"""The week as the pages show it, with its clashes in words. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from reviews.access import Action, can
from reviews.models import AccessRole, Membership, Review
from reviews.packs import Strand
from reviews.pages import say
from reviews.reading import Conflict
from reviews.reading import conflicts as declared_conflicts
from scheduling.models import Away, KeptOut, Session, SessionPerson
from scheduling.reading.places import MAIN, shuts, travel_of
from scheduling.rules import clashes, conflicts_of_interest
from scheduling.rules.clashes import Clash, Gone, Grade, Slot

NOBODY: Mapping[int, Collection[str]] = {}


def look_of(review: Review, session_type: str) -> str:
    """Sessions that look alike: people are met, the team is by itself, a pause."""
    kind = review.pack.session_type(session_type)
    if kind.pause:
        return "pause"
    return "people" if kind.meets_people else "team"


def is_spare(session: Session) -> bool:
    """A slot that a strand keeps free: whoever is placed there clashes with nothing."""
    if not session.review.pack.session_type(session.type).pause:
        return False
    return session.strand in {lane.code for lane in lanes_of(session.review)}


def agencies_of(session: Session, names: Mapping[int, str]) -> set[int]:
    """Whose people are heard there: those named in its title, and where its people come from.

    ``names``: the review's agencies by number.
    """
    return {
        *conflicts_of_interest.named_in(session.title, names),
        *(each.agency_id for each in session.people.all() if each.agency_id),
    }


def sees_people(membership: Membership) -> bool:
    """The team and the council's contact know every name; others their own people's."""
    return membership.in_team or membership.access_role == AccessRole.CC


def _seen_by(membership: Membership) -> models.QuerySet[Session]:
    rows = membership.review.sessions.all()
    if membership.access_role == AccessRole.PC:
        # That one of theirs is heard privately is not for their own agency to know.
        rows = rows.filter(
            people__agency=membership.agency_id, names_kept=False
        ).distinct()
    return rows


def sessions_for(membership: Membership, **narrow: object) -> list[Session]:
    """The sessions that this member may see, with rooms, peers and people: four queries.

    ``narrow``: lookups that leave some of them out, as ``day``.
    """
    found = list(
        _seen_by(membership)
        .filter(**narrow)
        .select_related("room__site")
        .prefetch_related("peers__user", "people__agency", "people__session")
    )
    for session in found:
        session.review = membership.review
    return found


def session_for(membership: Membership, session_id: int) -> Session | None:
    """One session, if this member may see it."""
    return next(iter(sessions_for(membership, pk=session_id)), None)


def place_of(membership: Membership, session_id: int) -> Session | None:
    """The same with room and peers alone, for whoever moves it: two queries."""
    rows = _seen_by(membership).filter(pk=session_id)
    found = rows.select_related("room").prefetch_related("peers").first()
    if found is not None:
        found.review = membership.review
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


def background_of(review: Review, source_class: str) -> str:
    """What one of the peers has to know: the class's own, or that of a wider one."""
    classes = {each.code: each for each in review.pack.source_classes}
    while source_class in classes:
        if classes[source_class].background:
            return classes[source_class].background
        source_class = classes[source_class].parent
    return ""


@dataclass(frozen=True)
class Rows:
    """What the rules need besides the sessions themselves, read once."""

    lanes: frozenset[str]
    backgrounds: Mapping[str, str]
    team_afternoon: dt.date | None
    away: Sequence[Away] = ()


# From this many days on, the day before the last keeps its afternoon for the team.
A_WEEK = 5


def team_afternoon(review: Review) -> dt.date | None:
    dates = review.on_site_dates
    return dates[-2] if len(dates) >= A_WEEK else None


def rows_of(review: Review) -> Rows:
    return Rows(
        lanes=frozenset(lane.code for lane in lanes_of(review)),
        backgrounds={role.code: role.background for role in review.pack.roles},
        team_afternoon=team_afternoon(review),
        away=list(review.away.select_related("membership__user", "room", "site")),
    )


def _gone(session: Session, rows: Rows) -> Iterable[Gone]:
    peers = {member.pk for member in session.peers.all()}
    for each in rows.away:
        if each.day != session.day:
            continue
        if each.membership_id in peers and each.membership is not None:
            who = each.membership.user.full_name
        elif each.room is not None and each.room_id == session.room_id:
            who = each.room.title
        elif each.session_id == session.pk:
            who = "The people to be met"
        elif (each.main_building or each.site_id) and shuts(each, session.room):
            who = f"The {MAIN.lower()}" if each.site is None else each.site.title
        else:
            continue
        yield Gone(
            who,
            dt.datetime.combine(each.day, each.begins),
            dt.datetime.combine(each.day, each.ends),
            is_peer=each.membership_id is not None,
        )


def slot_of(
    session: Session,
    *,
    rows: Rows | None = None,
    with_people: bool = True,
    kept_out: Collection[str] = (),
) -> Slot:
    people = list(session.people.all()) if with_people else []
    rows = rows or rows_of(session.review)
    background = background_of(session.review, session.source_class)
    return Slot(
        key=session.pk,
        label=session.title,
        begins=session.begins,
        minutes=session.minutes,
        room=session.room.title,
        places=session.room.places,
        on_the_move=session.room.on_the_move,
        meets_people=session.meets_people,
        pause=session.review.pack.session_type(session.type).pause,
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
        in_strand=session.strand.split("+")[0] in rows.lanes,
        background=background,
        has_background=not background
        or any(
            rows.backgrounds.get(member.role) == background
            for member in session.peers.all()
        ),
        team_afternoon=session.day == rows.team_afternoon,
        away=tuple(_gone(session, rows)),
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
    sessions = [each for each in sessions if not each.cancelled and not is_spare(each)]
    if not sessions:
        return []
    rows = rows_of(sessions[0].review)
    return clashes.find(
        (
            slot_of(
                each,
                rows=rows,
                with_people=for_team or not each.names_kept,
                kept_out=kept_out.get(each.pk, ()),
            )
            for each in sessions
        ),
        {(str(each.user), str(each.agency)) for each in conflicts},
        travel,
    )


def clashes_for(
    membership: Membership,
    sessions: Iterable[Session],
    travel: clashes.Travel | None = None,
) -> list[Clash]:
    """The clashes that this member may see; declared interests are for the few who read them."""
    if not sees_people(membership):
        return []
    for_team = membership.in_team
    review = membership.review
    travel = travel_of(review) if travel is None else travel
    if not can(membership, Action.READ_INTERESTS):
        return clashes_of(sessions, for_team=for_team, travel=travel)
    return clashes_of(
        sessions,
        declared_conflicts(review),
        kept_out_of(review),
        for_team=for_team,
        travel=travel,
    )


def clashes_with(membership: Membership, session: Session) -> list[Clash]:
    """What one session clashes with: looked for among those near it and those of its peers.

    No clash goes over midnight, and none is of others by whom it only stands.
    """
    review = membership.review
    travel = travel_of(review)
    gap = dt.timedelta(minutes=max(clashes.WIDEST, *travel.values(), 0))
    begins = session.begins - gap
    ends = session.begins + dt.timedelta(minutes=session.minutes) + gap
    near = {session.pk}
    day = review.sessions.filter(day=session.day)
    for key, start, minutes in day.values_list("pk", "start", "minutes"):
        at = dt.datetime.combine(session.day, start)
        if at < ends and begins < at + dt.timedelta(minutes=minutes):
            near.add(key)
    near.update(
        day.filter(peers__in=list(session.peers.all())).values_list("pk", flat=True)
    )
    return [
        clash
        for clash in clashes_for(
            membership, sessions_for(membership, pk__in=near), travel
        )
        if session.pk in clash.sessions
    ]


def kept_out_of(review: Review) -> dict[int, set[str]]:
    """By session, who has asked not to be in it."""
    found: dict[int, set[str]] = {}
    rows = KeptOut.objects.filter(session__review=review)
    for session, user in rows.values_list("session_id", "membership__user_id"):
        found.setdefault(session, set()).add(str(user))
    return found


@dataclass(frozen=True)
class Cell:
    """One session of the week, with what it clashes with."""

    session: Session
    look: str
    peers: str
    clashes: list[Clash]

    @property
    def blocks(self) -> bool:
        return any(clash.blocks for clash in self.clashes)


@dataclass(frozen=True)
class GridDay:
    """``on_phones``: a narrow screen shows this day; the others are there once asked for."""

    day: dt.date
    cells: list[Cell]
    on_phones: bool = True

    @property
    def number(self) -> int:
        return sum(
            cell.look == "people" and not cell.session.cancelled for cell in self.cells
        )


# What the address may say instead of somebody: the sessions that lack a second peer.
SHORT = "short"
WHOLE = "all"
# What the columns are, where they are not strands.
BY_ROOM, BY_PEER = "room", "peer"
# One leads, one takes notes.
PEERS_NEEDED = 2


@dataclass(frozen=True)
class Wanted:
    """What the address narrows the week down to.

    ``day`` is a day, "all" for the whole week on narrow screens too, or "" for the usual view;
    ``who`` is a member's key, "short", or "" for everybody; ``by`` is what the columns are: "room",
    "peer", or "" for strands.
    """

    day: str = ""
    who: str = ""
    by: str = ""

    def address(
        self, *, day: str | None = None, who: str | None = None, by: str | None = None
    ) -> str:
        pairs = {
            "day": self.day if day is None else day,
            "who": self.who if who is None else who,
            "by": self.by if by is None else by,
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
    warnings: list[ClashLine]
    notes: list[ClashLine]
    short: list[str]
    wanted: Wanted
    links: list[DayLink]
    people: list[tuple[str, str]]
    empty: bool
    # A clash names somebody who is met.
    names_people: bool = False

    @property
    def sessions(self) -> list[Session]:
        return [cell.session for day in self.days for cell in day.cells]

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
    marked: dict[int, list[Clash]] = defaultdict(list)
    for clash in found:
        for key in clash.sessions:
            marked[key].append(clash)
    shown = [session for session in sessions if _is_wanted(session, wanted)]
    usual = _usual(review, sessions, today)
    narrow = wanted.day in ("", WHOLE)
    cells = [_cell(session, marked[session.pk]) for session in shown]
    days = [
        GridDay(
            day,
            list(group),
            on_phones=wanted.day != "" or day == usual,
        )
        for day, group in groupby(cells, key=lambda cell: cell.session.day)
        if narrow or day.isoformat() == wanted.day
    ]
    return Week(
        lanes=lanes,
        days=days,
        clashes=_clash_lines(found, Grade.BLOCK, sessions, wanted),
        warnings=_clash_lines(found, Grade.WARN, sessions, wanted),
        notes=_clash_lines(found, Grade.NOTE, sessions, wanted),
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
        names_people=any(clash.kind == clashes.Kind.PERSON for clash in found),
    )


def _known(wanted: Wanted, sessions: Sequence[Session]) -> Wanted:
    """What nobody knows narrows nothing down."""
    days = {session.day.isoformat() for session in sessions}
    keys = {key for key, _ in _people_to_choose(sessions)}
    return Wanted(
        wanted.day if wanted.day in {*days, WHOLE} else "",
        wanted.who if wanted.who in {*keys, SHORT} else "",
        wanted.by if wanted.by in (BY_ROOM, BY_PEER) else "",
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


def _clash_lines(
    found: Iterable[Clash],
    grade: Grade,
    sessions: Sequence[Session],
    wanted: Wanted,
) -> list[ClashLine]:
    days = {session.pk: session.day.isoformat() for session in sessions}
    return [_clash_line(clash, days, wanted) for clash in found if clash.grade == grade]


def clash_lines(
    review: Review, sessions: Sequence[Session], found: Iterable[Clash]
) -> list[ClashLine]:
    """The same with links, for a page other than the timetable."""
    days = {session.pk: session.day.isoformat() for session in sessions}
    week = reverse("scheduling:timetable", args=[review.pk])
    return [_clash_line(clash, days, Wanted(), week) for clash in found]


def _clash_line(
    clash: Clash, days: Mapping[int, str], wanted: Wanted, page: str = ""
) -> ClashLine:
    names = ["Show it"]
    if len(clash.sessions) > 1:
        names = ["Show the first", "Show the second"]
    links = [
        (name, f"{page}{wanted.address(day=days[key], who='')}#session-{key}")
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


def _cell(session: Session, found: list[Clash]) -> Cell:
    names = [member.user.full_name for member in session.peers.all()]
    return Cell(
        session=session,
        look=look_of(session.review, session.type),
        peers=", ".join(sorted(names)),
        clashes=found,
    )
