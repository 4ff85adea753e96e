"""Verbs of what is agreed before a review: the wording of the terms, and signatures."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from reviews.models import Membership, Review, SignOff, Terms, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.reading.terms import Section, party_of, sections_of, wording
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.trail import audit

PARTY_WORDS = {
    SignOff.Party.MANAGER: "review manager",
    SignOff.Party.SPONSOR: "council’s sponsor",
}


class NothingToSign(Refusal):
    sentence = "There are no words to sign yet."


class OtherWords(Refusal):
    sentence = (
        "The words were changed while you were reading. Read them again, then sign."
    )


class NotASigner(Refusal):
    sentence = "The review manager and the council’s sponsor sign, nobody else."


class NoChangeNamed(Refusal):
    sentence = "Say what should change"


@transaction.atomic
def change_terms(
    *, review: Review, texts: Mapping[str, str], version: int, by: User, at: dt.datetime
) -> None:
    """Word the sections anew, by code. Raises ChangedMeanwhile.

    ``version`` is 0 while the review still has the framework's words. Who signed the words of
    before is asked again.
    """
    before = sections_of(review)
    after = [
        Section(each.code, each.title, texts.get(each.code, each.text).strip())
        for each in before
    ]
    detail = audit.differences(
        {each.title: each.text for each in before},
        {each.title: each.text for each in after},
    )
    row = Terms.objects.select_for_update().filter(review=review).first()
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile
    if not detail:
        return
    plain = [vars(each) for each in after]
    if row:
        row.sections = plain
        save_if_unchanged(row, version=version, fields=["sections"])
    else:
        Terms.objects.create(review=review, sections=plain)
    audit.record(
        "terms.changed",
        review=review,
        by=by,
        at=at,
        object_kind="terms",
        detail=detail,
    )


@transaction.atomic
def sign(
    *,
    member: Membership,
    subject: SignOff.Subject,
    seen: str,
    agreed: bool,
    reason: str = "",
    by: User,
    at: dt.datetime,
) -> SignOff:
    """Put one's name to the words whose fingerprint is ``seen``, or ask for a change of them.

    Raises NotASigner, NothingToSign, OtherWords, NoChangeNamed.
    """
    review = member.review
    party = party_of(member, subject)
    if party is None:
        raise NotASigner
    # Whoever rewords them at the same moment waits, or is waited for.
    Review.objects.lock(review.pk)
    now = wording(review, subject)
    if not now:
        raise NothingToSign
    if now != seen:
        raise OtherWords
    if not agreed and not reason.strip():
        raise NoChangeNamed
    if agreed and subject == SignOff.Subject.TERMS:
        _keep_words(review)
    row = SignOff.objects.create(
        review=review,
        subject=subject,
        party=party,
        agreed=agreed,
        reason="" if agreed else reason.strip(),
        name=by.full_name,
        signed_by=by,
        signed_at=at,
        wording=now,
    )
    audit.record(
        f"{subject.value}.{'signed' if agreed else 'questioned'}",
        review=review,
        by=by,
        at=at,
        object_kind=subject.value,
        detail={"for": PARTY_WORDS[party]},
    )
    return row


def _keep_words(review: Review) -> None:
    """What was signed stands by itself: the framework's words may be tailored later."""
    Terms.objects.get_or_create(
        review=review,
        defaults={"sections": [vars(each) for each in sections_of(review)]},
    )
