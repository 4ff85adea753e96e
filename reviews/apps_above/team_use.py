"""What hangs on a member in the apps above: sessions to keep out of, and what they leave behind.

Each app says so in its own module ``team_use``, found by name, since apps above know this one and
not the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reviews import apps_above
from reviews.models import Membership, Review


@dataclass(frozen=True)
class SessionChoice:
    """A session that a peer may ask to be kept out of; ``key`` names it among all apps'."""

    key: str
    label: str


def sessions_of(review: Review) -> list[SessionChoice]:
    """The sessions of the timetable in which people are met, in their order; [] before there is one."""
    return [
        each
        for module in apps_above.modules("team_use")
        for each in module.sessions_of(review)
    ]


def kept_out_of(review: Review) -> dict[int, list[SessionChoice]]:
    """By membership, the sessions that somebody has asked to be kept out of."""
    found: dict[int, list[SessionChoice]] = {}
    for module in apps_above.modules("team_use"):
        for member, sessions in module.kept_out_of(review).items():
            found.setdefault(member, []).extend(sessions)
    return found


def keep_out(member: Membership, keys: Iterable[str]) -> None:
    """Replace what ``member`` has asked to be kept out of."""
    wanted = list(keys)
    for module in apps_above.modules("team_use"):
        module.keep_out(member, wanted)


def left_behind(member: Membership) -> list[str]:
    """Sentences on what becomes of ``member``'s part in the apps above if they go."""
    return [
        each
        for module in apps_above.modules("team_use")
        for each in module.left_behind(member)
    ]
