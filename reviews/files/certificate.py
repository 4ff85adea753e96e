"""A certificate as a tagged PDF, to read and to print. What is signed is the text file beside it."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from reviews.files.pdf import draw_html


def draw(statement: Mapping[str, Any], *, fingerprint: str) -> bytes:
    """The PDF of what ``reviews.rules.certificates`` calls a statement; the same gives the same bytes.

    ``fingerprint`` is of the key that signs it. Files know no rules: the template takes the words
    from there, and raises NotAStatement where something is missing.
    """
    return draw_html(
        render_to_string(
            "reviews/certificate_document.html",
            {"statement": statement, "fingerprint": fingerprint},
        )
    )
