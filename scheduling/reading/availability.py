"""Whose times somebody may enter and see: their own, or those that they arrange. Nothing here writes.

Manager and leader enter everybody's; the council's organiser those of rooms, buildings and people;
an agency's contact those of sessions with their own people; a peer their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from reviews.access import Action, Sight, can, sees
from reviews.models import Membership
from scheduling.models import Away, Room, Session, Site
from scheduling.reading.places import MAIN
from scheduling.reading.plan import AwayLine, away_lines
from scheduling.reading.sessions import is_spare, sessions_for

# ``None`` stands for the main building, which has no row.
Subject = Membership | Room | Session | Site | None


@dataclass(frozen=True)
class Choice:
    key: str
    words: str
    subject: Subject


@dataclass(frozen=True)
class Group:
    label: str
    choices: list[Choice]


def _is_contact(member: Membership) -> bool:
    return not sees(member, Sight.OTHER_AGENCIES)


def _is_peer(member: Membership) -> bool:
    """Somebody with sessions of their own, who plans nobody else's."""
    return can(member, Action.FOLLOW_TIMETABLE) and not (
        can(member, Action.PLAN_TIMETABLE)
    )


def heading_for(member: Membership) -> str:
    if _is_contact(member):
        return "When our people are free"
    return "When you are free" if _is_peer(member) else "Times that are not free"


def subjects_for(member: Membership) -> list[Group]:
    """What this member may enter times of, in groups as the list shows them."""
    if _is_peer(member):
        return [Group("Peers", [Choice(f"peer-{member.pk}", "You", member)])]
    groups = []
    if can(member, Action.PLAN_TIMETABLE):
        team = member.review.team_members().select_related("user")
        groups.append(Group("Peers", _choices("peer", team)))
    if not _is_contact(member):
        rooms = member.review.rooms.filter(retired=False)
        sites = _choices("site", member.review.sites.all())
        groups.append(Group("Rooms", _choices("room", rooms)))
        groups.append(
            Group("Every room of a building", [Choice("main", MAIN, None), *sites])
        )
    met = [
        each
        for each in sessions_for(member)
        if each.meets_people and not each.cancelled
    ]
    groups.append(Group("The people of a session", _choices("session", met)))
    return [each for each in groups if each.choices]


def _choices(
    kind: str, rows: Iterable[Membership | Room | Session | Site]
) -> list[Choice]:
    found = [
        Choice(
            f"{kind}-{each.pk}",
            each.name if isinstance(each, Membership) else str(each),
            each,
        )
        for each in rows
    ]
    return sorted(found, key=lambda each: each.words.lower())


def lines_for(member: Membership) -> list[AwayLine]:
    """The times that this member may see and take out."""
    lines = away_lines(member.review)
    if can(member, Action.PLAN_TIMETABLE):
        return lines
    if _is_contact(member):
        mine = {each.pk for each in sessions_for(member)}
        return [each for each in lines if _is_of_contact(each.away, member, mine)]
    if _is_peer(member):
        return [each for each in lines if each.away.membership_id == member.pk]
    met = {each.pk for each in sessions_for(member) if not each.is_veiled}
    return [
        each
        for each in lines
        if each.away.membership_id is None
        and (each.away.session_id is None or each.away.session_id in met)
    ]


def standing(
    member: Membership,
    whose: Subject,
    *,
    day: dt.date,
    begins: dt.time,
    ends: dt.time,
) -> list[Session]:
    """What is planned at that time already, of those sessions that ``member`` sees."""
    return [
        each
        for each in sessions_for(member)
        if each.day == day
        and each.start < ends
        and begins < each.end
        and not each.cancelled
        and not is_spare(each)
        and _takes(each, whose)
    ]


def _takes(session: Session, whose: Subject) -> bool:
    if isinstance(whose, Membership):
        return whose.pk in {each.pk for each in session.peers.all()}
    if isinstance(whose, Session):
        return session.pk == whose.pk
    if isinstance(whose, Room):
        return session.room_id == whose.pk
    site = whose.pk if whose else None
    return session.room.site_id == site and not session.room.on_the_move


def _is_of_contact(away: Away, member: Membership, sessions: set[int]) -> bool:
    """Entered by their own agency, of a session that they may still see."""
    return (
        member.agency_id is not None
        and away.agency_id == member.agency_id
        and away.session_id in sessions
    )
