"""The questionnaire as evidence: published values and cleared comments, never an answer."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from questionnaires import disclosure
from questionnaires.disclosure import Shown
from questionnaires.models import Comment, Question, Release
from reviews.evidence_item import EvidenceItem, Kind, Polarity
from reviews.models import Review

MOSTLY, SELDOM = 60, 40


def evidence_for(review: Review) -> list[EvidenceItem]:
    """Every published statement and every comment that a screener has let pass."""
    found: list[EvidenceItem] = []
    leanings = _leanings(review)
    for release in _releases(review):
        questions = {q.code: q for q in release.questionnaire.questions.all()}
        titles = {atom["key"]: atom["title"] for atom in release.values["atoms"]}
        for code, published in release.values["questions"].items():
            found.append(_result(release, questions[code], published))
        passed = release.comments.filter(
            screening__in=[Comment.Screening.CLEARED, Comment.Screening.REDACTED]
        )
        for comment in passed:
            comment.release = release
            found.append(
                EvidenceItem(
                    key=str(comment.pk),
                    kind=Kind.COMMENT,
                    themes=_themes(questions[comment.question]),
                    polarity=leanings.get(comment.question, Polarity.AREA),
                    text=comment.text,
                    source_class=titles.get(comment.atom, "Questionnaire"),
                )
            )
    return found


def _releases(review: Review) -> list[Release]:
    return list(
        Release.objects.filter(questionnaire__review=review)
        .select_related("questionnaire__review")
        .order_by("questionnaire_id", "round")
    )


def _themes(question: Question) -> tuple[str, ...]:
    return (question.theme,) if question.theme else ()


def _leanings(review: Review) -> dict[str, Polarity]:
    """What each question in own words asks for, as the framework says."""
    asked = review.pack.questionnaire.free_texts
    return {each.code: Polarity(each.asks_for) for each in asked}


def _result(
    release: Release, question: Question, published: dict[str, object]
) -> EvidenceItem:
    shown = Shown(**published["all"])  # type: ignore[arg-type]
    words = f"{shown.words(shown.favourable)} favourable"
    if shown.unfavourable is not None:
        words += f", {shown.words(shown.unfavourable)} unfavourable"
    polarity = Polarity.CONTEXT
    if shown.favourable >= MOSTLY:
        polarity = Polarity.STRENGTH
    elif shown.favourable <= SELDOM:
        polarity = Polarity.AREA
    return EvidenceItem(
        key=str(uuid.uuid5(release.pk, question.code)),
        kind=Kind.RESULT,
        themes=_themes(question),
        polarity=polarity,
        text=f"“{question.text}” {words}.",
        source_class=f"Questionnaire, {shown.base} replies",
    )


@dataclass(frozen=True)
class CouncilRow:
    """One statement as the council may see it; ``favourable`` is None below 50 replies."""

    code: str
    theme: str
    text: str
    favourable: int | None
    words: str


@dataclass(frozen=True)
class CouncilSummary:
    """All that the council ever learns from a questionnaire (specification 3.2)."""

    invited: int
    replies: int | None
    rows: tuple[CouncilRow, ...]


def _council_text(question: Question) -> str:
    if question.reversed:
        return f"{question.text} (favourable means disagreeing)"
    return question.text


def council_summary(review: Review) -> CouncilSummary | None:
    """From the first round as a whole; None when nothing may be said at all."""
    release = next(iter(_releases(review)), None)
    if release is None or not release.values["questions"]:
        return None
    figures = release.values["fifty_or_more"]
    questions = {q.code: q for q in release.questionnaire.questions.all()}
    rows = []
    for code, published in release.values["questions"].items():
        shown = Shown(**published["all"])
        share = round(shown.favourable / 5) * 5
        rows.append(
            CouncilRow(
                code=code,
                theme=questions[code].theme,
                text=_council_text(questions[code]),
                favourable=share if figures else None,
                words=f"{share}%" if figures else disclosure.council_words(share),
            )
        )
    return CouncilSummary(
        invited=release.values["invited_to_tens"],
        replies=release.values["replies_to_tens"] if figures else None,
        rows=tuple(rows),
    )


@dataclass(frozen=True)
class SelfTest:
    """The day on which attacks on so many made-up people, in so many ways, found nobody."""

    on: dt.date
    people: int
    ways: int


def proof_of(review: Review) -> SelfTest | None:
    """The last self-test of the questionnaire that the report is about, if it passed."""
    release = next(iter(_releases(review)), None)
    latest = release.questionnaire.proofs.first() if release else None
    if latest is None or not latest.passed:
        return None
    return SelfTest(
        on=latest.on, people=latest.values["people"], ways=len(latest.values["kinds"])
    )
