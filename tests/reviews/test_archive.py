"""An archive opens for two people together, whole, and says in a sentence why it does not."""

import json
import re
import zipfile
from io import BytesIO

import pyrage
import pytest

from reviews.files import archive
from reviews.files.archive import (
    CONTENTS,
    Damaged,
    NotAnArchive,
    TooSlowHere,
    UnfitName,
    WrongFirstPassphrase,
    WrongSecondPassphrase,
    lock,
    opened,
    packed,
    unpacked,
)
from reviews.files.timeless import MADE

pytestmark = pytest.mark.age

OUTER, INNER = "acorn-lemon", "tulip-zebra"
FILES = {
    "report.pdf": b"%PDF- of the report",
    "findings.xlsx": bytes(range(256)) * 40,
    "an empty one.txt": b"",
    "gwyn’s plan.json": b"{}",
}


@pytest.fixture(scope="module")
def closed() -> bytes:
    return archive.close(FILES, inner=lock(INNER), outer=lock(OUTER))


def rezipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_two_passphrases_bring_back_every_file(closed: bytes) -> None:
    assert opened(closed, inner=INNER, outer=OUTER) == FILES


def by_hand(cover: bytes, passphrase: str) -> bytes:
    """As the tools of these names do it: unzip, then age with the key, which asks for the passphrase."""
    parts = parts_of(cover)
    assert [*parts] == ["key.age", "sealed.age"]
    assert re.match(
        rb"age-encryption\.org/v1\n-> scrypt \S{22} \d+\n", parts["key.age"]
    )
    assert re.match(rb"age-encryption\.org/v1\n-> X25519 ", parts["sealed.age"])
    key = pyrage.passphrase.decrypt(parts["key.age"], passphrase).decode()
    opened: bytes = pyrage.decrypt(
        parts["sealed.age"], [pyrage.x25519.Identity.from_str(key)]
    )
    return opened


def test_it_is_a_zip_and_age_twice_around_a_zip_for_the_tools_of_that_name(
    closed: bytes,
) -> None:
    innermost = by_hand(by_hand(closed, OUTER), INNER)

    assert {*parts_of(innermost)} == {*FILES, CONTENTS}
    assert innermost == packed(FILES)


def test_neither_passphrase_alone_opens_it_and_it_says_which_is_wrong(
    closed: bytes,
) -> None:
    with pytest.raises(WrongFirstPassphrase, match="first passphrase does not open"):
        opened(closed, inner=INNER, outer=INNER)
    with pytest.raises(WrongSecondPassphrase, match="The second does not open"):
        opened(closed, inner=OUTER, outer=OUTER)


def test_one_person_alone_is_not_enough_to_close_one() -> None:
    one = archive.Lock("age1", b"key")
    with pytest.raises(ValueError, match="Two passphrases"):
        archive.close(FILES, inner=one, outer=one)


def test_a_lock_opens_nothing_without_its_passphrase() -> None:
    made = lock(OUTER)
    sealed = archive._locked(b"what is kept", made)

    assert OUTER not in made.public
    assert b"AGE-SECRET-KEY" not in made.key
    with pytest.raises(WrongFirstPassphrase):
        archive._unlocked(sealed, INNER, wrong=WrongFirstPassphrase)
    assert archive._unlocked(sealed, OUTER, wrong=WrongFirstPassphrase) == (
        b"what is kept"
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        packed({"report.pdf": b"x"}),
        b"age-encryption.org/v1\n",
        pyrage.encrypt(b"x", [pyrage.x25519.Identity.generate().to_public()]),
    ],
    ids=["empty", "zip", "cut", "for a key"],
)
def test_what_is_no_archive_is_told(content: bytes) -> None:
    with pytest.raises(NotAnArchive, match="not the archive of a closed review"):
        opened(content, inner=INNER, outer=OUTER)


def test_one_passphrase_around_anything_is_no_archive() -> None:
    sealed = archive._locked(packed(FILES), lock(OUTER))

    with pytest.raises(NotAnArchive):
        opened(sealed, inner=INNER, outer=OUTER)


def test_a_changed_or_cut_one_is_damaged(closed: bytes) -> None:
    parts = parts_of(closed)
    changed = bytearray(parts["sealed.age"])
    changed[-1] ^= 1
    for content in (
        rezipped({**parts, "sealed.age": bytes(changed)}),
        rezipped({**parts, "sealed.age": parts["sealed.age"][:-1]}),
        rezipped({**parts, "key.age": bytes(archive._LARGEST_KEY + 1)}),
        # A key under the right passphrase, of another lock or none at all.
        rezipped({**parts, "key.age": lock(OUTER).key}),
        rezipped({**parts, "key.age": archive.sealed(b"no key", OUTER)}),
        closed[:-30],
        b"PK\x03\x04",
    ):
        with pytest.raises(Damaged, match="Open another copy"):
            opened(content, inner=INNER, outer=OUTER)


def test_one_that_would_take_minutes_is_refused_at_once(closed: bytes) -> None:
    parts = parts_of(closed)
    slow = rezipped(
        {
            **parts,
            "key.age": re.sub(rb"(-> scrypt \S+) \d+", rb"\1 30", parts["key.age"]),
        }
    )

    with pytest.raises(TooSlowHere, match="too slow"):
        opened(slow, inner=INNER, outer=OUTER)


def test_the_zip_is_the_same_each_time_in_order_and_of_no_day() -> None:
    backwards = dict(reversed(FILES.items()))

    assert packed(FILES) == packed(backwards)
    with zipfile.ZipFile(BytesIO(packed(FILES))) as file:
        listed = file.infolist()
    assert [each.filename for each in listed] == [CONTENTS, *sorted(FILES)]
    assert {each.date_time for each in listed} == {MADE.timetuple()[:6]}


def test_its_contents_name_each_file_with_size_and_digest() -> None:
    contents = json.loads(parts_of(packed(FILES))[CONTENTS])

    assert contents["format"] == "critical-friend-archive"
    assert contents["version"] == 1
    assert contents["files"][0] == {
        "name": "an empty one.txt",
        "size": 0,
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    }
    assert [each["name"] for each in contents["files"]] == sorted(FILES)


NAMES = [
    "../report.pdf",
    "documents/report.pdf",
    "documents\\report.pdf",
    "/etc/passwd",
    "C:report.pdf",
    ".hidden",
    "..",
    "",
    " report.pdf",
    "report.pdf.",
    "re\nport.pdf",
    "re\0port.pdf",
    "report\ud800.pdf",
    "x" * 201,
    CONTENTS,
    "Contents.JSON",
]


@pytest.mark.parametrize("name", NAMES, ids=repr)
def test_a_name_that_leads_elsewhere_is_not_packed(name: str) -> None:
    with pytest.raises(UnfitName, match="cannot be in an archive"):
        packed({name: b"", "report.pdf": b""})


def test_names_that_differ_in_capitals_alone_are_not_packed() -> None:
    with pytest.raises(UnfitName, match=r"called “report\.pdf”"):
        packed({"Report.pdf": b"", "report.pdf": b""})


@pytest.mark.parametrize("name", NAMES[:7], ids=repr)
def test_a_name_that_leads_elsewhere_is_not_unpacked(name: str) -> None:
    said = {"name": name, "size": 1, "sha256": archive._digest(b"x")}
    contents = {"format": archive.FORMAT, "version": 1, "files": [said]}

    with pytest.raises(UnfitName, match="without folders"):
        unpacked(rezipped({CONTENTS: json.dumps(contents).encode(), name: b"x"}))


def test_control_the_same_with_a_plain_name_is_unpacked() -> None:
    said = {"name": "plain", "size": 1, "sha256": archive._digest(b"x")}
    contents = {"format": archive.FORMAT, "version": 1, "files": [said]}
    content = rezipped({CONTENTS: json.dumps(contents).encode(), "plain": b"x"})

    assert unpacked(content) == {"plain": b"x"}


def test_files_that_are_not_those_of_the_contents_are_damage() -> None:
    parts = parts_of(packed(FILES))
    for changed in (
        {**parts, "report.pdf": b"%PDF- of another one"},
        {**parts, "report.pdf": parts["report.pdf"] + b"!"},
        {**parts, "one more.txt": b""},
        {name: each for name, each in parts.items() if name != "report.pdf"},
    ):
        with pytest.raises(Damaged):
            unpacked(rezipped(changed))


def test_a_file_that_stands_there_twice_is_not_unpacked() -> None:
    out = BytesIO(packed(FILES))
    with (
        zipfile.ZipFile(out, "a") as file,
        pytest.warns(UserWarning, match="Duplicate name"),
    ):
        file.writestr("report.pdf", b"another")

    with pytest.raises(UnfitName):
        unpacked(out.getvalue())


@pytest.mark.parametrize(
    ("contents", "refusal"),
    [
        (b"not json", Damaged),
        (b"[" * 100_000, Damaged),
        (b"[]", NotAnArchive),
        (b'{"format": "another"}', NotAnArchive),
        (b'{"format": "critical-friend-archive", "version": 2}', NotAnArchive),
        (b'{"format": "critical-friend-archive", "version": 1}', Damaged),
        (
            b'{"format": "critical-friend-archive", "version": 1, "files": [1]}',
            Damaged,
        ),
        (
            b'{"format": "critical-friend-archive", "version": 1, "files": [{}]}',
            Damaged,
        ),
    ],
)
def test_contents_that_say_nothing_of_use_are_told(
    contents: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        unpacked(rezipped({CONTENTS: contents}))


def test_a_zip_of_somebody_else_or_none_is_told() -> None:
    with pytest.raises(NotAnArchive):
        unpacked(rezipped({"report.pdf": b"x"}))
    with pytest.raises(Damaged):
        unpacked(b"no zip")
