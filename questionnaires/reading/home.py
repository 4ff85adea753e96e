"""What the review's home page and its stages say of the questionnaire."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count
from django.urls import reverse

from questionnaires.models import Comment, Questionnaire
from questionnaires.reading.running import current
from questionnaires.reading.turnout import heads
from reviews.access import Action, Sight, can, sees
from reviews.models import Membership, Review, Stage
from reviews.pages import say
from reviews.pages.progress import Obstacle, Progress, ToDo

State = Questionnaire.State


def progress(review: Review, membership: Membership) -> list[Progress]:
    questionnaire = current(review)
    url = ""
    if any(
        can(membership, action)
        for action in (
            Action.RUN_QUESTIONNAIRE,
            Action.READ_TURNOUT,
            Action.READ_RESPONSE_RATE,
            Action.IMPORT_INVITATIONS,
        )
    ):
        url = reverse("questionnaires:index", args=[review.pk])
    elif can(membership, Action.READ_RESULTS):
        url = reverse("questionnaires:results-index", args=[review.pk])
    if not url and not sees(membership, Sight.QUESTIONNAIRE_PROGRESS):
        return []
    sentence, share = _where(questionnaire, membership)
    return [Progress("Questionnaire", sentence, url, share)]


def to_do(review: Review, membership: Membership, today: dt.date) -> list[ToDo]:
    """The release's second signature, and comments that wait to be screened."""
    questionnaire = current(review)
    if questionnaire is None:
        return []
    found = []
    asked_by = questionnaire.release_asked_by_id
    if (
        questionnaire.state == State.CLOSED
        and can(membership, Action.RUN_RELEASE)
        and asked_by != membership.user_id
    ):
        found.append(
            ToDo(
                "Agree to the release of the questionnaire’s results"
                if asked_by
                else "Ask for the release of the questionnaire’s results",
                url=reverse(
                    "questionnaires:release", args=[review.pk, questionnaire.pk]
                ),
            )
        )
    if can(membership, Action.SCREEN_COMMENTS):
        found += _to_screen(review)
    return found


def _to_screen(review: Review) -> list[ToDo]:
    """Of each questionnaire apart: a late round does not hide what waits of the first."""
    waiting = (
        Comment.objects.filter(
            release__questionnaire__review=review,
            screening__in=[Comment.Screening.UNREAD, Comment.Screening.MASKED],
        )
        .order_by()
        .values_list("release__questionnaire", "release__questionnaire__late_of")
        .annotate(n=Count("pk"))
    )
    return [
        ToDo(
            f"Read {say.counted(number, 'comment')}{' of the late round' if late else ''} "
            "before the team does",
            url=reverse("questionnaires:comments-screen", args=[review.pk, pk]),
        )
        for pk, late, number in sorted(waiting, key=lambda row: row[0])
    ]


def _where(
    questionnaire: Questionnaire | None, membership: Membership
) -> tuple[str, int | None]:
    if questionnaire is None:
        return "Not started.", None
    if questionnaire.state in (State.DRAFT, State.OPENING):
        if questionnaire.is_late:
            return "Released to the team. A late round is being prepared.", None
        invited = say.counted(questionnaire.invitations.count(), "person", "people")
        return f"{invited} on the list. Not open yet.", None
    if questionnaire.state == State.OPEN:
        closes = questionnaire.closes_on
        until = f"Open until {say.day(closes)}." if closes else "Open."
        if not can(membership, Action.READ_TURNOUT):
            return until, None
        counted = heads(questionnaire)
        said = counted.words[:1].upper() + counted.words[1:]
        words = f"{until} {said} counted in so far."
        if questionnaire.is_late:
            return f"A late round is open. {words}", None
        return words, counted.share
    if questionnaire.state in (State.CLOSED, State.RELEASING):
        return "Closed. The answers are still sealed.", None
    if questionnaire.state == State.DESTROYED:
        return "Closed. The answers were destroyed unread on their day.", None
    return "Closed and released to the team.", None


def stage_blockers(review: Review, to: Stage) -> list[Obstacle]:
    """Why the review cannot move to ``to`` yet, as far as the questionnaire goes."""
    questionnaire = current(review)
    if questionnaire is None:
        return []
    page = reverse("questionnaires:overview", args=[review.pk, questionnaire.pk])
    opened = questionnaire.state in (State.OPENING, State.OPEN)
    if to == Stage.PRE_SITE and opened:
        return [Obstacle("The questionnaire is still open: close it first", page)]
    if to == Stage.ON_SITE and opened:
        words = "The late round is still open: close it and release its answers first"
        return [Obstacle(words, page)]
    if to == Stage.ON_SITE and questionnaire.state in (State.CLOSED, State.RELEASING):
        words = "The questionnaire’s answers have not been released yet: release them"
        return [Obstacle(words, page)]
    return []


def stage_warnings(review: Review, to: Stage) -> list[Obstacle]:
    """Comments that nobody has read are closed with reporting, and never become evidence."""
    if to != Stage.FEEDBACK:
        return []
    unread = Comment.objects.filter(
        release__questionnaire__review=review,
        screening__in=[Comment.Screening.UNREAD, Comment.Screening.MASKED],
    ).count()
    if not unread:
        return []
    have = "has" if unread == 1 else "have"
    comments = say.counted(unread, "questionnaire comment")
    words = f"{comments} {have} not been read by a screener"
    return [Obstacle(words, reverse("questionnaires:results-index", args=[review.pk]))]
