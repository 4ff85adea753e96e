"""The questionnaire as evidence: published values and cleared comments, never an answer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from questionnaires.models import (
    Comment,
    FiledResult,
    Question,
    Questionnaire,
    Release,
)
from questionnaires.rules import disclosure
from questionnaires.rules.disclosure import Chosen, Shown
from questionnaires.rules.published import EVERYBODY, Published, Values
from reviews.evidence_item import EvidenceItem, Kind, Polarity
from reviews.models import Review

# A statement says something by itself from the one share on, or up to the other.
MOSTLY, SELDOM = 60, 40
COMPARED = "Questionnaire, groups compared"


def evidence_for(review: Review) -> list[EvidenceItem]:
    """Statements that say something, results that were filed, and comments that may be read."""
    leanings = _leanings(review)
    found: list[EvidenceItem] = []
    for release in _releases(review):
        questions = {q.code: q for q in release.questionnaire.questions.all()}
        found += _results(release, questions)
        found += _comments(release, questions, leanings)
    return found


def _releases(review: Review) -> list[Release]:
    return list(
        Release.objects.filter(questionnaire__review=review)
        .select_related("questionnaire__review")
        .order_by("questionnaire_id", "round")
    )


# Results


def says_something(published: Published) -> bool:
    """Whether everybody's result stands on the board without anybody filing it."""
    whole = published.everybody
    return isinstance(whole, Shown) and not SELDOM < whole.favourable < MOSTLY


def key_of(release: Release, code: str, group: str = "", other: str = "") -> str:
    """The evidence's key: the same each time, and random to whoever does not know the release."""
    return str(
        uuid.uuid5(release.pk, "|".join(each for each in (code, group, other) if each))
    )


def _results(
    release: Release, questions: dict[str, Question]
) -> Iterator[EvidenceItem]:
    values = Values(release.values)
    filed = {(row.question, row.group, row.other): row for row in release.filed.all()}
    for code, published in values.questions.items():
        question = questions[code]
        whole = filed.pop((code, EVERYBODY, ""), None)
        if whole or says_something(published):
            yield _item(
                release,
                question,
                row=whole,
                polarity=_polarity(published.everybody),
                says=_sentence(question, published.everybody),
                source_class=f"Questionnaire, {published.everybody.base} replies",
            )
    for code, group, other in sorted(filed):
        yield _filed(
            release, questions[code], values.questions[code], filed[code, group, other]
        )


def _filed(
    release: Release, question: Question, published: Published, row: FiledResult
) -> EvidenceItem:
    """One group's result, or the gap between two."""
    group, title = published.values(row.group), published.title(row.group)
    other, other_title = published.values(row.other), published.title(row.other)
    if row.other and isinstance(group, Shown) and isinstance(other, Shown):
        return _item(
            release,
            question,
            row=row,
            polarity=Polarity.CONTEXT,
            says=f"{group.words(group.favourable)} favourable ({title}), "
            f"{other.words(other.favourable)} ({other_title})",
            source_class=COMPARED,
        )
    values = group or published.everybody
    return _item(
        release,
        question,
        row=row,
        polarity=_polarity(values),
        says=f"{_sentence(question, values)} ({title}, {values.base} replies)",
        source_class=title,
    )


def _item(
    release: Release,
    question: Question,
    *,
    row: FiledResult | None,
    polarity: Polarity,
    says: str,
    source_class: str,
) -> EvidenceItem:
    theme = question.theme or (row.theme if row else "")
    turned = " Agreeing is unfavourable here." if question.reversed else ""
    return EvidenceItem(
        key=key_of(
            release,
            question.code,
            row.group if row else EVERYBODY,
            row.other if row else "",
        ),
        kind=Kind.RESULT,
        themes=(theme,) if theme else (),
        polarity=polarity,
        text=f"“{question.text}” {says}.{turned}",
        source_class=source_class,
    )


def _polarity(values: Shown | Chosen) -> Polarity:
    if isinstance(values, Chosen) or SELDOM < values.favourable < MOSTLY:
        return Polarity.CONTEXT
    return Polarity.STRENGTH if values.favourable >= MOSTLY else Polarity.AREA


def _sentence(question: Question, values: Shown | Chosen) -> str:
    if isinstance(values, Chosen):
        return _choices(question, values)
    words = f"{values.words(values.favourable)} favourable"
    if values.unfavourable is not None:
        words += f", {values.words(values.unfavourable)} unfavourable"
    return words


def _choices(question: Question, values: Chosen) -> str:
    shown = [
        f"“{option['label']}” {values.words(option['code'])}"
        for option in question.options
        if option["code"] in values.shares
    ]
    if len(shown) < len(question.options):
        shown.append("other answers not shown")
    return ", ".join(shown)


# Comments


def _comments(
    release: Release, questions: dict[str, Question], leanings: dict[str, Polarity]
) -> Iterator[EvidenceItem]:
    """Under the themes that the team gave each, else under its question's own."""
    titles = Values(release.values).titles
    for comment in release.comments.filter(screening__in=Comment.READABLE):
        comment.release = release
        question = questions[comment.question]
        own = (question.theme,) if question.theme else ()
        yield EvidenceItem(
            key=str(comment.pk),
            kind=Kind.COMMENT,
            themes=tuple(comment.themes) or own,
            polarity=leanings.get(comment.question, Polarity.CONTEXT),
            text=comment.text,
            source_class=titles.get(comment.atom, "Questionnaire"),
        )


def _leanings(review: Review) -> dict[str, Polarity]:
    """What each of the framework's questions in own words asks for."""
    asked = review.pack.questionnaire.free_texts
    return {each.code: Polarity(each.asks_for) for each in asked}


# What the council sees


@dataclass(frozen=True)
class CouncilRow:
    """One statement as the council may see it; ``favourable`` is None below 50 answers."""

    code: str
    theme: str
    text: str
    favourable: int | None
    words: str


@dataclass(frozen=True)
class SelfTest:
    """The day on which attacks on so many made-up people, in so many ways, did no better than luck."""

    on: dt.date
    people: int
    ways: int


@dataclass(frozen=True)
class CouncilSummary:
    """All that the council ever learns from a questionnaire (specification 3.2): statements alone."""

    title: str
    invited: int
    replies: int | None
    rows: tuple[CouncilRow, ...]
    self_test: SelfTest | None = None


def council_summaries(review: Review) -> list[CouncilSummary]:
    """One for each questionnaire that was released with figures, from its first round as a whole."""
    found: dict[int, CouncilSummary] = {}
    for release in _releases(review):
        told = release.questionnaire_id in found
        if told or not Values(release.values).questions:  # words alone, or nothing
            continue
        figures = release.values["fifty_or_more"]
        first = release.questionnaire.late_of_id
        if first and not (first in found and found[first].replies):
            # How many a late round asked would tell how few had replied to the first.
            figures = False
        rows = tuple(_council_rows(release, figures=figures))
        if rows:
            found[release.questionnaire_id] = CouncilSummary(
                title=release.questionnaire.title,
                invited=release.values["invited_to_tens"],
                replies=release.values["replies_to_tens"] if figures else None,
                rows=rows,
                self_test=_proof_of(release.questionnaire),
            )
    return list(found.values())


def _council_rows(release: Release, *, figures: bool) -> Iterator[CouncilRow]:
    """Answers to choose from are left out: the fewer they are told of, the safer each is."""
    questions = {q.code: q for q in release.questionnaire.questions.all()}
    for code, published in Values(release.values).questions.items():
        whole = published.everybody
        if not isinstance(whole, Shown):
            continue
        own = release.values["questions"][code].get("fifty_or_more", True)
        exact = figures and own
        share = round(whole.favourable / 5) * 5
        yield CouncilRow(
            code=code,
            theme=questions[code].theme,
            text=_council_text(questions[code]),
            favourable=share if exact else None,
            words=f"{share}%" if exact else disclosure.council_words(share),
        )


def _council_text(question: Question) -> str:
    if question.reversed:
        return f"{question.text} (favourable means disagreeing)"
    return question.text


def _proof_of(questionnaire: Questionnaire) -> SelfTest | None:
    """The last self-test of the questionnaire, if it passed."""
    latest = questionnaire.proofs.first()
    if latest is None or not latest.passed:
        return None
    return SelfTest(
        on=latest.on, people=latest.values["people"], ways=len(latest.values["kinds"])
    )


def renamed(old: str, new: uuid.UUID) -> dict[str, str]:
    """The keys that a release's evidence had where it was called ``old``, each with that of here."""
    before, release = Release(pk=uuid.UUID(old)), Release.objects.get(pk=new)
    asked = [(code, "", "") for code in Values(release.values).questions]
    filed = release.filed.values_list("question", "group", "other")
    return {key_of(before, *each): key_of(release, *each) for each in {*asked, *filed}}
