"""The contracts of ``pyproject.toml`` refuse what they are there to refuse.

A forbidden import is planted in a copy of the code, and the contract named beside it must break.
The control is the same copy without it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "peerreview",
    "reviews",
    "questionnaires",
    "casemapping",
    "scheduling",
    "feedback",
)
PLANTED = {
    "addresses of the people met": (
        "feedback/reading/findings.py",
        "from scheduling.models.releases import Invitee",
        "feedback sees evidence alone",
    ),
    "answers, published or not": (
        "feedback/rules/wording.py",
        "from questionnaires.models import AnswerBox",
        "feedback sees evidence alone",
    ),
    "a view, seen by what is done": (
        "scheduling/domain/needs.py",
        "from scheduling.views import needs",
        "inside scheduling",
    ),
    "a review, seen by its keys": (
        "reviews/secrets/keystore.py",
        "from reviews.models import Review",
        "secrets, pages and files know no review",
    ),
    "a module without a place": (
        "casemapping/helpers.py",
        "from casemapping import models",
        "inside casemapping",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python files of every app, with the contracts."""
    there = tmp_path_factory.mktemp("house")
    python_alone = shutil.ignore_patterns("__pycache__", "*.yaml", "*.json", "*.txt")
    for app in APPS:
        shutil.copytree(ROOT / app, there / app, ignore=python_alone)
    shutil.copy(ROOT / "pyproject.toml", there)
    return there


def broken(house: Path) -> list[str]:
    """The names of the contracts that do not hold there."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    found = subprocess.run(  # noqa: S603
        command, cwd=house, capture_output=True, text=True, check=False
    )
    lines = found.stdout.splitlines()
    assert any("Contracts:" in line for line in lines), found.stderr
    return [line.partition(" BROKEN")[0].strip() for line in lines if " BROKEN" in line]


def test_contracts_hold_where_nothing_is_planted(copy: Path) -> None:
    assert broken(copy) == []


@pytest.mark.parametrize(
    ("where", "line", "contract"), PLANTED.values(), ids=PLANTED.keys()
)
def test_planted_import_is_refused(
    copy: Path, where: str, line: str, contract: str
) -> None:
    file = copy / where
    before = file.read_text() if file.exists() else None
    file.write_text(f"{before or ''}\n{line}\n")
    try:
        assert contract in broken(copy)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before)
