"""T40: workbooks made to exhaust the machine are refused, in time and within the memory."""

import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from reviews import sheets
from reviews.sheet_reader import MEMORY

READER = sheets.__file__.replace("sheets.py", "sheet_reader.py")
# From a small process of its own: a child begins with its parent's memory as its largest.
MEASURE = f"""
import resource, subprocess, sys
subprocess.run([sys.executable, "-I", {READER!r}], stdout=subprocess.DEVNULL)
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


def largest_memory(content: bytes) -> int:
    """What the reader held at most, in bytes."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", MEASURE], input=content, capture_output=True, check=True
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
