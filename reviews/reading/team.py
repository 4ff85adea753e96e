"""Who is on a review: slots, vacancies, invitations, interests and what the sponsor decided."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.urls import reverse

from reviews.access import ROLE_WORDS, Action, can
from reviews.apps_above.team_use import SessionChoice
from reviews.mail.kinds import ACCOUNT_INVITATION, INVITATION
from reviews.models import (
    AccessRole,
    Delivery,
    Departure,
    Interest,
    Membership,
    ProfileDecision,
    Review,
    Stage,
    User,
)
from reviews.packs import Role
from reviews.pages import say
from reviews.pages.progress import ToDo
from reviews.reading.moved import arrived_at, of_the_file

# Letters that did not arrive, and what the team page says of each.
NOT_ARRIVED = {
    Delivery.NO_ADDRESS: "The email address does not exist",
    Delivery.MAILBOX: "The mailbox did not take the email",
    Delivery.FAILED: "The email could not be sent",
    Delivery.UNKNOWN: "Nobody knows whether the email arrived",
}
# After so long without an answer, asking again is something to do.
PATIENCE = dt.timedelta(days=7)


@dataclass(frozen=True)
class Slot:
    """A role of the framework with who holds it, or a vacancy; ``missing`` is how many lack."""

    role_title: str
    role_code: str
    members: list[Membership]
    missing: int = 0

    @property
    def vacant(self) -> bool:
        return self.missing > 0


@dataclass(frozen=True)
class Team:
    peers: list[Slot]
    hosts: list[Slot]

    @property
    def vacancies(self) -> list[Slot]:
        return [slot for slot in [*self.peers, *self.hosts] if slot.vacant]


def _held(review: Review) -> dict[str, list[Membership]]:
    """Who has each role, in one query."""
    held: dict[str, list[Membership]] = {}
    for member in review.memberships.select_related("user", "agency"):
        member.review = review  # its role's title is read from the framework
        held.setdefault(member.role, []).append(member)
    return held


def team_of(review: Review) -> Team:
    held = _held(review)
    peers: list[Slot] = []
    hosts: list[Slot] = []
    for role in review.pack.roles:
        if not role.has_account:
            continue
        members = held.get(role.code, [])
        slot = Slot(role.title, role.code, members, max(role.least - len(members), 0))
        if members or slot.vacant:
            (hosts if role.is_host else peers).append(slot)
    return Team(peers, hosts)


def invitation_state(member: Membership) -> str:
    """When a member has accepted, or was asked and has not answered yet."""
    if member.has_accepted:
        return f"Accepted on {say.day_of(member.answered_at)}"
    if member.invited_at is None:
        # Of a review that was moved here.
        return "Not written to yet"
    return f"Invited on {say.day_of(member.invited_at)}"


@dataclass(frozen=True)
class TeamRow:
    """One line of the team page: somebody with a role, or a place that nobody has yet."""

    role: str
    code: str
    member: Membership | None = None
    home: str = ""
    state: str = ""
    trouble: str = ""
    missing: str = ""

    @property
    def waits(self) -> bool:
        return self.member is not None and not self.member.has_accepted

    @property
    def is_unwritten(self) -> bool:
        return self.member is not None and self.member.invited_at is None

    @property
    def to_whom(self) -> str:
        return f"to {self.member.name}" if self.member else ""


@dataclass(frozen=True)
class TeamPage:
    peers: list[TeamRow]
    hosts: list[TeamRow]
    declined: list[Departure]

    @property
    def unwritten(self) -> int:
        """How many have had no invitation from here: of a review that was moved here."""
        rows = [*self.peers, *self.hosts]
        return sum(row.waits and row.is_unwritten for row in rows)


def team_page(review: Review, *, manages: bool) -> TeamPage:
    """The team as a table. How a letter fared and who declined is for whoever manages it."""
    team = team_of(review)
    letters = _letters(review) if manages else {}
    return TeamPage(
        peers=_rows(team.peers, review, letters),
        hosts=_rows(team.hosts, review, letters),
        declined=declined(review) if manages else [],
    )


def _rows(
    slots: list[Slot], review: Review, letters: dict[str, Delivery]
) -> list[TeamRow]:
    rows = []
    for slot in slots:
        for member in slot.members:
            letter = letters.get(member.user.email)
            rows.append(
                TeamRow(
                    slot.role_title,
                    slot.role_code,
                    member,
                    home=home_of(member),
                    state=invitation_state(member),
                    trouble="" if member.has_accepted else _trouble(letter),
                )
            )
        if slot.vacant:
            more = " more" if slot.members else ""
            rows.append(
                TeamRow(
                    slot.role_title,
                    slot.role_code,
                    missing=f"{slot.missing}{more} needed",
                )
            )
    return rows


def _trouble(letter: Delivery | None) -> str:
    """Why an invitation has not come to its reader, as far as one knows."""
    if letter == Delivery.DRAFT:
        return "The email waits in the outbox"
    return NOT_ARRIVED.get(letter, "") if letter else ""


def home_of(member: Membership) -> str:
    """Where somebody comes from: the people of the council's side from the council."""
    if member.agency:
        return member.agency.name
    if not member.in_team:
        return member.home_organisation or member.review.council
    return member.home_organisation


def _letters(review: Review) -> dict[str, Delivery]:
    """How the newest invitation to each address fared, for whoever has not answered."""
    if not review.memberships.filter(answer=Membership.Answer.WAITING).exists():
        return {}
    sent = review.messages.filter(kind__in=[ACCOUNT_INVITATION, INVITATION])
    return {
        message.to: Delivery(message.state) for message in sent.order_by("queued_at")
    }


def declined(review: Review) -> list[Departure]:
    """Who declined, until the manager takes them off the list."""
    rows = list(
        review.departures.filter(declined=True, noted=False).select_related("user")
    )
    for row in rows:
        row.review = review
    return rows


# Adding and changing


@dataclass(frozen=True)
class RoleChoice:
    """A role of the framework as somebody chooses it. ``full``: who holds it, if nobody more may."""

    role: Role
    words: str
    full: tuple[str, ...] = ()


def roles_of(review: Review, *, keeps: Membership | None = None) -> list[RoleChoice]:
    """Every role that people can have. ``keeps`` holds one already and does not stand in their own
    way; of the other side of the review they have no choice."""
    held = _held(review)
    found = []
    for role in review.pack.roles:
        if not role.has_account:
            continue
        if keeps is not None and role.in_team != keeps.in_team:
            continue
        others = [each for each in held.get(role.code, []) if each != keeps]
        full = role.most is not None and len(others) >= role.most
        names = tuple(each.name for each in others) if full else ()
        found.append(RoleChoice(role, ROLE_WORDS[AccessRole(role.access_role)], names))
    return found


def open_milestones(member: Membership) -> int:
    """How many open milestones the role of ``member`` sees to."""
    pack = member.review.pack
    owned = pack.owned_by(member.role, member.access_role)
    rows = member.review.milestones.filter(owner_role__in=owned)
    return sum(milestone.is_open for milestone in rows)


def invited_to(member: Membership) -> list[tuple[str, str]]:
    """What somebody has to know before they say whether they come."""
    review = member.review
    contact = ", ".join(
        filter(None, [review.contact_name, review.contact_email, review.contact_phone])
    )
    role = member.role_title
    if member.agency:
        role = f"{role} for {member.agency.name}"
    return [
        ("Review", review.programme),
        ("On site", say.day_range(review.day_zero, review.last_day)),
        ("Your role", role),
        ("What it does", ROLE_WORDS[AccessRole(member.access_role)]),
        ("Questions to", contact),
    ]


# Peers and the sponsor's word on them


@dataclass(frozen=True)
class PeerRow:
    """A peer as the sponsor and the manager see them."""

    member: Membership
    invitation: str
    decision: ProfileDecision | None
    interest: Interest | None
    # Sessions that they asked to be kept out of, in words.
    not_in: tuple[str, ...] = ()
    # Where the decision came with the file of a review that was moved here: the words that say so.
    of_file: str = ""

    @property
    def waits(self) -> bool:
        """The profile was never decided on."""
        return self.decision is None

    @property
    def may_be_decided(self) -> bool:
        """Whoever is on site and was decided on is not up for decision again."""
        return self.waits or self.member.review.stage < Stage.ON_SITE


def peers_of(
    review: Review, *, kept_out: Mapping[int, Sequence[SessionChoice]] | None = None
) -> list[PeerRow]:
    """The peer team in the order of the framework's roles, in three queries.

    ``kept_out``: the sessions that each has asked not to be in, for whoever reads interests.
    """
    order = {role.code: number for number, role in enumerate(review.pack.roles)}
    members = sorted(
        review.team_members().select_related("user"),
        key=lambda member: (order.get(member.role, 99), member.pk),
    )
    decisions = {each.membership_id: each for each in review.profile_decisions.all()}
    interests = {
        each.membership_id: each
        for each in review.interests.prefetch_related("agencies")
    }
    arrived = arrived_at(review) if decisions else None
    rows = []
    for member in members:
        member.review = review
        decision = decisions.get(member.pk)
        rows.append(
            PeerRow(
                member,
                invitation_state(member),
                decision,
                interests.get(member.pk),
                tuple(each.label for each in (kept_out or {}).get(member.pk, ())),
                of_the_file(decision.decided_at if decision else None, arrived),
            )
        )
    return rows


def facts_of(member: Membership) -> list[tuple[str, str]]:
    """What the sponsor decides on."""
    return [
        ("Role", member.role_title),
        ("From", member.home_organisation or "Not said yet"),
        ("During the week", "On site" if member.on_site else "Remote"),
        ("Profile", member.profile or "Not written yet"),
    ]


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
            interest.membership.name,
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
    """What the sponsor said of the team as a whole; ``sentences`` say who accepted whom, and when."""

    accepted: int
    asked: int
    waiting: int
    sentences: list[str] = field(default_factory=list)


def sign_off(rows: Sequence[PeerRow]) -> SignOff:
    decided = [(row.decision, row.of_file) for row in rows if row.decision]
    accepted = [each for each in decided if each[0].accepted]

    def whose(each: tuple[ProfileDecision, str]) -> tuple[dt.date, str, str]:
        decision, of_file = each
        return say.local_day(decision.decided_at), decision.decided_by_name, of_file

    sentences = []
    for (day, name, of_file), group in groupby(sorted(accepted, key=whose), key=whose):
        number = len(list(group))
        whole = "all " if number == len(rows) > 1 else ""
        sentences.append(
            f"{name} accepted {whole}{say.counted(number, 'profile')} on {say.day(day)}"
            + (f", {of_file}." if of_file else ".")
        )
    return SignOff(
        accepted=len(accepted),
        asked=len(decided) - len(accepted),
        waiting=len(rows) - len(decided),
        sentences=sentences,
    )


# What waits for people, and whom they ask


def invitations_to_do(member: Membership, *, today: dt.date) -> list[ToDo]:
    """For the manager: who declined, whose letter came back, and who is long in answering."""
    if not can(member, Action.MANAGE_TEAM):
        return []
    review = member.review
    url = reverse("reviews:team", args=[review.pk])
    found = [
        ToDo(
            f"Find another {each.role_title.lower()}",
            f"{each.name} declined on {say.day_of(each.left_at)}",
            url,
        )
        for each in declined(review)
    ]
    letters = _letters(review)
    waiting = review.memberships.filter(answer=Membership.Answer.WAITING)
    slow = []
    for each in waiting.select_related("user"):
        trouble = _trouble(letters.get(each.user.email))
        if trouble:
            title = f"See that {each.name} is invited"
            found.append(ToDo(title, trouble, url))
        elif each.invited_at and today - say.local_day(each.invited_at) >= PATIENCE:
            slow.append(each.name)
    if slow:
        found.append(
            ToDo(
                f"Ask {say.listed(slow[:3])} again"
                if len(slow) <= 3
                else f"Ask {say.counted(len(slow), 'person', 'people')} again",
                "No answer to the invitation for a week",
                url,
            )
        )
    return found


@dataclass(frozen=True)
class Contact:
    """Whom somebody asks about one of their reviews."""

    council: str
    name: str
    email: str
    telephone: str

    @property
    def line(self) -> str:
        return ", ".join(filter(None, [self.name, self.email, self.telephone]))


def whom_to_ask(user: User) -> list[Contact]:
    """The review manager of each review that ``user`` is on and that is not over."""
    reviews = Review.objects.filter(memberships__user=user).exclude(stage=Stage.CLOSED)
    return [
        Contact(
            review.council,
            review.contact_name,
            review.contact_email,
            review.contact_phone,
        )
        for review in reviews.order_by("day_zero", "pk")
    ]
