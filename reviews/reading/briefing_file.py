"""The briefing note as a Word file."""

from typing import Any

from reviews.files.word import add_table, as_bytes, begin
from reviews.reading.briefing import Briefing, Part

SPEAK = "Ask to speak to the team: "


def draw(briefing: Briefing) -> bytes:
    """The bytes of a .docx."""
    document = begin(briefing.title)
    document.add_heading(briefing.programme, level=1)
    document.add_paragraph(f"{briefing.council}, {briefing.dates}", style="Subtitle")
    for part in briefing.parts:
        _add_part(document, part)
    return as_bytes(document)


def _add_part(document: Any, part: Part) -> None:
    document.add_heading(part.title, level=2)
    for paragraph in part.paragraphs:
        document.add_paragraph(paragraph)
    for item in part.items:
        document.add_paragraph(
            item, style="List Number" if part.numbered else "List Bullet"
        )
    if part.table:
        add_table(document, part.table.caption, part.table.header, part.table.rows)
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
