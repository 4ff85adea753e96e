"""What the questionnaire's pages show, to the team and to respondents. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import reverse

from questionnaires import drafts
from questionnaires.disclosure import Shown
from questionnaires.drafts import Answers
from questionnaires.models import (
    Comment,
    Invitation,
    PendingImport,
    Question,
    Questionnaire,
    Release,
)
from reviews import roster, say, screening
from reviews.access import Action, can
from reviews.models import AccessRole, Delivery, Job, Membership, Review, Stage
from reviews.progress import Progress, ToDo

MOST_STATEMENTS = 8
SMALLEST_TURNOUT = 10
BATCH = 20
NOT_PROVIDED = "Not provided"

State = Questionnaire.State


# The respondent's pages


@dataclass(frozen=True)
class QuestionPage:
    """One page of the form: a few statements of one theme, or one question in own words."""

    number: int
    heading: str
    questions: tuple[Question, ...]

    @property
    def in_own_words(self) -> bool:
        return self.questions[0].kind == Question.Kind.TEXT


def question_pages(questionnaire: Questionnaire) -> list[QuestionPage]:
    """The questions in order, at most 8 statements to a page and as even as they will go."""
    themes = {theme.code: theme.title for theme in questionnaire.review.pack.themes}
    pages: list[QuestionPage] = []

    def add(heading: str, questions: Sequence[Question]) -> None:
        pages.append(QuestionPage(len(pages) + 1, heading, tuple(questions)))

    def shelf(question: Question) -> str:
        text = question.kind == Question.Kind.TEXT
        return f"text {question.code}" if text else question.theme

    for _, group in groupby(questionnaire.questions.all(), key=shelf):
        asked = list(group)
        if asked[0].kind == Question.Kind.TEXT:
            add(asked[0].text, asked)
            continue
        title = themes.get(asked[0].theme, "Your work")
        parts = -(-len(asked) // MOST_STATEMENTS)
        size = -(-len(asked) // parts)
        for part in range(parts):
            heading = title if parts == 1 else f"{title} ({part + 1} of {parts})"
            add(heading, asked[part * size : (part + 1) * size])
    return pages


@dataclass(frozen=True)
class Option:
    code: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class QuestionRow:
    """One question with what is answered so far."""

    question: Question
    value: str
    options: tuple[Option, ...] = ()
    room: int = 0


def question_rows(
    questionnaire: Questionnaire, page: QuestionPage, answers: Answers
) -> list[QuestionRow]:
    return [
        QuestionRow(
            question=question,
            value=answers.get(question.code, ""),
            options=tuple(
                Option(
                    each["code"],
                    each["label"],
                    answers.get(question.code) == each["code"],
                )
                for each in questionnaire.scale
            ),
            room=_room(page, answers),
        )
        for question in page.questions
    ]


def _room(page: QuestionPage, answers: Answers) -> int:
    """How much own wording still fits on this page: all comments of a person share one limit."""
    here = {question.code for question in page.questions}
    elsewhere = {code: text for code, text in answers.items() if code not in here}
    return drafts.MOST_WORDS - drafts.words(elsewhere)


def too_long(page: QuestionPage, answers: Answers) -> bool:
    here = {
        question.code: answers.get(question.code, "") for question in page.questions
    }
    return page.in_own_words and drafts.words(here) > _room(page, answers)


@dataclass(frozen=True)
class CheckRow:
    question: Question
    answer: str


@dataclass(frozen=True)
class CheckGroup:
    page: QuestionPage
    rows: tuple[CheckRow, ...]


def check_groups(
    questionnaire: Questionnaire, pages: Iterable[QuestionPage], answers: Answers
) -> list[CheckGroup]:
    labels = {each["code"]: each["label"] for each in questionnaire.scale}

    def words(question: Question) -> str:
        given = answers.get(question.code, "")
        if question.kind == Question.Kind.STATEMENT:
            given = labels.get(given, "")
        return given or NOT_PROVIDED

    return [
        CheckGroup(page, tuple(CheckRow(each, words(each)) for each in page.questions))
        for page in pages
    ]


# The team's pages


def current(review: Review) -> Questionnaire | None:
    """The review's questionnaire, if it has one yet."""
    found = review.questionnaires.order_by("pk").last()
    if found:
        found.review = review
    return found


def by_number(number: str) -> Questionnaire | None:
    """For the receipt, which belongs to no review's member."""
    if not number.isdecimal():
        return None
    return Questionnaire.objects.select_related("review").filter(pk=number).first()


@dataclass(frozen=True)
class DeliveryRow:
    label: str
    number: int


@dataclass(frozen=True)
class Turnout:
    """A group and how many of it have answered. ``share`` is None where it is too small to say."""

    title: str
    invited: int
    answered: int | None
    share: int | None


@dataclass(frozen=True)
class Overview:
    """Where the questionnaire stands and what can be done with it now."""

    questionnaire: Questionnaire
    invited: int
    unsent: int
    deliveries: tuple[DeliveryRow, ...]
    faulty: tuple[Invitation, ...]
    stuck: int
    groups: tuple[tuple[str, int], ...]
    questions: int
    may_import: bool
    runs: bool
    may_send: bool
    reminders_left: int
    pending: PendingImport | None
    job: Job | None


def overview(questionnaire: Questionnaire, membership: Membership) -> Overview:
    invitations = questionnaire.invitations.all()
    states = Counter(invitations.values_list("delivery_state", flat=True))
    bad = [Delivery.NO_ADDRESS, Delivery.MAILBOX, Delivery.FAILED, Delivery.UNKNOWN]
    runs = can(membership, Action.RUN_QUESTIONNAIRE)
    faulty = invitations.filter(delivery_state__in=bad).select_related("questionnaire")
    draft = questionnaire.state == State.DRAFT
    return Overview(
        questionnaire=questionnaire,
        invited=sum(states.values()),
        unsent=states[Delivery.NEW],
        deliveries=tuple(
            DeliveryRow(str(state.label), states[state])
            for state in Delivery
            if states[state]
        ),
        faulty=tuple(sorted(faulty, key=lambda each: each.email)) if runs else (),
        stuck=questionnaire.stuck().count(),
        groups=_invited_by_agency(questionnaire, membership),
        questions=questionnaire.questions.count(),
        may_import=draft and can(membership, Action.IMPORT_INVITATIONS),
        runs=runs,
        may_send=runs and questionnaire.state == State.OPEN,
        reminders_left=Questionnaire.MOST_REMINDERS - questionnaire.reminders,
        pending=questionnaire.pending_imports.first() if draft else None,
        job=_latest_job(questionnaire) if runs else None,
    )


def _latest_job(questionnaire: Questionnaire) -> Job | None:
    return questionnaire.review.jobs.filter(
        kind__startswith="questionnaires.", subject=str(questionnaire.pk)
    ).first()


def _invited_by_agency(
    questionnaire: Questionnaire, membership: Membership
) -> tuple[tuple[str, int], ...]:
    """How many each agency has on the list; a partner contact sees their own agency only."""
    names = {agency.code: agency.name for agency in questionnaire.review.agencies.all()}
    counts: Counter[str] = Counter()
    for leaf in questionnaire.invitations.values_list("leaf", flat=True):
        counts[leaf.split("/")[0]] += 1
    if membership.access_role == AccessRole.PC:
        own = membership.agency.code if membership.agency else ""
        counts = Counter({own: counts[own]})
    return tuple(
        sorted((names.get(code, code), number) for code, number in counts.items())
    )


def turnout(questionnaire: Questionnaire, membership: Membership) -> list[Turnout]:
    """Counted turnout of groups with at least 10 invited: counts for the team, rates for others.

    Nobody is counted one by one (count_turnout), so no row here changes with one answer.
    """
    exact = can(membership, Action.READ_TURNOUT)
    if not exact and not can(membership, Action.READ_RESPONSE_RATE):
        return []
    invited: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for leaf, counted in questionnaire.invitations.values_list("leaf", "counted_in"):
        invited[leaf] += 1
        answered[leaf] += counted
    own = membership.agency.code if membership.agency else ""
    rows: list[tuple[str, str, tuple[str, ...]]] = []
    for agency in questionnaire.root.children:
        if membership.access_role == AccessRole.PC and agency.key != own:
            continue
        if exact:
            rows += [(leaf.key, leaf.title, (leaf.key,)) for leaf in agency.children]
        else:
            rows.append((agency.key, agency.title, agency.leaves()))
    found = []
    for _, title, leaves in rows:
        size = sum(invited[leaf] for leaf in leaves)
        back = sum(answered[leaf] for leaf in leaves)
        tells = size >= SMALLEST_TURNOUT
        share = 100 * back / size if size else 0
        found.append(
            Turnout(
                title=title,
                invited=size,
                answered=back if exact and tells else None,
                share=(round(share) if exact else round(share / 10) * 10)
                if tells
                else None,
            )
        )
    return found


@dataclass(frozen=True)
class ResultRow:
    """One statement as published: shares of everybody, or of one group."""

    question: Question
    shown: Shown
    favourable: str
    unfavourable: str
    dont_know: str
    group: str


@dataclass(frozen=True)
class ThemeResults:
    code: str
    title: str
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True)
class Results:
    """A release for the team. ``group`` is the chosen group's key, empty for everybody."""

    release: Release
    base: str
    groups: tuple[tuple[str, str], ...]
    group: str
    group_title: str
    themes: tuple[ThemeResults, ...]
    highest: tuple[ResultRow, ...]
    lowest: tuple[ResultRow, ...]

    @property
    def shows_dont_know(self) -> bool:
        """Whether any row has this share: small groups show fewer of them."""
        return any(
            row.shown.dont_know is not None
            for theme in self.themes
            for row in theme.rows
        )


def latest_release(questionnaire: Questionnaire) -> Release | None:
    found = questionnaire.releases.order_by("round").last()
    if found:
        found.questionnaire = questionnaire
    return found


def results(release: Release, *, group: str = "") -> Results:
    """The published values by theme; a group that was not published reads as everybody."""
    questionnaire = release.questionnaire
    values = release.values
    groups = tuple((atom["key"], atom["title"]) for atom in values["atoms"])
    titles = dict(groups)
    chosen = group if group in titles else ""
    rows_by_theme: dict[str, list[ResultRow]] = defaultdict(list)
    for question in questionnaire.questions.filter(kind=Question.Kind.STATEMENT):
        published = values["questions"].get(question.code)
        found = _row(question, published, chosen) if published else None
        if found:
            rows_by_theme[question.theme].append(found)
    themes = tuple(
        ThemeResults(theme.code, theme.title, tuple(rows_by_theme[theme.code]))
        for theme in questionnaire.review.pack.themes
        if rows_by_theme[theme.code]
    )
    ranked = sorted(
        (row for theme in themes for row in theme.rows),
        key=lambda row: (-row.shown.favourable, row.question.position),
    )
    base = next(
        (atom["base"] for atom in values["atoms"] if atom["key"] == chosen),
        values["base"],
    )
    return Results(
        release=release,
        base=base,
        groups=groups,
        group=chosen,
        group_title=titles.get(chosen, "Everybody"),
        themes=themes,
        highest=tuple(ranked[:5]),
        lowest=tuple(reversed(ranked[-5:])),
    )


def _row(question: Question, published: dict[str, Any], group: str) -> ResultRow | None:
    """Of one group only if exactly that group answered this question in numbers enough."""
    if group:
        parts = [each for each in published["groups"] if each["key"] == group]
        if not parts:
            return None
        values = {k: v for k, v in parts[0].items() if k not in ("key", "title")}
    else:
        values = published["all"]
    shown = Shown(**values)
    return ResultRow(
        question=question,
        shown=shown,
        favourable=shown.words(shown.favourable),
        unfavourable=shown.words(shown.unfavourable),
        dont_know=shown.words(shown.dont_know),
        group=group,
    )


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
        for question in questionnaire.questions.filter(kind=Question.Kind.TEXT)
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


# The review's home page and its stages


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
        url = reverse("questionnaires:overview", args=[review.pk])
    elif can(membership, Action.READ_RESULTS):
        url = reverse("questionnaires:results", args=[review.pk])
    if not url and membership.access_role not in (AccessRole.CS, AccessRole.CC):
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
                url=reverse("questionnaires:release", args=[review.pk]),
            )
        )
    if can(membership, Action.SCREEN_COMMENTS):
        waiting = Comment.objects.filter(
            release__questionnaire=questionnaire,
            screening__in=[Comment.Screening.UNREAD, Comment.Screening.MASKED],
        ).count()
        if waiting:
            found.append(
                ToDo(
                    f"Read {say.counted(waiting, 'comment')} before the team does",
                    url=reverse("questionnaires:comments-screen", args=[review.pk]),
                )
            )
    return found


def _where(
    questionnaire: Questionnaire | None, membership: Membership
) -> tuple[str, int | None]:
    if questionnaire is None:
        return "Not started.", None
    invited = questionnaire.invitations.count()
    if questionnaire.state in (State.DRAFT, State.OPENING):
        return f"{invited} people on the list. Not open yet.", None
    if questionnaire.state == State.OPEN:
        closes = questionnaire.closes_on
        until = f"Open until {say.day(closes)}." if closes else "Open."
        if not can(membership, Action.READ_TURNOUT):
            return until, None
        counted = questionnaire.invitations.filter(counted_in=True).count()
        share = round(100 * counted / invited) if invited else 0
        return f"{until} {counted} of {invited} counted in so far.", share
    if questionnaire.state in (State.CLOSED, State.RELEASING):
        return "Closed. The answers are still sealed.", None
    return "Closed and released to the team.", None


def stage_blockers(review: Review, to: Stage) -> list[str]:
    """Why the review cannot move to ``to`` yet, as far as the questionnaire goes."""
    questionnaire = current(review)
    if questionnaire is None:
        return []
    opened = questionnaire.state in (State.OPENING, State.OPEN)
    if to == Stage.PRE_SITE and opened:
        return ["The questionnaire is still open. Close it first."]
    if to == Stage.ON_SITE and questionnaire.state in (State.CLOSED, State.RELEASING):
        return ["The questionnaire’s answers have not been released yet."]
    return []
