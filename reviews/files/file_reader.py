"""Looks at an uploaded file in a process of its own, within hard limits.

Run as a script. On standard input one line of JSON (``kind``, ``case_reference``), then the file;
on standard output one line of JSON (``fault`` or ``marks``), then what may be kept of the file. Of
the product only the screening is imported, which is pure, so that a file which breaks the reader
breaks nothing else (specification 8).
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
import zlib
from collections import Counter
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any

MEMORY = 512 * 1024 * 1024
SECONDS = 20
MOST_UNPACKED = 200_000_000
MOST_RATIO = 100
# A file of a few kilobytes unpacks to a hundredfold of itself without any harm.
SMALL = 5_000_000
MOST_MEMBERS = 5_000
MOST_XML = 40_000_000
MOST_ROWS = 100_000
MOST_PIXELS = 40_000_000
LONGEST_TEXT = 2_000_000
# Of all that the screening knows, what may not stand in a document (specification 4.5).
STOPPING = ("nhs number", "upn", "case reference", "date of birth")
_CHUNK = 64 * 1024


class Unreadable(Exception):
    """The file is refused; the argument is the reason's code."""


# Word and Excel

_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_PEOPLE = re.compile(
    rb"(<(?:dc:creator|cp:lastModifiedBy|Manager|Company)\b[^>]*>)[^<]*(?=</)"
)
_TIMES = re.compile(
    rb"(<(?:dcterms:created|dcterms:modified|cp:lastPrinted)\b[^>]*(?<!/)>)[^<]*(?=</)"
)
_AUTHORS = re.compile(rb'\b(w:author|w:initials|w15:author|displayName)="[^"]*"')
_AUTHOR_LISTS = re.compile(rb"(<author\b[^>]*>)[^<]*(?=</)")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_FAR_CELLS = re.compile(rb'\br="[A-Z]{0,3}(\d{6,})"')
_EPOCH = (1980, 1, 1, 0, 0, 0)


def office(kind: str, content: bytes) -> tuple[bytes, list[str]]:
    """The same document without its people and times, and its text. Raises Unreadable."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(kind, archive)
            return _rewritten(archive, len(content))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise Unreadable("unlike") from error


def _check_members(kind: str, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(names) > MOST_MEMBERS:
        raise Unreadable("too_big_inside")
    if len(set(names)) != len(names):
        raise Unreadable("unlike")
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("locked")
    low = [name.lower() for name in names]
    if any("vbaproject" in name or "vbadata" in name for name in low):
        raise Unreadable("macro")
    if any("xl/macrosheets/" in name for name in low):
        raise Unreadable("macro")
    if "[Content_Types].xml" not in names or _MAIN[kind] not in names:
        raise Unreadable("unlike")


def _rewritten(archive: zipfile.ZipFile, size: int) -> tuple[bytes, list[str]]:
    out, texts, room = io.BytesIO(), [], LONGEST_TEXT
    # Counted while unpacking: what a file says of its own sizes may be a lie.
    left = min(MOST_UNPACKED, max(MOST_RATIO * size, SMALL))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in archive.infolist():
            if member.is_dir():
                continue
            name = member.filename
            is_xml = name.lower().endswith((".xml", ".rels"))
            content = _unpacked(
                archive, member, min(left, MOST_XML) if is_xml else left
            )
            left -= len(content)
            if name == "[Content_Types].xml" and b"macroEnabled" in content:
                raise Unreadable("macro")
            if is_xml:
                _check_xml(name, content)
                content = _without_people(name, content)
                text = _text(name, content)[:room]
                room -= len(text)
                texts.append(text)
            new.writestr(
                zipfile.ZipInfo(name, _EPOCH),
                content,
                compress_type=zipfile.ZIP_DEFLATED,
            )
    return out.getvalue(), texts


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    pieces, total = [], 0
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            total += len(chunk)
            if total > most:
                raise Unreadable("too_big_inside")
            pieces.append(chunk)
    return b"".join(pieces)


def _check_xml(name: str, content: bytes) -> None:
    """No declarations that grow or fetch, no alphabet to hide them in, no cell at the far end."""
    if b"\0" in content[:200] or _DECLARED.search(content):
        raise Unreadable("declares")
    if name.startswith("xl/worksheets/"):
        for found in _FAR_CELLS.finditer(content):
            if int(found[1][:9]) > MOST_ROWS:
                raise Unreadable("too_many_rows")


def _without_people(name: str, content: bytes) -> bytes:
    if name.startswith("docProps/"):
        return _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z", _PEOPLE.sub(rb"\1", content))
    if name.startswith("word/"):
        return _AUTHORS.sub(rb'\1="Author"', content)
    if name.startswith(("xl/comments", "xl/persons", "xl/threadedComments")):
        content = _AUTHORS.sub(rb'\1="Author"', content)
        return _AUTHOR_LISTS.sub(rb"\1Author", content)
    return content


_READ = ("word/", "xl/sharedStrings", "xl/worksheets/", "xl/comments")
_ENDS = re.compile(r"</(?:w:p|w:tc|si|c|v|t)>|<w:(?:br|tab)\b[^>]*>")
_TAGS = re.compile(r"<[^>]*>")


def _text(name: str, content: bytes) -> str:
    """What a reader would see in a member, as far as marks are concerned."""
    if not name.startswith(_READ):
        return ""
    words = content[: 4 * LONGEST_TEXT].decode("utf-8", "replace")
    # Word splits a number over runs: their tags vanish, the ends of paragraphs part lines.
    return unescape(_TAGS.sub("", _ENDS.sub("\n", words)))[:LONGEST_TEXT]


def marks_of(texts: list[str], case_reference: str) -> dict[str, int]:
    """How often each rule was met."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    screening = import_module("reviews.screening.scan")
    found: Counter[str] = Counter()
    for text in texts:
        for rule in screening.stops(text, STOPPING, case_reference=case_reference):
            found[rule] += 1
    return dict(found)


# Pictures: drawn anew, so that nothing is left of them but what one sees


def picture(kind: str, content: bytes) -> bytes:
    """The picture the right way up, without anything that was written into it."""
    from PIL import Image, ImageOps  # only this process pays for it

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    wanted = {"png": "PNG", "jpg": "JPEG"}[kind]
    try:
        with Image.open(io.BytesIO(content), formats=[wanted]) as found:
            if found.width * found.height > MOST_PIXELS:
                raise Unreadable("too_many_pixels")
            found.load()
            ImageOps.exif_transpose(found, in_place=True)
            return _drawn_anew(kind, found)
    except Image.DecompressionBombError as error:
        raise Unreadable("too_many_pixels") from error
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error) as error:
        raise Unreadable("unlike") from error


def _drawn_anew(kind: str, found: Any) -> bytes:
    out = io.BytesIO()
    if kind == "jpg":
        plain = found if found.mode in ("L", "RGB") else found.convert("RGB")
        plain.info.clear()
        plain.save(out, "JPEG", quality=90)
        return out.getvalue()
    see_through = found.info.get("transparency")
    found.info.clear()
    kept = {} if see_through is None else {"transparency": see_through}
    found.save(out, "PNG", **kept)
    return out.getvalue()


def looked_at(
    kind: str, content: bytes, case_reference: str
) -> tuple[bytes, dict[str, int]]:
    """What may be kept, and the marks in it. Raises Unreadable."""
    if kind in _MAIN:
        kept, texts = office(kind, content)
        return kept, marks_of(texts, case_reference)
    return picture(kind, content), {}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    answer: dict[str, object]
    kept = b""
    try:
        kept, marks = looked_at(asked["kind"], content, asked["case_reference"])
        answer = {"marks": marks}
    except Unreadable as fault:
        answer = {"fault": str(fault)}
    except MemoryError:
        answer = {"fault": "too_big_inside"}
    except Exception:  # whatever a hostile file does, one answer
        answer = {"fault": "unlike"}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + kept)


if __name__ == "__main__":
    main()
