"""Comments as the team may read them, and as a screener does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from questionnaires.models import Comment, Question, Release
from reviews import roster, screening

BATCH = 20


@dataclass(frozen=True)
class CommentRow:
    comment: Comment
    text: str
    group: str
    masked: bool


@dataclass(frozen=True)
class CommentGroup:
    question: Question
    rows: tuple[CommentRow, ...]


def comments(release: Release) -> list[CommentGroup]:
    """What the team may read: cleared comments whole, marked ones with the marks hidden.

    Comments that no screener has read yet are not shown.
    """
    questionnaire = release.questionnaire
    titles = {atom["key"]: atom["title"] for atom in release.values["atoms"]}
    by_question: dict[str, list[CommentRow]] = defaultdict(list)
    names = None
    for comment in release.comments.exclude(screening=Comment.Screening.UNREAD):
        comment.release = release
        masked = comment.screening == Comment.Screening.MASKED
        text = comment.text
        if masked:
            names = names or roster.load(questionnaire.review)
            marks = screening.scan(
                text,
                roster=names,
                case_reference=questionnaire.review.case_reference,
            )
            text = screening.masked(text, marks)
        by_question[comment.question].append(
            CommentRow(comment, text, titles.get(comment.atom, ""), masked)
        )
    return [
        CommentGroup(question, tuple(by_question[question.code]))
        for question in questionnaire.questions.filter(kind__in=Question.WORDS)
        if by_question[question.code]
    ]


@dataclass(frozen=True)
class ToScreen:
    """The screener's page: the next batch in which nothing is marked, and what is marked."""

    batch: tuple[Comment, ...]
    marked: tuple[Comment, ...]
    waiting: int


def to_screen(release: Release) -> ToScreen:
    unread = release.comments.filter(screening=Comment.Screening.UNREAD)
    marked = release.comments.filter(screening=Comment.Screening.MASKED)
    rows = (list(unread[:BATCH]), list(marked))
    for comment in [*rows[0], *rows[1]]:
        comment.release = release
    return ToScreen(tuple(rows[0]), tuple(rows[1]), unread.count())


@dataclass(frozen=True)
class Piece:
    """A part of a text; ``why`` says why the screen marked it, empty where it did not."""

    text: str
    why: str = ""


def marked_pieces(text: str, marks: Iterable[screening.Mark]) -> list[Piece]:
    pieces, at = [], 0
    for mark in sorted(marks):
        pieces += [
            Piece(text[at : mark.start]),
            Piece(text[mark.start : mark.end], mark.why),
        ]
        at = mark.end
    return [piece for piece in [*pieces, Piece(text[at:])] if piece.text]
