"""The report as a tagged PDF; how one is drawn is said in ``reviews.files.pdf``."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from reviews.files.pdf import draw_html


def draw(content: Mapping[str, Any]) -> bytes:
    """The PDF of a version's content; the same content gives the same bytes. Raises NotBundled."""
    return draw_html(
        render_to_string("feedback/report_document.html", {"report": content})
    )
