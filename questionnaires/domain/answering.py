"""From a link to a sealed box, and how many have answered without knowing who."""

import datetime as dt
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import F

from questionnaires import reading
from questionnaires.models import (
    AnswerBox,
    DraftBox,
    Invitation,
    OpenLink,
    Questionnaire,
    SpentLink,
)
from questionnaires.reading import AccessLink
from questionnaires.rules import drafts, links
from questionnaires.rules.asking import Answers, RespondentForm
from questionnaires.rules.turnout import LEAST_NEW
from reviews.refusals import Refusal
from reviews.secrets import keystore


class NoSuchLink(Refusal):
    """Unknown, replaced, expired and closed links are one thing to whoever tries them."""

    sentence = "This link does not open a questionnaire."


class AlreadyAnswered(Refusal):
    sentence = "This link has been used: the answers are in."


class NothingSaid(Refusal):
    sentence = "Answer at least one question before you send your answers."


class TooManyWords(Refusal):
    sentence = (
        f"Your own words must be {drafts.MOST_WORDS:,} characters or fewer in all. "
        "Shorten one of the answers."
    )


def find(token: str) -> AccessLink:
    """What a link opens while its questionnaire is open. Raises NoSuchLink."""
    found = reading.access_link(token)
    if found is None:
        raise NoSuchLink
    return found


def has_answered(access_link: AccessLink) -> bool:
    """Of one person's link: it is spent. Of an agency's: all its places are taken."""
    if isinstance(access_link, OpenLink):
        return access_link.remaining == 0
    key = keystore.read(access_link.questionnaire.key("null"))
    return reading.is_spent(links.nullifier(key, access_link.pk))


def payload_of(
    respondent_form: RespondentForm, leaf: str, answers: Answers
) -> dict[str, Any]:
    """What a box holds: the reporting group, closed answers as codes, and own words.

    Raises TooManyWords, NothingSaid.
    """
    closed: dict[str, str | list[str]] = {}
    comments: dict[str, str] = {}
    for code, value in respondent_form.kept(answers).items():
        item = respondent_form.items[code]
        if item.how.count is not None:
            if counted := item.how.count(item.options, value):
                closed[code] = counted
        elif value.strip():
            comments[code] = value.strip()
    payload = {"leaf": leaf, "closed": closed, "comments": comments}
    if drafts.words(comments) > drafts.MOST_WORDS or not drafts.fits(payload):
        raise TooManyWords
    if not closed and not comments:
        raise NothingSaid
    return payload


def submit_response(
    *,
    access_link: AccessLink,
    respondent_form: RespondentForm,
    answers: Answers,
    draft: drafts.DraftKey | None,
) -> None:
    """Seal the answers in a box and spend the link; the invitation's row is not touched.

    Raises AlreadyAnswered, TooManyWords, NothingSaid. Writes what is listed in the specification
    2.5 and nothing else: no tally, no audit row, no time.
    """
    questionnaire = access_link.questionnaire
    payload = payload_of(respondent_form, access_link.leaf, answers)
    box = drafts.to_box(keystore.read(questionnaire.key("box-public")), payload)
    with transaction.atomic():
        if isinstance(access_link, OpenLink):
            _count_down(access_link)
        else:
            _spend(access_link)
        AnswerBox(id=uuid4(), questionnaire=questionnaire, box=box).save(
            force_insert=True
        )
        if draft:
            DraftBox.objects.filter(locator=draft.locator).delete()


def _spend(invitation: Invitation) -> None:
    questionnaire = invitation.questionnaire
    spent = links.nullifier(keystore.read(questionnaire.key("null")), invitation.pk)
    # Raw and without an exception: a failed insert would put the key into a server log.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO questionnaires_spentlink (nullifier, questionnaire_id)"
            " VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [spent, questionnaire.pk],
        )
        if cursor.rowcount == 0:
            raise AlreadyAnswered


def _count_down(link: OpenLink) -> None:
    taken = OpenLink.objects.filter(pk=link.pk, remaining__gt=0)
    if not taken.update(remaining=F("remaining") - 1):
        raise AlreadyAnswered


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
    """Count in those who have answered, at least 5 at once; fewer wait (specification 2.6).

    What pages tell moves after it, and nowhere else. ``final``: at the close, whoever is left.
    """
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
    with transaction.atomic():
        counted = 0
        if len(new) >= LEAST_NEW or final:
            # One statement, so that one transaction and one moment cover them all.
            counted = Invitation.objects.filter(pk__in=new).update(counted_in=True)
        move_told(questionnaire=questionnaire, final=final)
    return counted


def move_told(*, questionnaire: Questionnaire, final: bool = False) -> None:
    """Let the figures of the pages move by what was counted since they last did."""
    # Two counts at once must not put back what the other told. Whoever is answering is not held up.
    row = Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)
    row.told = reading.next_told(row, final=final)
    row.save(update_fields=["told"])
    questionnaire.told = row.told


def is_closing_time(questionnaire: Questionnaire, today: dt.date) -> bool:
    closes = questionnaire.closes_on
    return bool(
        questionnaire.state == Questionnaire.State.OPEN and closes and closes < today
    )
