"""What peers say of themselves, what they declare, and who accepts it."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction

from reviews.apps_above import team_use
from reviews.domain import accounts
from reviews.models import (
    TEAM,
    AccessRole,
    Agency,
    Interest,
    Membership,
    ProfileDecision,
    Review,
    Stage,
    User,
)
from reviews.pages.concurrency import save_if_unchanged
from reviews.refusals import Refusal
from reviews.rules.organisations import same_organisation
from reviews.trail import audit


class FromTheCouncil(Refusal):
    def __init__(self, council: str) -> None:
        super().__init__(
            f"A peer comes from another organisation. {council} is the council under review."
        )


class NeedsHome(Refusal):
    sentence = (
        "Enter the organisation that they come from. A peer comes from somewhere else "
        "than the council under review."
    )


class NoReason(Refusal):
    sentence = "Say why, so that the review manager can act on it."


class NothingDeclared(Refusal):
    sentence = "Say what the interest is, or that you have none."


class OnSiteAlready(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"The team is on site, and {name} was decided on before. "
            "Speak to the review manager."
        )


def needs_home(access_role: str) -> bool:
    """Whether somebody of the team has to say theirs; a manager may be of no council."""
    return access_role != AccessRole.RM


def refuse_home(review: Review, access_role: str, home: str) -> None:
    """A peer says where they come from, and it is elsewhere."""
    if access_role not in TEAM:
        return
    if not home and needs_home(access_role):
        raise NeedsHome
    if same_organisation(home, review.council):
        raise FromTheCouncil(review.council)


def change_fields(
    member: Membership, values: Mapping[str, object], *, version: int
) -> list[str]:
    """Write what differs, and say which fields did."""
    changed = [name for name in values if getattr(member, name) != values[name]]
    for name in changed:
        setattr(member, name, values[name])
    if changed:
        save_if_unchanged(member, version=version, fields=changed)
    return changed


def record(
    action: str,
    member: Membership,
    *,
    by: User,
    at: dt.datetime,
    called: str = "",
    **detail: object,
) -> None:
    audit.record(
        action,
        review=member.review,
        by=by,
        at=at,
        object_kind="user",
        object_id=member.user_id,
        called=called,
        detail=detail,
    )


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
    refuse_home(member.review, member.access_role, home)
    values = {"home_organisation": home, "profile": profile, "on_site": on_site}
    before = audit.values_of(member, values)
    changed = change_fields(member, values, version=version)
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
    record("member.profile_changed", member, by=by, at=at, **detail)


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
    The trail says that somebody has declared, never what, nor whether there is anything.
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
    record("interest.declared", member, by=by, at=at)
    return interest


def refuse_decision(member: Membership) -> None:
    """Raises OnSiteAlready: who is there and was decided on is not up for decision again."""
    decided = ProfileDecision.objects.filter(membership=member).exists()
    if member.review.stage >= Stage.ON_SITE and decided:
        raise OnSiteAlready(member.name)


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
    # What was decided goes at the close, and the trail stays.
    record("member.profile_decided", member, by=by, at=at)
    return decision
