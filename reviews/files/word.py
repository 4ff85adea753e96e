"""What every Word file keeps to: real headings, the language said, header rows marked."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from reviews.files.timeless import MADE, timeless

LANGUAGE = "en-GB"


def begin(title: str) -> Any:
    """An empty document that says what it is and in which language, in our typeface."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document()
    properties = document.core_properties
    properties.title = title
    properties.author = properties.last_modified_by = "Peer review team"
    properties.comments = ""
    properties.language = LANGUAGE
    properties.created = properties.modified = MADE
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    for style in document.styles:
        if style.name in ("Normal", "Subtitle") or style.name.startswith("Heading"):
            style.font.name = "Arial"
            # The theme's own font would win over the name.
            fonts = style.element.rPr.rFonts
            for name in list(fonts.attrib):
                if name.endswith("Theme"):
                    del fonts.attrib[name]
    return document


def as_bytes(document: Any) -> bytes:
    into = io.BytesIO()
    document.save(into)
    return timeless(into.getvalue())


def add_table(
    document: Any,
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Collection[int] = (),
) -> None:
    """A table with its header row marked; ``numbers`` are the columns that align right."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    drawn = document.add_table(rows=0, cols=len(header), style="Table Grid")
    for row in (header, *rows):
        cells = drawn.add_row().cells
        for place, (cell, words) in enumerate(zip(cells, row, strict=True)):
            cell.text = words
            if place in numbers:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    first = drawn.rows[0]
    first._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in first.cells:
        cell.paragraphs[0].runs[0].bold = True
    # What the table is about, for whoever hears it.
    said = OxmlElement("w:tblCaption")
    said.set(qn("w:val"), caption)
    drawn._tbl.tblPr.append(said)
