"""T22, exhaustive: from all that is published of a group, no small count, no zero, no unanimity follows."""

import pytest

from tests.adversarial import worlds
from tests.sizes import LONG

pytestmark = pytest.mark.adversarial
# The more answers, the more ways; as many as minutes allow, and twice that with ``make long``.
MORE = 2 if LONG else 1
TO_SIXTY = range(5, 60 * MORE + 1)


@pytest.mark.parametrize("n", [*TO_SIXTY, 100])
def test_statement(n: int) -> None:
    assert worlds.pinned_by_statement(n) == []


ONE = [
    (n, answers)
    for answers, largest in ((2, 60), (3, 60), (4, 40), (5, 24), (6, 15))
    for n in TO_SIXTY
    if n <= largest * MORE
]
MANY = [
    (n, answers)
    for answers, most in ((2, 60), (3, 30))
    for n in TO_SIXTY
    if n <= most * MORE
]


@pytest.mark.parametrize(("n", "answers"), [*ONE, (100, 3)])
def test_one_answer_of_several(n: int, answers: int) -> None:
    assert worlds.pinned_by_choice(n, answers, one=True) == []


@pytest.mark.parametrize(("n", "answers"), [*MANY, (100, 2)])
def test_several_answers_each(n: int, answers: int) -> None:
    assert worlds.pinned_by_choice(n, answers, one=False) == []
