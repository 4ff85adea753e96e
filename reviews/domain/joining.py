"""How people come onto a review: invited, added, and what they answer."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from reviews.access import Action, can
from reviews.apps_above import team_use
from reviews.domain import accounts
from reviews.domain.profiles import NoReason, decide_profile, record, refuse_home
from reviews.mail import letters, mailer
from reviews.mail.kinds import DECLINED
from reviews.models import (
    AccessRole,
    Agency,
    Departure,
    Membership,
    Review,
    Stage,
    User,
)
from reviews.packs import Role
from reviews.pages import say
from reviews.refusals import Refusal
from reviews.rules.organisations import same_organisation
from reviews.screening import roster
from reviews.trail import audit


class RoleTaken(Refusal):
    def __init__(self, title: str) -> None:
        super().__init__(
            f"There is already a {title.lower()} on this review. "
            "Remove that person first, or choose another role."
        )


class AlreadyOnReview(Refusal):
    def __init__(self, name: str, title: str) -> None:
        super().__init__(
            f"{name} is already on this review as {title.lower()}. "
            "One person has one role, and nobody from the council is on the team."
        )


class NeedsAgency(Refusal):
    sentence = "Choose the agency that this person is the contact for."


class LastManager(Refusal):
    sentence = "A review needs a review manager. Add another one first, who accepts."


class OtherSide(Refusal):
    def __init__(self, name: str, in_team: bool) -> None:
        here, there = "the peer team", "the council and its partners"
        if not in_team:
            here, there = there, here
        super().__init__(
            f"{name} is invited for {here}. Nobody changes from there to {there}: "
            "remove them, and invite somebody else."
        )


class PeersFromThere(Refusal):
    """The council cannot be called like the home of somebody who reviews it."""

    def __init__(self, names: list[str], council: str) -> None:
        verb = "comes" if len(names) == 1 else "come"
        super().__init__(
            f"{say.listed(names)} {verb} from {council}, and a peer comes from another "
            "organisation. Change their home on the team page first, or remove them."
        )


class AnsweredAlready(Refusal):
    sentence = "You have accepted this invitation already."


@dataclass(frozen=True)
class Invited:
    """Somebody who was added. ``came_back``: they had been on the review before."""

    member: Membership
    came_back: bool

    @property
    def lost_sessions(self) -> bool:
        """Those of the team who left have none, and get none back."""
        return self.came_back and self.member.in_team


@transaction.atomic
def invite_member(
    *,
    review: Review,
    email: str,
    full_name: str,
    role_code: str,
    by: User,
    at: dt.datetime,
    home_organisation: str = "",
    agency: Agency | None = None,
    on_site: bool = True,
) -> Invited:
    """Give ``email`` a role and write them an invitation, with an account if they have none.

    Raises as ``add_member`` does; then there is neither account nor letter.
    """
    user = accounts.account_for(
        email=email, full_name=full_name, review=review, by=by, at=at
    )
    came_back = review.departures.filter(user=user).exists()
    member = add_member(
        review=review,
        user=user,
        role_code=role_code,
        home_organisation=home_organisation,
        agency=agency,
        on_site=on_site,
        name_given=full_name.strip(),
        by=by,
        at=at,
    )
    accounts.invite(member=member, by=by, at=at)
    return Invited(member, came_back)


@transaction.atomic
def add_member(
    *,
    review: Review,
    user: User,
    role_code: str,
    by: User,
    at: dt.datetime,
    home_organisation: str = "",
    agency: Agency | None = None,
    on_site: bool = True,
    name_given: str = "",
) -> Membership:
    """Offer ``user`` a role, which they hold and use once they accept. Writes no letter.

    ``name_given``: what pages call them until then, "" for the name of their account.

    Raises RoleTaken, AlreadyOnReview, NeedsHome, FromTheCouncil, NeedsAgency.
    """
    Review.objects.lock(review.pk)
    there = review.memberships.filter(user=user).first()
    if there:
        raise AlreadyOnReview(there.name, there.role_title)
    role = review.pack.role(role_code)
    home = home_organisation.strip()
    refuse_unfit(review, role, home, agency)
    member = Membership.objects.create(
        review=review,
        user=user,
        role=role.code,
        access_role=role.access_role,
        agency=agency if role.is_host else None,
        home_organisation=home,
        on_site=on_site,
        name_given=name_given,
    )
    review.departures.filter(user=user).delete()
    roster.add(review, people=[(member.name, role.title)])
    record("member.added", member, by=by, at=at, role=role.code)
    return member


def refuse_unfit(
    review: Review,
    role: Role,
    home: str,
    agency: Agency | None,
    *,
    member: Membership | None = None,
) -> None:
    """``member`` is who holds a role already and may keep it."""
    holders = review.memberships.filter(role=role.code)
    if member is not None:
        holders = holders.exclude(pk=member.pk)
    if role.most is not None and holders.count() >= role.most:
        raise RoleTaken(role.title)
    refuse_home(review, role.access_role, home)
    if role.for_an_agency and agency is None:
        raise NeedsAgency


def refuse_own_people(review: Review, council: str) -> None:
    """Raises PeersFromThere if ``council`` is where people of the team come from."""
    names = [
        member.name
        for member in review.team_members().select_related("user")
        if same_organisation(member.home_organisation, council)
    ]
    if names:
        raise PeersFromThere(names, council)


@transaction.atomic
def accept_invitation(
    *, member: Membership, by: User, at: dt.datetime, telephone: str | None = None
) -> None:
    """From now on the review is open to them. Raises AnsweredAlready.

    ``telephone``: their own number, "" for none; None leaves what they gave before.
    """
    _answer(member, at=at)
    if telephone is not None:
        accounts.change_telephone(user=member.user, telephone=telephone)
    if member.name_given and member.name_given != member.name:
        roster.add(member.review, people=[(member.name, member.role_title)])
    record("member.accepted", member, by=by, at=at)


def _answer(member: Membership, *, at: dt.datetime) -> None:
    waiting = Membership.objects.filter(pk=member.pk, answer=Membership.Answer.WAITING)
    if not waiting.update(answer=Membership.Answer.ACCEPTED, answered_at=at):
        raise AnsweredAlready
    member.answer = Membership.Answer.ACCEPTED
    member.answered_at = at


@transaction.atomic
def decline_invitation(
    *, member: Membership, reason: str, by: User, at: dt.datetime
) -> None:
    """The place is free again and the managers are told why. Raises NoReason, AnsweredAlready."""
    if not reason.strip():
        raise NoReason
    review = member.review
    Review.objects.lock(review.pk)
    _answer(member, at=at)  # only one of two answers sent at once counts
    # Whoever declines is called what they were called before.
    member.answer = Membership.Answer.WAITING
    words = letters.invitation_declined(
        member, reason=reason.strip(), lost=" ".join(team_use.left_behind(member))
    )
    for manager in _managers(review).select_related("user"):
        mailer.queue(
            review=review,
            kind=DECLINED,
            to=manager.user.email,
            subject=words.subject,
            text=words.text,
            at=at,
        )
    record(
        "member.declined", member, by=by, at=at, called=member.name, role=member.role
    )
    depart(member, at=at, reason=reason.strip())


def depart(member: Membership, *, at: dt.datetime, reason: str = "") -> None:
    """``reason`` is there for those who decline, and for nobody who is removed."""
    accounts.take_back_letters(member)
    if member.review.stage == Stage.CLOSED:
        # The key of names and reasons is gone; the trail says who left.
        member.delete()
        return
    Departure.objects.filter(review=member.review, user=member.user).delete()
    Departure(
        review=member.review,
        user=member.user,
        name_given="" if member.has_accepted else member.name_given,
        role=member.role,
        declined=bool(reason),
        reason=reason,
        left_at=at,
    ).save(force_insert=True)
    member.delete()


@transaction.atomic
def note_departure(*, departure: Departure, by: User, at: dt.datetime) -> None:
    """The manager has seen that this person declined; it need not be shown any longer."""
    rows = Departure.objects.filter(pk=departure.pk, noted=False)
    if rows.update(noted=True):
        audit.record(
            "member.decline_noted",
            review=departure.review,
            by=by,
            at=at,
            object_kind="user",
            object_id=departure.user_id or "",
        )


def _managers(review: Review) -> QuerySet[Membership]:
    return review.memberships.filter(
        access_role=AccessRole.RM, answer=Membership.Answer.ACCEPTED
    )


def refuse_last_manager(member: Membership) -> None:
    """Raises LastManager if nobody else manages the review; one who has not accepted does not."""
    if not can(member, Action.MANAGE_TEAM):
        return
    if not _managers(member.review).exclude(pk=member.pk).exists():
        raise LastManager


def accept_waiting(
    *, review: Review, members: Iterable[Membership], by: User, at: dt.datetime
) -> int:
    """Accept several peers in one step; says how many."""
    number = 0
    with transaction.atomic():
        for member in members:
            decide_profile(member=member, accepted=True, by=by, at=at)
            number += 1
    return number
