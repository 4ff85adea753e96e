"""Files are taken by what they are; who wrote them is left out; they rest sealed."""

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from reviews.files import store, uploads
from reviews.models import Review
from reviews.secrets import keystore
from reviews.secrets.sealing import WrongSeal

TYPES = b'<Types xmlns="t"></Types>'
CORE = (
    b"<cp:coreProperties><dc:creator>Jo Writer</dc:creator>"
    b"<cp:lastModifiedBy>Sam Editor</cp:lastModifiedBy>"
    b'<dcterms:created xsi:type="dcterms:W3CDTF">2015-06-05T18:17:20Z</dcterms:created>'
    b"<dcterms:modified/></cp:coreProperties>"
)


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(text: str = "A policy.", more: dict[str, bytes] | None = None) -> bytes:
    body = f'<w:document><w:p w:author="Jo Writer"><w:r><w:t>{text}</w:t></w:r></w:p></w:document>'
    members = {
        "[Content_Types].xml": TYPES,
        "word/document.xml": body.encode(),
        "docProps/core.xml": CORE,
    }
    return zipped({**members, **(more or {})})


def xlsx(value: str = "12", more: dict[str, bytes] | None = None) -> bytes:
    sheet = f'<worksheet><sheetData><row><c r="A1"><v>{value}</v></c></row></sheetData></worksheet>'
    members = {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": b"<workbook/>",
        "xl/worksheets/sheet1.xml": sheet.encode(),
        "docProps/core.xml": CORE,
        "docProps/app.xml": b"<Properties><Company>Acme</Company></Properties>",
    }
    return zipped({**members, **(more or {})})


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"


def _chunk(name: bytes, body: bytes) -> bytes:
    crc = struct.pack(">I", zlib.crc32(name + body))
    return struct.pack(">I", len(body)) + name + body + crc


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"tEXt", b"Author\0Jo Writer")
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)


def _picture(kind: str, size: tuple[int, int] = (4, 2), **options: Any) -> bytes:
    """Red, with its top left corner white."""
    from PIL import Image

    drawn = Image.new("RGB", size, (200, 0, 0))
    drawn.putpixel((0, 0), (255, 255, 255))
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()


def _segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


EXIF = (
    b"Exif\0\0II*\0\x08\0\0\0\x02\0"
    + b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"
    + b"\x3b\x01\x02\0\x09\0\0\0\x26\0\0\0"
    + b"\0\0\0\0Jo Writer"
)
# Held on its side, with its author in EXIF and in a comment.
JPG = _picture("JPEG", (80, 40), exif=EXIF, comment=b"Jo Writer's comment")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.docx", docx()),
        ("a.xlsx", xlsx()),
        ("a.png", PNG),
        ("A.JPEG", JPG),
    ],
)
def test_a_file_of_each_kind_is_taken_and_says_nothing_of_its_author(
    name: str, content: bytes
) -> None:
    found = uploads.check(name, content)

    assert found.marks == {}
    kept = found.content
    if found.kind in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(kept)) as archive:
            kept = b"".join(archive.read(each) for each in archive.namelist())
            assert {each.date_time[0] for each in archive.infolist()} == {1980}
        assert b"2015-06-05" not in kept
        assert b"<dcterms:modified/></cp:coreProperties>" in kept
    for author in (b"Jo Writer", b"Sam Editor", b"Acme"):
        assert author not in kept


def test_a_picture_is_drawn_anew_the_right_way_up() -> None:
    from PIL import Image

    assert b"Jo Writer" in JPG
    kept = uploads.check("a.jpg", JPG + b"and a hidden archive").content

    with Image.open(io.BytesIO(kept)) as drawn:
        # It was held on its side: what was the left edge is the top now.
        assert (drawn.size, drawn.mode) == ((40, 80), "RGB")
        assert not drawn.getexif()
    for hidden in (b"Exif", b"hidden archive", b"comment"):
        assert hidden not in kept


def test_a_png_keeps_what_is_see_through() -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGBA", (3, 3), (0, 0, 0, 0)).save(out, "PNG")

    kept = uploads.check("a.png", out.getvalue()).content

    with Image.open(io.BytesIO(kept)) as drawn:
        assert drawn.convert("RGBA").getpixel((1, 1)) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.exe", PDF, "must be a PDF, DOCX, XLSX, PNG or JPG"),
        ("a", PDF, "must be a PDF, DOCX, XLSX, PNG or JPG"),
        ("a.svg", b"<svg/>", "must be a PDF, DOCX, XLSX, PNG or JPG"),
        ("a.docm", docx(), "must not contain macros"),
        ("a.docx", docx(more={"word/vbaProject.bin": b"x"}), "must not contain macros"),
        (
            "a.xlsx",
            xlsx(more={"[Content_Types].xml": b"<Types>macroEnabled</Types>"}),
            "must not contain macros",
        ),
        ("a.docx", xlsx(), "named as a Word document but cannot be read as one"),
        ("a.xlsx", docx(), "named as an Excel workbook but cannot be read as one"),
        ("a.docx", PDF, "named as a Word document but cannot be read as one"),
        ("a.docx", docx()[:-30], "named as a Word document but cannot be read as one"),
        ("a.docx", uploads._OLE + b"x" * 99, "must not be protected by a password"),
        ("a.pdf", b"hello", "named as a PDF but cannot be read as one"),
        (
            "a.pdf",
            PDF.replace(b"<<>>", b"<</Encrypt 5 0 R>>"),
            "must not be protected by a password",
        ),
        ("a.png", JPG, "named as a PNG picture but cannot be read as one"),
        ("a.png", PNG[:40], "named as a PNG picture but cannot be read as one"),
        ("a.jpg", JPG[:99], "named as a JPG picture but cannot be read as one"),
        ("a.pdf", b"", "is empty"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(
    name: str, content: bytes, sentence: str
) -> None:
    with pytest.raises(uploads.FileRefused, match=sentence):
        uploads.check(name, content)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(uploads.FileRefused, match="must be smaller than 25MB"):
        uploads.check("a.pdf", PDF + b"0" * uploads.MOST_BYTES)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("NHS number 943 476 5919", "nhs number"),
        # Word parts what is typed in one go.
        ("943 476</w:t></w:r><w:r><w:t> 5919", "nhs number"),
        ("DOB: 14/03/2009", "date of birth"),
        ("born 14 March 2009", "date of birth"),
        ("LCS-123456", "case reference"),
    ],
)
def test_what_could_be_a_child_is_counted(text: str, rule: str) -> None:
    found = uploads.check("a.docx", docx(text), case_reference="LCS-######")

    assert found.marks == {rule: 1}


def test_a_number_in_a_cell_is_counted() -> None:
    assert uploads.check("a.xlsx", xlsx("9434765919")).marks == {"nhs number": 1}


def test_a_duty_number_and_a_postcode_are_no_marks() -> None:
    text = "Ring 0161 496 0123 or write to Town Hall, M99 9ZZ, duty@council.example"

    assert uploads.check("a.docx", docx(text)).marks == {}


# At rest


@pytest.mark.parametrize(
    "size", [0, 1, store.PIECE - 1, store.PIECE, store.PIECE * 2 + 7]
)
def test_a_stored_file_comes_back_as_it_was(review: Review, size: int) -> None:
    content = (b"Canary of the file. " * (size // 20 + 1))[:size]

    name = store.write(content, review_id=review.pk, owner="a")

    assert b"".join(store.read(name, review_id=review.pk, owner="a")) == content
    (path,) = store.stored()
    assert b"Canary" not in path.read_bytes()
    assert path.is_relative_to(Path(settings.VAR_DIR) / "files")
    assert oct(path.stat().st_mode)[-3:] == "600"


def test_a_cut_or_changed_file_or_that_of_another_row_does_not_open(
    review: Review,
) -> None:
    content = b"x" * (store.PIECE + 5)
    name = store.write(content, review_id=review.pk, owner="a")
    (path,) = store.stored()
    whole = path.read_bytes()

    with pytest.raises(WrongSeal):
        list(store.read(name, review_id=review.pk, owner="b"))
    for broken in (
        whole[:-21],  # the last piece is gone
        whole[:-1],
        whole[:40] + bytes([whole[40] ^ 1]) + whole[41:],
    ):
        path.write_bytes(broken)
        with pytest.raises(WrongSeal):
            list(store.read(name, review_id=review.pk, owner="a"))


def test_without_its_key_a_file_cannot_be_read(review: Review) -> None:
    name = store.write(b"secret", review_id=review.pk, owner="a")
    keystore.destroy(f"review-{review.pk}-files")

    with pytest.raises(keystore.KeyGone):
        store.read(name, review_id=review.pk, owner="a")


@pytest.mark.parametrize("name", ["../keystore/a", "a" * 63, "A" * 64])
def test_a_name_never_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(ValueError, match=re.escape(name)):
        store.read(name, review_id=1, owner="a")
