"""Verbs of the people on a review: their profile, their interests, and the sponsor's word."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from reviews import audit
from reviews.domain.review import FromTheCouncil
from reviews.models import (
    TEAM,
    Agency,
    Interest,
    Membership,
    ProfileDecision,
    Review,
    User,
)
from reviews.organisations import same_organisation
from reviews.refusals import Refusal


class NoReason(Refusal):
    def __init__(self) -> None:
        super().__init__("Say why, so that the review manager can act on it.")


class NothingDeclared(Refusal):
    def __init__(self) -> None:
        super().__init__("Say what the interest is, or that you have none.")


@transaction.atomic
def change_profile(
    *,
    member: Membership,
    home_organisation: str,
    profile: str,
    on_site: bool,
    by: User,
    at: dt.datetime,
) -> None:
    """A person's own words on themselves. Raises FromTheCouncil.

    Who comes from elsewhere or says something else of themselves is decided on anew.
    """
    review = member.review
    home = home_organisation.strip()
    if member.access_role in TEAM and same_organisation(home, review.council):
        raise FromTheCouncil(review.council)
    values = {"home_organisation": home, "profile": profile, "on_site": on_site}
    before = audit.values_of(member, values)
    changed = [name for name in values if before[name] != values[name]]
    if not changed:
        return
    for name in changed:
        setattr(member, name, values[name])
    member.save(update_fields=changed)
    if {"home_organisation", "profile"} & set(changed):
        review.profile_decisions.filter(membership=member).delete()
    audit.record(
        "member.profile_changed",
        review=review,
        by=by,
        at=at,
        object_kind="user",
        object_id=member.user_id,
        detail=audit.differences(before, values),
    )


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
) -> Interest:
    """Keep a peer's declaration; a later one replaces it. Raises NothingDeclared.

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
    audit.record(
        "interest.declared",
        review=member.review,
        by=by,
        at=at,
        object_kind="user",
        object_id=member.user_id,
        detail={"agencies": len(concerned)},
    )
    return interest


@transaction.atomic
def decide_profile(
    *,
    member: Membership,
    accepted: bool,
    by: User,
    at: dt.datetime,
    reason: str = "",
) -> ProfileDecision:
    """The sponsor's word on one peer, with name and date. Raises NoReason."""
    if not accepted and not reason.strip():
        raise NoReason
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
    audit.record(
        "member.profile_accepted" if accepted else "member.profile_questioned",
        review=member.review,
        by=by,
        at=at,
        object_kind="user",
        object_id=member.user_id,
    )
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
