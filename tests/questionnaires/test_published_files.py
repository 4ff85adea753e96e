"""The published values go out as a file for the team, and come back to be compared with."""

import csv
import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from questionnaires import reading
from questionnaires.files import published_files
from questionnaires.models import EarlierResults, Question, Release
from reviews.files.sheets import SheetRefused
from reviews.models import AuditEvent, Review, Stage, User
from tests.make import move
from tests.make_questionnaires import make_questionnaire
from tests.make_results import add_question, make_released, together, voices, where

CSC, POLICE = "CSC/front-line", "POL/front-line"
GROUPS = {
    CSC: together(
        voices(40, favourable=32, unfavourable=4),
        voices(40, favourable=8, unfavourable=24, code="Q02"),
    ),
    POLICE: together(
        voices(12, favourable=8, unfavourable=1),
        voices(12, favourable=4, unfavourable=6, code="Q02"),
    ),
}
DANGEROUS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://a","b")')


@pytest.fixture
def release(review: Review, manager: User) -> Release:
    return make_released(review, by=manager, groups=GROUPS)


def book_of(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("results.xlsx", content)


def test_workbook_holds_the_published_values_and_nothing_finer(
    release: Release,
) -> None:
    book = book_of(published_files.workbook(release))

    rows = list(book["By group"].iter_rows(min_row=5, values_only=True))
    assert [sheet.title for sheet in book] == [
        "Everybody",
        "By group",
        "Groups",
        "How it is made",
    ]
    assert rows[0] == (
        "Group",
        "Code",
        "Theme",
        "Question",
        "Answer",
        "Share, %",
        "Unfavourable, %",
        "Do not know, %",
        "Replies",
        "Give or take, points",
    )
    by_group = {(row[0], row[1]): row[5:] for row in rows[1:]}
    assert by_group == {
        ("Children's social care: front line", "Q01"): (80, 10, None, "30 to 49", 2.5),
        ("Police: front line", "Q01"): (70, None, None, "10 to 14", 5),
        ("Children's social care: front line", "Q02"): (20, 60, None, "30 to 49", 2.5),
        ("Police: front line", "Q02"): (30, None, None, "10 to 14", 5),
    }


def test_on_paper_every_column_stands_beside_the_others_under_its_heading(
    release: Release,
) -> None:
    everybody, groups = book_of(published_files.workbook(release)).worksheets[:2]

    for sheet in (everybody, groups):
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToHeight == 0
        (row,) = {number for number in sheet.print_title_rows if number.isdigit()}
        assert "Code" in [cell.value for cell in sheet[int(row)]]


def test_every_sheet_says_that_it_is_for_the_team_alone(release: Release) -> None:
    content = published_files.workbook(release)
    book = book_of(content)

    assert {sheet["A1"].value for sheet in book} == {"Team only. Not for the council."}
    assert book.properties.creator == "Peer review team"
    assert content == published_files.workbook(release), "no moment, nothing by chance"
    for entry in zipfile.ZipFile(io.BytesIO(content)).infolist():
        assert entry.date_time[0] == 2000


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(review: Review, manager: User, text: str) -> None:
    move(review, Stage.LEAD_IN)
    questionnaire = make_questionnaire(review, by=manager)
    options = [{"code": "a", "label": text}, {"code": "b", "label": "No"}]
    one = add_question(
        questionnaire, Question.Kind.SINGLE, text, by=manager, options=options
    )
    questionnaire.title = text
    review.agencies.filter(code="POL").update(name=text)
    people = [{one.code: "a"}] * 8 + [{one.code: "b"}] * 6
    release = make_released(
        review,
        by=manager,
        questionnaire=questionnaire,
        groups={CSC: people, POLICE: people},
    )

    book = book_of(published_files.workbook(release))
    lines = list(csv.reader(io.StringIO(published_files.table(release))))

    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    texts = [cell for cell in cells if isinstance(cell.value, str)]
    assert {cell.data_type for cell in texts} == {"s"}
    assert any(str(cell.value).strip() == text.strip() for cell in texts)
    risky = ("=", "+", "-", "@", "\t", "\r")
    assert [cell for line in lines for cell in line if cell.startswith(risky)] == []
    assert any(cell == f"'{text}" for line in lines for cell in line)


def test_only_the_team_has_the_files_and_their_names_can_be_read(
    release: Release,
    member_peer: User,
    sponsor: User,
    organiser: User,
    sign_in: Callable[[User], Client],
) -> None:
    for ending in ("xlsx", "csv"):
        address = where(release, f"results/values.{ending}")
        answer = sign_in(member_peer).get(address)
        assert answer["Content-Disposition"] == (
            'attachment; filename="trafford-council-results-team-only-2027-01-15.'
            f'{ending}"'
        )
        assert sign_in(sponsor).get(address).status_code == 403
        assert sign_in(organiser).get(address).status_code == 403


# Then and now


def test_what_was_downloaded_comes_back_as_it_was(release: Release) -> None:
    found = published_files.read(published_files.workbook(release))

    assert (found.title, found.on) == (release.questionnaire.title, release.on)
    assert found.faults == []
    shown = [
        (r["code"], r["answer"], r["share"], r["give_or_take"]) for r in found.rows
    ]
    assert shown == [("Q01", "Favourable", 78, 3.5), ("Q02", "Favourable", 22, 3.5)]


def later(review: Review, manager: User, **shares: int) -> Release:
    """The same statements a year on; so many of 100 are favourable."""
    people = together(
        *(voices(100, favourable=share, code=code) for code, share in shares.items())
    )
    return make_released(review, by=manager, groups={CSC: people})


def test_then_and_now_are_told_apart_only_beyond_both_roundings(
    release: Release,
    other_review: Review,
    manager: User,
    analyst: User,
    sign_in: Callable[[User], Client],
) -> None:
    earlier = published_files.workbook(release)
    now = later(release.questionnaire.review, manager, Q01=82, Q02=40, Q03=50)
    client = sign_in(analyst)

    answer = client.post(where(now, "results/earlier/"), {"file": upload(earlier)})
    told = client.get(where(now, "results/earlier/")).content.decode()
    body = " ".join(client.get(where(now)).content.decode().split())
    question = client.get(where(now, "results/questions/Q02/")).content.decode()

    assert answer.status_code == 302
    assert "then 22%, now 40%" in body
    assert body.count("about the same") >= 1
    assert "not asked then" in body
    assert "2 questions were asked both times" in told
    assert "then 22%, now 40%" in told.split("Higher now")[1].split("Lower now")[0]
    assert "then 22%, now 40%" in question
    # Asked now alone, and said so.
    assert (
        now.questionnaire.questions.get(code="Q03").text in told.split("Asked now")[1]
    )


def stored(**row: Any) -> dict[str, Any]:
    usual = {"answer": "Favourable", "share": 20.0, "low": -1.0, "give_or_take": 2.0}
    return {**usual, **row}


def test_questions_are_matched_by_code_and_words_and_others_are_listed(
    release: Release,
) -> None:
    questions = {q.code: q.text for q in release.questionnaire.questions.all()}
    EarlierResults.objects.create(
        questionnaire=release.questionnaire,
        title="Before",
        on=release.on,
        rows=[
            stored(code="Q01", text="Something else altogether."),
            stored(code="X9", text=questions["Q02"].upper().rstrip(".")),
            stored(code="Q07", text="Gone since."),
        ],
    )

    found = reading.Reader(release).earlier

    assert found
    assert set(found.matched) == {("Q02", "favourable")}
    assert [(u.text, u.why) for u in found.only_now] == [
        (questions["Q01"], "worded otherwise then")
    ]
    assert [u.text for u in found.only_then] == [
        "Something else altogether.",
        "Gone since.",
    ]


def test_a_statement_that_was_turned_round_is_not_compared(release: Release) -> None:
    text = release.questionnaire.questions.get(code="Q01").text
    EarlierResults.objects.create(
        questionnaire=release.questionnaire,
        title="Before",
        on=release.on,
        rows=[stored(code="Q01", text=text, answer="Favourable (disagreeing)")],
    )

    found = reading.Reader(release).earlier

    assert found
    assert found.matched == {}
    assert {u.text: u.why for u in found.only_now}[
        text
    ] == "its answers were others then"


def spoilt(release: Release, **changes: Any) -> bytes:
    """The file as somebody typed into it: cells by their place."""
    book = book_of(published_files.workbook(release))
    for cell, value in changes.items():
        book["Everybody"][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_each_fault_is_named_by_row_and_column(release: Release) -> None:
    found = published_files.read(spoilt(release, C6="", E6="lots", I6="a bit"))

    assert [(f.row, f.column, f.sentence) for f in found.faults] == [
        (6, "Question", "The cell is empty"),
        (6, "Share, %", "“lots” is not a share from 0 to 100, in whole points"),
        (6, "Give or take, points", "“a bit” is not a number from 0 to 50"),
    ]
    assert [row["code"] for row in found.rows] == ["Q02"]


def test_faults_of_the_file_stand_on_the_page(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(analyst)

    client.post(
        where(release, "results/earlier/"), {"file": upload(spoilt(release, E6="lots"))}
    )
    told = client.get(where(release, "results/earlier/")).content.decode()

    assert "Rows of the file that were left out" in told
    assert "“lots” is not a share" in told


def test_a_file_of_another_kind_is_refused_with_a_sentence(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    answer = sign_in(analyst).post(
        where(release, "results/earlier/"), {"file": upload(b"not a workbook")}
    )

    assert "must be an Excel workbook (.xlsx)" in answer.content.decode()
    assert not EarlierResults.objects.exists()


def test_a_workbook_of_something_else_is_refused() -> None:
    book = Workbook()
    book.worksheets[0].append(["Name", "Email"])
    book.worksheets[0].append(["A", "b@example.org"])
    out = io.BytesIO()
    book.save(out)

    with pytest.raises(SheetRefused, match="downloaded here"):
        published_files.read(out.getvalue())


def test_comparison_is_removed_in_two_steps(
    release: Release,
    analyst: User,
    member_peer: User,
    sign_in: Callable[[User], Client],
) -> None:
    client = sign_in(analyst)
    content = published_files.workbook(release)
    client.post(where(release, "results/earlier/"), {"file": upload(content)})

    asked = client.get(where(release, "results/earlier/remove/")).content.decode()
    still = EarlierResults.objects.count()
    client.post(where(release, "results/earlier/remove/"))

    assert "Remove the comparison" in asked
    assert "govuk-button--warning" in asked
    assert still == 1
    assert not EarlierResults.objects.exists()
    assert (
        sign_in(member_peer).get(where(release, "results/earlier/")).status_code == 403
    )


def test_a_second_file_takes_the_place_of_the_first(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(analyst)
    content = published_files.workbook(release)

    for _ in range(2):
        client.post(where(release, "results/earlier/"), {"file": upload(content)})

    assert EarlierResults.objects.get().title == release.questionnaire.title


def test_a_comparison_that_is_removed_twice_is_told_of_once(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(analyst)
    content = published_files.workbook(release)
    client.post(where(release, "results/earlier/"), {"file": upload(content)})

    for _ in range(2):
        client.post(where(release, "results/earlier/remove/"))

    removed = AuditEvent.objects.filter(action="earlier_results.removed")
    assert removed.count() == 1
