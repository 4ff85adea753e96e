"""What can be done to the team: who is on it, in which role, what they declare of themselves."""

import datetime as dt

from django.db import transaction

from reviews.domain import accounts
from reviews.domain.joining import OtherSide, depart, refuse_last_manager, refuse_unfit
from reviews.domain.profiles import change_fields, record
from reviews.mail import letters, mailer
from reviews.mail.kinds import ROLE_CHANGED
from reviews.models import (
    Agency,
    Membership,
    Review,
    User,
)
from reviews.screening import roster


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
    if role.in_team != member.in_team:
        raise OtherSide(member.name, member.in_team)
    if not role.manages:
        refuse_last_manager(member)
    refuse_unfit(review, role, home, agency, member=member)
    values = {
        "role": role.code,
        "access_role": role.access_role,
        "home_organisation": home,
        "agency": agency if role.is_host else None,
        "on_site": on_site,
    }
    changed = change_fields(member, values, version=version)
    if not changed:
        return
    if {"role", "home_organisation"} & set(changed):
        review.profile_decisions.filter(membership=member).delete()
    record("member.changed", member, by=by, at=at, fields=changed)
    if "role" in changed:
        roster.add(review, people=[(member.name, role.title)])
        _tell_of_role(member, before=before, by=by, at=at)


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
    record("member.removed", member, by=by, at=at, role=member.role)
    depart(member, at=at)
    accounts.close_unused(user=user, review=review, by=by, at=at)
