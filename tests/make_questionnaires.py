"""Questionnaires at every point of their life, made through the app's own verbs."""

import datetime as dt
import itertools
import re
from collections.abc import Iterable, Sequence

from django.core import mail
from django.utils import timezone

from questionnaires import reading
from questionnaires.domain import (
    answering,
    building,
    inviting,
    listing,
    releasing,
    sending,
)
from questionnaires.domain.inviting import Invitee
from questionnaires.models import Invitation, PendingImport, Question, Questionnaire
from questionnaires.rules import asking, links
from reviews import background
from reviews.models import Job, Review, Stage, User
from reviews.secrets import keystore
from tests.make import make_user, move

_count = itertools.count(1)
GROUPS = (("CSC", "SW", 30), ("POL", "PO", 18), ("SCH", "DSL", 12))


def people(groups: Iterable[tuple[str, str, int]] = GROUPS) -> list[Invitee]:
    return [
        Invitee(agency, group, f"staff{next(_count)}@{agency.lower()}.example", "")
        for agency, group, number in groups
        for _ in range(number)
    ]


def make_questionnaire(review: Review, *, by: User) -> Questionnaire:
    return building.make_from_pack(review=review, by=by, at=timezone.now())


def make_open(
    review: Review,
    *,
    by: User,
    rows: Sequence[Invitee] | None = None,
    closes_in: int = 14,
    k: int = 10,
    questionnaire: Questionnaire | None = None,
) -> Questionnaire:
    """Open and sent to nobody yet; the review is put into the lead-in."""
    at = timezone.now()
    today = timezone.localdate()
    move(review, Stage.LEAD_IN)
    questionnaire = questionnaire or make_questionnaire(review, by=by)
    questionnaire = again(questionnaire)
    inviting.invite(
        questionnaire=questionnaire,
        rows=people() if rows is None else rows,
        by=by,
        at=at,
    )
    building.choose_k(questionnaire=questionnaire, k=k, by=by, at=at)
    inviting.ask_to_open(
        questionnaire=questionnaire,
        closes_on=today + dt.timedelta(days=closes_in),
        by=by,
        at=at,
        today=today,
    )
    inviting.open_links(questionnaire=questionnaire, at=at)
    return again(questionnaire)


LIST = b"""Full name;Email address;Agency;Job group
Ada Lark;a@pol.example;Police;Police officer
;broken;Police;Police officer
"""


def make_pending(
    questionnaire: Questionnaire, *, by: User, content: bytes = LIST, read: bool = True
) -> PendingImport:
    """A list that somebody chose, and that the worker has read unless told otherwise."""
    pending = listing.receive_list(
        questionnaire=questionnaire, content=content, by=by, on=timezone.localdate()
    )
    if read:
        run_jobs()
    return PendingImport.objects.get(pk=pending.pk)


def again(questionnaire: Questionnaire) -> Questionnaire:
    """The same, read anew, as the next request would."""
    return Questionnaire.objects.select_related("review").get(pk=questionnaire.pk)


def send_all(questionnaire: Questionnaire, *, by: User) -> dict[str, str]:
    """Send the invitations; the link of each address, as its message carries it."""
    sending.queue_invitations(
        questionnaire=questionnaire,
        by=by,
        at=timezone.now(),
        today=timezone.localdate(),
    )
    run_jobs()
    return mailed_links()


def mailed_links() -> dict[str, str]:
    return {
        message.to[0]: match[0]
        for message in mail.outbox
        if (match := re.search(r"/q/[0-9a-z]{26}", str(message.body)))
    }


def run_jobs() -> None:
    for job in Job.objects.filter(state=Job.State.QUEUED).order_by("pk"):
        background.run(job.pk)


def token_of(invitation: Invitation) -> str:
    key = keystore.read(invitation.questionnaire.key("link"))
    return links.token(key, invitation.pk, invitation.generation)


def answers_of(
    questionnaire: Questionnaire, *, value: str = "4", comment: str = ""
) -> asking.Answers:
    """One value for every statement, and the comment in the first question in own words."""
    found = {
        question.code: value
        for question in questionnaire.questions.filter(kind=Question.Kind.STATEMENT)
    }
    return {**found, "FT1": comment} if comment else found


def answer(invitation: Invitation, *, value: str = "4", comment: str = "") -> None:
    questionnaire = invitation.questionnaire
    answering.submit_response(
        access_link=invitation,
        respondent_form=reading.respondent_form_of(questionnaire),
        answers=answers_of(questionnaire, value=value, comment=comment),
        draft=None,
    )


def answer_by(questionnaire: Questionnaire, number: int, **words: str) -> None:
    """The first ``number`` of each reporting group in turn answer."""
    rows = list(questionnaire.invitations.select_related("questionnaire__review"))
    by_leaf: dict[str, list[Invitation]] = {}
    for row in rows:
        by_leaf.setdefault(row.leaf, []).append(row)
    turns = [
        row for turn in itertools.zip_longest(*by_leaf.values()) for row in turn if row
    ]
    for row in turns[:number]:
        answer(row, **words)


def close_and_approve(questionnaire: Questionnaire, *, by: User) -> None:
    """The release is the worker's from here."""
    at = timezone.now()
    releasing.close(questionnaire=questionnaire, by=by, at=at)
    move(questionnaire.review, Stage.PRE_SITE)
    releasing.ask_for_release(questionnaire=again(questionnaire), by=by, at=at)
    releasing.approve_release(questionnaire=again(questionnaire), by=make_user(), at=at)


def close_and_release(questionnaire: Questionnaire, *, by: User) -> Questionnaire:
    close_and_approve(questionnaire, by=by)
    releasing.release(questionnaire=again(questionnaire), today=timezone.localdate())
    return again(questionnaire)
