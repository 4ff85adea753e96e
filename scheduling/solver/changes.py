"""What can happen to a week that has been planned: each makes the week as it is now.

None of them touches the timetable; ``mend`` finds what that costs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from scheduling.solver.problem import Block, BlockKind, Problem, Session, Window


def person_away(problem: Problem, key: str, away: Window | None = None) -> Problem:
    """Somebody cannot come at a time, or not at all."""
    return replace(
        problem,
        people=tuple(
            replace(each, windows=_without(problem, each.windows, away))
            if each.key == key
            else each
            for each in problem.people
        ),
    )


def person_gone(problem: Problem, key: str) -> Problem:
    """Somebody is not met after all: sessions with others go on, those with nobody else go."""
    sessions = []
    for each in problem.sessions:
        people = tuple(person for person in each.people if person != key)
        if key in each.people and not people and not each.expected:
            continue
        sessions.append(replace(each, people=people))
    return replace(problem, sessions=tuple(sessions))


def peer_away(problem: Problem, key: str, away: Window | None = None) -> Problem:
    """A peer is not there at a time, or has dropped out."""
    return replace(
        problem,
        peers=tuple(
            replace(each, windows=_without(problem, each.windows, away))
            if each.key == key
            else each
            for each in problem.peers
        ),
    )


def room_lost(problem: Problem, key: str, away: Window | None = None) -> Problem:
    """A room is not ours at a time, or not at all."""
    return _rooms_lost(problem, {key}, away)


def site_closed(problem: Problem, key: str, away: Window | None = None) -> Problem:
    """No room of a site can be used."""
    rooms = {
        room.key for room in problem.rooms if room.site == key and not room.on_the_move
    }
    return _rooms_lost(problem, rooms, away)


def overrun(problem: Problem, key: str, minutes: int) -> Problem:
    """A session lasts longer than planned; ``minutes`` is how long in all."""
    return replace(
        problem,
        sessions=tuple(
            replace(each, minutes=minutes) if each.key == key else each
            for each in problem.sessions
        ),
    )


def session_added(problem: Problem, session: Session) -> Problem:
    return replace(problem, sessions=(*problem.sessions, session))


def session_gone(problem: Problem, key: str) -> Problem:
    return replace(
        problem, sessions=tuple(each for each in problem.sessions if each.key != key)
    )


def team_taken(problem: Problem, key: str, label: str, window: Window) -> Problem:
    """The whole team is taken at a time that was free: something has been called at short notice."""
    block = Block(key, label, window.begins, window.minutes, BlockKind.OTHER)
    return replace(problem, blocks=(*problem.blocks, block))


def _rooms_lost(
    problem: Problem, keys: Collection[str], away: Window | None
) -> Problem:
    return replace(
        problem,
        rooms=tuple(
            replace(each, windows=_without(problem, each.windows, away))
            if each.key in keys
            else each
            for each in problem.rooms
        ),
    )


def _without(
    problem: Problem, windows: tuple[Window, ...] | None, away: Window | None
) -> tuple[Window, ...]:
    """What is left of somebody's times. None is any time, so that whole days are left of it."""
    if away is None:
        return ()
    if windows is None:
        windows = tuple(_whole_day(day.begins) for day in problem.days)
    left = []
    for window in windows:
        for begins, ends in (
            (window.begins, min(window.ends, away.begins)),
            (max(window.begins, away.ends), window.ends),
        ):
            if begins < ends:
                left.append(Window(begins, ends))
    return tuple(left)


def _whole_day(moment: dt.datetime) -> Window:
    midnight = dt.datetime.combine(moment.date(), dt.time())
    return Window(midnight, midnight + dt.timedelta(days=1))
