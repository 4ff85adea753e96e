"""Standing quality checks: what a review still lacks, each with where to mend it.

Which checks a review is held to is said by its framework; what each of them looks at is here.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from reviews import packs
from reviews.mail.kinds import BRIEFING
from reviews.models import (
    AccessRole,
    Agency,
    Delivery,
    Membership,
    Review,
    SignOff,
    Stage,
)
from reviews.pages import say
from reviews.reading import terms
from reviews.reading.asked import all_answers, late_count, late_words
from reviews.reading.regulator import clashes_of
from reviews.reading.team import team_of
from reviews.rules import lead_in
from reviews.rules.organisations import same_organisation


@dataclass(frozen=True)
class Check:
    """One sentence of what is missing, the page that mends it, and the check that found it."""

    sentence: str
    url: str
    code: str


@dataclass(frozen=True)
class Result:
    """One check of the framework with what it found; nothing where all is well."""

    check: packs.QualityCheck
    missing: tuple[Check, ...]


def results(review: Review, *, today: dt.date) -> list[Result]:
    """Every check that the review is held to, in the framework's order."""
    found = []
    for check in review.pack.checks:
        look = _Look(review, today, check.least or 1)
        found.append(
            Result(
                check,
                tuple(
                    Check(sentence, url, check.code)
                    for sentence, url in _FINDERS[check.code](look)
                ),
            )
        )
    return found


def standing_checks(review: Review, *, today: dt.date) -> list[Check]:
    """What is missing. Empty when the review stands well."""
    return [each for result in results(review, today=today) for each in result.missing]


def contacts_missing(review: Review, *, today: dt.date) -> list[Check]:
    """The agencies that lack a contact, if the framework holds the review to it."""
    return [
        Check(sentence, url, check.code)
        for check in review.pack.checks
        if check.code == "agency-contacts"
        for sentence, url in _agency_contacts(_Look(review, today, check.least or 1))
    ]


Found = list[tuple[str, str]]


@dataclass(frozen=True)
class _Look:
    """A review on a day, for one check that wants ``least`` of something."""

    review: Review
    today: dt.date
    least: int

    def address(self, name: str, **query: object) -> str:
        url = reverse(f"reviews:{name}", args=[self.review.pk])
        return f"{url}?{urlencode(query)}" if query else url

    def at(self, name: str, *sentences: str) -> Found:
        """``sentences`` that are not empty, all mended on one page."""
        url = self.address(name)
        return [(sentence, url) for sentence in sentences if sentence]


def _scope(look: _Look) -> Found:
    written = look.review.scope.strip()
    return look.at("details", "" if written else "The scope is not written.")


def _duty_contact(look: _Look) -> Found:
    if look.review.duty_contact.strip():
        return []
    return look.at("details", "There is nobody to ring about a child at risk.")


def _council_contact(look: _Look) -> Found:
    review = look.review
    if review.council_contact_name and review.council_contact_email:
        return []
    return look.at("details", "The council’s contact is not named.")


def _questions(look: _Look) -> Found:
    number = look.review.key_questions.count()
    if number >= look.least:
        return []
    if number == 0:
        return look.at("key-questions", "There is no key question.")
    verb = "is" if number == 1 else "are"
    return look.at(
        "key-questions",
        f"There {verb} {number} of at least {look.least} key questions.",
    )


def _approved(look: _Look) -> Found:
    if not look.review.scope.strip():
        return []  # said already by the scope's own check
    words = terms.missing_words(look.review, SignOff.Subject.SCOPE)
    return look.at("scope", words)


def _terms(look: _Look) -> Found:
    if not terms.sections_of(look.review):
        return look.at("terms", "The terms are not written.")
    return look.at("terms", terms.missing_words(look.review, SignOff.Subject.TERMS))


def _partners(look: _Look) -> Found:
    number = look.review.agencies.filter(kind=Agency.Kind.PARTNER).count()
    if number >= look.least:
        return []
    if number == 0:
        return look.at("agencies", "No partner agency takes part.")
    return look.at(
        "agencies",
        f"{say.counted(number, 'partner agency', 'partner agencies')} of at least {look.least} "
        f"{'takes' if number == 1 else 'take'} part.",
    )


def _agency_contacts(look: _Look) -> Found:
    review = look.review
    members = review.memberships.exclude(agency=None)
    held = Counter(members.values_list("agency_id", flat=True))
    organised = review.memberships.filter(access_role=AccessRole.CC).exists()
    role = _contact_role(review.pack)
    found = []
    for each in review.agencies.all():
        # The council's organiser speaks for its own services.
        own = each.kind == Agency.Kind.COUNCIL and organised
        if own or held[each.pk] >= look.least:
            continue
        sentence = f"No contact is named for {each.name}."
        if held[each.pk]:
            sentence = f"{each.name} has {held[each.pk]} of {look.least} contacts."
        found.append((sentence, look.address("team-add", role=role, agency=each.pk)))
    return found


def _contact_role(pack: packs.Pack) -> str:
    """The role of those who answer for one agency."""
    return next((r.code for r in pack.roles if r.for_an_agency), "")


def _team(look: _Look) -> Found:
    review = look.review
    codes = {role.title: role.code for role in review.pack.roles}
    found = [
        (
            f"No {slot.role_title.lower()} has been found."
            if not slot.members
            else f"Another {slot.role_title.lower()} is needed.",
            look.address("team-add", role=codes[slot.role_title]),
        )
        for slot in team_of(review).vacancies
    ]
    waiting = [
        each.name
        for each in review.memberships.filter(
            answer=Membership.Answer.WAITING
        ).select_related("user")
    ]
    if waiting:
        have = "has" if len(waiting) == 1 else "have"
        found.append(
            (
                f"{_people(waiting)} {have} not answered the invitation.",
                look.address("team"),
            )
        )
    held = Counter(review.memberships.values_list("role", flat=True))
    return found + [
        (
            f"{held[role.code]} people are {role.title.lower()}; "
            f"there is room for {role.most}.",
            look.address("team"),
        )
        for role in review.pack.roles
        if role.most is not None and held[role.code] > role.most
    ]


def _peers(review: Review) -> list[Membership]:
    peers = review.team_members()
    return list(peers.select_related("user"))


def _peer_homes(look: _Look) -> Found:
    council = look.review.council
    return look.at(
        "team",
        *(
            f"{peer.name} comes from {peer.home_organisation}, "
            "the council under review."
            for peer in _peers(look.review)
            if same_organisation(peer.home_organisation, council)
        ),
    )


def _interests(look: _Look) -> Found:
    declared = set(look.review.interests.values_list("membership_id", flat=True))
    # Whoever has not answered the invitation cannot have declared anything.
    missing = [
        peer.name
        for peer in _peers(look.review)
        if peer.has_accepted and peer.pk not in declared
    ]
    if not missing:
        return []
    have = "has" if len(missing) == 1 else "have"
    return look.at(
        "profiles",
        f"{_people(missing)} {have} not said whether they have an interest to declare.",
    )


def _profiles(look: _Look) -> Found:
    rows = look.review.profile_decisions.values_list("membership_id", "accepted")
    decisions = dict(rows)
    peers = _peers(look.review)
    waiting = sum(peer.pk not in decisions for peer in peers)
    asked = [p.name for p in peers if decisions.get(p.pk) is False]
    return look.at(
        "profiles",
        f"The sponsor has not accepted {say.counted(waiting, 'profile')} of the team."
        if waiting
        else "",
        f"The sponsor asks about {_people(asked)}." if asked else "",
    )


def _people(names: list[str]) -> str:
    if len(names) > 3:
        return f"{names[0]} and {len(names) - 1} others"
    return say.listed(names)


def _milestones(look: _Look) -> Found:
    late = sum(each.is_late(look.today) for each in look.review.milestones.all())
    if not late:
        return []
    verb = "is" if late == 1 else "are"
    url = look.address("plan", status=lead_in.Standing.LATE.value)
    return [(f"{say.counted(late, 'milestone')} {verb} late.", url)]


def _documents(look: _Look) -> Found:
    late = late_count(all_answers(look.review, today=look.today))
    return look.at("documents", f"{late_words(late)}." if late else "")


def _briefing(look: _Look) -> Found:
    review = look.review
    # Nobody is told before the lead-in begins, nor once the visit is over.
    on_time = review.stage >= Stage.LEAD_IN and look.today <= review.last_day
    if not (on_time and review.pack.briefing):
        return []
    written = review.messages.filter(kind=BRIEFING)
    if written.exclude(state=Delivery.DRAFT).exists():
        return []
    if written.exists():
        return look.at("outbox", "The briefing note waits in the outbox.")
    return look.at("briefing-send", "The briefing note has not been sent.")


def _regulator(look: _Look) -> Found:
    if look.review.regulator_notices.exists():
        return []
    return look.at("regulator", "There is no record that the regulator was told.")


def _visit_dates(look: _Look) -> Found:
    review = look.review
    found = []
    if review.stage < Stage.ON_SITE and review.day_zero < look.today:
        sentence = f"The visit was to begin on {say.day(review.day_zero)}, in the past."
        found += look.at("plan-move", sentence)
    if not lead_in.is_working_day(review.day_zero):
        found += look.at("plan-move", "The visit begins on a day off.")
    return found + look.at(
        "clashes",
        *(
            f"{clash.kind_title} during the visit: {clash.title}."
            for clash in clashes_of(review)
            if clash.with_visit
        ),
    )


# Every check that a framework may name; packs.QUALITY_CHECKS says the same.
_FINDERS: dict[str, Callable[[_Look], Found]] = {
    "scope": _scope,
    "duty-contact": _duty_contact,
    "council-contact": _council_contact,
    "key-questions": _questions,
    "scope-approved": _approved,
    "terms": _terms,
    "partner-agencies": _partners,
    "agency-contacts": _agency_contacts,
    "team": _team,
    "peer-homes": _peer_homes,
    "interests": _interests,
    "profiles": _profiles,
    "milestones": _milestones,
    "documents": _documents,
    "briefing": _briefing,
    "regulator": _regulator,
    "visit-dates": _visit_dates,
}
KNOWN = frozenset(_FINDERS)
