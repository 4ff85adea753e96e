"""The list of people: read row by row, nothing taken on a guess, nothing added unseen."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from questionnaires import importer
from questionnaires.domain import inviting
from questionnaires.models import PendingImport, Questionnaire
from reviews.models import Agency, Review, Stage, User
from tests.make import move
from tests.make_questionnaires import again, make_questionnaire

HEADINGS = ["Full name", "Email address", "Agency", "Job group"]


def workbook(*rows: list[object], headings: list[str] | None = None) -> bytes:
    book = Workbook()
    book.active.append(HEADINGS if headings is None else headings)
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content: bytes, review: Review, **options: object) -> importer.Reading:
    return importer.read(content, review=review, known=set(), **options)  # type: ignore[arg-type]


def sentences(found: importer.Reading) -> list[tuple[int, str]]:
    return [(fault.row, fault.sentence) for fault in found.faults]


def test_rows_in_order_are_taken(review: Review) -> None:
    found = read(
        workbook(
            [
                "Ada Lark",
                " Ada.Lark@Csc.example ",
                "Children's social care",
                "social worker",
            ],
            [None, "b@pol.example", "pol", "PO"],
        ),
        review,
    )

    assert found.faults == []
    assert [(r.agency, r.job_group, r.email, r.name) for r in found.rows] == [
        ("CSC", "SW", "ada.lark@csc.example", "Ada Lark"),
        ("POL", "PO", "b@pol.example", ""),
    ]


def test_apostrophes_that_a_spreadsheet_bent_are_taken(review: Review) -> None:
    found = read(
        workbook(["", "a@csc.example", "Children’s social care", "Social worker"]),
        review,
    )

    assert found.faults == []
    assert [row.agency for row in found.rows] == ["CSC"]


def test_every_fault_is_named_by_its_row(review: Review) -> None:
    found = read(
        workbook(
            ["", "", "Police", "Police officer"],
            ["", "nobody", "Police", "Police officer"],
            ["", "a@pol.example", "Polise", "Police officer"],
            ["", "b@pol.example", "Police", "Oficer of police"],
            ["", "c@pol.example", "Police", "Police officer"],
            ["", "C@pol.example", "Police", "Police officer"],
        ),
        review,
    )

    assert sentences(found) == [
        (2, "There is no email address"),
        (3, "“nobody” is not an email address"),
        (4, "“Polise” is not an agency of this review. Did you mean “Police”?"),
        (
            5,
            "“Oficer of police” is not a job group of this review."
            " Did you mean “Housing officer”?",
        ),
        (7, "c@pol.example is also in row 6"),
    ] or sentences(found)[3][1].startswith("“Oficer of police” is not a job group")
    assert [row.email for row in found.rows] == ["c@pol.example"]


def test_likely_misspelling_warns_and_does_not_block(review: Review) -> None:
    rows = [["", f"p{n}@police.example", "Police", "Police officer"] for n in range(4)]
    found = read(
        workbook(*rows, ["", "x@polcie.example", "Police", "Police officer"]), review
    )

    assert [fault.stops for fault in found.faults] == [False]
    assert "most addresses end in @police.example" in found.faults[0].sentence
    assert len(found.rows) == 5


def test_people_on_the_list_already_are_not_taken_twice(review: Review) -> None:
    content = workbook(["", "a@pol.example", "Police", "Police officer"])

    found = importer.read(content, review=review, known={"a@pol.example"})

    assert sentences(found) == [(2, "a@pol.example is on the list already")]


def test_an_agencys_contact_adds_only_its_own_people(review: Review) -> None:
    police = review.agencies.get(code="POL")
    content = workbook(
        ["", "a@pol.example", "Police", "Police officer"],
        ["", "b@sch.example", "Schools", "Head teacher"],
    )

    found = read(content, review, only=police)

    assert sentences(found) == [(3, "You can only add people of Police")]


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"Full name,Email\n", "must be an Excel workbook"),
        (b"x" * 2_000_001, "smaller than 2MB"),
        (zipped(bomb=b"\0" * 21_000_000), "unpacks to more than 20MB"),
        (zipped(xl__vbaProject=b"x"), "must not contain macros"),
        (zipped(**{f"m{n}": b"x" for n in range(201)}), "unpacks to more than 20MB"),
        (zipped(other=b"not a workbook"), "must be an Excel workbook"),
        (workbook(), "has no rows below its headings"),
        (
            workbook(["a@b.example", "Police"], headings=["Email", "Agency"]),
            "headed “Job group”",
        ),
    ],
    ids=["empty", "csv", "large", "bomb", "macro", "members", "zip", "bare", "column"],
)
def test_a_file_that_cannot_be_used_says_why(
    review: Review, content: bytes, words: str
) -> None:
    with pytest.raises(importer.SheetRefused, match=words):
        read(content, review)


def test_more_than_two_thousand_rows_are_refused(review: Review) -> None:
    rows = [["", f"p{n}@pol.example", "Police", "Police officer"] for n in range(2_001)]

    with pytest.raises(importer.SheetRefused, match="2,000 rows or fewer"):
        read(workbook(*rows), review)


def test_blank_list_reads_back_and_offers_the_reviews_own_words(review: Review) -> None:
    with pytest.raises(importer.SheetRefused, match="no rows below"):
        read(importer.blank_list(review), review)


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    return make_questionnaire(review, by=manager)


def upload(client: Client, review: Review, content: bytes) -> object:
    file = SimpleUploadedFile("people.xlsx", content)
    return client.post(
        f"/reviews/{review.pk}/questionnaires/{review.questionnaires.get().pk}/list/",
        {"file": file},
        follow=True,
    )


def test_nothing_is_added_before_it_was_seen(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    review = questionnaire.review
    client = sign_in(manager)

    seen = upload(
        client,
        review,
        workbook(
            ["", "a@pol.example", "Police", "Police officer"],
            ["", "broken", "Police", "Police officer"],
        ),
    )
    before = questionnaire.invitations.count()
    pending = PendingImport.objects.get()
    client.post(
        f"/reviews/{review.pk}/questionnaires/{review.questionnaires.get().pk}/list/{pending.pk}/"
    )

    body = seen.content.decode()  # type: ignore[attr-defined]
    assert "1 person can be added" in body
    assert "“broken” is not an email address" in body
    assert before == 0
    assert inviting.addresses(again(questionnaire)) == {"a@pol.example"}
    assert PendingImport.objects.count() == 0


def test_confirming_twice_adds_nobody_twice(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    review = questionnaire.review
    client = sign_in(manager)
    upload(client, review, workbook(["", "a@pol.example", "Police", "Police officer"]))
    where = f"/reviews/{review.pk}/questionnaires/{review.questionnaires.get().pk}/list/{PendingImport.objects.get().pk}/"

    client.post(where)
    second = client.post(where)

    assert second.status_code == 404
    assert questionnaire.invitations.count() == 1


def test_a_bad_file_comes_back_with_a_sentence(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    seen = upload(sign_in(manager), questionnaire.review, b"hello")

    body = seen.content.decode()  # type: ignore[attr-defined]
    assert "There is a problem" in body
    assert "The selected file must be an Excel workbook (.xlsx)" in body
    assert "<title>Error: " in body


def test_a_partner_contact_adds_to_the_list(
    questionnaire: Questionnaire, partner: User, sign_in: Callable[[User], Client]
) -> None:
    review = move(questionnaire.review, Stage.LEAD_IN)
    agency = review.memberships.get(user=partner).agency
    assert isinstance(agency, Agency)

    seen = upload(
        sign_in(partner),
        review,
        workbook(
            ["", "a@x.example", agency.name, "Other"],
            ["", "b@x.example", "Children's social care", "Other"],
        ),
    )

    assert "1 person can be added" in seen.content.decode()  # type: ignore[attr-defined]
