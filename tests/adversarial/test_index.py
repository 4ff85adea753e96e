"""The index of attacks names tests that exist, and leaves none out that questionnaires must stand."""

import re
from pathlib import Path

HERE = Path(__file__).parent
ROWS = re.findall(
    r"^\| (T[\d, T]+) \|.*`([^`:]+)::(\w+)` \|$",
    (HERE / "README.md").read_text(),
    re.MULTILINE,
)
# T1, T3 to T24, T34, T35, T40 and T41: the ones of the questionnaires.
WANTED = {1, *range(3, 25), 34, 35, 40, 41}


def test_every_attack_on_questionnaires_has_a_test() -> None:
    named = {
        int(number) for numbers, *_ in ROWS for number in re.findall(r"\d+", numbers)
    }

    assert named >= WANTED


def test_every_named_test_exists() -> None:
    missing = [
        f"{file}::{name}"
        for _, file, name in ROWS
        if not re.search(
            rf"^(?:def|class) {name}\b", (HERE.parent / file).read_text(), re.MULTILINE
        )
    ]

    assert missing == []
    assert len(ROWS) > 40
