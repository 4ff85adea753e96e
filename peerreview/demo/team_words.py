"""What the team says of itself, what the sponsor accepts, and what the regulator was told."""

import datetime as dt
from typing import Any, cast

import yaml

from peerreview.demo import content, moments, setting_up
from peerreview.demo.setting_up import Cast
from reviews import domain
from reviews.models import Membership, Milestone, SignOff, User
from reviews.reading.terms import wording

# At set-up one role is vacant again, so that the page of what is missing has something to say:
# the trust of the health peer could not release her yet.
DECLINES_AT_FIRST = "health_peer"
# These have been invited and have not answered.
NOT_ANSWERED_YET = frozenset({"specialist"})
# And this one has accepted but not declared anything yet.
NOT_DECLARED_YET = frozenset({"member_peer"})


def _words() -> dict[str, Any]:
    text = (content.FOLDER / "team.yaml").read_text(encoding="utf-8")
    return cast(dict[str, Any], yaml.safe_load(text))


def begin(cast: Cast) -> None:
    """The first week of set-up: some have answered, one is missing, little is done."""
    _invite(cast, moments.CREATED)
    domain.decline_invitation(
        member=cast.member(DECLINES_AT_FIRST),
        reason=_words()["declines"],
        by=cast.people[DECLINES_AT_FIRST],
        at=moments.SETTING_UP,
    )
    _accept(cast, moments.SETTING_UP, without=NOT_ANSWERED_YET)
    _speak(cast, moments.SETTING_UP, without=NOT_ANSWERED_YET | NOT_DECLARED_YET)
    _sign(cast, "manager", SignOff.Subject.TERMS, moments.SETTING_UP)
    _tell_regulator(cast, replied=False)
    _block(cast)
    begun = ["SET-01", "SET-02"]
    domain.change_milestones(
        review=cast.review,
        seen=dict(
            cast.review.milestones.filter(code__in=begun).values_list("pk", "version")
        ),
        status=Milestone.Status.DONE,
        today=moments.CREATED.date(),
        by=cast.people["manager"],
        at=moments.SETTING_UP,
    )
    setting_up.stand_still_at(cast.review, moments.SETTING_UP.date())


def complete(cast: Cast) -> None:
    """The team as it is for the lead-in: declared, accepted, and the regulator answered."""
    _invite(cast, moments.CREATED)
    _accept(cast, moments.SETTING_UP, without=frozenset())
    _speak(cast, moments.TEAM_COMPLETE, without=frozenset())
    _sign(cast, "manager", SignOff.Subject.TERMS, moments.SETTING_UP)
    for subject in SignOff.Subject:
        _sign(cast, "sponsor", subject, moments.TERMS_SIGNED)
    _tell_regulator(cast, replied=True)
    _block(cast)
    domain.accept_waiting(
        review=cast.review,
        members=_peers(cast),
        by=cast.people["sponsor"],
        at=moments.PROFILES_ACCEPTED,
    )


def _sign(cast: Cast, key: str, subject: SignOff.Subject, at: dt.datetime) -> None:
    """Somebody puts their name to the words as they stand."""
    domain.sign(
        member=cast.member(key),
        subject=subject,
        seen=wording(cast.review, subject),
        agreed=True,
        by=cast.people[key],
        at=at,
    )


def _peers(cast: Cast) -> list[Membership]:
    members = cast.review.team_members()
    return list(members.select_related("user", "review"))


def _invite(cast: Cast, at: dt.datetime) -> None:
    """When each was asked. No letter: the demonstration's people press a button to sign in."""
    cast.review.memberships.filter(answer=Membership.Answer.WAITING).update(
        invited_at=at
    )
    User.objects.filter(
        memberships__review=cast.review, last_login__isnull=True
    ).update(last_login=at)


def _accept(cast: Cast, at: dt.datetime, *, without: frozenset[str]) -> None:
    keys = {user.pk: key for key, user in cast.people.items()}
    waiting = cast.review.memberships.filter(answer=Membership.Answer.WAITING)
    for member in waiting.select_related("user", "review"):
        key = keys[member.user_id]
        if key not in without:
            domain.accept_invitation(member=member, by=member.user, at=at)


def _speak(cast: Cast, at: dt.datetime, *, without: frozenset[str]) -> None:
    words = _words()
    keys = {user.pk: key for key, user in cast.people.items()}
    agencies = {agency.code: agency for agency in cast.review.agencies.all()}
    for member in _peers(cast):
        key = keys[member.user_id]
        if not member.has_accepted:
            continue
        domain.change_profile(
            member=member,
            version=member.version,
            home_organisation=content.personas()[key].home,
            profile=words["profiles"][key],
            on_site=True,
            by=member.user,
            at=at,
        )
        if key in without:
            continue
        interest = words["interests"].get(key, {})
        domain.declare_interest(
            member=member,
            something=bool(interest),
            text=interest.get("text", ""),
            sessions=interest.get("sessions", ""),
            agencies=[agencies[interest["agency"]]] if interest else [],
            by=member.user,
            at=at,
        )


def _tell_regulator(cast: Cast, *, replied: bool) -> None:
    notice = _words()["notice"]
    manager = cast.people["manager"]
    domain.record_notice(
        review=cast.review,
        by=manager,
        at=moments.CREATED,
        told_on=moments.CREATED.date(),
        told_by=manager.full_name,
        told_to=notice["told_to"],
        how=notice["how"],
        said=notice["said"],
        replied_on=moments.LEAD_IN.date() if replied else None,
        reply=notice["reply"] if replied else "",
    )


def _block(cast: Cast) -> None:
    for period in _words()["periods"]:
        domain.block_period(
            review=cast.review,
            by=cast.people["organiser"],
            at=moments.SETTING_UP,
            **period,
        )
