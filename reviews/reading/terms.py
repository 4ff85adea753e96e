"""The terms and the scope of a review as pages show them, and who has agreed to them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from string import Template

from django.urls import reverse

from reviews import retention
from reviews.access import Action, can
from reviews.models import Membership, Review, SignOff, Terms
from reviews.pages import say
from reviews.pages.progress import ToDo
from reviews.reading.moved import arrived_at, of_the_file

PARTIES = {
    SignOff.Subject.TERMS: (SignOff.Party.MANAGER, SignOff.Party.SPONSOR),
    SignOff.Subject.SCOPE: (SignOff.Party.SPONSOR,),
}


@dataclass(frozen=True)
class Section:
    """One heading of the terms with its words."""

    code: str
    title: str
    text: str

    @property
    def paragraphs(self) -> list[str]:
        return [each.strip() for each in self.text.split("\n") if each.strip()]


def sections_of(review: Review) -> list[Section]:
    """The terms as they are worded now: the review's own words, or else the framework's."""
    row = Terms.objects.filter(review=review).first()
    if row:
        return [Section(**each) for each in row.sections]
    return framework_sections(review)


def has_own_terms(review: Review) -> bool:
    """Whether the terms were reworded; then they follow neither framework nor figures."""
    return Terms.objects.filter(review=review).exists()


def framework_sections(review: Review) -> list[Section]:
    fields = {
        "council": review.council,
        "programme": review.programme,
        **retention.by_name(review.words_kept),
    }
    return [
        Section(each.code, each.title, Template(each.text).safe_substitute(fields))
        for each in review.pack.terms
    ]


def wording(review: Review, subject: str) -> str:
    """The fingerprint of the words that would be signed now; empty where there are none."""
    words: Iterable[object]
    if subject == SignOff.Subject.TERMS:
        words = [[each.title, each.text] for each in sections_of(review)]
    else:
        questions = [each.text for each in review.key_questions.all()]
        words = [review.scope, questions] if review.scope.strip() else []
    if not words:
        return ""
    return hashlib.sha256(json.dumps(words).encode()).hexdigest()


class State(StrEnum):
    MISSING = "missing"
    EARLIER = "earlier"
    ASKS = "asks"
    AGREED = "agreed"


@dataclass(frozen=True)
class Signature:
    """Where one party stands towards the words of now."""

    party: str
    title: str
    state: State
    name: str = ""
    at: dt.datetime | None = None
    reason: str = ""
    # Where it came with the file of a review that was moved here: the words that say so.
    of_file: str = ""

    @property
    def agreed(self) -> bool:
        return self.state == State.AGREED


def signatures(review: Review, subject: SignOff.Subject) -> list[Signature]:
    """Every party of ``subject`` with its last word on it."""
    now = wording(review, subject)
    rows = [row for row in review.sign_offs.all() if row.subject == subject]
    arrived = arrived_at(review) if rows else None
    found = []
    for party in PARTIES[subject]:
        last = next((row for row in rows if row.party == party), None)
        title = str(party.label)
        if last is None:
            found.append(Signature(party, title, State.MISSING))
            continue
        state = State.AGREED if last.agreed else State.ASKS
        if last.wording != now:
            state = State.EARLIER
        found.append(
            Signature(
                party,
                title,
                state,
                last.name,
                last.signed_at,
                last.reason,
                of_the_file(last.signed_at, arrived),
            )
        )
    return found


def is_agreed(review: Review, subject: SignOff.Subject) -> bool:
    return all(each.agreed for each in signatures(review, subject))


def agreed_on(review: Review, subject: SignOff.Subject) -> dt.date | None:
    """The day on which the last party agreed to the words of now; None while one has not."""
    found = signatures(review, subject)
    if not all(each.agreed for each in found):
        return None
    return max(each.at for each in found if each.at).date()


def party_of(member: Membership, subject: SignOff.Subject) -> SignOff.Party | None:
    """For whom this member may sign now, if for anybody."""
    action = {
        SignOff.Subject.TERMS: Action.SIGN_TERMS,
        SignOff.Subject.SCOPE: Action.APPROVE_SCOPE,
    }[subject]
    if not can(member, action):
        return None
    sponsor = can(member, Action.APPROVE_SCOPE)
    return SignOff.Party.SPONSOR if sponsor else SignOff.Party.MANAGER


def waits_for(member: Membership, subject: SignOff.Subject) -> bool:
    """Whether there are words that this member may sign and has not signed."""
    party = party_of(member, subject)
    if party is None or not wording(member.review, subject):
        return False
    return any(
        each.party == party and not each.agreed
        for each in signatures(member.review, subject)
    )


def to_sign(member: Membership) -> list[ToDo]:
    """What waits for this member's name."""
    titles = {
        SignOff.Subject.SCOPE: ("Approve the scope and the key questions", "scope"),
        SignOff.Subject.TERMS: ("Sign the terms", "terms"),
    }
    return [
        ToDo(title, url=reverse(f"reviews:{name}", args=[member.review_id]))
        for subject, (title, name) in titles.items()
        if waits_for(member, subject)
    ]


def missing_words(review: Review, subject: SignOff.Subject) -> str:
    """One sentence of who has not agreed to ``subject``; empty when everybody has."""
    verb = "signed the terms"
    if subject == SignOff.Subject.SCOPE:
        verb = "approved the scope and the key questions"
    lacking = [each for each in signatures(review, subject) if not each.agreed]
    if not lacking:
        return ""
    asks = [each for each in lacking if each.state == State.ASKS]
    if asks:
        return f"{_said(asks, first=True)} asks for a change of {_what(subject)}."
    earlier = all(each.state == State.EARLIER for each in lacking)
    if earlier:
        return f"The words changed since {_said(lacking)} {verb}."
    have = "has" if len(lacking) == 1 else "have"
    return f"{_said(lacking, first=True)} {have} not {verb}."


def _said(signers: list[Signature], *, first: bool = False) -> str:
    """The signers with their articles; ``first`` where a sentence begins with them."""
    names = [f"the {each.title[0].lower()}{each.title[1:]}" for each in signers]
    return f"The{say.listed(names)[3:]}" if first else say.listed(names)


def _what(subject: SignOff.Subject) -> str:
    title = str(subject.label)
    return title[0].lower() + title[1:]
