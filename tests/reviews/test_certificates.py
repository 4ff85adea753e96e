"""What a certificate says, in words that are true of every review, on paper and on a terminal."""

import io
from pathlib import Path
from typing import Any

import pikepdf
import pypdf
import pytest

from reviews.domain.certifying import CANNOT_REACH
from reviews.files import certificate
from reviews.rules.certificates import NotAStatement, as_statement, lines, page
from tests.make_certificates import make_final, make_first, make_statement

FINGERPRINT = " ".join(["0f1e"] * 16)
LAPSED = "The last backup that could hold one of these keys has lapsed"
MAY_EXIST = "Until 29 May 2013 a copy of these keys may lie in a backup."


def said(**changes: Any) -> str:
    return "\n".join(lines(make_statement(**changes)))


def words_of(drawn: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(drawn)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return certificate.draw(make_final(), fingerprint=FINGERPRINT)


# --- words ------------------------------------------------------------------------------


def test_an_interim_one_says_that_a_backup_may_still_hold_a_key() -> None:
    text = said()

    assert text.startswith("Interim certificate of destruction: Trafford Council\n")
    assert "Until 29 May 2013 a copy of a destroyed key may lie in a backup." in text
    assert f"{MAY_EXIST} After that nobody can read what they sealed, " in text
    assert LAPSED not in text
    assert "Completes" not in text


def test_a_final_one_says_that_it_has_lapsed_and_what_it_completes() -> None:
    text = "\n".join(lines(make_final()))

    assert text.startswith("Final certificate of destruction: Trafford Council\n")
    assert LAPSED in text
    assert "may lie in a backup" not in text
    assert "has lapsed. Nobody can read what they sealed, neither here nor in" in text
    number = make_statement()["number"]
    assert f"  Completes the interim certificate: {number}\n" in text


def test_everything_that_is_stated_is_said() -> None:
    text = said()

    for words in (
        "  Programme: Safeguarding Children Peer Review",
        "  Visit: 4 to 8 February 2013",
        "  Closing asked for by: Morgan Vale, review manager, 20 May 2013",
        "  Certificate number: 5f0c7a52-8d0e-4b6c-9d55-0c1d9b1d7e11",
        "  Stated by: Peer programme, 1 Example Street",
        "  Address of the installation: https://review.example.org",
        "  Whom to ask: Programme office, 01632 960000",
        "  Number of the review: 12",
        "  - Notes: about 1150\n    What the team heard, without author.",
        "  All of it is kept until 22 May 2019.",
        "  - Audit trail: about 1873\n    Who changed what, and when.",
        "  All of them were destroyed on 22 May 2013.",
        f"  - people\n    {' '.join(['bbbb'] * 16)}",
        "  - The findings",
        "  Never in it: notes.",
        "  First passphrase, the outer one, was shown to: Morgan Vale, review manager",
        "  Second passphrase, the inner one, was shown to: Leila Okafor, team leader",
        "  Size: 18,350,112 bytes",
        f"  SHA-256: {'f' * 64}",
        "  60 samples of what was destroyed were looked for afterwards. Found: 0.",
        f"  Head of the audit trail: {'ab' * 32}",
        "  - Backups of the keys: 29 May 2013",
        "  - Paper notes, and what people remember.",
    ):
        assert f"\n{words}\n" in f"{text}\n"


def test_days_are_those_of_the_place_and_no_hour_is_said() -> None:
    # 23:40 in Greenwich, and summer in London.
    assert "Leila Okafor, team leader, 22 May 2013" in said()
    assert ":40" not in said()
    assert page(make_statement(made_at="2013-05-30T23:30:00+00:00")).made_on == (
        "2013-05-31"
    )


def test_what_was_found_is_said_as_it_is() -> None:
    text = said(samples={"taken": 1, "found": 1})

    assert "1 sample of what was destroyed was looked for afterwards. Found: 1." in text


def test_what_there_is_none_of_is_said_too() -> None:
    text = said(
        destroyed=[],
        keys=[],
        kept=[],
        archive=None,
        backups=[],
        cannot_reach=[],
        samples={"taken": 0, "found": 0},
    )

    for sentence in (
        "Nothing is listed as destroyed.",
        "No key is listed as destroyed.",
        "Nothing is listed as kept.",
        "This certificate names no archive.",
        "This certificate names no backups.",
        "No sample of what was destroyed was looked for.",
    ):
        assert sentence in text
    assert "does not cover" not in text


def _without(name: str) -> dict[str, Any]:
    return {key: each for key, each in make_statement().items() if key != name}


@pytest.mark.parametrize("name", [*make_first()])
def test_a_part_that_is_missing_is_refused(name: str) -> None:
    with pytest.raises(NotAStatement, match="does not know"):
        as_statement(_without(name))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "provisional"},
        {"number": 7},
        {"asked_by": "Morgan Vale"},
        {"asked_by": {"name": "Morgan Vale", "role": "review manager"}},
        {"destroyed": {"title": "Notes", "count": 1}},
        {"destroyed": [{"title": "Notes", "count": 7}]},
        {"destroyed": [{"title": "Notes", "count": True}]},
        {"archive": {"sha256": "", "bytes": None}},
        {"archive": {"sha256": "", "bytes": 1, "holds": "The findings"}},
        {"stated_by": {"organisation": "Peer programme"}},
        {"review": "12"},
        {"cannot_reach": [None]},
        {"one_more": ""},
    ],
    ids=str,
)
def test_a_part_that_is_another_thing_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotAStatement):
        as_statement({**make_statement(), **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"made_at": "yesterday"},
        {"finished_at": "2013-05-22T02:11:45"},
        {"backups": [{"title": "Keystore", "lapse_on": "in a week"}]},
    ],
    ids=str,
)
def test_a_day_or_moment_that_is_none_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NotAStatement):
        page(make_statement(**changes))


def test_whole_statements_are_taken_as_they_are() -> None:
    for statement in (make_statement(), make_final(archive=None, interim=None)):
        assert as_statement(statement) == statement


def test_those_of_before_are_read_without_what_they_do_not_state() -> None:
    """The first of this version named nobody who states it, and no class in more than its title."""
    text = "\n".join(lines(make_first()))

    assert text.startswith("Interim certificate of destruction: Trafford Council\n")
    assert "  - Notes: about 1150\n  - Comments" in text
    assert "  SHA-256: " in text
    for words in ("Who states this", "Number of the review", "What the archive holds"):
        assert words in said()
        assert words not in text


def test_what_is_not_set_of_who_states_it_is_left_out() -> None:
    stated = {"organisation": "", "address": "https://a.example", "contact": ""}
    text = said(stated_by=stated)

    assert "  Address of the installation: https://a.example\n" in text
    assert "Stated by" not in text
    assert "Whom to ask" not in text


def test_days_that_differ_stand_beside_what_they_are_of() -> None:
    first = make_statement()
    keys, kept = [*first["keys"]], [*first["kept"]]
    keys[0] = {**keys[0], "destroyed_at": "2013-05-23T02:05:00+00:00"}
    kept[0] = {**kept[0], "until": "2019-05-23"}
    text = said(keys=keys, kept=kept)

    assert f"  - speech: 23 May 2013\n    {' '.join(['aaaa'] * 16)}\n" in text
    assert "  - people: 22 May 2013\n" in text
    assert "All of them were destroyed" not in text
    assert "  - Report, with its findings: 23 May 2019, about 1\n" in text
    assert "All of it is kept" not in text


def test_without_a_day_for_the_backups_of_keys_none_is_said() -> None:
    text = said(backups=[{"title": "Others", "lapse_on": "2013-05-29"}])

    assert (
        "Until the last backup of the keys has lapsed a copy of these keys may" in text
    )


# --- paper ------------------------------------------------------------------------------


def test_the_page_says_what_the_lines_say_and_how_to_check_it(drawn: bytes) -> None:
    words = words_of(drawn).replace(" ", "")
    shown = page(make_final(), fingerprint=FINGERPRINT)
    wanted = [shown.kind, shown.council, *shown.lead]
    for section in shown.sections:
        table = section.table
        cells = [cell for row in (table.rows if table else ()) for cell in row]
        cells += [note for _, note in (table.noted if table else ())]
        facts = [each for fact in section.facts for each in fact]
        wanted += [section.title, *section.sentences, *section.points, *facts, *cells]

    assert [each for each in wanted if each.replace(" ", "") not in words] == []
    assert {FINGERPRINT, "Backups of the keys", "Notes", "about 1150"} <= {*wanted}
    assert "verify_certificate FILE --key FINGERPRINT" in " ".join(wanted)


def test_same_statement_gives_the_same_bytes(drawn: bytes) -> None:
    assert certificate.draw(make_final(), fingerprint=FINGERPRINT) == drawn


def test_it_is_tagged_and_says_what_it_is(drawn: bytes) -> None:
    document = pikepdf.open(io.BytesIO(drawn))

    assert [float(side) for side in document.pages[0].mediabox] == pytest.approx(
        [0, 0, 595.28, 841.89], abs=0.1
    )
    assert str(document.Root.Lang) == "en-GB"
    assert bool(document.Root.MarkInfo.Marked)
    assert b"pdfuaid" in document.Root.Metadata.read_bytes()
    information = {str(key): str(value) for key, value in document.docinfo.items()}
    assert information.pop("/Producer").startswith("WeasyPrint")
    assert information == {
        "/Title": "Final certificate of destruction: Trafford Council",
        "/Author": "Peer review team",
        "/CreationDate": "D:20130530",
        "/ModDate": "D:20130530",
    }


def test_what_was_typed_is_printed_as_it_was_typed() -> None:
    council = "<b>Trafford</b> & “Council”"

    drawn = certificate.draw(make_statement(council=council), fingerprint=FINGERPRINT)

    assert council in words_of(drawn)


def test_half_a_statement_is_not_drawn() -> None:
    with pytest.raises(NotAStatement):
        certificate.draw(_without("keys"), fingerprint=FINGERPRINT)


# --- limits -----------------------------------------------------------------------------

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "non-attribution.md"


def limits_of(document: str) -> list[str]:
    """The list in the document, a line each, as a certificate would print it."""
    part = document.split(
        "What a close does not reach, as each certificate says too:\n"
    )[1]
    lines_of = part.split("\n## ")[0].strip().split("\n- ")
    plain = [" ".join(each.removeprefix("- ").split()) for each in lines_of]
    return [each.replace("**", "").replace("'", "’") for each in plain]


def test_certificate_and_document_say_the_same_of_what_a_close_does_not_reach() -> None:
    document = DOCUMENT.read_text()

    assert limits_of(document) == list(CANNOT_REACH)
    assert len(CANNOT_REACH) > 5
    # The control: a word more in either.
    assert limits_of(document.replace("peers' profiles, ", "")) != list(CANNOT_REACH)
