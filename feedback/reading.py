"""What the pages of evidence, findings and report show. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

import casemapping.evidence
import questionnaires.evidence
import scheduling.evidence
from feedback import report
from feedback.models import Excerpt, Finding, ReportVersion
from reviews import roster, say, screening
from reviews.access import Action, can
from reviews.evidence_item import EvidenceItem, Kind, Polarity
from reviews.models import Membership, Review, Stage
from reviews.packs import Theme
from reviews.progress import Progress, ToDo

KIND_TITLES = {
    Kind.NOTE: "Notes",
    Kind.RESULT: "Questionnaire results",
    Kind.COMMENT: "Questionnaire comments",
    Kind.CASE: "Case learning",
}
POLARITY_TITLES = {
    Polarity.STRENGTH: "Strength",
    Polarity.AREA: "Area for further consideration",
    Polarity.CONTEXT: "Context",
    Polarity.FOLLOW_UP: "Follow-up question",
    Polarity.PRACTICE: "Practice worth sharing",
}
POLARITY_COLOURS = {
    Polarity.STRENGTH: "turquoise",
    Polarity.AREA: "orange",
    Polarity.PRACTICE: "purple",
    Polarity.FOLLOW_UP: "yellow",
    Polarity.CONTEXT: "grey",
}
# Sections that the team does not write by hand.
COMPILED = ("themes", "recommendations", "scope")


# --- evidence -------------------------------------------------------------------------


def evidence_of(review: Review) -> list[EvidenceItem]:
    """All that may be used: masked and unread words are not among it."""
    return [
        *scheduling.evidence.evidence_for(review),
        *questionnaires.evidence.evidence_for(review),
        *casemapping.evidence.evidence_for(review),
    ]


def evidence_item(review: Review, key: str) -> EvidenceItem | None:
    return next((item for item in evidence_of(review) if item.key == key), None)


@dataclass(frozen=True)
class BoardItem:
    """A piece of evidence as a card; ``used`` counts the findings it stands under."""

    item: EvidenceItem
    kind: str
    polarity: str
    colour: str
    line: str
    used: int


def card_of(review: Review, item: EvidenceItem, used: int = 0) -> BoardItem:
    line = review.pack.line(item.line_of_enquiry) if item.line_of_enquiry else None
    return BoardItem(
        item=item,
        kind=KIND_TITLES[item.kind],
        polarity=POLARITY_TITLES[item.polarity],
        colour=POLARITY_COLOURS[item.polarity],
        line=line.title if line else "",
        used=used,
    )


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
            f"{order[f.theme].number}. {f.title} ({f.get_kind_display().lower()})",
        )
        for f in rows
    ]


@dataclass(frozen=True)
class Option:
    """One value of a filter, with how many pieces it would show."""

    value: str
    title: str
    count: int


@dataclass(frozen=True)
class Board:
    theme: Theme
    themes: list[Option]
    kinds: list[Option]
    classes: list[Option]
    items: list[BoardItem]


def evidence_by_theme(
    review: Review, *, theme: str = "", kind: str = "", source_class: str = ""
) -> Board:
    """The evidence of one theme, filtered; unknown values filter nothing."""
    everything = evidence_of(review)
    themes = review.pack.themes
    here = next((each for each in themes if each.code == theme), themes[0])
    of_theme = [item for item in everything if here.code in item.themes]
    classes = sorted({item.source_class for item in of_theme if item.source_class})
    shown = [
        item
        for item in of_theme
        if (kind not in list(Kind) or item.kind == kind)
        and (source_class not in classes or item.source_class == source_class)
    ]
    used: dict[str, int] = {}
    for key in review.excerpts.values_list("evidence_key", flat=True):
        used[key] = used.get(key, 0) + 1
    return Board(
        theme=here,
        themes=[
            Option(
                each.code,
                f"{each.number}. {each.title}",
                sum(each.code in item.themes for item in everything),
            )
            for each in themes
        ],
        kinds=[
            Option(each, KIND_TITLES[each], sum(i.kind == each for i in of_theme))
            for each in Kind
        ],
        classes=[
            Option(each, each, sum(i.source_class == each for i in of_theme))
            for each in classes
        ],
        items=[card_of(review, item, used.get(item.key, 0)) for item in shown],
    )


# --- findings -------------------------------------------------------------------------


@dataclass(frozen=True)
class FindingRow:
    finding: Finding
    cleared: int
    waiting: int
    kinds: str
    sources: str

    @property
    def status(self) -> str:
        if self.finding.agreed:
            return "Agreed"
        return "Ready to agree" if self.cleared else "Needs evidence"

    @property
    def colour(self) -> str:
        return {"Agreed": "green", "Ready to agree": "blue"}.get(self.status, "grey")


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


def findings_by_theme(review: Review) -> list[ThemeFindings]:
    """Every theme in the framework's order, strengths first, in three queries at most."""
    rows = _rows(review.findings.all())
    return [
        ThemeFindings(
            theme,
            [
                FindingGroup(title, found)
                for kind, title in report.KINDS
                if (
                    found := [
                        row
                        for row in rows
                        if (row.finding.theme, row.finding.kind) == (theme.code, kind)
                    ]
                )
            ],
        )
        for theme in review.pack.themes
    ]


def _rows(findings: QuerySet[Finding]) -> list[FindingRow]:
    return [row_of(each) for each in findings.prefetch_related("excerpts")]


def row_of(finding: Finding) -> FindingRow:
    excerpts = list(finding.excerpts.all())
    cleared = [each for each in excerpts if each.cleared]
    kinds = [kind for kind in Kind if any(each.kind == kind for each in cleared)]
    return FindingRow(
        finding=finding,
        cleared=len(cleared),
        waiting=len(excerpts) - len(cleared),
        kinds=", ".join(KIND_TITLES[kind].lower() for kind in kinds),
        sources=sources_words(finding),
    )


def sources_words(finding: Finding) -> str:
    """How independent the notes are, in words; empty until they were counted."""
    if not finding.sources:
        return ""
    words = str(finding.get_sources_display())
    classes = finding.source_classes
    if finding.sources == Finding.Sources.ENOUGH and classes > 1:
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
        found = screening.scan(text, roster=names, case_reference=review.case_reference)
        return tuple(dict.fromkeys(mark.why for mark in found))

    said = {item.key: item.text for item in evidence_of(finding.review)}
    return [
        ExcerptRow(
            excerpt=each,
            kind=KIND_TITLES[Kind(each.kind)],
            said=_unlike(said.get(each.evidence_key, ""), each.text),
            mine=each.proposed_by_id == membership.user_id,
            marks=() if each.cleared else marks(each.text),
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


# --- the report -----------------------------------------------------------------------


@dataclass(frozen=True)
class SectionRow:
    """A section that the team may write; ``own`` is the framework's text, used until then."""

    code: str
    title: str
    text: str
    own: str
    version: int

    @property
    def status(self) -> str:
        if self.text:
            return "Written"
        return "Framework’s words" if self.own else "Empty"


def sections_of(review: Review) -> list[SectionRow]:
    """Every section in order, with one for each key question in its place."""
    texts = {row.section: row for row in review.report_texts.all()}
    material = _bare(review)

    def row(code: str, title: str, own: str) -> SectionRow:
        saved = texts.get(code)
        return SectionRow(
            code,
            title,
            saved.text if saved else "",
            report.filled_in(material, own),
            saved.version if saved else 0,
        )

    rows = []
    for section in review.pack.report:
        if section.holds in COMPILED:
            continue
        if section.holds == "questions":
            rows += [
                row(report.question_section(q.number), f"Response: {q.text}", "")
                for q in review.key_questions.all()
            ]
            continue
        rows.append(row(section.code, section.title, section.text))
    return rows


def section_of(review: Review, code: str) -> SectionRow | None:
    return next((row for row in sections_of(review) if row.code == code), None)


def material_of(review: Review, *, number: int, made_on: date) -> report.Material:
    """Everything that the builder may see, as plain values."""
    findings = [
        each for each in review.findings.prefetch_related("excerpts") if each.agreed
    ]
    return _bare(
        review,
        number=number,
        made_on=made_on,
        texts={row.section: row.text for row in review.report_texts.all()},
        findings=tuple(_finding_words(each) for each in findings),
        survey=_survey(review),
        learning=tuple(_learning(findings)),
    )


def _bare(
    review: Review,
    *,
    number: int = 0,
    made_on: date | None = None,
    texts: Mapping[str, str] | None = None,
    findings: tuple[report.FindingWords, ...] = (),
    survey: report.Survey | None = None,
    learning: tuple[report.CaseLearning, ...] = (),
) -> report.Material:
    contact = (review.contact_name, review.contact_email, review.contact_phone)
    return report.Material(
        council=review.council,
        programme=review.programme,
        first_day=review.day_zero,
        last_day=review.last_day,
        made_on=made_on or review.day_zero,
        number=number,
        scope=review.scope,
        contact=tuple(filter(None, contact)),
        sessions=scheduling.evidence.session_count(review),
        sections=tuple((s.code, s.title, s.text, s.holds) for s in review.pack.report),
        texts=texts or {},
        themes=tuple((t.code, t.number, t.title) for t in review.pack.themes),
        questions=tuple((q.number, q.text) for q in review.key_questions.all()),
        findings=findings,
        survey=survey,
        learning=learning,
    )


def _finding_words(finding: Finding) -> report.FindingWords:
    kinds = {each.kind for each in finding.excerpts.all() if each.cleared}
    return report.FindingWords(
        theme=finding.theme,
        kind=finding.kind,
        title=finding.title,
        text=finding.text,
        consider=finding.consider,
        key_questions=tuple(finding.key_questions),
        evidence=tuple(kind for kind in Kind if kind in kinds),
    )


def _survey(review: Review) -> report.Survey | None:
    summary = questionnaires.evidence.council_summary(review)
    if summary is None:
        return None
    proof = questionnaires.evidence.proof_of(review)
    return report.Survey(
        invited=summary.invited,
        replies=summary.replies,
        figures=summary.replies is not None,
        rows=tuple(
            report.SurveyRow(row.theme, row.text, row.favourable, row.words)
            for row in summary.rows
        ),
        self_test=report.SelfTest(proof.on, proof.people, proof.ways)
        if proof
        else None,
    )


def _learning(findings: Sequence[Finding]) -> Iterator[report.CaseLearning]:
    """Cleared case learning under agreed findings, each point once."""
    seen = set()
    for finding in findings:
        for excerpt in finding.excerpts.all():
            if excerpt.kind != Kind.CASE or not excerpt.cleared:
                continue
            if excerpt.evidence_key not in seen:
                seen.add(excerpt.evidence_key)
                yield report.CaseLearning(finding.theme, excerpt.text)


def printed_texts(review: Review) -> list[tuple[str, str]]:
    """(where, text) of every word of the team that the next version would print."""
    material = material_of(review, number=0, made_on=review.day_zero)
    titles = {row.code: row.title for row in sections_of(review)}
    found = [
        (titles[code], text) for code, text in material.texts.items() if code in titles
    ]
    for finding in material.findings:
        where = f"Finding: {finding.title}"
        found += [(where, finding.title), (where, finding.text)]
        found += [(where, finding.consider)]
    found += [("What we learned from the cases", p.text) for p in material.learning]
    return [(where, text) for where, text in found if text.strip()]


def versions_for(membership: Membership) -> list[ReportVersion]:
    """The newest first. The council knows issued versions only; content stays closed here."""
    rows = membership.review.report_versions.defer("content", "pdf")
    if not membership.in_team:
        rows = rows.filter(issued_on__isnull=False)
    return list(rows.select_related("job", "approved_by"))


@dataclass(frozen=True)
class VersionRow:
    version: ReportVersion
    status: str
    colour: str

    @property
    def waits(self) -> bool:
        return self.status == "Being prepared"

    @property
    def may_approve(self) -> bool:
        return self.status == "Ready"

    @property
    def may_issue(self) -> bool:
        return self.status == "Approved"


def version_row(version: ReportVersion) -> VersionRow:
    status = state_words(version)
    return VersionRow(version, status, STATE_COLOURS[status])


# --- for the review's home page -------------------------------------------------------


def progress(review: Review, membership: Membership) -> list[Progress]:
    cards = []
    if can(membership, Action.WRITE_FINDING):
        cards.append(_findings_card(review))
    if can(membership, Action.DOWNLOAD_REPORT):
        cards.append(_report_card(review, membership))
    return cards


def to_do(review: Review, membership: Membership, today: date) -> list[ToDo]:
    """Excerpts to clear, findings to agree, and the report at each step that is the reader's."""
    found = []
    findings = reverse("feedback:findings", args=[review.pk])
    if can(membership, Action.CLEAR_EXCERPT):
        others = review.excerpts.filter(cleared=False).exclude(
            proposed_by=membership.user_id
        )
        if number := others.count():
            found.append(ToDo(f"Clear {say.counted(number, 'excerpt')}", url=findings))
    report_page = reverse("feedback:report", args=[review.pk])
    newest = next(iter(versions_for(membership)), None)
    if newest is None:
        return found
    status = state_words(newest)
    if status == "Ready" and can(membership, Action.APPROVE_REPORT):
        found.append(
            ToDo(f"Approve version {newest.number} of the report", url=report_page)
        )
    if status == "Approved" and can(membership, Action.ISSUE_REPORT):
        found.append(
            ToDo(f"Issue version {newest.number} of the report", url=report_page)
        )
    if not membership.in_team and can(membership, Action.DOWNLOAD_REPORT):
        issued = newest.issued_on
        found.append(
            ToDo(
                "Read the report",
                when=f"issued on {say.day(issued)}" if issued else "",
                url=report_page,
            )
        )
    return found


def _findings_card(review: Review) -> Progress:
    rows = list(review.findings.values_list("agreed", flat=True))
    waiting = review.excerpts.filter(cleared=False).count()
    if not rows:
        sentence = "No finding is written yet."
    else:
        sentence = f"{sum(rows)} of {say.counted(len(rows), 'finding')} agreed."
    if waiting:
        sentence += f" {say.counted(waiting, 'excerpt')} to be cleared."
    return Progress(
        title="Findings",
        sentence=sentence,
        url=reverse("feedback:findings", args=[review.pk]),
        share=100 * sum(rows) // len(rows) if rows else None,
    )


def _report_card(review: Review, membership: Membership) -> Progress:
    versions = versions_for(membership)
    if not versions:
        sentence = (
            "No version has been built yet."
            if membership.in_team
            else "The report has not been issued yet."
        )
    else:
        newest = versions[0]
        sentence = f"Version {newest.number}: {state_words(newest).lower()}."
    return Progress("Report", sentence, reverse("feedback:report", args=[review.pk]))


def state_words(version: ReportVersion) -> str:
    if version.issued_on:
        return "Issued"
    if version.has_failed:
        return "Could not be made"
    if version.approved_on:
        return "Approved"
    return str(version.get_state_display())


STATE_COLOURS = {
    "Issued": "green",
    "Approved": "turquoise",
    "Ready": "blue",
    "Could not be made": "red",
    "Being prepared": "yellow",
}


def stage_blockers(review: Review, to: Stage) -> list[str]:
    """Feedback begins with a report that its leader stands behind."""
    if to != Stage.FEEDBACK:
        return []
    ready = review.report_versions.filter(state=ReportVersion.State.READY)
    if not ready.exists():
        return ["No version of the report is ready. Build one on the report’s page."]
    if not ready.filter(approved_on__isnull=False).exists():
        return ["The team leader has not approved a version of the report yet."]
    return []
