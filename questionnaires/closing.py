"""What the close of a review needs of this app; found by name by the app that closes."""

import json
from collections.abc import Iterator

from questionnaires import evidence
from questionnaires.models import Question, Questionnaire, Release
from questionnaires.rules.disclosure import Shown
from questionnaires.rules.published import EVERYBODY, Published, Values
from reviews.apps_above.closing import Chapter, Unfinished
from reviews.models import Review
from reviews.pages import say

_ENDED = (Questionnaire.State.DRAFT, Questionnaire.State.RELEASED)


def blockers(review: Review) -> list[str]:
    """Work on a questionnaire is a job, and jobs are seen by the close itself."""
    return [
        f"Letters of “{each.title}” are going out. Wait until they are, or stop them."
        for each in review.questionnaires.order_by("pk")
        if each.sending in (*Questionnaire.ASKED, Questionnaire.Sending.GOING)
    ]


def unfinished(review: Review) -> list[Unfinished]:
    """Answers that nobody will ever read. How many there are is not said, nor whether there are."""
    return [
        Unfinished(
            f"answers-{each.pk}",
            f"“{each.title}” was never released. Whatever was answered is destroyed unread.",
        )
        for each in review.questionnaires.order_by("pk")
        if each.state not in _ENDED
    ]


def kept_files(review: Review) -> dict[str, bytes]:
    """How each questionnaire was asked, what was published of it, and what the council was told."""
    told = {each.title: each for each in evidence.council_summaries(review)}
    found = [
        {
            "title": each.title,
            "introduction": each.introduction,
            "opened": each.opened_on.isoformat() if each.opened_on else None,
            "closed": each.closes_on.isoformat() if each.closes_on else None,
            "smallest group": each.k,
            "groups": each.tree,
            "scale": each.scale,
            "questions": [
                {
                    "code": question.code,
                    "kind": question.kind,
                    "text": question.text,
                    "answers": question.options,
                    "favourable is to disagree": question.reversed,
                }
                for question in each.questions.all()
            ],
            "published": [
                {"round": release.round, "on": release.on.isoformat()}
                | {"values": release.values}
                for release in each.releases.order_by("round")
            ],
            "told the council": [
                {
                    "statement": row.text,
                    "favourable": row.favourable,
                    "words": row.words,
                }
                for row in told[each.title].rows
            ]
            if each.title in told
            else [],
        }
        for each in review.questionnaires.order_by("pk")
        if each.opened_on or each.releases.exists()
    ]
    return {
        "questionnaires.json": json.dumps(found, ensure_ascii=False, indent=1).encode()
    }


RESULTS = (
    *("Question", "Answer", "Group", "Share"),
    *("Unfavourable", "Do not know", "Replies"),
)


def chapters(review: Review) -> list[Chapter]:
    """What was published of each round, as a table."""
    releases = (
        Release.objects.filter(questionnaire__review=review)
        .select_related("questionnaire")
        .order_by("questionnaire_id", "round")
    )
    rounds = tuple(
        Chapter(
            f"{each.questionnaire.title}, published on {say.day(each.on)}",
            () if (rows := tuple(_rows_of(each))) else ("No figures were published.",),
            RESULTS if rows else (),
            rows,
        )
        for each in releases
    )
    return [Chapter("Published results", parts=rounds)] if rounds else []


def _rows_of(release: Release) -> Iterator[tuple[str, ...]]:
    found = Values(release.values).questions
    for question in release.questionnaire.questions.all():
        if question.code in found:
            published = found[question.code]
            groups = [
                (EVERYBODY, "Everybody"),
                *((part.key, part.title) for part in published.parts),
            ]
            for key, title in groups:
                yield from _shares(question, published, key, title)


def _shares(
    question: Question, published: Published, group: str, title: str
) -> Iterator[tuple[str, ...]]:
    values = published.values(group)
    if isinstance(values, Shown):
        yield (
            question.text,
            "Favourable, which is to disagree" if question.reversed else "Favourable",
            title,
            values.words(values.favourable),
            values.words(values.unfavourable),
            values.words(values.dont_know),
            values.base,
        )
    elif values is not None:
        for option in question.options:
            yield (
                *(question.text, option["label"], title, values.words(option["code"])),
                *("", "", values.base),
            )


def forget(review: Review) -> None:
    """What pages told of a turnout that was never released, how many were asked once more, and how
    many letters the last round had: of reminders, how many had not answered."""
    review.questionnaires.update(told={}, late_counts={}, round_size=0)
    unreleased = review.questionnaires.exclude(
        pk__in=Release.objects.filter(questionnaire__review=review).values(
            "questionnaire"
        )
    )
    unreleased.exclude(state=Questionnaire.State.DRAFT).update(
        state=Questionnaire.State.CLOSED
    )
