"""Lists that people fill in as .xlsx: read in a process of its own, headings found, faults by row."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviews.refusals import Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 2_000_000
SECONDS = 20
_READER = Path(__file__).with_name("sheet_reader.py")

_FAULTS = {
    "not_xlsx": "The selected file must be an Excel workbook (.xlsx)",
    "macro": "The selected file must not contain macros. Save it as .xlsx without them",
    "too_big_inside": "The selected file unpacks to more than 20MB. Copy the list alone into a new workbook",
    "too_many_rows": "The selected file must have 2,000 rows or fewer",
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


def cells(content: bytes) -> list[list[str]]:
    """The first sheet's cells as text, headings first. Raises SheetRefused."""
    if len(content) > MOST_BYTES:
        raise SheetRefused("The selected file must be smaller than 2MB")
    if not content:
        raise SheetRefused("The selected file is empty")
    try:
        done = subprocess.run(  # noqa: S603 - our own reader, the file only as its input
            [sys.executable, "-I", str(_READER)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        raise SheetRefused(_FAULTS["too_big_inside"]) from error
    if "fault" in answer:
        raise SheetRefused(_FAULTS[answer["fault"]])
    rows: list[list[str]] = answer["rows"]
    if len(rows) < 2:
        raise SheetRefused("The selected file has no rows below its headings")
    return rows


def spelling(word: str) -> str:
    """A word as it is compared: Excel bends apostrophes, people press the shift key."""
    return word.lower().replace("’", "'")


def columns(
    first_row: Sequence[str],
    headings: Mapping[str, set[str]],
    *,
    titles: Mapping[str, str],
    needed: Sequence[str],
) -> dict[str, int]:
    """Where each of ``headings`` stands in the first row. Raises SheetRefused for what lacks."""
    given = [" ".join(cell.lower().split()) for cell in first_row]
    found = {}
    for name, words in headings.items():
        places = [n for n, heading in enumerate(given) if heading in words]
        if places:
            found[name] = places[0]
    missing = [f"“{titles[name]}”" for name in needed if name not in found]
    if missing:
        what = "a column" if len(missing) == 1 else "columns"
        raise SheetRefused(
            f"The first row must have {what} headed {' and '.join(missing)}"
        )
    return found
