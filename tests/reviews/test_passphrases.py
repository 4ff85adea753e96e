"""Passphrases: random enough to seal with, and plain enough to be read out and typed."""

import secrets
from itertools import combinations

import pytest

from reviews.secrets import passphrases
from reviews.secrets.passphrases import new, tidy, words

ORDERED = sorted(words())
GIVEN = "-".join(ORDERED[number] for number in (7, 1900, 512, 512, 33, 2047, 0))


def close(one: str, other: str) -> bool:
    """Whether one slip of a key makes one of the other: a letter more, less, other, or swapped."""
    if len(one) > len(other):
        one, other = other, one
    if len(one) == len(other):
        differ = [n for n in range(len(one)) if one[n] != other[n]]
        swapped = len(differ) == 2 and sorted(one) == sorted(other)
        return len(differ) == 1 or (swapped and differ[1] - differ[0] == 1)
    return len(other) - len(one) == 1 and any(
        other[:n] + other[n + 1 :] == one for n in range(len(other))
    )


def test_there_are_2048_words_of_3_to_8_small_letters() -> None:
    listed = passphrases._FILE.read_text(encoding="ascii").split()

    assert len(listed) == len(words()) == 2048
    assert listed == ORDERED
    assert all(
        3 <= len(word) <= 8 and word.isalpha() and word.islower() for word in listed
    )


def test_no_word_is_one_slip_from_another() -> None:
    by_length: dict[int, list[str]] = {}
    for word in ORDERED:
        by_length.setdefault(len(word), []).append(word)
    alike = [
        (one, other)
        for length, group in by_length.items()
        for one, other in [
            *combinations(group, 2),
            *((one, other) for one in group for other in by_length.get(length + 1, [])),
        ]
        if len({*one} ^ {*other}) < 3 and close(one, other)
    ]

    assert alike == []


@pytest.mark.parametrize(
    "pair", [("cable", "table"), ("diary", "dairy"), ("tea", "team"), ("team", "tea")]
)
def test_control_a_slip_is_seen(pair: tuple[str, str]) -> None:
    assert close(*pair)
    assert not close("cable", "castle")


def test_no_word_is_the_start_of_another_so_hyphens_may_be_left_out() -> None:
    begins = [
        word
        for word in ORDERED
        if any(word[:length] in words() for length in range(1, len(word)))
    ]

    assert begins == []


def test_each_has_seven_words_of_the_list_and_none_comes_twice() -> None:
    made = [new() for _ in range(200)]

    assert len(set(made)) == 200
    for passphrase in made:
        parts = passphrase.split("-")
        assert len(parts) == 7
        assert words().issuperset(parts)


def test_every_word_can_come_at_every_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole list is drawn from: 2,048 to the power of 7 is 77 bits."""
    asked: list[int] = []

    def choice(of: tuple[str, ...]) -> str:
        asked.append(len(set(of)))
        return of[-1]

    monkeypatch.setattr(secrets, "choice", choice)

    assert new() == "-".join([ORDERED[-1]] * 7)
    assert asked == [2048] * 7


@pytest.mark.parametrize(
    "typed",
    [
        GIVEN,
        GIVEN.upper(),
        GIVEN.title(),
        f"  {GIVEN}\r\n",
        GIVEN.replace("-", " "),
        GIVEN.replace("-", " - "),
        GIVEN.replace("-", ""),
        GIVEN.replace("-", "–"),
        GIVEN.replace("-", ", "),
        GIVEN.replace("-", "_\u00a0"),
        " ".join(GIVEN),
    ],
)
def test_spaces_capitals_and_missing_hyphens_are_forgiven(typed: str) -> None:
    assert tidy(typed) == GIVEN


def test_every_new_one_is_understood_without_hyphens() -> None:
    for _ in range(200):
        passphrase = new()
        assert tidy(passphrase.replace("-", "").upper()) == passphrase


@pytest.mark.parametrize(
    "typed",
    ["", "Tr0ub4dor & 3", f"{GIVEN}-xyzzy", f"{GIVEN}-1", GIVEN[:-1], GIVEN[1:]],
)
def test_what_is_not_of_our_words_stays_as_it_was_typed(typed: str) -> None:
    assert tidy(f" {typed} ") == typed
