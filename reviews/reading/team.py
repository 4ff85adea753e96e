"""Who is on a review: slots, vacancies, invitations, interests and what the sponsor decided."""

import datetime as dt
from dataclasses import dataclass, field

from reviews.models import (
    HOST,
    TEAM,
    Interest,
    Membership,
    ProfileDecision,
    Review,
)


@dataclass(frozen=True)
class Slot:
    """A role of the framework with who holds it, or a vacancy."""

    role_title: str
    members: list[Membership]
    vacant: bool
    places: str = ""


@dataclass(frozen=True)
class Team:
    peers: list[Slot]
    hosts: list[Slot]

    @property
    def vacancies(self) -> list[Slot]:
        return [slot for slot in [*self.peers, *self.hosts] if slot.vacant]


def team_of(review: Review) -> Team:
    held: dict[str, list[Membership]] = {}
    for member in review.memberships.select_related("user", "agency"):
        member.review = review  # its role's title is read from the framework
        held.setdefault(member.role, []).append(member)
    peers: list[Slot] = []
    hosts: list[Slot] = []
    for role in review.pack.roles:
        if not role.has_account:
            continue
        members = held.get(role.code, [])
        slot = Slot(
            role.title,
            members,
            len(members) < role.least,
            _places(len(members), role.least, role.most),
        )
        if members or slot.vacant:
            (hosts if role.access_role in HOST else peers).append(slot)
    return Team(peers, hosts)


def _places(held: int, least: int, most: int | None) -> str:
    if most is None:
        return f"{held} held"
    needed = f", {least} needed" if least else ", none needed"
    return f"{held} of {most} held{needed}"


def invitation_state(member: Membership) -> str:
    """An account that was never signed in to has been invited and no more."""
    return "Accepted" if member.user.last_login else "Invited"


@dataclass(frozen=True)
class PeerRow:
    """A peer as the sponsor and the manager see them."""

    member: Membership
    invitation: str
    decision: ProfileDecision | None
    interest: Interest | None

    @property
    def waits(self) -> bool:
        """The profile was never decided on."""
        return self.decision is None


def peers_of(review: Review) -> list[PeerRow]:
    """The peer team in the order of the framework's roles, in three queries."""
    order = {role.code: number for number, role in enumerate(review.pack.roles)}
    members = sorted(
        review.memberships.filter(access_role__in=TEAM).select_related("user"),
        key=lambda member: (order.get(member.role, 99), member.pk),
    )
    decisions = {each.membership_id: each for each in review.profile_decisions.all()}
    interests = {
        each.membership_id: each
        for each in review.interests.prefetch_related("agencies")
    }
    rows = []
    for member in members:
        member.review = review
        rows.append(
            PeerRow(
                member,
                invitation_state(member),
                decisions.get(member.pk),
                interests.get(member.pk),
            )
        )
    return rows


@dataclass(frozen=True)
class Conflict:
    """A peer has declared an interest in an agency; the timetable warns of it."""

    membership: int
    user: int
    name: str
    agency: int
    agency_name: str


def conflicts(review: Review) -> list[Conflict]:
    """Every declared interest in an agency: for the timetable's clashes."""
    return [
        Conflict(
            interest.membership_id,
            interest.membership.user_id,
            interest.membership.user.full_name,
            agency.pk,
            agency.name,
        )
        for interest in review.interests.select_related(
            "membership__user"
        ).prefetch_related("agencies")
        for agency in interest.agencies.all()
    ]


@dataclass(frozen=True)
class SignOff:
    """What the sponsor said of the team as a whole."""

    accepted: int
    asked: int
    waiting: int
    last: dt.datetime | None = None
    names: list[str] = field(default_factory=list)


def sign_off(rows: list[PeerRow]) -> SignOff:
    decided = [row.decision for row in rows if row.decision]
    accepted = sum(each.accepted for each in decided)
    return SignOff(
        accepted=accepted,
        asked=len(decided) - accepted,
        waiting=len(rows) - len(decided),
        last=max((each.decided_at for each in decided), default=None),
        names=sorted({each.decided_by_name for each in decided}),
    )
