"""What is wrong with a week before anything is planned, a sentence each.

``refuse`` stops at what makes the question meaningless. ``remarks`` are what a plan can be made in
spite of, and what somebody should know.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from reviews.pages import say
from scheduling.solver.frame import Frame
from scheduling.solver.problem import Problem, Timetable, Window
from scheduling.solver.rules import breaches
from scheduling.solver.words import Words

MINUTES_A_DAY = 24 * 60


class CannotPlan(Exception):
    """The week as entered has no meaning. ``sentences`` say why, each by itself."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = tuple(sentences)


def refuse(problem: Problem) -> None:
    """Raises CannotPlan with everything that has to be put right first."""
    found = [*_nothing(problem), *_twice(problem), *_unknown(problem), *_times(problem)]
    if found:
        raise CannotPlan(list(dict.fromkeys(found)))


def _start(label: str) -> str:
    return label[:1].upper() + label[1:]


def _nothing(problem: Problem) -> Iterator[str]:
    if not problem.days:
        yield "The week has no days."
    if len(problem.peers) < 2:
        number = say.counted(len(problem.peers), "peer")
        yield f"There {'is' if len(problem.peers) == 1 else 'are'} {number}: a session takes two."
    if not any(not room.team_only for room in problem.rooms):
        yield "There is no room to meet people in."
    if problem.home not in {site.key for site in problem.sites}:
        yield "The site of the base room is not in the list of sites."
    rules = problem.rules
    if min(rules.turn_round, rules.travel, *problem.travel.values()) < 0:
        yield "Minutes between sessions and between sites cannot be less than 0."


def _twice(problem: Problem) -> Iterator[str]:
    for many, of in (
        (problem.sites, "sites"),
        (problem.rooms, "rooms"),
        (problem.people, "people"),
        (problem.peers, "peers"),
        (problem.strands, "strands"),
        (problem.sessions, "sessions"),
        (problem.blocks, "fixed times"),
    ):
        keys = Counter(each.key for each in many)
        for each in many:
            if keys[each.key] > 1:
                yield f"{_start(each.label)} is in the list of {of} more than once."
    dates = Counter(day.begins.date() for day in problem.days)
    for date, count in dates.items():
        if count > 1:
            yield f"{say.weekday(date)} is in the week more than once."


def _unknown(problem: Problem) -> Iterator[str]:
    sites = {site.key for site in problem.sites}
    rooms = {room.key for room in problem.rooms}
    people = {person.key for person in problem.people}
    peers = {peer.key for peer in problem.peers}
    for room in problem.rooms:
        if room.site not in sites:
            yield f"{_start(room.label)} is at a site that is not in the list of sites."
    for strand in problem.strands:
        if set(strand.peers) - peers or len(set(strand.peers)) != 2:
            yield f"{_start(strand.label)} is not two of the peers."
    yield from _unknown_in_sessions(problem, sites, rooms, people, peers)
    for block in problem.blocks:
        if (
            (block.peers or frozenset()) - peers
            or block.people - people
            or (block.room and block.room not in rooms)
        ):
            yield f"{_start(block.label)} names a peer, person or room that is not in the lists."


def _unknown_in_sessions(
    problem: Problem,
    sites: set[str],
    rooms: set[str],
    people: set[str],
    peers: set[str],
) -> Iterator[str]:
    for session in problem.sessions:
        name, pin = _start(session.label), session.pin
        if set(session.people) - people:
            yield f"{name} names a person who is not in the list of people."
        if len(set(session.people)) < len(session.people):
            yield f"{name} names somebody more than once."
        if session.sites - sites:
            yield f"{name} names a site that is not in the list of sites."
        if session.also - peers or set(pin.peers or ()) - peers:
            yield f"{name} names a peer who is not in the team."
        if pin.room is not None and pin.room not in rooms:
            yield f"{name} is fixed in a room that is not in the list of rooms."


def _times(problem: Problem) -> Iterator[str]:
    for session in problem.sessions:
        if session.minutes <= 0:
            yield f"{_start(session.label)} must last longer than 0 minutes."
        elif session.minutes > MINUTES_A_DAY:
            yield f"{_start(session.label)} lasts longer than a day."
        pinned = session.pin.begins
        if pinned and _over_midnight(
            pinned, pinned + dt.timedelta(minutes=session.minutes)
        ):
            yield f"{_start(session.label)} is fixed to go on over midnight."
    for block in problem.blocks:
        if block.minutes <= 0:
            yield f"{_start(block.label)} must last longer than 0 minutes."
        elif _over_midnight(block.begins, block.ends):
            yield f"{_start(block.label)} goes on over midnight."
    yield from _windows_wrong(problem)


def _windows_wrong(problem: Problem) -> Iterator[str]:
    for label, windows in _windows(problem):
        for window in windows:
            if window.ends <= window.begins:
                yield (
                    f"{_start(label)}: {say.clock(window.ends)} on {say.weekday(window.ends.date())} "
                    f"is not after {say.clock(window.begins)} on {say.weekday(window.begins.date())}."
                )
            elif _over_midnight(window.begins, window.ends):
                yield (
                    f"{_start(label)}: the time from {say.clock(window.begins)} on "
                    f"{say.weekday(window.begins.date())} goes on over midnight. "
                    "Times are entered day by day."
                )


def _over_midnight(begins: dt.datetime, ends: dt.datetime) -> bool:
    last = ends - dt.timedelta(microseconds=1)
    return last.date() != begins.date()


def _windows(problem: Problem) -> Iterator[tuple[str, Iterable[Window]]]:
    yield "the days", problem.days
    for many in (problem.rooms, problem.people, problem.peers):
        for each in many:
            yield each.label, each.windows or ()
    for session in problem.sessions:
        yield session.label, session.windows


def remarks(frame: Frame) -> list[str]:
    """What a plan is made in spite of: times entered twice, and rules that people have overruled."""
    words = Words(frame)
    found = []
    for label, windows in _windows(frame.problem):
        spans = sorted(map(frame.span, windows))
        for one, other in pairwise(spans):
            if other[0] < one[1]:
                found.append(
                    f"{words.start(label)} has two times that overlap: {words.stretch(*one)}, and "
                    f"{words.stretch(*other)}. They count as one."
                )
    found += [breach.sentence for breach in breaches(frame, Timetable(frame.facts))]
    return found
