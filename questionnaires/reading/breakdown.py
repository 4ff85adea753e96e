"""One question by group, and what became of the groups: from published values alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import capfirst

from questionnaires.evidence import key_of
from questionnaires.models import Question, Release
from questionnaires.reading import bars
from questionnaires.reading.result_rows import Choice, Gap, Row
from questionnaires.reading.results import Reader, choice_sentence
from questionnaires.rules.disclosure import NOT_SHOWN, Chosen, Node, Shown
from questionnaires.rules.published import Published, Values, leaves_of
from reviews.pages import say


@dataclass(frozen=True)
class GroupRow:
    """One group's answers to one question: a statement's row, or a choice's."""

    title: str
    base: str
    row: Row | None
    choice: Choice | None


@dataclass(frozen=True)
class Breakdown:
    """One question: everybody, each group, the widest gap, and what is not shown and why."""

    question: Question
    theme: str
    sentence: str
    base: str
    everybody: GroupRow
    groups: tuple[GroupRow, ...]
    gap: Gap | None
    gap_sentence: str
    folded: tuple[str, ...]
    evidence_key: str
    before: Question | None
    after: Question | None

    @property
    def shows_dont_know(self) -> bool:
        rows = [each.row for each in (self.everybody, *self.groups) if each.row]
        return any(row.dont_know != NOT_SHOWN for row in rows)

    @property
    def shows_hidden(self) -> bool:
        return any(each.row and each.row.bar.hides for each in self.groups)


def breakdown(release: Release, code: str) -> Breakdown | None:
    """None where the question has no published values."""
    reader = Reader(release)
    published = reader.values.questions.get(code)
    shown = [q for q in reader.questions if q.code in reader.values.questions]
    at = next((n for n, each in enumerate(shown) if each.code == code), None)
    if published is None or at is None:
        return None
    question = shown[at]
    theme = reader.themes.get(question.theme)
    gap = reader.gap(question)
    whole = _group_row(reader, question, published.everybody, "", "Everybody")
    return Breakdown(
        question=question,
        theme=f"{theme.number}. {theme.title}" if theme else "",
        sentence=_sentence(question, published),
        base=published.everybody.base,
        everybody=whole,
        groups=_groups(reader, question, published),
        gap=gap,
        gap_sentence=_gap_sentence(published, gap),
        folded=tuple(_folded(reader.values, published)),
        evidence_key=_evidence_key(reader, whole, code),
        before=shown[at - 1] if at else None,
        after=shown[at + 1] if at + 1 < len(shown) else None,
    )


def _evidence_key(reader: Reader, whole: GroupRow, code: str) -> str:
    """Where the result stands on the evidence board; empty while it does not."""
    shown = whole.row or whole.choice
    filed = shown is not None and shown.filing.state in ("always", "filed")
    return key_of(reader.release, code) if filed else ""


def _groups(
    reader: Reader, question: Question, published: Published
) -> tuple[GroupRow, ...]:
    """With one group alone, it is everybody."""
    if len(published.parts) < 2:
        return ()
    rows = [
        _group_row(reader, question, part.values, part.key, part.title)
        for part in published.parts
    ]
    return tuple(sorted(rows, key=lambda each: each.title))


def _group_row(
    reader: Reader, question: Question, values: Shown | Chosen, key: str, title: str
) -> GroupRow:
    if isinstance(values, Shown):
        row = reader.row(question, values, key)
        return GroupRow(title, values.base, row, None)
    return GroupRow(title, values.base, None, reader.choice(question, values, key))


def _sentence(question: Question, published: Published) -> str:
    whole = published.everybody
    if isinstance(whole, Chosen):
        return choice_sentence(question, whole)
    words = bars.statement_words(whole)
    turned = " Agreeing is unfavourable here." if question.reversed else ""
    return f"{words[:1].upper()}{words[1:]}.{turned}"


def _gap_sentence(published: Published, gap: Gap | None) -> str:
    if gap:
        return (
            f"{gap.most} is the most favourable group ({gap.most_share}), "
            f"{gap.least} the least ({gap.least_share})."
        )
    if len(published.parts) < 2 or not published.is_statement:
        return ""
    return "No two groups are further apart than the rounding of their shares."


def _folded(values: Values, published: Published) -> list[str]:
    """Groups that have figures of their own elsewhere and are shown together here."""
    own = {part.key for part in published.parts}
    if own == set(values.titles):
        return []
    return [
        f"{part.title}: shown together here, because too few of one of them answered this question."
        for part in published.parts
        if part.key not in values.titles
    ]


# What became of the groups


@dataclass(frozen=True)
class GroupLine:
    """A group that has figures: whom it holds and why it is what it is."""

    key: str
    title: str
    base: str
    holds: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Groups:
    """``apart_again`` are questions for which some of the groups are shown together."""

    lines: tuple[GroupLine, ...]
    apart_again: tuple[Question, ...]


def groups_of(release: Release) -> Groups:
    reader = Reader(release)
    root, k = reader.questionnaire.root, reader.questionnaire.k
    lines = [
        _line(key, title, base, root, k) for key, title, base in reader.values.atoms
    ]
    known = set(reader.values.titles)
    again = [
        question
        for question in reader.questions
        if (published := reader.values.questions.get(question.code))
        and {part.key for part in published.parts} != known
    ]
    return Groups(tuple(sorted(lines, key=lambda each: each.title)), tuple(again))


def _line(key: str, title: str, base: str, root: Node, k: int) -> GroupLine:
    leaves = list(leaves_of(key, root))
    agencies = [
        agency.title
        for agency in root.children
        if any(leaf in agency.leaves() for leaf in (each.key for each in leaves))
    ]
    family = f"{agencies[0]}: " if len(agencies) == 1 and len(leaves) > 1 else ""
    return GroupLine(
        key=key,
        title=title,
        base=base,
        holds=tuple(capfirst(leaf.title.removeprefix(family)) for leaf in leaves),
        why=_why(leaves, agencies, k),
    )


def _why(leaves: Sequence[Node], agencies: Sequence[str], k: int) -> str:
    """Which of several was too small is not said, as it would narrow its size down."""
    if len(leaves) < 2:
        return f"By itself: {k} or more replied."
    small = f"At least one of them alone has fewer than {k} replies, or could be worked out by taking the others away."
    if len(agencies) > 1:
        return f"{say.listed(agencies)} are shown together. {small}"
    return f"Its {len(leaves)} groups are shown together. {small}"
