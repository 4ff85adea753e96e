"""Verbs of mail that waits: change it, try it on oneself, let it go, throw it away."""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from reviews import background
from reviews.domain import accounts
from reviews.mail import mailer
from reviews.mail.kinds import ANNOUNCEMENT, KINDS, TEST
from reviews.models import Delivery, MailBatch, Membership, Message, Review, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.refusals import Refusal
from reviews.trail import audit


class AlreadyGone(Refusal):
    sentence = "These messages have been sent or thrown away already."


class HoldsASecret(Refusal):
    sentence = (
        "This message holds a secret link for its reader, so it cannot be read, "
        "changed or tried. You can send it or throw it away."
    )


class NobodyToWriteTo(Refusal):
    sentence = "Nobody of that kind is on this review yet."


def _drafts(batch: MailBatch) -> list[Message]:
    drafts = list(batch.messages.filter(state=Delivery.DRAFT))
    if not drafts:
        raise AlreadyGone
    return drafts


def recipients(members: Sequence[Membership]) -> list[mailer.Recipient]:
    """One for each person, with what may stand in a text for them."""
    return [
        mailer.Recipient(
            member.user.email,
            {
                "name": member.name,
                "agency": member.agency.name if member.agency else "",
                "council": member.review.council,
            },
        )
        for member in members
        if member.user.is_active
    ]


@transaction.atomic
def announce(
    *,
    review: Review,
    members: Sequence[Membership],
    subject: str,
    text: str,
    by: User,
    at: dt.datetime,
) -> MailBatch | None:
    """Write to these people. Raises NobodyToWriteTo."""
    readers = recipients(members)
    if not readers:
        raise NobodyToWriteTo
    batch = mailer.write(
        review=review,
        kind=ANNOUNCEMENT,
        recipients=readers,
        subject=subject,
        text=text,
        at=at,
    )
    _record("mail.written", review, ANNOUNCEMENT, batch, by=by, at=at)
    return batch


@transaction.atomic
def change_batch(
    *,
    batch: MailBatch,
    version: int,
    subject: str,
    text: str,
    by: User,
    at: dt.datetime,
) -> None:
    """New words for every draft of the batch. Raises AlreadyGone, HoldsASecret, ChangedMeanwhile."""
    drafts = _drafts(batch)
    if drafts[0].holds_a_secret:
        raise HoldsASecret
    batch.subject, batch.text = subject, text
    save_if_unchanged(batch, version=version, fields=["subject", "text"])
    for draft in drafts:
        draft.subject = mailer.fill(subject, draft.fields)
        draft.text = mailer.fill(text, draft.fields)
        draft.save(update_fields=["subject", "text"])
    _record("mail.changed", batch.review, batch.kind, batch, by=by, at=at)


@transaction.atomic
def leave_out(*, message: Message, by: User, at: dt.datetime) -> None:
    """One person fewer has the message. Raises AlreadyGone."""
    gone, _ = Message.objects.filter(pk=message.pk, state=Delivery.DRAFT).delete()
    if not gone or message.batch is None:
        raise AlreadyGone
    batch = message.batch
    _record("mail.left_out", batch.review, message.kind, batch, by=by, at=at)
    if not message.batch.messages.exists():
        message.batch.delete()


def send_test(*, batch: MailBatch, by: User, at: dt.datetime) -> Message:
    """The first draft, as its reader would have it, to oneself. Raises AlreadyGone, HoldsASecret."""
    first = _drafts(batch)[0]
    if first.holds_a_secret:
        raise HoldsASecret
    return mailer.queue(
        review=batch.review,
        kind=TEST,
        to=by.email,
        subject=f"Test: {first.subject}",
        text=first.text,
        files=first.files or (),
        at=at,
    )


@transaction.atomic
def release(*, batch: MailBatch, version: int, by: User, at: dt.datetime) -> int:
    """Let every draft go. Raises AlreadyGone, ChangedMeanwhile. Says how many went: none where
    whoever was invited has answered meanwhile."""
    drafts = _drafts(batch)
    for draft in drafts:
        if draft.kind in accounts.INVITATIONS:
            accounts.renew_letter(message=draft, by=by, at=at)
    batch.released_at = at
    save_if_unchanged(batch, version=version, fields=["released_at"])
    # Only the state is written: the words stand sealed in the rows.
    number = batch.messages.filter(state=Delivery.DRAFT).update(
        state=Delivery.QUEUED, queued_at=at
    )
    if not number:
        _record("mail.discarded", batch.review, batch.kind, batch, by=by, at=at)
        batch.delete()
        return 0
    _record("mail.released", batch.review, batch.kind, batch, by=by, at=at)
    background.enqueue(mailer.SEND, batch.review_id, review=batch.review)
    return number


@transaction.atomic
def discard(*, batch: MailBatch, by: User, at: dt.datetime) -> None:
    """Throw the drafts away. Raises AlreadyGone."""
    _drafts(batch)
    _record("mail.discarded", batch.review, batch.kind, batch, by=by, at=at)
    batch.delete()


@transaction.atomic
def set_mail_rules(
    *, review: Review, by_itself: Mapping[str, bool], by: User, at: dt.datetime
) -> None:
    """Which kinds go by themselves in this review; drafts that wait already go on waiting."""
    changed = {}
    for kind in KINDS:
        if kind.fixed or kind.begins not in by_itself:
            continue
        wanted = by_itself[kind.begins]
        if mailer.goes_by_itself(review, kind.begins) != wanted:
            words = ["waits", "goes by itself"]
            changed[kind.title] = words if wanted else words[::-1]
            review.mail_rules.update_or_create(
                kind=kind.begins, defaults={"by_itself": wanted}
            )
    if changed:
        audit.record(
            "mail.rules_changed",
            review=review,
            by=by,
            at=at,
            detail={"changed": changed},
        )


def _record(
    action: str,
    review: Review,
    kind: str,
    batch: MailBatch | None,
    *,
    by: User,
    at: dt.datetime,
) -> None:
    audit.record(
        action,
        review=review,
        by=by,
        at=at,
        object_kind="mail",
        object_id=batch.pk if batch else "",
        # Without how many: of letters to people met those are the people.
        detail={"kind": kind},
    )
