"""Verbs of the briefing note: its secret addresses, sending it, and asking to be heard."""

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from reviews.domain.outbox import NobodyToWriteTo, recipients
from reviews.mail import mailer
from reviews.mail.kinds import BRIEFING
from reviews.models import (
    AccessRole,
    BriefingAddress,
    MailBatch,
    Review,
    SpeakRequest,
    Stage,
    User,
)
from reviews.reading import speech
from reviews.refusals import Refusal
from reviews.trail import audit

MOST_NEW_REQUESTS = 200

SUBJECT = "$council: what the peer review means for you and your staff"
LETTER = """\
$name,

a peer review team is coming. This note says what the review is, what it is not, and what we ask
of you and your staff:

{address}

The note can be read without an account and downloaded as PDF or Word. Pass it on to your staff:
it also tells them how to ask to speak to the team.
"""


class TooManyRequests(Refusal):
    sentence = "We cannot take your request here just now. Ring or write to the review manager."


class NotHearing(Refusal):
    sentence = "The visit is over, so the team cannot hear anybody new."


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_briefing_address(
    *, review: Review, purpose: str, by: User, at: dt.datetime
) -> str:
    """A fresh secret address of the note, told once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    # How long requests are kept is told from now on, so it is not being changed meanwhile.
    Review.objects.lock(review.pk)
    BriefingAddress.objects.create(
        review=review, token_hash=_hash(token), purpose=purpose, made_at=at
    )
    audit.record("briefing.address_made", review=review, by=by, at=at)
    return f"{settings.SITE_ADDRESS}{reverse('briefing:note', args=[token])}"


@transaction.atomic
def end_briefing_addresses(*, review: Review, by: User, at: dt.datetime) -> None:
    """Every address of the note stops working at once."""
    ended, _ = review.briefing_addresses.all().delete()
    if ended:
        audit.record(
            "briefing.addresses_ended",
            review=review,
            by=by,
            at=at,
            detail={"number": ended},
        )


def review_of_briefing(token: str) -> Review | None:
    """Whose note the secret address opens, if it still opens one."""
    found = (
        BriefingAddress.objects.filter(token_hash=_hash(token))
        .select_related("review")
        .first()
    )
    if found is None or found.review.stage == Stage.CLOSED:
        return None
    return found.review


@transaction.atomic
def send_briefing(*, review: Review, by: User, at: dt.datetime) -> MailBatch | None:
    """Write to the contacts of council and agencies, with an address of their own.

    Raises NobodyToWriteTo.
    """
    members = list(
        review.memberships.filter(
            access_role__in=[AccessRole.PC, AccessRole.CC]
        ).select_related("user", "agency", "review")
    )
    readers = recipients(members)
    if not readers:
        raise NobodyToWriteTo
    address = make_briefing_address(
        review=review, purpose=BriefingAddress.Purpose.MAIL, by=by, at=at
    )
    batch = mailer.write(
        review=review,
        kind=BRIEFING,
        recipients=readers,
        subject=SUBJECT,
        text=LETTER.format(address=address),
        at=at,
    )
    audit.record(
        "briefing.written",
        review=review,
        by=by,
        at=at,
        object_kind="mail" if batch else "",
        object_id=batch.pk if batch else "",
        detail={"messages": len(readers)},
    )
    return batch


@transaction.atomic
def ask_to_speak(*, review: Review, about: str, reach: str, when: str) -> None:
    """Keep the request of somebody who has no account. Raises NotHearing, TooManyRequests.

    Nothing is audited, and no moment is kept: either would tell who asked.
    """
    if review.stage > Stage.ON_SITE or speech.is_gone(review):
        raise NotHearing
    waiting = review.speak_requests.filter(state=SpeakRequest.State.NEW).count()
    if waiting >= MOST_NEW_REQUESTS:
        raise TooManyRequests
    SpeakRequest(
        review=review, words={"about": about, "reach": reach, "when": when}
    ).save(force_insert=True)


@transaction.atomic
def settle_speak_request(*, request: SpeakRequest, state: str, on: dt.date) -> None:
    """Say what became of a request; the trail counts it and tells no more."""
    changed = SpeakRequest.objects.filter(pk=request.pk).exclude(state=state)
    if changed.update(state=state):
        audit.record_speech(
            f"speak_request.{state}", review=request.review, on=on, count=1
        )


def forget_speak_requests(*, at: dt.datetime) -> int:
    """Requests go when words do, whatever stage the review is in, or at the close."""
    gone = 0
    for review in Review.objects.filter(speak_requests__isnull=False).distinct():
        today = review.today(at)
        if review.outlives_what_was_said(today):
            with transaction.atomic():
                count, _ = review.speak_requests.all().delete()
                # That they went, once: how many there were is for the review manager alone.
                audit.record_speech(
                    "speak_request.destroyed", review=review, on=today, count=1
                )
            gone += count
    return gone
