"""Standing quality checks: what a review still lacks, each with where to mend it."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.urls import reverse

from reviews import lead_in
from reviews.models import TEAM, AccessRole, Agency, Membership, Review
from reviews.reading.regulator import clashes_of
from reviews.reading.team import team_of

LEAST_QUESTIONS = 3


@dataclass(frozen=True)
class Check:
    """One sentence of what is missing, and the page that mends it."""

    sentence: str
    url: str


def standing_checks(review: Review, *, today: dt.date) -> list[Check]:
    """What is missing, in the order of the set-up. Empty when the review stands well."""
    groups = (
        ("details", _details(review)),
        ("key-questions", _questions(review)),
        ("agencies", _agencies(review)),
        ("team", _team(review)),
        ("profiles", _declarations(review)),
        ("plan", _plan(review, today)),
        ("regulator", _regulator(review)),
        ("clashes", _dates(review)),
    )
    return [
        Check(sentence, reverse(f"reviews:{name}", kwargs={"review_id": review.pk}))
        for name, sentences in groups
        for sentence in sentences
    ]


def _details(review: Review) -> list[str]:
    found = []
    if not review.scope.strip():
        found.append("The scope is not written.")
    if not review.duty_contact.strip():
        found.append("There is nobody to ring about a child at risk.")
    if not (review.council_contact_name and review.council_contact_email):
        found.append("The council’s contact is not named.")
    return found


def _questions(review: Review) -> list[str]:
    number = review.key_questions.count()
    if number == 0:
        return ["There is no key question."]
    if number < LEAST_QUESTIONS:
        verb = "is" if number == 1 else "are"
        return [f"There {verb} {number} of at least {LEAST_QUESTIONS} key questions."]
    return []


def _agencies(review: Review) -> list[str]:
    with_contact = set(
        review.memberships.filter(agency__isnull=False).values_list(
            "agency_id", flat=True
        )
    )
    agencies = list(review.agencies.all())
    found = []
    if not any(each.kind == Agency.Kind.PARTNER for each in agencies):
        found.append("No partner agency takes part.")
    has_council_contact = review.memberships.filter(access_role=AccessRole.CC).exists()
    found += [
        f"No contact is named for {each.name}."
        for each in agencies
        if each.pk not in with_contact
        # The council's organiser speaks for its own services.
        and not (each.kind == Agency.Kind.COUNCIL and has_council_contact)
    ]
    return found


def _team(review: Review) -> list[str]:
    found = [
        f"No {slot.role_title.lower()} has been found."
        if not slot.members
        else f"Another {slot.role_title.lower()} is needed."
        for slot in team_of(review).vacancies
    ]
    waiting = [
        each.user.full_name
        for each in review.memberships.filter(
            answer=Membership.Answer.WAITING
        ).select_related("user")
    ]
    if waiting:
        found.append(
            f"{_listed(waiting)} {'has' if len(waiting) == 1 else 'have'} not answered "
            "the invitation."
        )
    held = Counter(review.memberships.values_list("role", flat=True))
    found += [
        f"{held[role.code]} people are {role.title.lower()}; there is room for {role.most}."
        for role in review.pack.roles
        if role.most is not None and held[role.code] > role.most
    ]
    return found


def _declarations(review: Review) -> list[str]:
    peers = list(review.memberships.filter(access_role__in=TEAM).select_related("user"))
    declared = set(review.interests.values_list("membership_id", flat=True))
    decisions = dict(review.profile_decisions.values_list("membership_id", "accepted"))
    found = []
    # Whoever has not answered the invitation cannot have declared anything.
    missing = [
        each.user.full_name
        for each in peers
        if each.has_accepted and each.pk not in declared
    ]
    if missing:
        found.append(
            f"{_listed(missing)} {'has' if len(missing) == 1 else 'have'} not said "
            "whether they have an interest to declare."
        )
    waiting = [each for each in peers if each.pk not in decisions]
    if waiting:
        number = len(waiting)
        found.append(
            "The sponsor has not accepted "
            f"{number} profile{'' if number == 1 else 's'} of the team."
        )
    asked = [each.user.full_name for each in peers if decisions.get(each.pk) is False]
    if asked:
        found.append(f"The sponsor asks about {_listed(asked)}.")
    return found


def _listed(names: list[str]) -> str:
    if len(names) > 3:
        return f"{names[0]} and {len(names) - 1} others"
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _plan(review: Review, today: dt.date) -> list[str]:
    late = sum(each.is_late(today) for each in review.milestones.all())
    if not late:
        return []
    return ["1 milestone is late." if late == 1 else f"{late} milestones are late."]


def _regulator(review: Review) -> list[str]:
    if review.regulator_notices.exists():
        return []
    return ["There is no record that the regulator was told."]


def _dates(review: Review) -> list[str]:
    found = [
        f"{clash.kind_title} during the visit: {clash.title}."
        for clash in clashes_of(review)
        if clash.with_visit
    ]
    if not lead_in.is_working_day(review.day_zero):
        found.append("The visit begins on a day off.")
    return found
