"""The briefing note as a Word file: real headings, its language said, header rows marked."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reviews.reading.briefing import Briefing, Part, Table

LANGUAGE = "en-GB"
SPEAK = "Ask to speak to the team: "
# The file says nothing of the day or the machine it was made on.
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def draw(briefing: Briefing) -> bytes:
    """The bytes of a .docx."""
    from docx import Document

    document = Document()
    _say_what_it_is(document, briefing)
    document.add_heading(briefing.programme, level=1)
    document.add_paragraph(f"{briefing.council}, {briefing.dates}", style="Subtitle")
    for part in briefing.parts:
        _add_part(document, part)
    into = io.BytesIO()
    document.save(into)
    return into.getvalue()


def _say_what_it_is(document: Any, briefing: Briefing) -> None:
    from docx.oxml.ns import qn

    properties = document.core_properties
    properties.title = briefing.title
    properties.author = properties.last_modified_by = "Peer review team"
    properties.comments = ""
    properties.language = LANGUAGE
    properties.created = properties.modified = EPOCH
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    for style in document.styles:
        if style.name in ("Normal", "Heading 1", "Heading 2", "Subtitle"):
            style.font.name = "Arial"
            # The theme's own font would win over the name.
            fonts = style.element.rPr.rFonts
            for name in list(fonts.attrib):
                if name.endswith("Theme"):
                    del fonts.attrib[name]


def _add_part(document: Any, part: Part) -> None:
    document.add_heading(part.title, level=2)
    for paragraph in part.paragraphs:
        document.add_paragraph(paragraph)
    for item in part.items:
        document.add_paragraph(
            item, style="List Number" if part.numbered else "List Bullet"
        )
    if part.table:
        _add_table(document, part.table)
    if part.address:
        _add_address(document, part.address)
    for paragraph in part.after:
        document.add_paragraph(paragraph)


def _add_address(document: Any, address: str) -> None:
    """The address written out, and a link to it."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = document.add_paragraph(SPEAK)
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"),
        document.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True),
    )
    run = paragraph.add_run(address)
    run.font.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _add_table(document: Any, table: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    drawn = document.add_table(rows=0, cols=len(table.header), style="Table Grid")
    for row in (table.header, *table.rows):
        for cell, words in zip(drawn.add_row().cells, row, strict=True):
            cell.text = words
    first = drawn.rows[0]
    first._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell in first.cells:
        cell.paragraphs[0].runs[0].bold = True
    # What the table is about, for whoever hears it.
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), table.caption)
    drawn._tbl.tblPr.append(caption)
