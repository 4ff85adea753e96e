"""What goes of a questionnaire when its day comes: words, the list of people, and answers that were
never released.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from questionnaires.domain.releasing import destroy_keys, sweep_the_file
from questionnaires.domain.trail import record
from questionnaires.key_facts import rounds_of
from questionnaires.models import (
    AnswerBox,
    Comment,
    DraftBox,
    Invitation,
    PendingImport,
    Questionnaire,
    ReleasedAnswer,
    SpentLink,
)
from questionnaires.models.questionnaire import invitees_key
from reviews.apps_above.key_facts import facts_of
from reviews.domain import dying_keys
from reviews.models import Review
from reviews.rules import key_days
from reviews.trail import audit

State = Questionnaire.State
# Answers may be there, and nobody has read them.
SEALED = (State.OPENING, State.OPEN, State.CLOSED, State.RELEASING)


def forget_what_is_due(*, review: Review, at: dt.datetime) -> None:
    """Each on its day, and again every night until it is done."""
    today = review.today(at)
    if review.outlives_what_was_said(today):
        for each in Questionnaire.objects.filter(review=review).select_related(
            "review"
        ):
            if each.state == State.RELEASED:
                forget_words(questionnaire=each, on=today)
            elif each.state != State.DRAFT:
                destroy_unread(questionnaire=each, at=at)
    forget_addresses(review=review, today=today)


@transaction.atomic
def forget_words(*, questionnaire: Questionnaire, on: dt.date) -> int:
    """Comments and single answers go when their time is over; published values stay till the close."""
    comments, _ = Comment.objects.filter(release__questionnaire=questionnaire).delete()
    answers, _ = ReleasedAnswer.objects.filter(
        release__questionnaire=questionnaire
    ).delete()
    if comments + answers:
        audit.record_speech(
            "comments_and_answers.destroyed",
            review=questionnaire.review,
            on=on,
            # To the nearest ten, as everywhere: the number itself would tell that of the answers.
            count=round((comments + answers) / 10) * 10,
        )
    return comments + answers


def destroy_unread(*, questionnaire: Questionnaire, at: dt.datetime) -> None:
    """The day that respondents were told has come before any release: no answer is ever read.

    How many there were is said nowhere.
    """
    with transaction.atomic():
        row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
        row.review = questionnaire.review
        if row.state == State.RELEASED:
            return  # just now
        if row.state in SEALED:
            _end(row, today=row.review.today(at))
            record("questionnaire.destroyed_unread", row, None, at)
        # Also what somebody sent at the very moment at which it ended.
        gone = [
            model.objects.filter(questionnaire=row).delete()[0]
            for model in (AnswerBox, SpentLink, DraftBox, Invitation)
        ]
    destroy_keys(questionnaire=questionnaire, on=row.review.today(at))
    if any(gone):
        sweep_the_file()


def _end(row: Questionnaire, *, today: dt.date) -> None:
    row.state, row.sending = State.DESTROYED, Questionnaire.Sending.NOTHING
    row.closes_on = min(row.closes_on or today, today)
    row.release_asked_by = None
    row.save(update_fields=["state", "sending", "closes_on", "release_asked_by"])
    row.open_links.update(link_hash=None)


def forget_addresses(*, review: Review, today: dt.date) -> int:
    """Names and addresses of those invited go on their day, and then the key that opened them."""
    facts = facts_of(review, today=today)
    gone = 0
    if not facts.begun:
        return gone
    for each in rounds_of(review):
        due = key_days.invitees_on(facts, each)
        if due is None or today < due:
            continue
        with transaction.atomic():
            number, _ = Invitation.objects.filter(questionnaire=each.number).delete()
            PendingImport.objects.filter(questionnaire=each.number).delete()
        gone += number
        names = [invitees_key(each.number)]
        dying_keys.destroy(
            names,
            dying_keys.fingerprints(names),
            review=review,
            title=key_days.INVITEES_TITLE,
            on=today,
        )
    return gone
