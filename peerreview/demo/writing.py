"""Writes the demonstration's findings on cleared excerpts, and its report, through the apps' verbs."""

import datetime as dt
from collections.abc import Iterator
from itertools import cycle

from feedback import reading
from feedback.domain import findings, reports, sources
from feedback.models import Finding, ReportVersion
from feedback.rules.report import question_section
from peerreview.demo import content, moments
from peerreview.demo.content import FindingText
from peerreview.demo.setting_up import Cast
from reviews import background
from reviews.evidence_item import EvidenceItem, Kind

# Who proposes and who clears: never the same person.
PAIRS = (
    ("officer_peer_1", "health_peer"),
    ("analyst", "officer_peer_2"),
    ("specialist", "member_peer"),
    ("health_peer", "analyst"),
)
# On the Wednesday: how many findings there are, and how many of them the leader has agreed.
BEGUN, AGREED_EARLY = 10, 4
LEFT_TO_CLEAR = 2


def begin(cast: Cast) -> None:
    """The Wednesday: some findings, some excerpts cleared and some still waiting."""
    at = moments.WEDNESDAY
    shelf = _Shelf(cast)
    possible = [
        each for each in content.findings() if len(list(shelf.notes_for(each))) > 1
    ]
    written = [
        _write(cast, shelf, each, pair, at=at, leave=LEFT_TO_CLEAR if n % 2 else 0)
        for n, (each, pair) in enumerate(
            zip(possible[:BEGUN], cycle(PAIRS), strict=False)
        )
    ]
    sources.triangulate(review=cast.review)
    for finding in written[::2][:AGREED_EARLY]:
        _agree(cast, finding, at)


def find(cast: Cast) -> None:
    """Every finding, on excerpts that a second peer has cleared, agreed by the leader."""
    at = moments.evening(cast.review.last_day - dt.timedelta(days=1))
    shelf = _Shelf(cast)
    written = [
        _write(cast, shelf, each, pair, at=at)
        for each, pair in zip(content.findings(), cycle(PAIRS), strict=False)
    ]
    sources.triangulate(review=cast.review)
    for finding in written:
        _agree(cast, finding, moments.REPORTING)


def report_words() -> dict[str, str]:
    """What the team wrote for the report, by section."""
    words = content.report()
    answers = {
        question_section(number): text
        for number, text in enumerate(words["answers"], start=1)
    }
    return {
        "thanks": words["thanks"],
        "summary": words["summary"],
        "next": words["next_steps"],
        **answers,
    }


def report(cast: Cast) -> ReportVersion:
    """The words, the first version, its PDF, and the leader's approval."""
    review, manager = cast.review, cast.people["manager"]
    at = moments.APPROVED
    for section, text in report_words().items():
        reports.write_section(
            review=review, section=section, text=text, version=0, by=manager, at=at
        )
    version = reports.build_report(
        review=review,
        confirmed=reports.confirmation_of(reports.give_aways(review)),
        by=manager,
        at=at,
    )
    background.run(version.job_id or 0)
    version.refresh_from_db()
    reports.approve_report(version=version, by=cast.people["leader"], at=at)
    return version


def issue(cast: Cast) -> None:
    [version] = cast.review.report_versions.all()
    reports.issue_report(version=version, by=cast.people["manager"], at=moments.ISSUED)


class _Shelf:
    """The evidence that is there by now, to be found by its words."""

    def __init__(self, cast: Cast) -> None:
        self.statements = {
            each.code: each.text for each in cast.review.pack.questionnaire.statements
        }
        items = reading.evidence_of(cast.review)
        self.notes = {i.text: i for i in items if i.kind == Kind.NOTE}
        self.cases = {i.text: i for i in items if i.kind == Kind.CASE}
        self.results = [i for i in items if i.kind == Kind.RESULT]

    def notes_for(self, each: FindingText) -> Iterator[tuple[EvidenceItem, str]]:
        """(note, paraphrase); a note that is masked or not gathered yet is left out."""
        for excerpt in each.excerpts:
            item = self.notes.get(content.note_of(excerpt).text)
            if item is not None:
                yield item, excerpt.says

    def results_for(self, each: FindingText) -> Iterator[EvidenceItem]:
        for code in each.results:
            opening = f"“{self.statements[code]}”"
            yield from (i for i in self.results if i.text.startswith(opening))

    def cases_for(self, each: FindingText) -> Iterator[tuple[EvidenceItem, str]]:
        """(learning point, paraphrase), one a case."""
        for case in content.cases():
            if case["code"] not in each.cases:
                continue
            fitting = [
                (self.cases[point["text"]], point["says"])
                for point in case["learning"]
                if point["theme"] == each.theme
                and point["kind"] == each.kind
                and point["text"] in self.cases
            ]
            yield from fitting[:1]


def _write(
    cast: Cast,
    shelf: _Shelf,
    each: FindingText,
    pair: tuple[str, str],
    *,
    at: dt.datetime,
    leave: int = 0,
) -> Finding:
    """A finding with its excerpts; the last ``leave`` of them stay to be cleared."""
    proposer, clearer = (cast.people[key] for key in pair)
    finding = findings.write_finding(
        review=cast.review,
        values={
            "theme": each.theme,
            "kind": each.kind,
            "title": each.title,
            "text": each.text,
            "consider": each.consider,
            "key_questions": list(each.questions),
        },
        by=proposer,
        at=at,
    )
    pieces = [*shelf.cases_for(each), *shelf.notes_for(each)]
    for number, (item, says) in enumerate(pieces):
        excerpt = findings.propose_excerpt(
            finding=finding, item=item, text=says, by=proposer, at=at
        )
        if number < len(pieces) - leave:
            findings.clear_excerpt(excerpt=excerpt, by=clearer, at=at)
    for item in shelf.results_for(each):
        findings.propose_excerpt(
            finding=finding, item=item, text=item.text, by=proposer, at=at
        )
    return finding


def _agree(cast: Cast, finding: Finding, at: dt.datetime) -> None:
    finding.refresh_from_db()
    findings.agree_finding(finding=finding, by=cast.people["leader"], at=at)
