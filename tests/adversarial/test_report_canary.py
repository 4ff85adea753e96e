"""T32: nothing that anybody said, and nobody's name, gets into the report, its files or their metadata.

Notes, comments and names carry words that occur nowhere else. Some of them are even evidence under
an agreed finding; what may be printed is what the team wrote.
"""

import io
import itertools
import zipfile
from collections.abc import Iterator

import pikepdf
import pypdf
import pytest
from django.utils import timezone

from feedback import reading
from feedback.domain import findings
from feedback.files import spreadsheet, word
from feedback.models import ReportVersion
from questionnaires.domain import screening_comments
from questionnaires.models import Comment
from reviews.evidence_item import Kind
from reviews.models import Review, Stage, User
from scheduling.domain.week import Person
from tests.make import move
from tests.make_feedback import make_finding, make_report
from tests.make_questionnaires import answer_by, close_and_release, make_open
from tests.make_scheduling import make_notes, make_session

# Part of make adversarial alone: it costs too much for every run of the tests.
pytestmark = pytest.mark.adversarial

NOTE, COMMENT = "notecanary", "commentcanary"
# Names of people of the team, of people met and of those who were invited.
NAMES = ("Leila", "Okafor", "Marcus", "Penhale", "Quillon", "Tarbuckle")
TYPED = "Typedcanary stands in the finding itself"


def _texts(word: str, number: int) -> Iterator[str]:
    for n in range(number):
        yield f"The {word}{n} was told to us in a long and quiet sentence."


@pytest.fixture
def version(
    review: Review, manager: User, leader: User, member_peer: User, analyst: User
) -> ReportVersion:
    """A report built on a whole review in which every text carries a canary."""
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 30, comment=f"We say {COMMENT} often.")
    released = close_and_release(questionnaire, by=manager)
    release = released.releases.get()
    ids = [str(pk) for pk in release.comments.values_list("pk", flat=True)]
    screening_comments.clear_comments(release=release, at=timezone.now(), ids=ids)
    on_site = move(review, Stage.ON_SITE)
    met = Person("Quillon Tarbuckle", "Head of something", "q@example.org", None)
    session = make_session(
        on_site, by=manager, peers=[member_peer, analyst], people=[met]
    )
    make_notes(session, [member_peer, analyst], _texts(NOTE, 8))
    _write_findings(on_site, leader, member_peer, analyst)
    move(review, Stage.REPORTING)
    return make_report(Review.objects.get(pk=review.pk), by=manager)


def _write_findings(review: Review, leader: User, *peers: User) -> None:
    """Each theme has a finding on a note, a comment and a result; peers clear for each other."""
    evidence = reading.evidence_of(review)
    by_kind = {
        kind: itertools.cycle([item for item in evidence if item.kind == kind])
        for kind in (Kind.NOTE, Kind.COMMENT, Kind.RESULT)
    }
    for theme in review.pack.themes:
        finding = make_finding(
            review, by=peers[0], theme=theme.code, title=f"{TYPED} {theme.number}"
        )
        for kind, items in by_kind.items():
            excerpt = findings.propose_excerpt(
                finding=finding,
                item=next(items),
                text="What people said, in the team’s words.",
                by=peers[0],
                at=timezone.now(),
            )
            if kind != Kind.RESULT:
                findings.clear_excerpt(excerpt=excerpt, by=peers[1], at=timezone.now())
        findings.agree_finding(finding=finding, by=leader, at=timezone.now())


def unpacked(file: bytes) -> str:
    """Every member of an office file, as it stands."""
    with zipfile.ZipFile(io.BytesIO(file)) as there:
        members = [
            there.read(name).decode("utf-8", "replace") for name in there.namelist()
        ]
    return " ".join(members)


def everything(version: ReportVersion) -> str:
    """The frozen content, the bytes, every unpacked stream, the metadata and the text of the PDF.

    And all that stands in the Word file and in the workbook of the findings.
    """
    pdf = bytes(version.pdf or b"")
    with pikepdf.open(io.BytesIO(pdf)) as document:
        streams = [
            each.read_bytes().decode("latin-1")
            for each in document.objects
            if isinstance(each, pikepdf.Stream)
        ]
        information = repr({key: str(value) for key, value in document.docinfo.items()})
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    words = " ".join(" ".join(pages).split())
    files = [
        unpacked(word.draw(version.content)),
        unpacked(spreadsheet.workbook(version.content)),
    ]
    return " ".join(
        [
            str(version.content),
            pdf.decode("latin-1"),
            *streams,
            information,
            words,
            *files,
        ]
    )


def test_report_holds_no_canary_of_notes_comments_or_names(
    version: ReportVersion,
) -> None:
    evidence = " ".join(item.text for item in reading.evidence_of(version.review))
    printed = everything(version).lower()

    # The canaries were there to leak: unmasked, in reach, and under agreed findings.
    assert (NOTE in evidence, COMMENT in evidence) == (True, True)
    assert Comment.objects.filter(screening="cleared").exists()
    assert [
        word for word in (NOTE, COMMENT, *map(str.lower, NAMES)) if word in printed
    ] == []


def test_control_what_the_team_typed_is_found_by_the_same_search(
    version: ReportVersion,
) -> None:
    pages = pypdf.PdfReader(io.BytesIO(bytes(version.pdf or b""))).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())

    assert [f"{TYPED} {n}" in words for n in range(1, 6)] == [True] * 5
    for file in (word.draw(version.content), spreadsheet.workbook(version.content)):
        assert f"{TYPED} 1" in unpacked(file)
    assert f"{TYPED} 1" in everything(version)


def test_themes_stand_in_the_frameworks_order_in_the_pdf(
    version: ReportVersion,
) -> None:
    pages = pypdf.PdfReader(io.BytesIO(bytes(version.pdf or b""))).pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    body = words[words.rindex("What we found") :]

    places = [body.index(f"{TYPED} {n}") for n in range(1, 6)]

    assert places == sorted(places)
