"""A review is closed by two people: one asks, another confirms, and from then on nobody goes back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction

from reviews import background
from reviews.access import Action, can
from reviews.apps_above import closing as above
from reviews.apps_above.key_facts import facts_of
from reviews.files.archive import Lock
from reviews.mail import letters, mailer
from reviews.mail.kinds import CLOSE_AHEAD, CLOSE_ASKED, CLOSE_SENT_BACK
from reviews.mail.letters import Words
from reviews.models import (
    AccessRole,
    Closing,
    Membership,
    Review,
    Stage,
    User,
)
from reviews.reading.closing import blockers, closing_of, may_confirm, unfinished
from reviews.refusals import Refusal
from reviews.rules.closing import JOINED_FOR_THIS
from reviews.trail import audit

TASK = "reviews.tasks.close_review"


class GoingOn(Refusal):
    """Something has to end first; ``reasons`` are sentences."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


class NotAccepted(Refusal):
    sentence = "Tick each line that is left unfinished, or finish it first."


class AskedAlready(Refusal):
    sentence = "The close has been asked for already."


class NothingAsked(Refusal):
    sentence = "Nobody has asked for the close, or it was taken back."


class BegunAlready(Refusal):
    """Two confirmed at once, or one twice: it began once."""

    def __init__(self, closing: Closing) -> None:
        super().__init__(f"{closing.confirmed_name} confirmed the close. It has begun.")


class SecondPersonNeeded(Refusal):
    sentence = "You asked for the close. Somebody else of the team has to confirm it."


class JoinedForThis(Refusal):
    sentence = JOINED_FOR_THIS


class AskerLeft(Refusal):
    sentence = (
        "Whoever asked for the close is not on the review any more. The review manager has to take it "
        "back and ask again."
    )


class OtherNow(Refusal):
    sentence = (
        "Something has changed since the close was asked for. The review manager has to take it "
        "back and ask again."
    )


class NotAtItsEnd(Refusal):
    sentence = "A review is closed from the feedback stage, and once."


class NotStopped(Refusal):
    sentence = "The close is going on, or is done."


@transaction.atomic
def ask_to_close(
    *,
    member: Membership,
    accepted: Collection[str],
    lock: Lock,
    by: User,
    at: dt.datetime,
) -> None:
    """Ask for the close.

    ``accepted`` are codes of what stays unfinished; ``lock`` is that of the archive's first
    passphrase, which ``by`` was shown and has typed back. Raises NotAtItsEnd, AskedAlready,
    GoingOn, NotAccepted.
    """
    review = _locked(member)
    if closing_of(review) is not None:
        raise AskedAlready
    if review.stage != Stage.FEEDBACK:
        raise NotAtItsEnd
    _refuse_what_goes_on(review)
    left = sorted(each.code for each in unfinished(review))
    if left != sorted(accepted):
        raise NotAccepted
    Closing.objects.create(
        review=review,
        accepted=left,
        asked_by=by,
        asked_name=by.full_name,
        asked_role=member.role_title,
        asked_at=at,
        outer_lock=_kept(lock),
    )
    audit.record("review.close_asked", review=review, by=by, at=at)
    _write_to(
        review, AccessRole.TL, CLOSE_ASKED, letters.close_asked(review, by=by), at
    )
    issued = facts_of(review, today=review.today(at)).issued_on is not None
    ahead = letters.close_ahead(review, issued=issued)
    _write_to(review, AccessRole.CS, CLOSE_AHEAD, ahead, at)


def _locked(member: Membership) -> Review:
    """The review as it stands now; two who press at once wait for each other."""
    Review.objects.lock(member.review_id)
    member.review.refresh_from_db()
    return member.review


def _refuse_what_goes_on(review: Review) -> None:
    if found := blockers(review):
        raise GoingOn(found)


def _kept(lock: Lock) -> list[str]:
    return [lock.public, lock.key.hex()]


def _write_to(
    review: Review, role: AccessRole, kind: str, words: Words, at: dt.datetime
) -> None:
    members = review.memberships.filter(
        access_role=role, answer=Membership.Answer.ACCEPTED
    )
    for member in members.select_related("user"):
        _queue(review, kind, member.user, words, at)


def _queue(review: Review, kind: str, to: User, words: Words, at: dt.datetime) -> None:
    mailer.queue(
        review=review,
        kind=kind,
        to=to.email,
        subject=words.subject,
        text=words.text,
        at=at,
    )


@transaction.atomic
def take_back(*, member: Membership, by: User, at: dt.datetime) -> None:
    """Nothing was closed yet: a review manager takes the request back, and whoever may confirm sends
    it back to whoever asked. Raises NothingAsked, BegunAlready."""
    review = _locked(member)
    closing = closing_of(review)
    if closing is None:
        raise NothingAsked
    if closing.state != Closing.State.ASKED:
        raise BegunAlready(closing)
    closing.delete()
    if can(member, Action.ASK_TO_CLOSE):
        audit.record("review.close_taken_back", review=review, by=by, at=at)
        return
    audit.record("review.close_sent_back", review=review, by=by, at=at)
    if closing.asked_by:
        words = letters.close_sent_back(review, by=by)
        _queue(review, CLOSE_SENT_BACK, closing.asked_by, words, at)


@transaction.atomic
def confirm_close(*, member: Membership, lock: Lock, by: User, at: dt.datetime) -> None:
    """The second person confirms: the review is at its last stage, and the worker begins.

    ``lock`` is that of the archive's second passphrase, which ``by`` was shown and has typed back.
    Raises what ``check_confirming`` does.
    """
    review = _locked(member)
    closing = check_confirming(member=member, by=by, at=at)
    closing.state = Closing.State.UNDER_WAY
    closing.confirmed_by, closing.confirmed_name = by, by.full_name
    closing.confirmed_role, closing.confirmed_at = member.role_title, at
    review.stage = Stage.CLOSED
    review.save(update_fields=["stage"])
    above.forget(review)
    audit.record(
        "review.stage_moved",
        review=review,
        by=by,
        at=at,
        detail={"from": int(Stage.FEEDBACK), "to": int(Stage.CLOSED)},
    )
    audit.record("review.close_confirmed", review=review, by=by, at=at)
    closing.inner_lock = _kept(lock)
    _ring(closing)
    closing.save()


def check_confirming(*, member: Membership, by: User, at: dt.datetime) -> Closing:
    """What ``by`` would confirm. Raises NothingAsked, BegunAlready, SecondPersonNeeded,
    JoinedForThis, AskerLeft, GoingOn, OtherNow."""
    review = member.review
    closing = closing_of(review)
    if closing is None:
        raise NothingAsked
    if closing.state != Closing.State.ASKED:
        raise BegunAlready(closing)
    if closing.asked_by_id == by.pk:
        raise SecondPersonNeeded
    if not may_confirm(member, at=at):
        raise JoinedForThis
    if not review.memberships.filter(user=closing.asked_by_id).exists():
        raise AskerLeft
    _refuse_what_goes_on(review)
    if sorted(each.code for each in unfinished(review)) != closing.accepted:
        raise OtherNow
    return closing


def _ring(closing: Closing) -> None:
    closing.job = background.enqueue(TASK, closing.review_id, review=closing.review)


@transaction.atomic
def go_on(*, review: Review) -> None:
    """A close that has stopped is taken up where it stopped. Raises NotStopped."""
    Review.objects.lock(review.pk)
    closing = closing_of(review)
    if closing is None or not closing.is_stopped:
        raise NotStopped
    _ring(closing)
    closing.save(update_fields=["job"])
