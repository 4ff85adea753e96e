"""Findings, how far they are and what they rest on. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import QuerySet

import scheduling.evidence
from feedback.models import Excerpt, Finding
from feedback.reading.evidence import KIND_TITLES, evidence_of
from feedback.rules import report
from reviews.evidence_item import EvidenceItem, Kind
from reviews.models import Membership, Review
from reviews.packs import Theme
from reviews.pages import say
from reviews.screening import roster, scan


def finding_choices(review: Review, item: EvidenceItem) -> list[tuple[str, str]]:
    """The findings that it could stand under, those of its own themes first."""
    order = {theme.code: theme for theme in review.pack.themes}
    rows = sorted(
        review.findings.all(),
        key=lambda f: (f.theme not in item.themes, order[f.theme].number, f.position),
    )
    return [
        (
            str(f.pk),
            f"{order[f.theme].number}. {f.title} ({f.get_kind_display().lower()}"
            + (", 3 or more sources)" if f.has_enough(against=False) else ")"),
        )
        for f in rows
    ]


@dataclass(frozen=True)
class Use:
    """What becomes of an excerpt of this evidence, said before it is written."""

    next: str
    quoting: str


def use_of(review: Review, item: EvidenceItem, finding: str) -> Use:
    """``finding`` is the key of the one that is chosen on the page, "" for none yet."""
    if item.kind == Kind.RESULT:
        words = (
            "A result is a figure of many people, so no second peer has to clear it."
        )
        return Use(words, "")
    cleared = "Another peer has to clear your words. Your name is then removed."
    if item.kind == Kind.CASE:
        return Use(cleared, "")
    findings = list(review.findings.all())
    chosen = next((each for each in findings if str(each.pk) == finding), None)
    words = _quoting_in(findings) if chosen is None else _quoting_under(chosen)
    return Use(cleared, words)


def _quoting_under(finding: Finding) -> str:
    """Each side of a finding has its own sources, and its own word on quoting."""
    enough_for = finding.has_enough(against=False)
    enough_against = finding.has_enough(against=True)
    if enough_for and enough_against:
        return (
            "By the last count this finding was heard from 3 or more sources, and so was what "
            "speaks against it, "
            "so up to 15 words in a row may be quoted."
        )
    if enough_for:
        return (
            "By the last count this finding was heard from 3 or more sources, so up to 15 words in a row may be "
            "quoted for it, and none against it."
        )
    if enough_against:
        return (
            "By the last count what speaks against this finding was heard from 3 or more sources, so up to 15 "
            "words in a row may be quoted against it, and none for it."
        )
    return "This finding is not known to come from 3 sources, so nothing may be quoted under it."


def _quoting_in(findings: Sequence[Finding]) -> str:
    sides = (
        ("under", "heard from 3 or more sources", False),
        ("against", "that 3 or more sources speak against", True),
    )
    places = []
    for place, which, against in sides:
        if number := sum(each.has_enough(against=against) for each in findings):
            places.append(f"{place} the {say.counted(number, 'finding')} {which}")
    if not places:
        return (
            "No finding is known to come from 3 sources yet, so nothing may be quoted."
        )
    where = say.listed(places)
    return f"Up to 15 words in a row may be quoted {where}, and none elsewhere."


class Standing(StrEnum):
    """How far a finding is, in the words of its tag."""

    EVIDENCE = "Needs evidence"
    TO_CLEAR = "Excerpts to be cleared"
    REASON = "Needs the leader’s reason"
    READY = "Ready to agree"
    AGREED = "Agreed"


STANDING_COLOURS = {
    Standing.EVIDENCE: "grey",
    Standing.TO_CLEAR: "yellow",
    Standing.REASON: "orange",
    Standing.READY: "blue",
    Standing.AGREED: "green",
}


_TALLIED = {
    Standing.EVIDENCE: ("needs evidence", "need evidence"),
    Standing.TO_CLEAR: ("with excerpts to be cleared",) * 2,
    Standing.REASON: ("needs the leader’s reason", "need the leader’s reason"),
    Standing.READY: ("ready to agree",) * 2,
    Standing.AGREED: ("agreed",) * 2,
}


@dataclass(frozen=True)
class FindingRow:
    """``basis`` says what the finding rests on, ``contrary`` what speaks against it, ``counts`` how
    many excerpts are how far. ``counted``: something is said of sources, for it or against it."""

    finding: Finding
    standing: Standing
    counts: str
    basis: str
    contrary: str
    single: bool

    @property
    def counted(self) -> bool:
        return bool(self.finding.sources or self.finding.sources_against)

    @property
    def colour(self) -> str:
        return STANDING_COLOURS[self.standing]


@dataclass(frozen=True)
class FindingGroup:
    title: str
    rows: list[FindingRow]


@dataclass(frozen=True)
class ThemeFindings:
    theme: Theme
    groups: list[FindingGroup]

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)


@dataclass(frozen=True)
class Tally:
    """How many findings stand where, with the address that shows them alone."""

    standing: Standing
    number: int

    @property
    def words(self) -> str:
        one, many = _TALLIED[self.standing]
        return f"{self.number} {one if self.number == 1 else many}"

    @property
    def code(self) -> str:
        return self.standing.name.lower()


@dataclass(frozen=True)
class FindingsPage:
    """Every theme in the framework's order, strengths first."""

    themes: list[ThemeFindings]
    whole: int
    tally: list[Tally]
    chosen: Standing | None

    @property
    def counted(self) -> bool:
        """Whether anything on the page is said of sources."""
        shown = [group for theme in self.themes for group in theme.groups]
        return any(row.counted for group in shown for row in group.rows)

    @property
    def sentence(self) -> str:
        return say.counted(self.whole, "finding")


def findings_page(review: Review, standing: str = "") -> FindingsPage:
    """All findings, or those of one standing; three queries at most."""
    rows = rows_of(review.findings.all())
    counted = Counter(row.standing for row in rows)
    chosen = next((s for s in Standing if s.name.lower() == standing), None)
    shown = [row for row in rows if chosen in (None, row.standing)]
    return FindingsPage(
        themes=[_theme_findings(theme, shown) for theme in review.pack.themes],
        whole=len(rows),
        tally=[Tally(each, counted[each]) for each in Standing if counted[each]],
        chosen=chosen,
    )


def _theme_findings(theme: Theme, rows: Sequence[FindingRow]) -> ThemeFindings:
    groups = []
    for kind, title in report.KINDS:
        wanted = (theme.code, kind)
        found = [r for r in rows if (r.finding.theme, r.finding.kind) == wanted]
        if found:
            groups.append(FindingGroup(title, found))
    return ThemeFindings(theme, groups)


def rows_of(findings: QuerySet[Finding]) -> list[FindingRow]:
    return [row_of(each) for each in findings.prefetch_related("excerpts")]


def row_of(finding: Finding) -> FindingRow:
    excerpts = list(finding.excerpts.all())
    cleared = [each for each in excerpts if each.cleared]
    supporting = [each for each in cleared if not each.against]
    waiting = len(excerpts) - len(cleared)
    single = bool(supporting) and rests_on_one(finding, supporting)
    return FindingRow(
        finding=finding,
        standing=_standing(finding, bool(supporting), waiting, single),
        counts=_excerpt_counts(len(cleared), waiting),
        basis=basis_words(finding, supporting),
        contrary=contrary_words(finding, [each for each in cleared if each.against]),
        single=single,
    )


def _standing(finding: Finding, rests: bool, waiting: int, single: bool) -> Standing:
    if finding.agreed:
        return Standing.AGREED
    if waiting:
        return Standing.TO_CLEAR
    if not rests:
        return Standing.EVIDENCE
    return Standing.REASON if single else Standing.READY


def _excerpt_counts(cleared: int, waiting: int) -> str:
    if not cleared and not waiting:
        return "No excerpt yet"
    words = say.counted(cleared, "excerpt") + " cleared" if cleared else ""
    more = f"{waiting} to be cleared" if cleared else ""
    alone = f"{say.counted(waiting, 'excerpt')} to be cleared"
    return ", ".join(filter(None, [words or alone, more if waiting else ""]))


# People's own words, whether on paper or across a table, are one kind of source.
_SOURCES = {
    Kind.NOTE: "spoken",
    Kind.COMMENT: "spoken",
    Kind.RESULT: "questionnaire results",
    Kind.CASE: "case learning",
}


def rests_on_one(finding: Finding, supporting: Iterable[Excerpt]) -> bool:
    """Whether it stands on one kind of source, and its notes are not known to come from three."""
    kinds = {_SOURCES[Kind(each.kind)] for each in supporting}
    return not finding.has_enough(against=False) and len(kinds) < 2


def basis_words(finding: Finding, supporting: Sequence[Excerpt]) -> str:
    """What it rests on: "Under 3 sources, beside questionnaire results", "Case learning alone"."""
    notes, others = _notes_and_others(finding, supporting, against=False)
    if notes:
        return _beside(notes, others)
    alone = " alone" if len(others) == 1 else ""
    return f"{_capital(say.listed(others))}{alone}"


def contrary_words(finding: Finding, contrary: Sequence[Excerpt]) -> str:
    """What speaks against it, counted as what it rests on is; "" where nothing does.

    "Against it: 3 or more sources, in 2 groups, beside questionnaire results".
    """
    if not contrary:
        return ""
    notes, others = _notes_and_others(finding, contrary, against=True)
    words = _beside(notes, others) if notes else say.listed(others)
    return f"Against it: {words[:1].lower()}{words[1:]}"


def _notes_and_others(
    finding: Finding, excerpts: Sequence[Excerpt], *, against: bool
) -> tuple[str, list[str]]:
    """What is said of the sources of these notes, "" where there is none; the other kinds."""
    kinds = {Kind(each.kind) for each in excerpts}
    others = [KIND_TITLES[kind].lower() for kind in Kind if kind in kinds - {Kind.NOTE}]
    if Kind.NOTE not in kinds:
        return "", others
    return sources_words(finding, against) or _uncounted_words(excerpts), others


def _beside(notes: str, others: Sequence[str]) -> str:
    return f"{notes}, beside {say.listed(others)}" if others else notes


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _uncounted_words(excerpts: Sequence[Excerpt]) -> str:
    number = sum(each.kind == Kind.NOTE for each in excerpts)
    if number < scheduling.evidence.LEAST_NOTES:
        return "Notes too few for their sources to be counted"
    return "Notes whose sources are not counted"


def sources_words(finding: Finding, against: bool) -> str:
    """How independent the notes of a side are, in words; empty until they were counted."""
    sources = finding.sources_against if against else finding.sources
    classes = finding.source_classes_against if against else finding.source_classes
    if not sources:
        return ""
    words = str(Finding.Sources(sources).label)
    if finding.has_enough(against=against) and classes > 1:
        groups = "3 or more" if classes >= 3 else str(classes)
        return f"{words}, in {groups} groups"
    return words


@dataclass(frozen=True)
class ExcerptRow:
    """An excerpt beside the evidence it paraphrases, while that is still there."""

    excerpt: Excerpt
    kind: str
    said: str
    mine: bool
    marks: tuple[str, ...]

    @property
    def state(self) -> str:
        return "cleared" if self.excerpt.cleared else "waiting"


def excerpts_of(finding: Finding, membership: Membership) -> list[ExcerptRow]:
    """Whoever clears one sees what the screen would have them look at twice."""
    review = finding.review
    names = roster.load(review)

    def marks(text: str) -> tuple[str, ...]:
        found = scan.find(text, roster=names, case_reference=review.case_reference)
        return tuple(dict.fromkeys(mark.why for mark in found))

    said = {item.key: item.text for item in evidence_of(finding.review)}
    return [
        ExcerptRow(
            excerpt=each,
            kind=KIND_TITLES[Kind(each.kind)],
            said=_unlike(said.get(each.evidence_key, ""), each.words),
            mine=each.proposed_by_id == membership.user_id,
            marks=() if each.cleared else marks(each.words),
        )
        for each in sorted(finding.excerpts.all(), key=lambda each: each.cleared)
    ]


def _unlike(said: str, text: str) -> str:
    """Nothing where the excerpt says it already, as it does of a result."""
    return "" if said == text else said


def questions_of(finding: Finding) -> list[str]:
    """The key questions that the finding helps to answer, in words."""
    return [
        question.text
        for question in finding.review.key_questions.all()
        if question.number in finding.key_questions
    ]
