"""The list of people: read row by row, nothing taken on a guess, nothing added unseen."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from questionnaires.domain import inviting, listing
from questionnaires.files import importer
from questionnaires.models import PendingImport, Questionnaire
from reviews import retention
from reviews.models import Agency, Job, Review, Stage, User
from reviews.secrets import keystore
from tests.make import make_membership, move
from tests.make_questionnaires import (
    again,
    make_pending,
    make_questionnaire,
    run_jobs,
)
from tests.questionnaires.excel_files import excel

FILES = Path(__file__).parent / "files"
HEADINGS = ["Full name", "Email address", "Agency", "Job group"]


def workbook(*rows: list[object], headings: list[str] | None = None) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADINGS if headings is None else headings)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def plain(*rows: list[str], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    lines = [delimiter.join(row) for row in [HEADINGS, *rows]]
    return "\r\n".join(lines).encode(encoding)


def read(content: bytes, review: Review, **options: object) -> importer.Reading:
    return importer.read(content, review=review, known=set(), **options)  # type: ignore[arg-type]


def sentences(found: importer.Reading) -> list[tuple[int, str]]:
    return [(fault.row, fault.sentence) for fault in found.faults]


def one(review: Review, email: str) -> importer.Reading:
    return read(plain(["", email, "Police", "Police officer"]), review)


def test_rows_in_order_are_taken_and_what_was_taken_off_is_said(review: Review) -> None:
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

    assert [(r.agency, r.job_group, r.email, r.name) for r in found.rows] == [
        ("CSC", "SW", "Ada.Lark@Csc.example", "Ada Lark"),
        ("POL", "PO", "b@pol.example", ""),
    ]
    assert [(f.row, f.column, f.sentence, f.stops) for f in found.faults] == [
        (
            2,
            "Email address",
            "Ada.Lark@Csc.example: spaces around it left away",
            False,
        )
    ]


def test_apostrophes_that_a_spreadsheet_bent_are_taken(review: Review) -> None:
    found = read(
        workbook(["", "a@csc.example", "Children’s social care", "Social worker"]),
        review,
    )

    assert found.faults == []
    assert [row.agency for row in found.rows] == ["CSC"]


@pytest.mark.parametrize(
    ("cell", "email", "said"),
    [
        (
            "mailto:ada@pol.example",
            "ada@pol.example",
            "ada@pol.example: “mailto:” around it left away",
        ),
        (
            "<ada@pol.example>",
            "ada@pol.example",
            "ada@pol.example: “<” and “>” around it left away",
        ),
    ],
)
def test_what_stands_around_an_address_is_taken_off_and_said(
    review: Review, cell: str, email: str, said: str
) -> None:
    found = one(review, cell)

    assert [row.email for row in found.rows] == [email]
    assert sentences(found) == [(2, said)]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            "ada lark@pol.example",
            "has a space in it. Did you mean “adalark@pol.example”?",
        ),
        ("ada@pol,example", "has a comma in it. Did you mean “ada@pol.example”?"),
        ("andré@pol.example", "a letter with an accent in it. Did you mean “andre@pol"),
        (
            "ada\u200b@pol.example",
            "that cannot be seen. Did you mean “ada@pol.example”?",
        ),
        ("ada..lark@pol.example", "two dots in a row. Did you mean “ada.lark@pol.ex"),
    ],
)
def test_an_address_is_never_changed_inside_but_asked_about(
    review: Review, cell: str, said: str
) -> None:
    found = one(review, cell)

    assert found.rows == []
    assert said in found.faults[0].sentence


def test_every_fault_is_named_by_its_row_and_column(review: Review) -> None:
    found = read(
        workbook(
            ["", "", "Police", "Police officer"],
            ["", "nobody", "Police", "Police officer"],
            ["", "a@pol.example", "Polise", "Police officer"],
            ["", "b@pol.example", "Police", "Polise officer"],
            ["", "c@pol.example", "Police", "Police officer"],
            ["", "C@pol.example", "Police", "Police officer"],
        ),
        review,
    )

    assert [(f.row, f.column, f.sentence) for f in found.faults] == [
        (2, "Email address", "There is no email address"),
        (3, "Email address", "“nobody” is not an email address: it has no @"),
        (
            4,
            "Agency",
            "“Polise” is not an agency of this review. Did you mean “Police”?",
        ),
        (
            5,
            "Job group",
            "“Polise officer” is not a job group of this review. "
            "Did you mean “Police officer”?",
        ),
        (7, "Email address", "C@pol.example is also in row 6"),
    ]
    assert [row.email for row in found.rows] == ["c@pol.example"]


def test_a_double_of_a_row_that_is_left_out_is_taken(review: Review) -> None:
    found = read(
        plain(
            ["", "a@pol.example", "Polise", "Police officer"],
            ["", "a@pol.example", "Police", "Police officer"],
        ),
        review,
    )

    assert [row.email for row in found.rows] == ["a@pol.example"]
    assert found.faults[-1].sentence == (
        "a@pol.example is also in row 2, which is left out"
    )


@pytest.mark.parametrize("wrong", ["x@polcie.example", "x@police.exampel"])
def test_likely_misspelling_warns_and_does_not_block(
    review: Review, wrong: str
) -> None:
    rows = [["", f"p{n}@police.example", "Police", "Police officer"] for n in range(4)]

    found = read(plain(*rows, ["", wrong, "Police", "Police officer"]), review)

    assert [fault.stops for fault in found.faults] == [False]
    assert "Most addresses end in @police.example" in found.faults[0].sentence
    assert len(found.rows) == 5


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("ada@gmial.com", "Most addresses end in @gmail.com"),
        ("ada@barchester.gov.ku", "Most addresses end in @barchester.gov.uk"),
        ("office@school.example", "looks like a mailbox of several people"),
    ],
)
def test_what_is_often_mistyped_is_known_without_neighbours(
    review: Review, email: str, said: str
) -> None:
    found = one(review, email)

    assert said in found.faults[0].sentence
    assert len(found.rows) == 1


def test_people_on_the_list_already_are_not_taken_twice(review: Review) -> None:
    content = workbook(["", "A@pol.example", "Police", "Police officer"])

    found = importer.read(content, review=review, known={"a@pol.example"})

    assert sentences(found) == [(2, "A@pol.example is on the list already")]


def test_an_agencys_contact_adds_only_its_own_people(review: Review) -> None:
    police = review.agencies.get(code="POL")
    content = workbook(
        ["", "a@pol.example", "Police", "Police officer"],
        ["", "b@sch.example", "Schools", "Head teacher"],
    )

    found = read(content, review, only=police)

    assert sentences(found) == [(3, "You can only add people of Police")]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
def test_csv_is_read_however_it_was_saved(
    review: Review, delimiter: str, encoding: str
) -> None:
    content = plain(
        ["Zoë Ärlig", "a@pol.example", "Police", "Police officer"],
        delimiter=delimiter,
        encoding=encoding,
    )

    found = read(content, review)

    assert [(row.name, row.email) for row in found.rows] == [
        ("Zoë Ärlig", "a@pol.example")
    ]


LIST = """Full name,Email address,Agency,Job group\r
André Núñez,andre@police.example,Police,Police officer\r
,,,\r
Zoë O’Hara ,zoe@police.example,Police ,Police officer\r
"""
TWO = [
    ("André Núñez", "andre@police.example", "POL", "PO"),
    ("Zoë O’Hara", "zoe@police.example", "POL", "PO"),
]


def two(found: importer.Reading) -> bool:
    """Both people were read, and nothing was found wrong."""
    rows = [(row.name, row.email, row.agency, row.job_group) for row in found.rows]
    return rows == TWO and found.faults == []


@pytest.mark.parametrize(
    "content",
    [
        LIST.replace(",", "\t").encode("utf-16"),
        LIST.replace("\r\n", "\r").encode("mac_roman"),
        LIST.replace(",", "|").encode(),
        b"sep=;\r\n" + LIST.replace(",", ";").encode("cp1252"),
        b"Staff, 5 November;;;\r\n;;;\r\n" + LIST.replace(",", ";").encode(),
    ],
    ids=["unicode text", "macintosh", "bars", "named delimiter", "title"],
)
def test_other_kinds_of_text_that_spreadsheets_save_are_read(
    review: Review, content: bytes
) -> None:
    assert two(read(content, review))


NAMES = [
    "Zoë Müller",
    "André Núñez",
    "Jérôme Ärlig",
    "Björn Ó Súilleabháin",
    "Siân Lowe",
]


@pytest.mark.parametrize("encoding", ["cp850", "cp1252"])
@pytest.mark.parametrize("name", [*NAMES, "Niccolò Grant", "Hèlen Benoît"])
def test_names_of_old_excel_keep_their_letters(
    review: Review, name: str, encoding: str
) -> None:
    """What "CSV (MS-DOS)" saves has the letters of DOS, "CSV" those of Windows."""
    row = [name, "a@pol.example", "Police", "Police officer"]

    found = read(plain(row, encoding=encoding), review)

    assert [row.name for row in found.rows] == [name]


@pytest.mark.parametrize("name", ["Zoë O’Hara", "Ann Smith–Jones", "Rose “Rosie” Ek"])
def test_marks_that_word_puts_into_names_are_no_letters_of_dos(
    review: Review, name: str
) -> None:
    row = [name, "a@pol.example", "Police", "Police officer"]

    found = read(plain(row, encoding="cp1252"), review)

    assert [row.name for row in found.rows] == [name]


@pytest.mark.parametrize(
    "content",
    [
        excel(),
        excel(title=True),
        excel(extent="A1"),
        excel(before="hidden"),
        (FILES / "libreoffice.xlsx").read_bytes(),
    ],
    ids=["excel", "title", "wrong extent", "hidden sheet first", "libreoffice"],
)
def test_a_workbook_as_people_have_it_is_read(review: Review, content: bytes) -> None:
    """Dressed, with links, a table, a date, empty rows, and a title or hidden sheet before it."""
    found = read(content, review)

    assert two(found)
    assert found.ignored == ["Start date"]


def test_a_fault_under_a_title_is_named_by_its_row_in_the_file(review: Review) -> None:
    content = b"Staff\n\n" + plain(["", "nobody", "Police", "Police officer"])

    assert read(content, review).faults[0].row == 4


def test_headings_are_sought_near_the_top_alone(review: Review) -> None:
    row = ["", "a@pol.example", "Police", "Police officer"]

    assert read(b"above\n" * 9 + plain(row), review).rows
    with pytest.raises(importer.SheetRefused, match="A row near the top"):
        read(b"above\n" * 10 + plain(row), review)


def test_cells_in_quotation_marks_may_hold_the_delimiter(review: Review) -> None:
    content = (
        b"Full name,Email address,Agency,Job group\n"
        b'"Lark, Ada",a@pol.example,Police,Police officer\n'
    )

    assert read(content, review).rows[0].name == "Lark, Ada"


def test_a_file_is_known_by_what_it_holds_and_not_by_its_name(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    row = ["", "a@pol.example", "Police", "Police officer"]
    desk = sign_in(manager)

    for name, content in (("list.xlsx", plain(row)), ("list.csv", workbook(list(row)))):
        desk.post(where(questionnaire), {"file": SimpleUploadedFile(name, content)})
        run_jobs()

        pending = PendingImport.objects.get()
        assert pending.rows == [["POL", "PO", "a@pol.example", ""]]


def test_columns_that_nobody_asked_for_are_named(review: Review) -> None:
    found = read(
        workbook(
            ["", "a@pol.example", "Police", "Police officer", "Night shift"],
            headings=[*HEADINGS, "Team"],
        ),
        review,
    )

    assert found.ignored == ["Team"]
    assert found.faults == []


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b" \r\n", "is empty"),
        (b"Full name,Email\n", "headed “Agency” and “Job group”"),
        (plain(), "has no rows below its headings"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "an Excel workbook .* or a .csv file"),
        (b"\xd0\xcf\x11\xe0 an old one", "an old Excel"),
        (
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "has a password",
        ),
        (excel(strict=True), "another kind of Excel workbook"),
        (zipped(**{"xl/workbook.bin": b"x"}), "another kind of"),
        (excel(before="visible"), "near the top of the first sheet"),
        (b"Name\r\nM\x81\xc4\xb3ller\r\n", "letters that cannot be read"),
        (zipped(**{"content.xml": b"<x/>"}), "an OpenDocument spreadsheet"),
        (b'Email,Agency,"Job group\n' * 3, "Row 1 .* quotation mark"),
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
    ids=[
        "empty",
        "columns",
        "bare csv",
        "picture",
        "xls",
        "password",
        "strict",
        "xlsb",
        "second sheet",
        "old letters",
        "ods",
        "quote",
        "large",
        "bomb",
        "macro",
        "members",
        "zip",
        "bare",
        "column",
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    review: Review, content: bytes, words: str
) -> None:
    with pytest.raises(importer.SheetRefused, match=words):
        read(content, review)


def test_ten_thousand_rows_are_read_and_more_are_refused(review: Review) -> None:
    rows = [
        ["", f"p{n}@pol.example", "Police", "Police officer"] for n in range(10_001)
    ]

    found = read(plain(*rows[:10_000]), review)
    with pytest.raises(importer.SheetRefused, match="10,000 rows or fewer"):
        read(plain(*rows), review)

    assert len(found.rows) == 10_000


# Twenty ways in which a row is wrong: what is written, and the start of what is said.
_OTHER = ["", "", "", ""]
FAULTS: list[tuple[str, str, str]] = [
    ("email", "", "There is no email address"),
    ("email", "nobody", "“nobody” is not an email address: it has no @"),
    ("email", "a@b@pol.example", "“a@b@pol.example” is not an email address: it has"),
    ("email", "a@x.example; b@x.example", "“a@x.example; b@x.example” holds more than"),
    ("email", "a b@pol.example", "“a b@pol.example” has a space in it"),
    ("email", "a@pol,example", "“a@pol,example” has a comma in it"),
    ("email", "é@pol.example", "“é@pol.example” has a letter with an accent in it"),
    (
        "email",
        "a\u200b@pol.example",
        "“a\u200b@pol.example” has a character in it that",
    ),
    ("email", "a..b@pol.example", "“a..b@pol.example” has two dots in a row"),
    ("email", ".a@pol.example", "“.a@pol.example” has a dot too many"),
    ("email", "a@police", "“a@police” has no ending such as .gov.uk"),
    ("email", f"{'a' * 65}@pol.example", f"“{'a' * 65}@pol.example” has more than 64"),
    ("email", f"a@{'x.' * 130}example", "The email address is longer than 254"),
    ("email", "a(b)@pol.example", "“a(b)@pol.example” is not an email address"),
    ("email", "p1@pol.example", "p1@pol.example is also in row 3"),
    ("email", "known@pol.example", "known@pol.example is on the list already"),
    ("email", "#N/A", "The cell shows an error of the spreadsheet, #N/A"),
    ("agency", "", "There is no agency"),
    ("agency", "Lighthouses", "“Lighthouses” is not an agency of this review"),
    ("job_group", "", "There is no job group"),
    ("job_group", "Astronaut", "“Astronaut” is not a job group of this review"),
    ("name", "x" * 201, "The name must be 200 characters or fewer"),
]
PLACES = {"name": 0, "email": 1, "agency": 2, "job_group": 3}
TITLES = dict(zip(PLACES, HEADINGS, strict=True))


@pytest.mark.slow
def test_five_hundred_faults_of_over_twenty_kinds_are_each_named_among_ten_thousand(
    review: Review,
) -> None:
    rows: list[list[object]] = [
        ["", f"p{n}@pol.example", "Police", "Police officer"] for n in range(10_000)
    ]
    planted = {}
    for n in range(500):
        kind, cell, said = FAULTS[n % len(FAULTS)]
        row = 20 + 19 * n
        rows[row][PLACES[kind]] = cell
        planted[row + 2] = (TITLES[kind], said)

    found = importer.read(workbook(*rows), review=review, known={"known@pol.example"})

    told = {fault.row: fault for fault in found.faults}
    assert len(FAULTS) >= 20
    assert len(found.faults) == len(told) == 500
    unlike = [
        (told[row], column, said)
        for row, (column, said) in planted.items()
        if told[row].column != column or not told[row].sentence.startswith(said)
    ]
    assert unlike == []
    assert len(found.rows) == 9_500


def test_blank_list_reads_back_and_offers_the_reviews_own_words(review: Review) -> None:
    with pytest.raises(importer.SheetRefused, match="no rows below"):
        read(importer.blank_list(review), review)


# The pages


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    return make_questionnaire(review, by=manager)


def where(questionnaire: Questionnaire, page: str = "list/") -> str:
    review = questionnaire.review_id
    return f"/reviews/{review}/questionnaires/{questionnaire.pk}/{page}"


def upload(client: Client, questionnaire: Questionnaire, content: bytes) -> str:
    """Choose a file, let the worker read it, and look at what it says."""
    client.post(
        where(questionnaire), {"file": SimpleUploadedFile("people.xlsx", content)}
    )
    run_jobs()
    pending = PendingImport.objects.latest("uploaded_on")
    return client.get(where(questionnaire, f"list/{pending.pk}/")).content.decode()


def test_nothing_is_added_before_it_was_seen(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(manager)

    seen = upload(
        client,
        questionnaire,
        workbook(
            ["", "a@pol.example", "Police", "Police officer"],
            ["", "broken", "Police", "Police officer"],
        ),
    )
    before = questionnaire.invitations.count()
    page = where(questionnaire, f"list/{PendingImport.objects.get().pk}/")
    people = client.get(page, {"show": "people"}).content.decode()
    client.post(page)
    run_jobs()
    after = client.get(page, {"then": "people"})

    assert "1 person can be added. 1 row is left out." in seen
    assert "“broken” is not an email address" in seen
    assert "a@pol.example" in people
    assert before == 0
    assert inviting.addresses(again(questionnaire)) == {"a@pol.example"}
    assert PendingImport.objects.count() == 0
    assert after["Location"] == where(questionnaire, "people/")


def test_the_page_says_how_far_the_list_has_come_until_it_is_read(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(manager)
    pending = make_pending(questionnaire, by=manager, read=False)
    page = where(questionnaire, f"list/{pending.pk}/")

    waiting = client.get(page).content.decode()
    part = client.get(f"{page}progress/")
    run_jobs()
    over = client.get(f"{page}progress/")

    assert "The list is being read." in waiting
    assert "Reload the page" in waiting
    assert "The list is being read." in part.content.decode()
    assert (part["X-Work"], over["X-Work"]) == ("going on", "over")


def test_the_file_is_sealed_until_it_is_read_and_gone_afterwards(
    questionnaire: Questionnaire, manager: User
) -> None:
    pending = make_pending(questionnaire, by=manager, read=False)
    column = PendingImport.objects.filter(pk=pending.pk).values_list("file", flat=True)
    before = bytes(column.get() or b"")
    run_jobs()

    assert b"a@pol.example" not in before
    assert len(before) > 100
    assert column.get() is None


def test_a_list_that_is_thrown_away_takes_two_presses_and_adds_nobody(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(manager)
    pending = make_pending(questionnaire, by=manager)
    page = where(questionnaire, f"list/{pending.pk}/discard/")

    asked = client.get(page).content.decode()
    still = PendingImport.objects.count()
    client.post(page)

    assert "govuk-button--warning" in asked
    assert still == 1
    assert PendingImport.objects.count() == 0
    assert questionnaire.invitations.count() == 0


def test_confirming_twice_adds_nobody_twice(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(manager)
    pending = make_pending(questionnaire, by=manager)
    page = where(questionnaire, f"list/{pending.pk}/")

    client.post(page)
    second = client.post(page)
    run_jobs()

    assert "still being read or added" in second.content.decode()
    assert questionnaire.invitations.count() == 1


def test_a_bad_file_comes_back_with_a_sentence_beside_its_box(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    body = upload(sign_in(manager), questionnaire, b"hello")

    assert "There is a problem" in body
    assert "first sheet must have columns headed “Email address”, “Agency” and" in body
    assert "<title>Error: " in body
    assert f'action="{where(questionnaire)}"' in body


def test_a_worker_that_broke_off_leaves_the_list_to_be_confirmed_again(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(manager)
    pending = make_pending(questionnaire, by=manager)
    page = where(questionnaire, f"list/{pending.pk}/")
    client.post(page)
    Job.objects.filter(state=Job.State.QUEUED).update(state=Job.State.FAILED)

    broken = client.get(page).content.decode()
    client.post(page)
    run_jobs()

    assert "Nobody was added. The work stopped in the middle." in broken
    assert questionnaire.invitations.count() == 1


def test_a_partner_contact_adds_its_own_people_alone(
    questionnaire: Questionnaire, partner: User, sign_in: Callable[[User], Client]
) -> None:
    review = move(questionnaire.review, Stage.LEAD_IN)
    agency = review.memberships.get(user=partner).agency
    assert isinstance(agency, Agency)

    seen = upload(
        sign_in(partner),
        questionnaire,
        workbook(
            ["", "a@x.example", agency.name, "Police officer"],
            ["", "b@x.example", "Children's social care", "Social worker"],
        ),
    )

    assert "1 person can be added. 1 row is left out." in seen
    assert f"You can only add people of {agency.name}" in seen.replace("&#x27;", "'")


def test_two_contacts_at_once_do_not_take_each_others_lists_away(
    questionnaire: Questionnaire,
    partner: User,
    manager: User,
    sign_in: Callable[[User], Client],
) -> None:
    move(questionnaire.review, Stage.LEAD_IN)
    mine = make_pending(questionnaire, by=manager)
    theirs = make_pending(again(questionnaire), by=partner)

    seen = sign_in(partner).get(where(questionnaire, f"list/{mine.pk}/"))
    own = sign_in(partner).get(where(questionnaire, f"list/{theirs.pk}/"))

    assert PendingImport.objects.count() == 2
    assert seen.status_code == 404
    assert own.status_code == 200


def test_rights_that_were_lost_meanwhile_are_not_used(
    questionnaire: Questionnaire, review: Review, manager: User
) -> None:
    """Who was the council's contact and is now one agency's adds that agency's people alone."""
    schools = review.agencies.get(code="SCH")
    member = make_membership(review, "CC")  # type: ignore[arg-type]
    pending = make_pending(questionnaire, by=member.user)
    member.access_role, member.agency = "PC", schools
    member.save()

    listing.confirm_list(pending=pending)
    run_jobs()

    assert questionnaire.invitations.count() == 0


def test_a_list_that_nobody_confirmed_goes_after_a_week(
    questionnaire: Questionnaire, manager: User
) -> None:
    pending = make_pending(questionnaire, by=manager)
    week = retention.UNCONFIRMED_LIST

    assert listing.forget_pending(today=pending.uploaded_on + week) == 0
    assert listing.forget_pending(today=pending.uploaded_on + 2 * week) == 1


def test_a_key_is_read_once_for_a_whole_list_and_not_kept_afterwards(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["", f"p{n}@pol.example", "Police", "Police officer"] for n in range(200)]
    pending = make_pending(questionnaire, by=manager, content=plain(*rows))
    names: list[str] = []
    fetch = keystore._fetch

    def noted(name: str) -> bytes:
        names.append(name)
        return fetch(name)

    monkeypatch.setattr(keystore, "_fetch", noted)
    listing.add_confirmed(pending=pending, at=timezone.now())
    within = len(names)
    keystore.read(names[0])

    assert within < 10
    assert len(names) == within + 1
