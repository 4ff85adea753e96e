"""Every file that a document of the house names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
# In backticks: a path below the root, with a folder in it or an ending of ours.
NAMED = re.compile(
    r"`((?:peerreview|reviews|questionnaires|casemapping|scheduling|feedback|templates|static|tests"
    r"|deploy|docs|locale)/[\w./*-]*)`"
)


def missing(text: str) -> list[str]:
    """The files that ``text`` names and that are not there."""
    return [
        name for name in NAMED.findall(text) if not any(ROOT.glob(name.rstrip("/")))
    ]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_files_that_a_document_names_are_there(page: Path) -> None:
    assert missing(page.read_text()) == []


def test_a_file_that_is_gone_is_seen() -> None:
    """The control."""
    assert missing("`reviews/access.py` and `reviews/gone.py`") == ["reviews/gone.py"]
