"""From a link to a sealed box, and how many have answered without knowing who."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from questionnaires import drafts, links
from questionnaires.drafts import Answers
from questionnaires.models import (
    AnswerBox,
    DraftBox,
    Invitation,
    Question,
    Questionnaire,
    SpentLink,
)
from reviews import keystore
from reviews.models import Stage
from reviews.refusals import Refusal

LEAST_NEW = 5


class NoSuchLink(Refusal):
    """Unknown, replaced, expired and closed links are one thing to whoever tries them."""

    def __init__(self) -> None:
        super().__init__("This link does not open a questionnaire.")


class AlreadyAnswered(Refusal):
    def __init__(self) -> None:
        super().__init__("This link has been used: the answers are in.")


class NothingSaid(Refusal):
    def __init__(self) -> None:
        super().__init__("Answer at least one question before you send your answers.")


class TooManyWords(Refusal):
    def __init__(self) -> None:
        super().__init__(
            f"Your own words must be {drafts.MOST_WORDS:,} characters or fewer in all. "
            "Shorten one of the answers."
        )


def find(token: str) -> Invitation:
    """The invitation of a link while its questionnaire is open. Raises NoSuchLink."""
    found = (
        Invitation.objects.filter(
            link_hash=links.link_hash(token),
            questionnaire__state=Questionnaire.State.OPEN,
            questionnaire__review__stage=Stage.LEAD_IN,
        )
        .select_related("questionnaire__review")
        .defer("name", "email")
        .first()
    )
    if found is None:
        raise NoSuchLink
    return found


def has_answered(invitation: Invitation) -> bool:
    key = keystore.read(invitation.questionnaire.key("null"))
    spent = links.nullifier(key, invitation.pk)
    return SpentLink.objects.filter(nullifier=spent).exists()


def submit_response(
    *, invitation: Invitation, answers: Answers, draft: drafts.DraftKey | None
) -> None:
    """Seal the answers in a box and spend the link; the invitation's row is not touched.

    Raises AlreadyAnswered, TooManyWords, NothingSaid. Writes what is listed in the specification 2.5 and
    nothing else: no tally, no audit row, no time.
    """
    questionnaire = invitation.questionnaire
    kinds = dict(questionnaire.questions.values_list("code", "kind"))
    options = {option["code"] for option in questionnaire.scale}
    closed: dict[str, str] = {}
    comments: dict[str, str] = {}
    for code, value in answers.items():
        if kinds.get(code) == Question.Kind.TEXT and value.strip():
            comments[code] = value.strip()
        elif kinds.get(code) == Question.Kind.STATEMENT and value in options:
            closed[code] = value
    if drafts.words(comments) > drafts.MOST_WORDS:
        raise TooManyWords
    if not closed and not comments:
        raise NothingSaid
    payload: dict[str, Any] = {
        "leaf": invitation.leaf,
        "closed": closed,
        "comments": comments,
    }
    public = keystore.read(questionnaire.key("box-public"))
    box = drafts.to_box(public, payload)
    spent = links.nullifier(keystore.read(questionnaire.key("null")), invitation.pk)
    with transaction.atomic():
        # Raw and without an exception: a failed insert would put the key into a server log.
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO questionnaires_spentlink (nullifier, questionnaire_id)"
                " VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [spent, questionnaire.pk],
            )
            if cursor.rowcount == 0:
                raise AlreadyAnswered
        AnswerBox(id=uuid4(), questionnaire=questionnaire, box=box).save(
            force_insert=True
        )
        if draft:
            DraftBox.objects.filter(locator=draft.locator).delete()


def save_draft(
    *, questionnaire: Questionnaire, where: drafts.DraftKey, answers: Answers
) -> None:
    DraftBox.objects.update_or_create(
        locator=where.locator,
        defaults={
            "questionnaire": questionnaire,
            "box": drafts.to_draft(where, answers),
        },
    )


def open_draft(*, where: drafts.DraftKey) -> Answers | None:
    """The saved answers, or None: a wrong code and no draft are one thing."""
    row = DraftBox.objects.filter(locator=where.locator).first()
    return drafts.from_draft(where, bytes(row.box)) if row else None


def count_turnout(*, questionnaire: Questionnaire, final: bool = False) -> int:
    """Count in those who have answered, at least 5 at once; fewer wait (2.6)."""
    key = keystore.read(questionnaire.key("null"))
    spent = set(
        SpentLink.objects.filter(questionnaire=questionnaire).values_list(
            "nullifier", flat=True
        )
    )
    uncounted = questionnaire.invitations.filter(counted_in=False)
    new = [
        pk
        for pk in uncounted.values_list("pk", flat=True)
        if links.nullifier(key, pk) in spent
    ]
    if len(new) < LEAST_NEW and not final:
        return 0
    # One statement, so that one transaction and one moment cover them all.
    return Invitation.objects.filter(pk__in=new).update(counted_in=True)


def is_closing_time(questionnaire: Questionnaire, today: dt.date) -> bool:
    closes = questionnaire.closes_on
    return bool(
        questionnaire.state == Questionnaire.State.OPEN and closes and closes < today
    )
