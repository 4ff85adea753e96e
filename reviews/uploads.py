"""What may be uploaded: by name and by content, without macros, without its author, read for marks.

Nothing is kept here and nothing is written to disk: a file is held in memory until it is sealed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from reviews import screening
from reviews.refusals import Refusal

MOST_BYTES = 25_000_000
MOST_UNPACKED = 200_000_000
MOST_MEMBERS = 5_000
LONGEST_TEXT = 2_000_000
KINDS = ("pdf", "docx", "xlsx", "png", "jpg")
MACRO_NAMES = ("docm", "dotm", "xlsm", "xltm", "xlsb", "xlam")
# Of all that the screening knows, what may not stand in a document (specification 4.5).
STOPPING = ("nhs number", "upn", "case reference", "date of birth")
_CHUNK = 64 * 1024


class FileRefused(Refusal):
    """The file is not taken; the sentence stands beside the box."""


class HeldInMemory(FileUploadHandler):
    """Holds an upload in memory up to the limit, and lets the rest of a larger one go by.

    Django's own would write what is large to disk in clear.
    """

    def new_file(self, *args: Any, **options: Any) -> None:
        super().new_file(*args, **options)
        self.held, self.seen = io.BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.seen += len(raw_data)
        if self.seen <= MOST_BYTES:
            self.held.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.held.seek(0)
        # ``size`` is what came, also where not all of it was held.
        return InMemoryUploadedFile(
            self.held,
            self.field_name,
            self.file_name,
            self.content_type or "",
            self.seen,
            self.charset,
        )


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its kind, what to keep of it, and the marks in its text."""

    kind: str
    content: bytes
    marks: dict[str, int] = field(default_factory=dict)


def check(name: str, content: bytes, *, case_reference: str = "") -> Checked:
    """Look at a file. Raises FileRefused."""
    kind = _kind_by_name(name)
    if len(content) > MOST_BYTES:
        raise FileRefused("The selected file must be smaller than 25MB")
    if not content:
        raise FileRefused("The selected file is empty")
    if kind in ("docx", "xlsx"):
        return _office(kind, content, case_reference)
    if kind == "pdf":
        return Checked(kind, _pdf(content))
    return Checked(kind, _png(content) if kind == "png" else _jpg(content))


def _kind_by_name(name: str) -> str:
    ending = PurePosixPath(name).suffix.lower().removeprefix(".")
    if ending in MACRO_NAMES:
        raise FileRefused(_MACROS)
    kind = {"jpeg": "jpg"}.get(ending, ending)
    if kind not in KINDS:
        raise FileRefused(_KINDS)
    return kind


_KINDS = "The selected file must be a PDF, DOCX, XLSX, PNG or JPG"
_MACROS = "The selected file must not contain macros. Save it without them"
_LOCKED = "The selected file must not be protected by a password"
_WORDS = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "xlsx": "an Excel workbook",
    "png": "a PNG picture",
    "jpg": "a JPG picture",
}


def _unlike(kind: str) -> FileRefused:
    return FileRefused(
        f"The selected file is named as {_WORDS[kind]} but cannot be read as one"
    )


# PDF: left as it is


def _pdf(content: bytes) -> bytes:
    if b"%PDF-" not in content[:1024] or b"%%EOF" not in content[-2048:]:
        raise _unlike("pdf")
    if re.search(rb"/Encrypt\s+\d+\s+\d+\s+R", content):
        raise FileRefused(_LOCKED)
    return content


# Word and Excel

_MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PEOPLE = re.compile(
    rb"(<(?:dc:creator|cp:lastModifiedBy|Manager|Company)\b[^>]*>)[^<]*(?=</)"
)
_AUTHORS = re.compile(rb'\b(w:author|w:initials|w15:author|displayName)="[^"]*"')
_AUTHOR_LISTS = re.compile(rb"(<author\b[^>]*>)[^<]*(?=</)")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def _office(kind: str, content: bytes, case_reference: str) -> Checked:
    if content.startswith(_OLE):
        raise FileRefused(_LOCKED)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _office_members(kind, archive)
            out, found = _rewritten(archive)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        RuntimeError,
        NotImplementedError,
    ) as error:
        raise _unlike(kind) from error
    return Checked(kind, out, _marks(found, case_reference))


def _office_members(kind: str, archive: zipfile.ZipFile) -> None:
    names = [member.filename for member in archive.infolist()]
    if len(names) > MOST_MEMBERS or len(set(names)) != len(names):
        raise _unlike(kind)
    if any(member.flag_bits & 1 for member in archive.infolist()):
        raise FileRefused(_LOCKED)
    low = [name.lower() for name in names]
    if any("vbaproject" in name or "vbadata" in name for name in low):
        raise FileRefused(_MACROS)
    if any("xl/macrosheets/" in name for name in low):
        raise FileRefused(_MACROS)
    if "[Content_Types].xml" not in names or _MAIN[kind] not in names:
        raise _unlike(kind)


def _rewritten(archive: zipfile.ZipFile) -> tuple[bytes, list[str]]:
    """The same document without its people and times, and its text."""
    out, texts, total = io.BytesIO(), [], 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in archive.infolist():
            if member.is_dir():
                continue
            pieces = []
            with archive.open(member) as file:
                while chunk := file.read(_CHUNK):
                    total += len(chunk)
                    if total > MOST_UNPACKED:
                        raise FileRefused(
                            "The selected file unpacks to more than 200MB"
                        )
                    pieces.append(chunk)
            content = b"".join(pieces)
            if member.filename == "[Content_Types].xml" and b"macroEnabled" in content:
                raise FileRefused(_MACROS)
            if member.filename.endswith((".xml", ".rels")):
                content = _without_people(member.filename, content)
                texts.append(_text(member.filename, content))
            new.writestr(
                zipfile.ZipInfo(member.filename, _EPOCH),
                content,
                compress_type=zipfile.ZIP_DEFLATED,
            )
    return out.getvalue(), texts


def _without_people(name: str, content: bytes) -> bytes:
    if name.startswith("docProps/"):
        return _PEOPLE.sub(rb"\1", content)
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


def _marks(texts: list[str], case_reference: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for text in texts:
        for rule in screening.stops(text, STOPPING, case_reference=case_reference):
            found[rule] += 1
    return dict(found)


# Pictures

_PNG = b"\x89PNG\r\n\x1a\n"
_TALK = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")


def _png(content: bytes) -> bytes:
    if not content.startswith(_PNG):
        raise _unlike("png")
    kept, at, ended = [_PNG], len(_PNG), False
    while at + 12 <= len(content) and not ended:
        length = int.from_bytes(content[at : at + 4], "big")
        name, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content):
            raise _unlike("png")
        if at == len(_PNG) and name != b"IHDR":
            raise _unlike("png")
        if name not in _TALK:
            kept.append(content[at:end])
        ended, at = name == b"IEND", end
    if not ended:
        raise _unlike("png")
    return b"".join(kept)  # what stands behind the picture's end is dropped too


_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
# APP1 (EXIF, XMP), APP3 to APP13, APP15 and comments; APP0, APP2 (colours) and APP14 stay.
_TALKING = {0xE1, *range(0xE3, 0xEE), 0xEF, 0xFE}


def _jpg(content: bytes) -> bytes:
    if not content.startswith(b"\xff\xd8\xff"):
        raise _unlike("jpg")
    kept = [content[:2]]
    turned = b""
    for marker, segment in _segments(content):
        if marker == _SOS:
            end = content.rfind(b"\xff\xd9")
            start = len(content) - len(segment)
            if end < start:
                raise _unlike("jpg")
            return b"".join([*kept[:1], turned, *kept[1:], content[start : end + 2]])
        if marker == 0xE1:
            turned = turned or _which_way_up(segment)
        if marker not in _TALKING:
            kept.append(segment)
    raise _unlike("jpg")


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and bytes of each segment; the picture itself, with all behind it, comes last."""
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            return
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == _SOS:
            yield marker, content[at:]
            return
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if end > len(content) or end < at + 4:
            return
        yield marker, content[at:end]
        at = end


def _which_way_up(segment: bytes) -> bytes:
    """A camera says which way up it was held in EXIF: that is kept, and nothing beside it."""
    body = segment[4:]
    if not body.startswith(b"Exif\0\0"):
        return b""
    tiff = body[6:]
    order = "little" if tiff[:2] == b"II" else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], order)  # type: ignore[arg-type]

    first = number(4, 4)
    for entry in range(min(number(first, 2), 200)):
        at = first + 2 + 12 * entry
        if number(at, 2) == 0x0112:
            way = number(at + 8, 2)
            if 2 <= way <= 8:
                small = (
                    b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01"
                    + way.to_bytes(2, "big")
                    + b"\0\0\0\0\0\0"
                )
                return b"\xff\xe1" + (len(small) + 2).to_bytes(2, "big") + small
    return b""


def download_name(council: str, title: str, number: int, kind: str) -> str:
    """As in Trafford-Council_Threshold-document_version-2.pdf: readable, no spaces."""

    def words(text: str) -> str:
        return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:80]

    return f"{words(council)}_{words(title) or 'document'}_version-{number}.{kind}"


def names_a_child(text: str, *, case_reference: str = "") -> bool:
    """Whether a title or the like holds what stops a document."""
    return any(screening.stops(text, STOPPING, case_reference=case_reference))
