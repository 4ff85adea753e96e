"""Reads a list in a process of its own, within hard limits, and tells it row by row.

Run as a script: the file on standard input; on standard output one line of JSON for each row, and
a last line that says how it ended. Nothing of the product is imported here, so that a file which
breaks the reader breaks nothing else (specification 8).
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress

MOST_UNPACKED = 20_000_000
MOST_RATIO = 100
MOST_MEMBERS = 200
MOST_ROWS, MOST_COLUMNS = 2_000, 20
# So many empty rows may stand between or below the others: somebody dressed them, or a bomb.
MOST_EMPTY = 10_000
MEMORY = 512 * 1024 * 1024
SECONDS = 20
_CHUNK = 64 * 1024
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_STRICT = b"http://purl.oclc.org/ooxml/"
_MARKS_OF_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # Excel's "Unicode text"
_DELIMITERS = ",;\t|"

Rows = Iterator[list[str]]


class Unreadable(Exception):
    """The file is refused: the reason's code, and the row where there is one."""

    def __init__(self, code: str, row: int = 0) -> None:
        super().__init__(code)
        self.code, self.row = code, row


def check_archive(content: bytes) -> None:
    """Unpack once while counting: what a file says of its own sizes may be a lie."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise Unreadable("not_xlsx") from error
    with archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise Unreadable("too_big_inside")
        names = [member.filename.lower() for member in members]
        if any("vbaproject" in name for name in names):
            raise Unreadable("macro")
        if "content.xml" in names:
            raise Unreadable("opendocument")
        total = 0
        for member in members:
            with archive.open(member) as file:
                while chunk := file.read(_CHUNK):
                    total += len(chunk)
                    if total > MOST_UNPACKED or total > MOST_RATIO * len(content):
                        raise Unreadable("too_big_inside")
        if "xl/workbook.bin" in names or (
            "xl/workbook.xml" in names and _STRICT in archive.read("xl/workbook.xml")
        ):
            raise Unreadable("other_excel")


def workbook(content: bytes) -> tuple[int, Rows]:
    """How many rows the first sheet that shows says it has, and the rows. Raises Unreadable."""
    from openpyxl import load_workbook  # only this process pays for it

    check_archive(content)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheets = book.worksheets
    sheet = next((each for each in sheets if each.sheet_state == "visible"), sheets[0])
    expected = sheet.max_row or 0
    # Where it claims fewer rows than it has, the rest would be left out in silence.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    return expected, (
        ["" if cell is None else str(cell) for cell in row] for row in rows
    )


def plain(content: bytes) -> tuple[int, Rows]:
    """The same of a list with commas, semicolons or tabs between its cells."""
    text = _decoded(content)
    if any(each < " " and each not in "\t\r\n" for each in text):
        raise Unreadable("not_list")
    return text.count("\n"), _cells(text)


def _decoded(content: bytes) -> str:
    wide = content.startswith(_MARKS_OF_UTF_16)
    # "utf-8-sig" takes UTF-8 with and without its mark; lines that end as on an old Macintosh
    # have its letters too.
    with suppress(UnicodeDecodeError):
        return content.decode("utf-16" if wide else "utf-8-sig")
    if wide or b"\0" in content:
        raise Unreadable("not_list")
    if b"\r" in content and b"\n" not in content:
        return content.decode("mac_roman")
    return _of_windows_or_dos(content)


# Marks of Windows that stand in names and texts, and DOS's letters of the same bytes never do:
# apostrophes and dashes. Others may stand anywhere but between two letters.
_ALWAYS, _AT_EDGES = "‘’–—", "“”…£€\xa0"
_NO_NAMES_LETTERS = "ƒˆµªº"


def _of_windows_or_dos(content: bytes) -> str:
    """Excel's "CSV (MS-DOS)" has letters where Windows has marks: whichever reads better."""
    dos = content.decode("cp850")
    try:
        windows = content.decode("cp1252")
    except UnicodeDecodeError as error:
        if _wrong(dos):
            raise Unreadable("letters") from error
        return dos
    return dos if _wrong(dos) < _wrong(windows) else windows


def _wrong(text: str) -> int:
    """How many of the letters beyond ASCII are none, and nothing that one types."""
    number = 0
    for at, each in enumerate(text):
        if each < "\x80" or each in _ALWAYS:
            continue
        before, after = text[at - 1 : at], text[at + 1 : at + 2]
        if each.isalpha() and each not in _NO_NAMES_LETTERS:
            number += each.isupper() and before.islower()  # a capital within a word
        else:
            number += (before.isalpha() and after.isalpha()) or each not in _AT_EDGES
    return number


def _cells(text: str) -> Rows:
    if said := re.match(
        r"sep=(.)\r?\n", text
    ):  # Excel's own line, which it does not show
        text = text[said.end() :]
    delimiter = said[1] if said else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable("quotes", number) from error
        yield row[:MOST_COLUMNS]


def _delimiter(text: str) -> str:
    """Whichever stands most often in the headings, outside quotation marks.

    They are the first line with two of one kind: a title above them may have a comma.
    """
    for line in text.splitlines():
        bare = "".join(line.split('"')[::2])
        likely = max(_DELIMITERS, key=bare.count)
        if bare.count(likely) > 1:
            return likely
    return _DELIMITERS[0]


def opened(content: bytes, *, text_too: bool) -> tuple[int, Rows]:
    """By what the file is, whatever it is called. Raises Unreadable."""
    if content.startswith(_ZIP):
        return workbook(content)
    if content.startswith(_OLD_EXCEL):
        raise Unreadable("password" if _PASSWORD in content else "old_excel")
    if text_too:
        return plain(content)
    raise Unreadable("not_xlsx")


def tell(content: bytes, *, most_rows: int, text_too: bool) -> None:
    """Print the rows, without empty ones at the end. Raises Unreadable."""
    expected, rows = opened(content, text_too=text_too)
    say({"expected": expected})
    empty = 0
    for number, row in enumerate(rows):
        if not any(cell.strip() for cell in row):
            empty += 1
            if empty > MOST_EMPTY:
                raise Unreadable("too_many_rows")
            continue
        if number > most_rows:
            raise Unreadable("too_many_rows")
        for _ in range(empty):
            say([])
        empty = 0
        say(row)


def say(what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")


def main(arguments: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    most_rows = int(arguments[0]) if arguments else MOST_ROWS
    ended: dict[str, object] = {"ended": True}
    try:
        tell(sys.stdin.buffer.read(), most_rows=most_rows, text_too="text" in arguments)
    except Unreadable as fault:
        ended = {"fault": fault.code, "row": fault.row}
    except MemoryError:
        ended = {"fault": "too_big_inside", "row": 0}
    except Exception:  # whatever a hostile file does, one answer
        ended = {"fault": "not_xlsx", "row": 0}
    say(ended)


if __name__ == "__main__":
    main(sys.argv[1:])
