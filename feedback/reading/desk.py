"""The report: its words, its material, its versions. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import questionnaires.evidence
import scheduling.evidence
from feedback.models import Finding, ReportVersion
from feedback.reading.findings import rests_on_one
from feedback.rules import report
from reviews.access import Sight, sees
from reviews.evidence_item import Kind
from reviews.models import Membership, Review
from reviews.reading.moved import AS_THE_FILE_SAYS, arrived_at, done_here

# Sections that the team does not write by hand.
COMPILED = ("themes", "recommendations", "scope")


# What fills a section that the framework leaves to data.
FILLED = {
    "questionnaire": "the questionnaire’s results",
    "cases": "cleared case learning",
    "contact": "the review’s contact",
}


@dataclass(frozen=True)
class SectionRow:
    """A section that the team may write; ``own`` is the framework's text, used until then.

    ``filled`` says what the report puts there by itself, "" where nothing.
    """

    code: str
    title: str
    text: str
    own: str
    version: int
    filled: str = ""

    @property
    def status(self) -> str:
        if self.text:
            return "Written"
        if self.own:
            return "Framework’s words"
        return f"Filled from {self.filled}" if self.filled else "Empty"


def sections_of(review: Review) -> list[SectionRow]:
    """Every section in order, with one for each key question in its place."""
    texts = {row.section: row for row in review.report_texts.all()}
    # The framework's words say how broad the evidence is, so they need the findings.
    material = material_of(review, number=0, made_on=review.day_zero)

    def row(code: str, title: str, own: str, holds: str = "") -> SectionRow:
        saved = texts.get(code)
        return SectionRow(
            code,
            title,
            saved.text if saved else "",
            report.filled_in(material, own),
            saved.version if saved else 0,
            FILLED.get(holds, ""),
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
        rows.append(row(section.code, section.title, section.text, section.holds))
    return rows


def section_of(review: Review, code: str) -> SectionRow | None:
    return next((row for row in sections_of(review) if row.code == code), None)


@dataclass(frozen=True)
class Desk:
    """What the one who builds needs: the words, what is empty, and what the button makes."""

    sections: list[SectionRow]
    gaps: list[str]
    agreed: int
    left_out: int
    number: int


def desk_of(review: Review) -> Desk:
    numbers = review.report_versions.values_list("number", flat=True)
    material = material_of(review, number=0, made_on=review.day_zero)
    agreed = list(review.findings.values_list("agreed", flat=True))
    return Desk(
        sections=sections_of(review),
        gaps=report.gaps(material),
        agreed=sum(agreed),
        left_out=len(agreed) - sum(agreed),
        number=max(numbers, default=0) + 1,
    )


def gaps_of(version: ReportVersion) -> list[str]:
    """What this version leaves empty."""
    found: list[str] = version.content.get("gaps", [])
    return found


def changes_since(version: ReportVersion) -> list[str]:
    """What a version built now would say otherwise than this one."""
    material = material_of(
        version.review, number=version.number, made_on=version.made_on
    )
    return report.changes(version.content, report.build(material))


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
        surveys=tuple(_surveys(review)),
        learning=tuple(_learning(findings)),
    )


def _bare(
    review: Review,
    *,
    number: int = 0,
    made_on: date | None = None,
    texts: Mapping[str, str] | None = None,
    findings: tuple[report.FindingWords, ...] = (),
    surveys: tuple[report.Survey, ...] = (),
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
        surveys=surveys,
        learning=learning,
    )


def _finding_words(finding: Finding) -> report.FindingWords:
    supporting = [e for e in finding.excerpts.all() if e.cleared and not e.against]
    # What speaks against it is nothing that it rests on.
    kinds = {each.kind for each in supporting}
    return report.FindingWords(
        key=str(finding.pk),
        theme=finding.theme,
        kind=finding.kind,
        title=finding.title,
        text=finding.text,
        consider=finding.consider,
        key_questions=tuple(finding.key_questions),
        evidence=tuple(kind for kind in Kind if kind in kinds),
        on_one=rests_on_one(finding, supporting),
    )


def _surveys(review: Review) -> Iterator[report.Survey]:
    for summary in questionnaires.evidence.council_summaries(review):
        proof = summary.self_test
        yield report.Survey(
            invited=summary.invited,
            replies=summary.replies,
            figures=summary.replies is not None,
            rows=tuple(
                report.SurveyRow(row.theme, row.text, row.favourable, row.words)
                for row in summary.rows
            ),
            title=summary.title,
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
                yield report.CaseLearning(finding.theme, excerpt.words)


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
    if not sees(membership, Sight.UNISSUED_REPORT):
        rows = rows.filter(issued_on__isnull=False)
    return list(rows.select_related("job", "approved_by"))


@dataclass(frozen=True)
class VersionRow:
    """A version with its state in words; ``changes`` is what changed since it was built."""

    version: ReportVersion
    status: str
    colour: str
    changes: tuple[str, ...] = ()
    approved_by: str = ""
    # Where it came with the file of a review that was moved here: the words that say so.
    approved_of_file: str = ""
    issued_of_file: str = ""

    @property
    def waits(self) -> bool:
        return self.status == "Being prepared"

    @property
    def may_approve(self) -> bool:
        return self.status == "Ready"

    @property
    def may_issue(self) -> bool:
        return self.status == "Approved"

    @property
    def approve_words(self) -> str:
        return f"Approve version {self.version.number}"

    @property
    def approve_question(self) -> str:
        return f"{self.approve_words}?"

    @property
    def issue_words(self) -> str:
        return f"Issue version {self.version.number} to the council"

    @property
    def issue_question(self) -> str:
        return f"{self.issue_words}?"


def version_row(version: ReportVersion) -> VersionRow:
    status = state_words(version)
    return VersionRow(version, status, STATE_COLOURS[status])


def version_rows(membership: Membership) -> list[VersionRow]:
    """The newest first; of the one that is not issued yet the team reads what changed since."""
    rows = _of_here(membership.review, map(version_row, versions_for(membership)))
    # Whoever does not see it until then has none here that is not issued.
    if rows and not rows[0].version.issued_on:
        changes = tuple(changes_since(rows[0].version))
        rows[0] = replace(rows[0], changes=changes)
    return rows


def _of_here(review: Review, rows: Iterable[VersionRow]) -> list[VersionRow]:
    """Who approved each, and whether that was here or only the file of the review says so."""
    moved = arrived_at(review) is not None
    approved = (
        done_here(review, "report approved", "report version") if moved else set()
    )
    issued = done_here(review, "report issued", "report version") if moved else set()
    found = []
    for row in rows:
        by, number = row.version.approved_by, str(row.version.number)
        found.append(
            replace(
                row,
                approved_by=review.name_of(by) if by else "",
                approved_of_file=AS_THE_FILE_SAYS
                if moved and number not in approved
                else "",
                issued_of_file=AS_THE_FILE_SAYS
                if moved and number not in issued
                else "",
            )
        )
    return found


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
