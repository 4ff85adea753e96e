"""How close to somebody's own words an excerpt may come."""

import pytest

from feedback.rules.wording import longest_shared_run, quotations


@pytest.mark.parametrize(
    ("first", "second", "run"),
    [
        ("", "Anything", 0),
        ("Nothing alike", "Some other words", 0),
        ("The plan stalled.", "They said: the plan STALLED again", 3),
        ("a b c x d e f g", "a b c y d e f g", 4),
    ],
)
def test_longest_run_counts_words_in_a_row(first: str, second: str, run: int) -> None:
    assert longest_shared_run(first, second) == run


def test_long_quotation_is_found_and_a_title_in_quotes_is_not() -> None:
    text = "She said “we never hear back from them” about “MASH”."

    assert [text[a:b] for a, b in quotations(text)] == [
        "“we never hear back from them”"
    ]
