"""Nothing is tried less than is promised: properties go by ``tests.sizes``, and a database that was
migrated before is copied only while nothing that shapes it has changed."""

import re
from pathlib import Path

import pytest

from reviews.trail import audit
from tests import sizes, template_database

TESTS = Path(__file__).resolve().parents[1]
BARE = re.compile(r"max_examples=\d")
# Small on purpose: ``TestAnEvening``, beside which ``TestAWeek`` is the whole game.
SMALL = {"adversarial/test_differencing.py": 1}


def _bare(text: str) -> int:
    return len(BARE.findall(text))


def test_no_property_has_a_number_of_its_own() -> None:
    found = {
        str(file.relative_to(TESTS)): _bare(file.read_text())
        for file in TESTS.rglob("*.py")
    }

    assert {name: number for name, number in found.items() if number} == SMALL


def test_the_control_a_number_of_its_own_is_found() -> None:
    assert _bare("@settings(max_examples=" + "40)") == 1
    assert _bare("@settings(max_examples=examples(40))") == 0


@pytest.mark.parametrize(
    ("size", "number"), [("quarter", 10), ("whole", 40), ("long", 160)]
)
def test_a_size_says_how_many_and_on_postgresql_half(
    size: str, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "SIZE", size)
    monkeypatch.setattr(sizes, "LONG", size == "long")
    monkeypatch.setattr(sizes, "ON_POSTGRESQL", True)
    assert sizes.examples(40) == (number if size == "long" else number // 2)
    monkeypatch.setattr(sizes, "ON_POSTGRESQL", False)

    assert sizes.examples(40) == number
    assert sizes.examples(1) == max(2, number // 40)


def test_another_migration_makes_another_template(tmp_path: Path) -> None:
    file = tmp_path / "0001_first.py"
    file.write_text("from django.db import migrations")
    first = template_database.digest([tmp_path])
    file.write_text("from django.db import migrations  # and more")
    second = template_database.digest([tmp_path])
    (tmp_path / "0002_second.py").write_text("")
    third = template_database.digest([tmp_path])

    assert len({first, second, third}) == 3
    assert template_database.digest([tmp_path]) == third


FOLDER, _, MODULE = audit.__name__.rpartition(".")


@pytest.mark.parametrize(
    "words", [f"from {FOLDER} import {MODULE}", f"import {FOLDER}.{MODULE} as trail"]
)
def test_what_a_migration_calls_shapes_the_template_too(
    words: str, tmp_path: Path
) -> None:
    file = tmp_path / "0001_first.py"
    file.write_text(words)

    assert Path(str(audit.__file__)) in template_database.called(file)
