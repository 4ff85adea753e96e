"""T40: files made to exhaust the machine are refused, in time and within the memory, on both
roads: as a list to import and as a document."""

import io
import json
import os
import random
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest
from django.conf import settings
from openpyxl import Workbook

from reviews.files import file_reader, sheets, uploads
from reviews.files.sheet_reader import MEMORY

READER = sheets.__file__.replace("sheets.py", "sheet_reader.py")
# Part of make adversarial alone: it costs too much for every run of the tests.
pytestmark = pytest.mark.adversarial

DOCUMENT_READER = file_reader.__file__
# From a small process of its own: a child begins with its parent's memory as its largest.
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-I", sys.argv[1]], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _book() -> bytes:
    book = Workbook()
    book.worksheets[0].append(["Theme", "Name"])
    book.worksheets[0].append(["Quality", "A number"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _with(**replaced: bytes) -> bytes:
    """An ordinary workbook in which members are replaced or added."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml"}
    given = {names.get(key, key): value for key, value in replaced.items()}
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_book())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.namelist():
            new.writestr(member, given.pop(member, old.read(member)))
        for member, content in given.items():
            new.writestr(member, content)
    return out.getvalue()


def inflated() -> bytes:
    """A small file that unpacks to 210 MB."""
    return _with(strings=b"<sst>" + b"0" * 210_000_000 + b"</sst>")


def lying() -> bytes:
    """The same, with a declared size of nearly nothing."""
    size = 60_000_000
    content = bytearray(_with(strings=b"0" * size))
    return bytes(
        content.replace(size.to_bytes(4, "little"), (900).to_bytes(4, "little"))
    )


def sparse() -> bytes:
    """One cell in the last row there can be: a reader that fills up makes a million rows."""
    row = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{row}</sheetData></worksheet>'
    return _with(sheet=sheet.encode())


def entities() -> bytes:
    """XML entities that grow tenfold with each of nine steps."""
    steps = ['<!ENTITY a0 "xxxxxxxxxx">']
    steps += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    sheet = (
        f'<!DOCTYPE worksheet [{"".join(steps)}]><worksheet xmlns="{MAIN}"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&a9;</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>y</t></is></c></row>'
        "</sheetData></worksheet>"
    )
    return _with(sheet=sheet.encode())


def outside() -> bytes:
    """An entity that would fetch a file of this machine."""
    sheet = (
        '<!DOCTYPE worksheet [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr">'
        "<is><t>&a;</t></is></c></row><row r='2'/></sheetData></worksheet>"
    )
    return _with(sheet=sheet.encode())


def crowded() -> bytes:
    """Ten thousand members."""
    return _with(**{f"xl/media/{number}.xml": b"x" for number in range(10_000)})


def macro() -> bytes:
    return _with(**{"xl/vbaProject.bin": b"x"})


BOMBS: list[tuple[Callable[[], bytes], str]] = [
    (inflated, "unpacks to more than 20MB"),
    (lying, "unpacks to more than 20MB|Excel workbook"),
    (sparse, "2,000 rows or fewer"),
    (entities, "Excel workbook"),
    (outside, "Excel workbook"),
    (crowded, "unpacks to more than 20MB"),
    (macro, "macros"),
]


@pytest.mark.parametrize(
    ("bomb", "words"), BOMBS, ids=[bomb.__name__ for bomb, _ in BOMBS]
)
def test_bomb_is_refused_in_time_and_within_the_memory(
    bomb: Callable[[], bytes], words: str
) -> None:
    content = bomb()
    assert len(content) < sheets.MOST_BYTES  # else the size alone would refuse it
    begun = time.monotonic()

    with pytest.raises(sheets.SheetRefused, match=words):
        sheets.cells(content)

    assert time.monotonic() - begun < sheets.SECONDS
    assert largest_memory(content) < MEMORY


def largest_memory(content: bytes, reader: str = READER) -> int:
    """What the reader held at most, in bytes."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", MEASURE, reader],
        input=content,
        capture_output=True,
        check=True,
    )
    return int(done.stdout) * 1024


def test_the_measure_measures() -> None:
    assert 10_000_000 < largest_memory(_book()) < 100_000_000


def test_an_ordinary_workbook_is_read() -> None:
    assert sheets.cells(_book())[1][:2] == ["Quality", "A number"]


def test_the_reader_refuses_entities_by_itself() -> None:
    """Without defusedxml, openpyxl would expand them."""
    from openpyxl.xml import DEFUSEDXML

    assert DEFUSEDXML


@pytest.mark.parametrize("said", ["True", "False", "true", ""])
def test_the_check_of_the_settings_decides_as_the_reader_does(said: str) -> None:
    """It does not load the reader, so it says the reader's rule again."""
    words = (
        "from openpyxl.xml import DEFUSEDXML\n"
        "from peerreview.checks import _spreadsheets_are_not_defused as refused\n"
        "print(DEFUSEDXML, refused())"
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", words],
        cwd=settings.BASE_DIR,
        env={
            **os.environ,
            "OPENPYXL_DEFUSEDXML": said,
            "DJANGO_SETTINGS_MODULE": "peerreview.settings",
        },
        check=True,
        capture_output=True,
        text=True,
    )
    reads_safely, refused = done.stdout.split()
    assert (reads_safely == "True") is not (refused == "True")


# The road of documents


def _document(**replaced: bytes) -> bytes:
    """A small Word document in which members are replaced or added."""
    members = {
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": b"<w:document><w:p/></w:document>",
        **replaced,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
    return out.getvalue()


def wordy() -> bytes:
    """The document of 380 kB that once held a web process for five seconds and half a gigabyte."""
    run = b"<w:p><w:r><w:t>word</w:t></w:r></w:p>"
    return _document(
        **{"word/document.xml": b"<w:body>" + run * 4_000_000 + b"</w:body>"}
    )


def nested() -> bytes:
    """Entities in a part of a document that nobody looks at."""
    return _document(
        **{"customXml/item1.xml": b'<!doctype a [<!entity b "bbbbbbbbbb">]><a>&b;</a>'}
    )


def hidden_in_another_alphabet() -> bytes:
    words = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    return _document(**{"word/document.xml": words.encode("utf-16")})


def huge_picture() -> bytes:
    """A PNG of a few kilobytes that says to be 60,000 by 60,000 pixels."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 60_001)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body))
        + name
        + body
        + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


DOCUMENT_BOMBS: list[tuple[Callable[[], bytes], str, str]] = [
    (inflated, "a.xlsx", "unpacks to too much"),
    (lying, "a.xlsx", "unpacks to too much|cannot be read as one"),
    (sparse, "a.xlsx", "cells beyond row 100,000"),
    (entities, "a.xlsx", "a declaration that Word and Excel never write"),
    (outside, "a.xlsx", "a declaration that Word and Excel never write"),
    (crowded, "a.xlsx", "unpacks to too much"),
    (macro, "a.xlsx", "macros"),
    (wordy, "a.docx", "unpacks to too much"),
    (nested, "a.docx", "a declaration that Word and Excel never write"),
    (hidden_in_another_alphabet, "a.docx", "a declaration that Word and Excel never"),
    (huge_picture, "a.png", "fewer than 40 million pixels"),
]


@pytest.mark.parametrize(
    ("bomb", "name", "words"),
    DOCUMENT_BOMBS,
    ids=[bomb.__name__ for bomb, _, _ in DOCUMENT_BOMBS],
)
def test_bomb_is_refused_as_a_document_too(
    bomb: Callable[[], bytes], name: str, words: str
) -> None:
    content = bomb()
    begun = time.monotonic()

    with pytest.raises(uploads.FileRefused, match=words):
        uploads.check(name, content)

    assert time.monotonic() - begun < file_reader.SECONDS
    kind = name.rpartition(".")[2]
    asked = json.dumps({"kind": kind, "case_reference": ""}).encode() + b"\n"
    assert largest_memory(asked + content, DOCUMENT_READER) < file_reader.MEMORY


def test_the_web_process_itself_holds_no_more_than_the_file() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    content = wordy()
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(uploads.FileRefused):
        uploads.check("a.docx", content)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, built)
    assert grown * 1024 < 20_000_000


def test_a_large_but_ordinary_document_is_taken() -> None:
    """A hundred thousand words and a picture of 20 megabytes."""
    run = b"<w:p><w:r><w:t>%d</w:t></w:r></w:p>"
    text = b"".join(run % n for n in range(100_000))
    content = _document(
        **{
            "word/document.xml": b"<w:body>" + text + b"</w:body>",
            "word/media/image1.jpeg": random.Random(1).randbytes(20_000_000),
        }
    )

    assert uploads.check("a.docx", content).marks == {}
