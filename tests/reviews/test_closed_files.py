"""The files that a closed review leaves: what the archive holds, its page for reading, their names."""

import io
import json
import re
from html.parser import HTMLParser

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from feedback.domain import reports
from questionnaires.rules.disclosure import NOT_SHOWN
from reviews import retention
from reviews.domain import archiving, destroying
from reviews.files import read_me
from reviews.models import AccessRole, Review, Stage, User
from reviews.pages import say
from reviews.reading.closing import ARCHIVED, NEVER_ARCHIVED, archived_as
from reviews.reading.records import of_a_review
from reviews.rules.certificates import as_statement
from tests.adversarial.test_closing import make_all
from tests.make import make_membership, make_review, move
from tests.make_closing import close
from tests.make_everything import Cast
from tests.make_feedback import build, draw
from tests.reviews.members import SignIn


class Seen(HTMLParser):
    """What a browser would make of a page: its elements, their attributes and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[tuple[str, str]] = []
        self._tag = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append((self._tag, " ".join(data.split())))

    def of(self, *tags: str) -> list[str]:
        return [words for tag, words in self.words if tag in tags]


@pytest.fixture
def whole(manager: User) -> Review:
    """One of everything, its report issued."""
    review = make_review(manager=manager)
    leader = make_membership(review, AccessRole.TL).user
    peer = make_membership(review, AccessRole.P, role="OP").user
    make_all(Cast(review, manager, leader, peer))
    now = timezone.now()
    version = draw(build(review, by=manager))
    reports.approve_report(version=version, by=leader, at=now)
    reports.issue_report(version=version, by=manager, at=now)
    review.refresh_from_db()
    return review


# --- the archive ---------------------------------------------------------------------------------


def test_every_file_is_named_by_a_line_and_every_line_has_a_file(whole: Review) -> None:
    """The page that asks for the close, and the certificate, say of the archive what is in it."""
    files = archiving.archived(whole)

    named = {
        line: [name for name in files if archived_as(name) == sentence]
        for line, sentence in ARCHIVED.items()
    }
    assert [line for line, names in named.items() if not names] == []
    assert sorted(name for names in named.values() for name in names) == sorted(files)
    # The controls: a file more, and one that only begins as another is called.
    for name in ("notes.json", "cases.json.bak", "trail-2.json"):
        with pytest.raises(LookupError):
            archived_as(name)


def test_what_is_counted_in_it_is_named(whole: Review) -> None:
    files = archiving.archived(whole)

    assert json.loads(files["review.json"])["documents"] == whole.documents.count() > 0
    assert "how many documents it had" in ARCHIVED["review.json"]
    assert json.loads(files["cases.json"])["cases mapped"] > 0
    assert ARCHIVED["cases.json"] == "How many cases were mapped"
    assert "words of case mapping" in NEVER_ARCHIVED


def test_whoever_decides_reads_each_line(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    move(review, Stage.FEEDBACK)
    answer = sign_in(manager).get(reverse("reviews:closing", args=[review.pk]))

    for sentence in (*ARCHIVED.values(), NEVER_ARCHIVED):
        assert sentence in answer.content.decode()


# --- its page for reading ------------------------------------------------------------------------


def test_the_page_for_reading_says_what_the_review_was_found_and_published(
    whole: Review,
) -> None:
    files = archiving.archived(whole)
    seen = Seen(files[archiving.READ_ME].decode())
    words = " ".join(text for _, text in seen.words)

    assert whole.council in words
    assert say.day_range(whole.day_zero, whole.last_day) in words
    for name in files:
        assert name in words
        assert f"{archived_as(name)}." in words
    findings = [*whole.findings.all()]
    assert len(findings) > 1
    for finding in findings:
        assert finding.title in words
        assert " ".join(finding.text.split()) in words
    assert ("(not agreed)" in words) == any(not each.agreed for each in findings)
    for release in whole.questionnaires.get(releases__isnull=False).releases.all():
        assert f"published on {say.day(release.on)}" in words
    assert "more than one kind of source, or w" in words


def _readable(files: dict[str, bytes]) -> str:
    """All words of the other files, as they are written or printed, without spaces."""
    said = []
    for name, content in files.items():
        if name.endswith(".pdf"):
            pages = pypdf.PdfReader(io.BytesIO(content)).pages
            said += [page.extract_text() for page in pages]
        elif name != archiving.READ_ME:
            said.append(json.dumps(json.loads(content), ensure_ascii=False))
    return re.sub(r"\s|\\n", "", " ".join(said)).replace('\\"', '"')


def test_the_page_for_reading_says_nothing_that_no_other_file_holds(
    whole: Review,
) -> None:
    files = archiving.archived(whole)
    others = _readable(files)
    page = files[archiving.READ_ME].decode()
    assert "<h2>Findings</h2>" in page
    # What follows the list of files, cell by cell and paragraph by paragraph.
    seen = Seen(page.split("Files that end in .json")[1])
    spoken = [text for text in seen.of("p", "td") if "with the size and" not in text]
    plain = {"Everybody", "Favourable", "Favourable, which is to disagree", NOT_SHOWN}
    numbers = re.findall(r"\d+\.?\d*", files["questionnaires.json"].decode())
    stored = {f"{float(each):.0f}" for each in numbers}

    assert len(spoken) > 15
    for text in spoken:
        share = re.fullmatch(r"(?:under |over )?(\d+)%", text)
        if share:
            # "Under 5%" and "over 95%" are one figure of the file.
            assert {share[1], str(100 - int(share[1]))} & stored, text
        else:
            assert text in plain or re.sub(r"\s", "", text) in others, text
    # The control: words of nobody's are not found.
    assert "The heron is grey".replace(" ", "") not in others


def test_the_page_for_reading_stands_alone(whole: Review) -> None:
    """No script, nothing that is fetched, nothing that leads elsewhere."""
    page = archiving.archived(whole)[archiving.READ_ME].decode()
    seen = Seen(page)

    assert seen.tags <= {
        *("html", "head", "meta", "title", "style", "body", "main", "div"),
        *("h1", "h2", "h3", "h4", "p", "br", "dl", "dt", "dd", "ol", "li"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert seen.attributes <= {
        *("lang", "charset", "name", "content", "http-equiv"),
        *("scope", "role", "tabindex", "aria-label"),
    }
    assert "default-src 'none'" in page
    style = page.split("<style>")[1].split("</style>")[0]
    assert not re.search(r"url\(|@import", style)


def test_what_was_typed_is_shown_and_never_run() -> None:
    about = {"council": "<script>alert(1)</script>", "scope": "<img src=x>"}
    page = read_me.draw(about, files=[], chapters=[]).decode()

    assert {"script", "img"} & Seen(page).tags == set()
    assert "&lt;script&gt;" in page
    # The control: the search sees a script that is one.
    assert "script" in Seen("<script>1</script>").tags


# --- certificates and names ----------------------------------------------------------------------


def test_a_certificate_says_who_states_it_and_what_each_class_is(
    review: Review, settings: Settings
) -> None:
    settings.DATA_CONTROLLER = "Peer programme, 1 Example Street"
    settings.SITE_ADDRESS = "https://review.example.org"
    settings.SUPPORT_CONTACT = "Programme office, 01632 960000"
    close(review)

    signed = json.loads(bytes(review.certificates.get().signed))
    statement = as_statement(signed["statement"])

    assert statement["stated_by"] == {
        "organisation": "Peer programme, 1 Example Street",
        "address": "https://review.example.org",
        "contact": "Programme office, 01632 960000",
    }
    assert statement["review"] == review.pk
    about = {each.title: each.about for each in of_a_review()}
    rows = [*statement["destroyed"], *statement["kept"]]
    assert {each["title"]: each["about"] for each in rows} == about
    archive = statement["archive"]
    assert archive is not None
    assert archive["holds"] == [*ARCHIVED.values()]
    assert archive["never"] == NEVER_ARCHIVED


def test_files_of_a_closed_review_are_called_after_it(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    done = close(review)
    assert done.finished_at is not None
    destroying.nightly(at=done.finished_at + retention.KEY_BACKUPS)
    client = sign_in(manager)
    council, month = "trafford-council", f"{review.day_zero:%Y-%m}"

    for name, arguments, called in (
        ("certificate-pdf", ["interim"], "certificate-interim.pdf"),
        ("certificate-signed", ["interim"], "certificate-interim.json"),
        ("certificate-signed", ["final"], "certificate-final.json"),
        ("closing-archive", [], "archive.zip"),
    ):
        answer = client.get(reverse(f"reviews:{name}", args=[review.pk, *arguments]))
        assert answer["Content-Disposition"] == (
            f'attachment; filename="{council}-{month}-{called}"'
        )
