"""Verbs of the people on a review: invited, answering, changed, removed; what they say of
themselves, and the sponsor's word on them."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from reviews.apps_above import team_use
from reviews.domain import accounts
from reviews.mail import letters, mailer
from reviews.mail.kinds import DECLINED, ROLE_CHANGED
from reviews.models import (
    HOST,
    TEAM,
    AccessRole,
    Agency,
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
from reviews.pages.concurrency import save_if_unchanged
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


class FromTheCouncil(Refusal):
    def __init__(self, council: str) -> None:
        super().__init__(
            f"A peer comes from another organisation. {council} is the council under review."
        )


class NeedsHome(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Enter the organisation that they come from. A peer comes from somewhere else "
            "than the council under review."
        )


class NeedsAgency(Refusal):
    def __init__(self) -> None:
        super().__init__("Choose the agency that this person is the contact for.")


class LastManager(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "A review needs a review manager. Add another one first, who accepts."
        )


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
    def __init__(self) -> None:
        super().__init__("You have accepted this invitation already.")


class NoReason(Refusal):
    def __init__(self) -> None:
        super().__init__("Say why, so that the review manager can act on it.")


class NothingDeclared(Refusal):
    def __init__(self) -> None:
        super().__init__("Say what the interest is, or that you have none.")


class OnSiteAlready(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"The team is on site, and {name} was decided on before. "
            "Speak to the review manager."
        )


# Being on a review


@dataclass(frozen=True)
class Invited:
    """Somebody who was added. ``came_back``: they had been on the review before."""

    member: Membership
    came_back: bool


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
) -> Membership:
    """Offer ``user`` a role, which they hold and use once they accept. Writes no letter.

    Raises RoleTaken, AlreadyOnReview, NeedsHome, FromTheCouncil, NeedsAgency.
    """
    Review.objects.lock(review.pk)
    there = review.memberships.filter(user=user).first()
    if there:
        raise AlreadyOnReview(user.full_name, there.role_title)
    role = review.pack.role(role_code)
    home = home_organisation.strip()
    _refuse_unfit(review, role, home, agency)
    try:
        member = Membership.objects.create(
            review=review,
            user=user,
            role=role.code,
            access_role=role.access_role,
            agency=agency if role.access_role in HOST else None,
            home_organisation=home,
            on_site=on_site,
        )
    except IntegrityError as error:  # the other manager was quicker
        raise AlreadyOnReview(user.full_name, role.title) from error
    review.departures.filter(user=user).delete()
    roster.add(review, people=[(user.full_name, role.title)])
    _record("member.added", member, by=by, at=at, role=role.code)
    return member


def _refuse_unfit(
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
    _refuse_home(review, role.access_role, home)
    if role.access_role == AccessRole.PC and agency is None:
        raise NeedsAgency


def _refuse_home(review: Review, access_role: str, home: str) -> None:
    """A peer says where they come from, and it is elsewhere. A manager may be of no council."""
    if access_role not in TEAM:
        return
    if not home and access_role != AccessRole.RM:
        raise NeedsHome
    if same_organisation(home, review.council):
        raise FromTheCouncil(review.council)


def refuse_own_people(review: Review, council: str) -> None:
    """Raises PeersFromThere if ``council`` is where people of the team come from."""
    names = [
        member.user.full_name
        for member in review.memberships.filter(access_role__in=TEAM).select_related(
            "user"
        )
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
    _record("member.accepted", member, by=by, at=at)


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
    _record("member.declined", member, by=by, at=at, role=member.role)
    _depart(member, at=at, reason=reason.strip())


def _depart(member: Membership, *, at: dt.datetime, reason: str = "") -> None:
    """``reason`` is there for those who decline, and for nobody who is removed."""
    accounts.take_back_letters(member)
    Departure.objects.filter(review=member.review, user=member.user).delete()
    Departure(
        review=member.review,
        user=member.user,
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
            object_id=departure.user_id,
        )


@transaction.atomic
def change_member(
    *,
    member: Membership,
    version: int,
    role_code: str,
    home_organisation: str,
    agency: Agency | None,
    on_site: bool,
    by: User,
    at: dt.datetime,
) -> None:
    """Another role, home, agency or attendance.

    Whoever has another role hears of it and signs in again; who comes from elsewhere or does
    something else is decided on anew by the sponsor. Raises RoleTaken, NeedsHome,
    FromTheCouncil, NeedsAgency, OtherSide, LastManager, ChangedMeanwhile.
    """
    review, before = member.review, member.role_title
    Review.objects.lock(review.pk)
    role = review.pack.role(role_code)
    home = home_organisation.strip()
    if (role.access_role in TEAM) != member.in_team:
        raise OtherSide(member.user.full_name, member.in_team)
    if role.access_role != AccessRole.RM:
        refuse_last_manager(member)
    _refuse_unfit(review, role, home, agency, member=member)
    values = {
        "role": role.code,
        "access_role": role.access_role,
        "home_organisation": home,
        "agency": agency if role.access_role in HOST else None,
        "on_site": on_site,
    }
    changed = _change(member, values, version=version)
    if not changed:
        return
    if {"role", "home_organisation"} & set(changed):
        review.profile_decisions.filter(membership=member).delete()
    _record("member.changed", member, by=by, at=at, fields=changed)
    if "role" in changed:
        roster.add(review, people=[(member.user.full_name, role.title)])
        _tell_of_role(member, before=before, by=by, at=at)


def _change(
    member: Membership, values: Mapping[str, object], *, version: int
) -> list[str]:
    """Write what differs, and say which fields did."""
    changed = [name for name in values if getattr(member, name) != values[name]]
    for name in changed:
        setattr(member, name, values[name])
    if changed:
        save_if_unchanged(member, version=version, fields=changed)
    return changed


def _tell_of_role(
    member: Membership, *, before: str, by: User, at: dt.datetime
) -> None:
    if not member.has_accepted:
        # They read of the role in their invitation, which has to name the new one.
        accounts.invite_again(member=member, by=by, at=at)
        return
    words = letters.role_changed(member, before=before, by=by)
    mailer.queue(
        review=member.review,
        kind=ROLE_CHANGED,
        to=member.user.email,
        subject=words.subject,
        text=words.text,
        at=at,
    )
    if member.user != by:
        accounts.end_sessions(member.user)


def _managers(review: Review) -> QuerySet[Membership]:
    return review.memberships.filter(
        access_role=AccessRole.RM, answer=Membership.Answer.ACCEPTED
    )


def refuse_last_manager(member: Membership) -> None:
    """Raises LastManager if nobody else manages the review; one who has not accepted does not."""
    if member.access_role != AccessRole.RM or not member.has_accepted:
        return
    if not _managers(member.review).exclude(pk=member.pk).exists():
        raise LastManager


@transaction.atomic
def remove_member(
    *, review: Review, member: Membership, by: User, at: dt.datetime
) -> None:
    """Take a person off the review. An account that they never used goes too.

    Raises LastManager.
    """
    Review.objects.lock(review.pk)
    refuse_last_manager(member)
    user = member.user
    _record("member.removed", member, by=by, at=at, role=member.role)
    _depart(member, at=at)
    accounts.close_unused(user=user, review=review, by=by, at=at)


def _record(
    action: str, member: Membership, *, by: User, at: dt.datetime, **detail: object
) -> None:
    audit.record(
        action,
        review=member.review,
        by=by,
        at=at,
        object_kind="user",
        object_id=member.user_id,
        detail=detail,
    )


# What people say of themselves


@transaction.atomic
def change_profile(
    *,
    member: Membership,
    version: int,
    home_organisation: str,
    profile: str,
    on_site: bool,
    by: User,
    at: dt.datetime,
    telephone: str | None = None,
) -> None:
    """A person's own words on themselves. Raises NeedsHome, FromTheCouncil, ChangedMeanwhile.

    Who comes from elsewhere or says something else of themselves is decided on anew.
    """
    home = home_organisation.strip()
    _refuse_home(member.review, member.access_role, home)
    values = {"home_organisation": home, "profile": profile, "on_site": on_site}
    before = audit.values_of(member, values)
    changed = _change(member, values, version=version)
    if telephone is not None:
        accounts.change_telephone(user=member.user, telephone=telephone)
    if not changed:
        return
    if {"home_organisation", "profile"} & set(changed):
        member.review.profile_decisions.filter(membership=member).delete()
    # What people write of themselves stays out of the trail, which outlives the review.
    plain = {name: value for name, value in values.items() if name != "profile"}
    detail = audit.differences(before, plain)
    if "profile" in changed:
        detail["fields"] = ["profile"]
    _record("member.profile_changed", member, by=by, at=at, **detail)


@transaction.atomic
def declare_interest(
    *,
    member: Membership,
    something: bool,
    text: str,
    sessions: str,
    agencies: Iterable[Agency],
    by: User,
    at: dt.datetime,
    not_in: Iterable[str] = (),
) -> Interest:
    """Keep a peer's declaration; a later one replaces it. Raises NothingDeclared.

    ``not_in`` are keys of ``team_use.sessions_of``: what the peer should not be in.
    The trail says that there is one and of how many agencies, never what it says.
    """
    concerned = list(agencies) if something else []
    if something and not text.strip():
        raise NothingDeclared
    interest = Interest.objects.filter(membership=member).first() or Interest(
        review=member.review, membership=member
    )
    interest.something = something
    interest.text = text.strip() if something else ""
    interest.sessions = sessions.strip() if something else ""
    interest.declared_at = at
    interest.save()
    interest.agencies.set(concerned)
    team_use.keep_out(member, not_in if something else ())
    _record("interest.declared", member, by=by, at=at, agencies=len(concerned))
    return interest


# The sponsor's word


def refuse_decision(member: Membership) -> None:
    """Raises OnSiteAlready: who is there and was decided on is not up for decision again."""
    decided = ProfileDecision.objects.filter(membership=member).exists()
    if member.review.stage >= Stage.ON_SITE and decided:
        raise OnSiteAlready(member.user.full_name)


@transaction.atomic
def decide_profile(
    *,
    member: Membership,
    accepted: bool,
    by: User,
    at: dt.datetime,
    reason: str = "",
) -> ProfileDecision:
    """The sponsor's word on one peer, with name and date. Raises NoReason, OnSiteAlready."""
    if not accepted and not reason.strip():
        raise NoReason
    refuse_decision(member)
    decision, _ = ProfileDecision.objects.update_or_create(
        membership=member,
        defaults={
            "review": member.review,
            "accepted": accepted,
            "reason": "" if accepted else reason.strip(),
            "decided_by_name": by.full_name,
            "decided_at": at,
        },
    )
    action = "member.profile_accepted" if accepted else "member.profile_questioned"
    _record(action, member, by=by, at=at)
    return decision


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
