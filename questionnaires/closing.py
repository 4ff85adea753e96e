"""What the close of a review needs of this app; found by name by the app that closes."""

import json

from questionnaires import evidence
from questionnaires.models import Questionnaire, Release
from reviews.apps_above.closing import Unfinished
from reviews.models import Review

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
                {"code": question.code, "kind": question.kind, "text": question.text}
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
        if each.opened_on
    ]
    return {
        "questionnaires.json": json.dumps(found, ensure_ascii=False, indent=1).encode()
    }


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
