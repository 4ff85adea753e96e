"""Reads the first sheet of an .xlsx in a process of its own, within hard limits.

Run as a script: the file on standard input, JSON on standard output. Nothing of the product is
imported here, so that a file which breaks the reader breaks nothing else (specification 8).
"""

import io
import json
import resource
import sys
import zipfile

MOST_UNPACKED = 20_000_000
MOST_RATIO = 100
MOST_MEMBERS = 200
MOST_ROWS, MOST_COLUMNS = 2_000, 20
MEMORY = 512 * 1024 * 1024
SECONDS = 20
_CHUNK = 64 * 1024


class Unreadable(Exception):
    """The file is refused; the argument is the reason's code."""


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
        if any("vbaproject" in member.filename.lower() for member in members):
            raise Unreadable("macro")
        total = 0
        for member in members:
            with archive.open(member) as file:
                while chunk := file.read(_CHUNK):
                    total += len(chunk)
                    if total > MOST_UNPACKED or total > MOST_RATIO * len(content):
                        raise Unreadable("too_big_inside")


def rows_of(content: bytes) -> list[list[str]]:
    """The first sheet's cells as text, without empty rows at the end. Raises Unreadable."""
    from openpyxl import load_workbook  # only this process pays for it

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        found: list[list[str]] = []
        for number, row in enumerate(
            sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        ):
            if number > MOST_ROWS:
                raise Unreadable("too_many_rows")
            found.append(["" if cell is None else str(cell).strip() for cell in row])
    except (
        KeyError,
        ValueError,
        IndexError,
        AttributeError,
        zipfile.BadZipFile,
    ) as error:
        raise Unreadable("not_xlsx") from error
    while found and not any(found[-1]):
        found.pop()
    return found


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    content = sys.stdin.buffer.read()
    try:
        check_archive(content)
        answer: dict[str, object] = {"rows": rows_of(content)}
    except Unreadable as fault:
        answer = {"fault": str(fault)}
    except MemoryError:
        answer = {"fault": "too_big_inside"}
    except Exception:  # whatever a hostile file does, one answer
        answer = {"fault": "not_xlsx"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
