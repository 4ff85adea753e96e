"""No file is too long to be read in one sitting."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "peerreview",
    "reviews",
    "questionnaires",
    "casemapping",
    "scheduling",
    "feedback",
    "deploy",
    "static",
    "templates",
)
# The product, but for data and what Django writes; and its tests.
ENDINGS = {".py", ".html", ".js", ".css", ".sh"}


def too_long(folder: Path, most: int) -> list[str]:
    return [
        f"{path.relative_to(folder)}: {lines}"
        for path in sorted(folder.rglob("*"))
        if path.suffix in ENDINGS and "migrations" not in path.parts
        if (lines := path.read_text().count("\n")) > most
    ]


@pytest.mark.parametrize("folder", OURS)
def test_no_file_of_the_product_is_over_500_lines(folder: str) -> None:
    assert too_long(ROOT / folder, 500) == []


def test_no_test_is_over_800_lines() -> None:
    assert too_long(ROOT / "tests", 800) == []


def test_a_longer_one_is_told(tmp_path: Path) -> None:
    """The control."""
    (tmp_path / "long.py").write_text("pass\n" * 501)

    assert too_long(tmp_path, 500) == ["long.py: 501"]
