"""The page for reading in the archive of a closed review: it stands alone, and asks nobody for anything."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string


def draw(
    about: Mapping[str, Any],
    *,
    files: Sequence[tuple[str, str]],
    chapters: Sequence[Any],
) -> bytes:
    """``about`` is what the review was, ``files`` are names with a sentence each, ``chapters`` those
    of ``apps_above.closing``."""
    return render_to_string(
        "reviews/archive_read_me.html",
        {"about": about, "files": files, "chapters": chapters},
    ).encode()
