"""Comments as the team may read them, and as a screener does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count

from questionnaires.models import Comment, Question, Release
from questionnaires.reading.result_rows import Option
from questionnaires.reading.results import NO_THEME, options
from questionnaires.rules.published import Values
from reviews.packs import Theme
from reviews.pages import say
from reviews.screening import roster
from reviews.screening.marks import HIDDEN, Mark
from reviews.screening.scan import find, masked

BATCH = 20
PER_PAGE = 25
Screening = Comment.Screening


@dataclass(frozen=True)
class CommentsWanted:
    """What the address asks for. There is no search by words: with a group it would single out."""

    question: str = ""
    theme: str = ""
    group: str = ""

    def address(self, **changes: str) -> str:
        wanted = replace(self, **changes)
        pairs = {
            "question": wanted.question,
            "theme": wanted.theme,
            "group": wanted.group,
        }
        return f"?{urlencode({name: value for name, value in pairs.items() if value})}"


@dataclass(frozen=True)
class CommentRow:
    """``footer`` says where it comes from, what it bears on, and what was done to it."""

    comment: Comment
    text: str
    footer: str


@dataclass(frozen=True)
class QuestionLink:
    """A question in own words, with how many comments on it may be read."""

    question: Question
    number: int
    address: str
    current: bool


@dataclass(frozen=True)
class Comments:
    """One question's comments, a page of them; ``rows`` are those of ``page``."""

    question: Question | None
    questions: tuple[QuestionLink, ...]
    rows: tuple[CommentRow, ...]
    page: Page[Any]
    chosen: CommentsWanted
    themes: tuple[Option, ...]
    groups: tuple[Option, ...]
    unread: int
    marked: int
    withheld: int

    @property
    def has_groups(self) -> bool:
        return len(self.groups) > 1

    @property
    def address_here(self) -> str:
        """The same page of the same comments, as the rest of an address."""
        here = self.chosen.address()
        return f"{here}&page={self.page.number}" if self.page.number > 1 else here

    @property
    def number_words(self) -> str:
        number = self.page.paginator.count
        narrowed = self.chosen.theme or self.chosen.group
        return (
            f"{say.counted(number, 'comment')}{' of those chosen' if narrowed else ''}"
        )

    @property
    def waiting_words(self) -> str:
        """As in "3 comments wait to be read by a screener. 2 comments have a mark to settle."."""
        said = []
        if self.unread:
            verb = "waits" if self.unread == 1 else "wait"
            said.append(
                f"{say.counted(self.unread, 'comment')} {verb} to be read by a screener."
            )
        if self.marked:
            verb = "has" if self.marked == 1 else "have"
            said.append(
                f"{say.counted(self.marked, 'comment')} {verb} a mark to settle."
            )
        return " ".join(said)

    @property
    def withheld_words(self) -> str:
        verb = "was" if self.withheld == 1 else "were"
        return (
            f"{say.counted(self.withheld, 'comment')} {verb} withheld by a screener, because "
            "somebody could have been recognised."
        )


def comments(
    release: Release,
    *,
    wanted: CommentsWanted | None = None,
    page: str = "1",
    settled: bool = False,
) -> Comments:
    """What the team may read: cleared comments whole, marked ones with the marks hidden.

    Comments that no screener has read yet are not shown. ``settled`` leaves out the marked ones.
    """
    wanted = wanted or CommentsWanted()
    review = release.questionnaire.review
    titles = Values(release.values).titles
    states = _states(release)
    seen = [Screening.MASKED, *Comment.READABLE][settled:]
    asked = list(release.questionnaire.questions.filter(kind__in=Question.WORDS))
    counts = {q.code: sum(states[q.code, each] for each in seen) for q in asked}
    codes = [q.code for q in asked if counts[q.code]]
    here = wanted.question if wanted.question in codes else next(iter(codes), "")
    question = next((q for q in asked if q.code == here), None)
    themes = {theme.code: theme for theme in review.pack.themes}
    chosen = CommentsWanted(
        here,
        wanted.theme if wanted.theme in (*themes, NO_THEME) else "",
        wanted.group if wanted.group in titles else "",
    )
    found = release.comments.filter(question=here, screening__in=seen)
    own = question.theme if question else ""
    keys = [
        pk
        for pk, atom, tags in found.values_list("pk", "atom", "themes")
        if chosen.group in ("", atom)
        and (not chosen.theme or chosen.theme in (tags or [own or NO_THEME]))
    ]
    shown = Paginator(keys, PER_PAGE).get_page(page)
    rows = found.filter(pk__in=list(shown.object_list))
    return Comments(
        question=question,
        questions=tuple(
            QuestionLink(
                q, counts[q.code], chosen.address(question=q.code), q.code == here
            )
            for q in asked
        ),
        rows=tuple(_rows(release, rows, titles, themes)),
        page=shown,
        chosen=chosen,
        themes=_theme_options(themes, chosen.theme),
        groups=options("Everybody", titles, chosen.group),
        unread=_number(states, Screening.UNREAD),
        marked=_number(states, Screening.MASKED),
        withheld=_number(states, Screening.WITHHELD),
    )


def _states(release: Release) -> Counter[tuple[str, str]]:
    """How many comments there are, by question and state."""
    rows = release.comments.order_by().values_list("question", "screening")
    return Counter(
        {(code, state): n for code, state, n in rows.annotate(n=Count("pk"))}
    )


def _number(states: Mapping[tuple[str, str], int], screening: str) -> int:
    return sum(number for (_, state), number in states.items() if state == screening)


def _theme_options(themes: Mapping[str, Theme], chosen: str) -> tuple[Option, ...]:
    titles = {code: f"{theme.number}. {theme.title}" for code, theme in themes.items()}
    return options("All themes", {**titles, NO_THEME: "Without a theme"}, chosen)


def _rows(
    release: Release,
    comments: Iterable[Comment],
    titles: Mapping[str, str],
    themes: Mapping[str, Theme],
) -> Iterable[CommentRow]:
    scan = None
    for comment in comments:
        comment.release = release
        masked = comment.screening == Screening.MASKED
        text = comment.text
        if masked:
            scan = scan or _Masker(release)
            text = scan.masked(text)
        yield CommentRow(
            comment=comment,
            text=text,
            footer=". ".join(_footer(comment, titles, themes)),
        )


def _footer(
    comment: Comment, titles: Mapping[str, str], themes: Mapping[str, Theme]
) -> Iterable[str]:
    if comment.atom in titles:
        yield titles[comment.atom]
    given = [themes[code].number for code in comment.themes if code in themes]
    if given:
        word = "Theme" if len(given) == 1 else "Themes"
        yield f"{word} {say.listed([str(number) for number in given])}"
    if comment.screening == Screening.MASKED:
        yield "Part of this is hidden until a screener has settled it"
    if comment.screening == Screening.REDACTED:
        yield "A screener has changed some words"


class _Masker:
    """Finds marks by the review's roster, opened once."""

    def __init__(self, release: Release) -> None:
        review = release.questionnaire.review
        names = roster.load(review)
        # Whoever set the review up is always on it: an empty one has been destroyed.
        self.knows_names = bool(names.names)
        self.scan: Callable[[str], tuple[Mark, ...]] = partial(
            find, roster=names, case_reference=review.case_reference
        )

    def masked(self, text: str) -> str:
        """Wholly hidden once nobody can tell any more what was marked in it."""
        return masked(text, self.scan(text)) if self.knows_names else HIDDEN


# For a screener


@dataclass(frozen=True)
class ToScreen:
    """The next batch in which nothing is marked, and what is marked; of each how many there are."""

    batch: tuple[Comment, ...]
    marked: tuple[Comment, ...]
    unread: int
    with_mark: int


def to_screen(release: Release) -> ToScreen:
    """Names join the roster after the release too: an unread comment may have a mark by now."""
    waiting = release.comments.filter(screening=Screening.UNREAD)
    masked = release.comments.filter(screening=Screening.MASKED)
    scan = _Masker(release).scan
    batch: list[Comment] = []
    marked = list(masked[:BATCH])
    for comment in [*waiting[:BATCH], *marked]:
        comment.release = release
        if comment.screening == Screening.UNREAD:
            (marked if scan(comment.text) else batch).append(comment)
    newly = sum(each.screening == Screening.UNREAD for each in marked)
    return ToScreen(
        tuple(batch), tuple(marked), waiting.count() - newly, masked.count() + newly
    )


@dataclass(frozen=True)
class Piece:
    """A part of a text; ``why`` says why the screen marked it, empty where it did not."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class Screened:
    """One comment for a screener: its text in pieces, why, and the words to begin from."""

    comment: Comment
    pieces: tuple[Piece, ...]
    reasons: tuple[str, ...]
    text: str
    waits: bool
    withheld: bool


def screened(comment: Comment) -> Screened:
    found = _Masker(comment.release).scan(comment.text)
    waits = comment.screening in Comment.WAITING
    return Screened(
        comment=comment,
        pieces=tuple(marked_pieces(comment.text, found)),
        reasons=tuple(dict.fromkeys(mark.why for mark in found)),
        text=masked(comment.text, found) if waits else comment.text,
        waits=waits,
        withheld=comment.screening == Screening.WITHHELD,
    )


def marked_pieces(text: str, marks: Iterable[Mark]) -> Sequence[Piece]:
    pieces, at = [], 0
    for mark in sorted(marks):
        pieces += [
            Piece(text[at : mark.start]),
            Piece(text[mark.start : mark.end], mark.why),
        ]
        at = mark.end
    return [piece for piece in [*pieces, Piece(text[at:])] if piece.text]
