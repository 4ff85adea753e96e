"""Lists that people fill in: read in a process of its own, headings found, faults by row."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from reviews.refusals import Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 2_000_000
MOST_ROWS = 2_000
SECONDS = 20
_READER = Path(__file__).with_name("sheet_reader.py")

_FAULTS = {
    "not_xlsx": "The selected file must be an Excel workbook (.xlsx)",
    "not_list": "The selected file must be an Excel workbook (.xlsx) or a .csv file",
    "old_excel": "The selected file is from an old Excel (.xls). Save it as .xlsx",
    "password": "The selected file has a password. Save a copy without one",
    "other_excel": "The selected file is another kind of Excel workbook. Save it as “Excel Workbook (.xlsx)”",
    "letters": "The selected file has letters that cannot be read. Save it as “CSV UTF-8” or .xlsx",
    "opendocument": "The selected file is an OpenDocument spreadsheet. Save it as .xlsx",
    "macro": "The selected file must not contain macros. Save it as .xlsx without them",
    "too_big_inside": "The selected file unpacks to more than 20MB. Copy the list alone into a new workbook",
    "too_many_rows": "The selected file must have {most:,} rows or fewer",
    "quotes": "Row {row:,} of the selected file has a quotation mark that does not pair",
}


class SheetRefused(Refusal):
    """The file as a whole cannot be used."""


@dataclass(frozen=True)
class Fault:
    """Something about one row. A ``stops`` fault leaves the row out; another only warns."""

    row: int
    column: str
    sentence: str
    stops: bool = True


@dataclass(frozen=True)
class Sheet:
    """A list that is being read. ``expected`` rows is what it says of itself, maybe wrongly."""

    expected: int
    rows: Iterator[list[str]]


@contextmanager
def opened(
    content: bytes, *, most_rows: int = MOST_ROWS, text_too: bool = False
) -> Iterator[Sheet]:
    """The first sheet's rows as text, headings first, while they are read.

    ``text_too`` takes lists in plain text as well (.csv), whatever the file is called. Opening it
    and taking its rows raise SheetRefused.
    """
    if len(content) > MOST_BYTES:
        raise SheetRefused("The selected file must be smaller than 2MB")
    if not content.strip():
        raise SheetRefused("The selected file is empty")
    kinds = ["text"] if text_too else []
    reader = subprocess.Popen(  # noqa: S603 - our own reader, the file only as its input
        [sys.executable, "-I", str(_READER), str(most_rows), *kinds],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=False,
    )
    assert reader.stdin  # noqa: S101 - a pipe, as asked for above
    assert reader.stdout  # noqa: S101 - the same
    late = threading.Timer(SECONDS, reader.kill)
    late.start()
    try:
        _hand_over(reader.stdin, content)
        told = _told(reader.stdout, most_rows)
        yield Sheet(int(next(told)["expected"]), told)
    finally:
        late.cancel()
        reader.kill()
        for pipe in (reader.stdin, reader.stdout):
            with suppress(BrokenPipeError):
                pipe.close()
        reader.wait()


def _hand_over(pipe: IO[bytes], content: bytes) -> None:
    try:
        pipe.write(content)
        pipe.close()
    except BrokenPipeError as error:
        raise SheetRefused(_FAULTS["too_big_inside"]) from error


def _told(pipe: IO[bytes], most_rows: int) -> Iterator[Any]:
    """What the reader says, line by line, until it says how it ended."""
    for line in pipe:
        try:
            said = json.loads(line)
        except ValueError:
            break  # killed in the middle of a line
        if isinstance(said, dict) and "fault" in said:
            words = _FAULTS[said["fault"]]
            raise SheetRefused(words.format(most=most_rows, row=said["row"]))
        if isinstance(said, dict) and "ended" in said:
            return
        yield said
    raise SheetRefused(_FAULTS["too_big_inside"])


def cells(content: bytes) -> list[list[str]]:
    """All rows of the first sheet, without spaces around its cells. Raises SheetRefused."""
    with opened(content) as sheet:
        rows = [[cell.strip() for cell in row] for row in sheet.rows]
    if len(rows) < 2:
        raise SheetRefused(NO_ROWS)
    return rows


NO_ROWS = "The selected file has no rows below its headings"


def spelling(word: str) -> str:
    """A word as it is compared: Excel bends apostrophes, people press the shift key."""
    return word.lower().replace("’", "'")


def places(row: Sequence[str], headings: Mapping[str, set[str]]) -> dict[str, int]:
    """Where each of ``headings`` stands in the row, of those that do."""
    given = [" ".join(cell.lower().split()) for cell in row]
    found = {}
    for name, words in headings.items():
        where = [n for n, heading in enumerate(given) if heading in words]
        if where:
            found[name] = where[0]
    return found


def columns(
    row: Sequence[str],
    headings: Mapping[str, set[str]],
    *,
    titles: Mapping[str, str],
    needed: Sequence[str],
    where: str = "The first row",
) -> dict[str, int]:
    """Where each of ``headings`` stands in ``row``. Raises SheetRefused for what lacks."""
    found = places(row, headings)
    missing = [f"“{titles[name]}”" for name in needed if name not in found]
    if missing:
        what = "a column" if len(missing) == 1 else "columns"
        listed = ", ".join(missing[:-1]) + " and " * (len(missing) > 1) + missing[-1]
        raise SheetRefused(f"{where} must have {what} headed {listed}")
    return found
