"""The report as a Word file, made of a version's frozen content and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from reviews.files import word


def draw(content: Mapping[str, Any]) -> bytes:
    """The bytes of a .docx; the same content gives the same document."""
    document = word.begin(content["title"])
    document.add_heading(content["council"], level=0)
    for line in (
        f"Peer review report: {content['programme']}",
        f"On site {content['dates']}",
        f"Version {content['number']}, {content['made_on_words']}",
    ):
        document.add_paragraph(line)
    for section in content["sections"]:
        _add_section(document, section)
    return word.as_bytes(document)


def _add_section(document: Any, section: Mapping[str, Any]) -> None:
    document.add_heading(section["title"], level=1)
    _add_paragraphs(document, [*section["paragraphs"], *section.get("scope", ())])
    if section.get("questions"):
        document.add_paragraph("You asked us to answer these questions.")
        for question in section["questions"]:
            document.add_paragraph(question, style="List Number")
    for theme in section.get("themes", ()):
        _add_theme(document, theme)
    for response in section.get("responses", ()):
        _add_response(document, response)
    for survey in section.get("surveys", ()):
        _add_survey(document, survey)
    for part in section.get("learning", ()):
        _add_points(document, part["title"], part["points"])
    for part in section.get("recommendations", ()):
        points = [
            f"{item['title']}. {' '.join(item['paragraphs'])}"
            for item in part["points"]
        ]
        _add_points(document, part["title"], points)
    if section.get("contact"):
        document.add_paragraph(", ".join(section["contact"]))


def _add_paragraphs(document: Any, paragraphs: Iterable[str]) -> None:
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)


def _add_points(document: Any, title: str, points: Iterable[str]) -> None:
    document.add_heading(title, level=2)
    for point in points:
        document.add_paragraph(point, style="List Bullet")


def _add_response(document: Any, response: Mapping[str, Any]) -> None:
    document.add_heading(f"{response['number']}. {response['question']}", level=2)
    _add_paragraphs(document, response["paragraphs"])
    if response["themes"]:
        document.add_paragraph(f"See also: {'; '.join(response['themes'])}")
    elif not response["paragraphs"]:
        document.add_paragraph("We have nothing to report on this question.")


def _add_theme(document: Any, theme: Mapping[str, Any]) -> None:
    document.add_heading(f"{theme['number']}. {theme['title']}", level=2)
    if not theme["groups"]:
        document.add_paragraph("We have nothing to report under this theme.")
    for group in theme["groups"]:
        document.add_heading(group["title"], level=3)
        for finding in group["findings"]:
            document.add_heading(finding["title"], level=4)
            _add_paragraphs(document, [*finding["paragraphs"], *finding["consider"]])
            if finding["evidence"]:
                document.add_paragraph(finding["evidence"])


def _add_survey(document: Any, survey: Mapping[str, Any]) -> None:
    """Its title stands only where there are several, and the themes then one level lower."""
    if survey["title"]:
        document.add_heading(survey["title"], level=2)
    document.add_paragraph(
        f"About {survey['invited']} people were invited and about {survey['replies']} replied. "
        "Shares are rounded to the nearest 5%, and every figure is about all who replied."
        if survey["figures"]
        else "Too few people replied to print figures, so words alone are used here."
    )
    if survey.get("self_test"):
        document.add_paragraph(survey["self_test"])
    for theme in survey["themes"]:
        if theme["title"]:
            document.add_heading(theme["title"], level=3 if survey["title"] else 2)
        if theme["sentence"]:
            document.add_paragraph(theme["sentence"])
        word.add_table(
            document,
            ", ".join(filter(None, ("Favourable answers", theme["title"]))),
            ("Statement", "Favourable"),
            [(row["text"], row["words"]) for row in theme["rows"]],
            numbers=(1,),
        )
        document.add_paragraph()
