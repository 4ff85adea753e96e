"""T51: every sentence that promises something stands in ``tests/promises.csv``, with what holds it.

A row has a sentence as the source has it (``promises.py`` says how tags stand in it), the files that
say it, and the tests that hold it; or, where it has a promising word and promises nothing, why in a
word or two. A new sentence fails here until somebody has written its row.
"""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.house.promises import (
    ROOT,
    of_catalogue,
    of_document,
    of_framework,
    of_python,
    of_template,
    promises,
    promising,
)

LIST = ROOT / "tests" / "promises.csv"
# Why a sentence with a promising word promises nothing.
REASONS = {
    "a heading",
    "a label",
    "a limit, not a promise",
    "a duty of people, not of the program",
    "a refusal to whoever presses",
    "about the code or its documents",
    "how the work goes",
    "how things stand",
    "tells the reader what to do",
    "the framework’s own subject",
    "what happened",
}


@dataclass(frozen=True)
class Row:
    """A line of the list. ``tests`` are file and name, below ``tests/``."""

    sentence: str
    where: tuple[str, ...]
    tests: tuple[str, ...]
    reason: str


def rows_of(text: str) -> list[Row]:
    lines = list(csv.reader(io.StringIO(text)))[1:]
    return [
        Row(
            sentence,
            tuple(where.split("; ")),
            tuple(filter(None, held.split("; "))),
            why,
        )
        for sentence, where, held, why in lines
    ]


@cache
def listed() -> list[Row]:
    return rows_of(LIST.read_text())


@cache
def found() -> dict[str, list[str]]:
    return promises()


def unlisted(said: dict[str, list[str]], rows: Iterable[Row]) -> list[str]:
    """Sentences without a row, as the line that has to be filled in."""
    known = {row.sentence for row in rows}
    return [
        f"{sentence} ({', '.join(where)})"
        for sentence, where in said.items()
        if sentence not in known
    ]


def stale(said: dict[str, list[str]], rows: Iterable[Row]) -> list[str]:
    """Rows that nothing says any more, or that other files say than is written."""
    return [
        row.sentence
        for row in rows
        if sorted(said.get(row.sentence, [])) != sorted(row.where)
    ]


# --- tests that are named ------------------------------------------------------------------------

_LEFT_OUT = ("skip", "skipif", "xfail", "importorskip")


def _is_left_out(decorators: Iterable[ast.expr]) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in _LEFT_OUT
        for each in decorators
        for node in ast.walk(each)
    )


def names_in(source: str) -> set[str]:
    """The names of what runs there: functions and classes of tests that nothing leaves out."""
    tree = ast.parse(source)
    marks = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)
    ]
    if _is_left_out(marks):
        return set()
    functions = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not _is_left_out(node.decorator_list)
        # One that does nothing but pass holds nothing.
        and any(not isinstance(line, ast.Pass | ast.Expr) for line in node.body)
        | any(
            isinstance(line, ast.Expr) and isinstance(line.value, ast.Call)
            for line in node.body
        )
    }
    classes = {
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and node.name.startswith("Test")
        and not _is_left_out(node.decorator_list)
    }
    return functions | classes


@cache
def _tests_of(file: str) -> frozenset[str]:
    path = ROOT / "tests" / file
    if not path.is_file() or not path.name.startswith("test_"):
        return frozenset()
    return frozenset(names_in(path.read_text()))


def not_there(rows: Iterable[Row]) -> list[str]:
    """Tests that a row names and that do not run."""
    named = {test for row in rows for test in row.tests}
    return sorted(
        test
        for test in named
        if test.partition("::")[2] not in _tests_of(test.partition("::")[0])
    )


# --- the list ------------------------------------------------------------------------------------


def test_every_promise_stands_in_the_list() -> None:
    assert unlisted(found(), listed()) == []
    # Something was read, of every kind.
    said = {where.partition("/")[0] for files in found().values() for where in files}
    assert {"templates", "reviews", "questionnaires", "scheduling", "docs"} <= said
    assert {"casemapping", "feedback", "peerreview", "locale", "README.md"} <= said
    assert len(found()) > 1000


def test_every_row_is_still_said_in_the_files_that_it_names() -> None:
    assert stale(found(), listed()) == []


def test_every_named_test_is_there_and_runs() -> None:
    assert not_there(listed()) == []


def test_every_row_has_a_test_or_a_reason_and_stands_once() -> None:
    sentences = [row.sentence for row in listed()]

    assert len(sentences) == len(set(sentences))
    for row in listed():
        assert bool(row.tests) != bool(row.reason), row.sentence
        assert not row.reason or row.reason in REASONS, row.reason
    assert {row.reason for row in listed()} == {"", *REASONS}


# Words that are a promise to whoever reads them, wherever they stand.
NEVER_WITHOUT_A_TEST = (
    *("nobody can see", "nobody can read", "nobody can tell", "nobody can connect"),
    *(
        "not even ",
        "destroyed unread",
        "the council never sees",
        "cannot be found, changed",
    ),
)


def test_the_gravest_words_are_never_called_no_promise() -> None:
    bare = [
        row.sentence
        for row in listed()
        if row.reason and any(word in row.sentence for word in NEVER_WITHOUT_A_TEST)
    ]

    assert bare == []


# --- controls ------------------------------------------------------------------------------------

PLANTED = (
    "Nobody can see this.",
    "Your name is never shown to the council.",
    "Only you see it.",
    "The council does not see anything of it.",
    "It is read by the team and by no one else.",
    "Your answers are anonymous.",
    "Everything is kept for a year.",
    "It is destroyed the same night.",
    "We delete it when the review is closed.",
    "Notes stay until the report is out.",
    "It cannot be traced to you.",
    "Not even the review manager knows.",
    "This is secret.",
    "It is private to you.",
    "Answers are sealed and shuffled.",
    "No name and no time is stored.",
    "Backups are encrypted.",
    "Two people have to agree.",
    "Nothing that you write leaves the team.",
    "It goes with the close.",
    "The sponsor can read it.",
    "Your manager sees that you answered.",
    "It can be opened once.",
    "Nothing is held that says who you are.",
    "No page says who answered.",
    "It is forgotten after the visit.",
    "What was overwritten is nowhere.",
    "The link alone opens nothing.",
    "Nobody works out who said what.",
    'Kept {% kept_for "addresses" %}',
)


@pytest.mark.parametrize("sentence", PLANTED)
def test_control_a_planted_promise_is_found(sentence: str) -> None:
    """Wherever it is planted."""
    page = f'{{% load ui %}}<p class="govuk-body">Hello.</p><p>\n{sentence}\n</p>'
    places = [
        [*of_template(page)],
        [*of_template(f"Dear reader,\n\n- One line.\n- {sentence}\n")],
    ]
    if "{%" not in sentence:
        quoted = sentence.replace('"', '\\"')
        places += [
            [*of_python(f'"""Only a docstring."""\nWORDS = "{quoted}"\n')],
            [*of_python(f'def say(n):\n    return f"It has {{n}}. {quoted}"\n')],
            [*of_framework(f'terms:\n  - {{title: "T", text: "{quoted}"}}\n')],
            [*of_catalogue(f'msgid ""\nmsgstr ""\n\nmsgid "{quoted}"\nmsgstr "x"\n')],
            [*of_document(f"# A page\n\nIt begins. {sentence}\n\n- x\n")],
            [*of_document(f"| What | Until |\n| --- | --- |\n| It | {sentence} |\n")],
        ]
    for said in places:
        heard = {each: ["planted"] for each in said if promising(each)}
        assert len(unlisted(heard, listed())) == 1, said


def test_control_a_word_alone_and_a_period_in_a_tag_are_promises() -> None:
    assert promising("Nobody.")
    assert promising("Until [kept_for review.words_kept]")
    assert promising("[say.day(review.words_until)]")
    assert not promising("[hidden.noun|capfirst]")


def test_control_what_promises_nothing_is_not_asked_about() -> None:
    said = of_template("<h1>Your plan</h1><p>Choose a day. Then press the button.</p>")

    assert [each for each in said if promising(each)] == []


def test_control_a_translated_and_a_divided_sentence_are_read_whole() -> None:
    page = (
        '<p>{% translate "Nobody reads it." %} {% if a %}It goes at{% else %}It stays until{% endif %} '
        "<b>the close</b>.</p><p {% if x %}hidden{% endif %}>{% inset %}{{ name }} alone{% endinset %}</p>"
    )

    assert list(of_template(page)) == [
        "Nobody reads it.",
        "It goes at | It stays until the close.",
        "[name] alone",
    ]


def test_control_a_row_that_nothing_says_any_more_is_found() -> None:
    row = Row("Nobody ever sees the moon.", ("templates/base.html",), (), "a label")
    [mine, *_] = listed()
    elsewhere = Row(mine.sentence, ("templates/base.html",), mine.tests, mine.reason)

    assert stale(found(), [row]) == [row.sentence]
    assert stale(found(), [elsewhere]) == [mine.sentence]


def test_control_a_test_that_is_not_there_is_found() -> None:
    here = "house/test_promises.py::test_every_promise_stands_in_the_list"
    rows = [
        Row("a", (), (here,), ""),
        Row("b", (), ("house/test_promises.py::test_of_the_moon",), ""),
        Row("c", (), ("house/test_moon.py::test_of_the_moon",), ""),
        Row("d", (), ("house/promises.py::promises",), ""),
    ]

    assert not_there(rows) == sorted(test for row in rows[1:] for test in row.tests)


def test_control_a_test_that_does_not_run_is_found() -> None:
    source = (
        "import pytest\n"
        "def test_runs():\n    assert 1\n"
        "@pytest.mark.parametrize('n', [1])\ndef test_of_several(n):\n    assert n\n"
        "@pytest.mark.skip\ndef test_skipped():\n    assert 1\n"
        "@pytest.mark.skipif(True, reason='x')\ndef test_mostly():\n    assert 1\n"
        "@pytest.mark.xfail(reason='x')\ndef test_expected():\n    assert 0\n"
        "def test_empty():\n    '''Nothing.'''\n"
        "class TestMachine:\n    pass\n"
        "def helper():\n    assert 1\n"
    )

    assert names_in(source) == {"test_runs", "test_of_several", "TestMachine"}
    assert names_in(f"import pytest\npytestmark = pytest.mark.skip\n{source}") == set()


def test_the_list_can_be_read_beside_the_sources() -> None:
    """Its lines stand in the order in which the sentences are said."""
    order = {sentence: number for number, sentence in enumerate(found())}
    numbers = [order[row.sentence] for row in listed() if row.sentence in order]

    assert numbers == sorted(numbers)
    assert Path(LIST).read_text().startswith("sentence,where,held by,or no promise\n")
