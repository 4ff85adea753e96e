"""What may be uploaded: by name and by content, without macros, without its author, read for marks.

Nothing is kept here and nothing is written to disk: a file is held in memory until it is sealed.
Word, Excel and pictures are opened in a process of their own (``file_reader``).
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from reviews.files import file_reader
from reviews.files.file_reader import STOPPING
from reviews.refusals import Refusal
from reviews.screening import scan

MOST_BYTES = 25_000_000
KINDS = ("pdf", "docx", "xlsx", "png", "jpg")
MACRO_NAMES = ("docm", "dotm", "xlsm", "xltm", "xlsb", "xlam")


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
    if kind == "pdf":
        return Checked(kind, _pdf(content))
    return _looked_at(kind, content, case_reference)


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


# Word, Excel and pictures: looked at in a process of its own

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_READER = Path(__file__).with_name("file_reader.py")
_FAULTS = {
    "macro": _MACROS,
    "locked": _LOCKED,
    "too_big_inside": "The selected file unpacks to too much. Save the part that is needed as a "
    "file of its own",
    "too_many_rows": "The selected file has cells beyond row 100,000. Save the rows that are "
    "needed as a file of their own",
    "too_many_pixels": "The selected picture must have fewer than 40 million pixels",
    "declares": "The selected file has a declaration that Word and Excel never write. Open it "
    "there and save it again",
}


def _looked_at(kind: str, content: bytes, case_reference: str) -> Checked:
    if content.startswith(_OLE):
        raise FileRefused(_LOCKED)
    asked = {"kind": kind, "case_reference": case_reference}
    try:
        done = subprocess.run(  # noqa: S603 - our own reader, the file only as its input
            [sys.executable, "-I", str(_READER)],
            input=json.dumps(asked).encode() + b"\n" + content,
            capture_output=True,
            timeout=file_reader.SECONDS,
            check=False,
        )
        head, _, kept = done.stdout.partition(b"\n")
        answer = json.loads(head)
    except (subprocess.TimeoutExpired, ValueError) as error:
        # It ran out of the time or the memory that it is given.
        raise FileRefused(_FAULTS["too_big_inside"]) from error
    if "fault" in answer:
        fault = answer["fault"]
        raise FileRefused(_FAULTS[fault]) if fault in _FAULTS else _unlike(kind)
    return Checked(kind, kept, answer["marks"])


def download_name(council: str, title: str, number: int, kind: str) -> str:
    """As in Trafford-Council_Threshold-document_version-2.pdf: readable, no spaces."""

    def words(text: str) -> str:
        return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:80]

    return f"{words(council)}_{words(title) or 'document'}_version-{number}.{kind}"


def names_a_child(text: str, *, case_reference: str = "") -> bool:
    """Whether a title or the like holds what stops a document."""
    return any(scan.stops(text, STOPPING, case_reference=case_reference))
