"""What is hidden of a marked text, and that names which are everyday words mark nothing alone."""

import random
import re
from pathlib import Path

import pytest
from django.conf import settings

from peerreview.demo import content, screened
from reviews.screening.marks import HIDDEN, Mark
from reviews.screening.names import Roster
from reviews.screening.scan import find, masked
from reviews.screening.words import ORDINARY_NAMES

ROSTER = Roster(
    names=frozenset({"Margaret Okafor", "Ravi Sandhu", "Jo May"}),
    titles=frozenset({"director of children’s services"}),
    familiar=frozenset({"Ashmere", "Ashmere Council"}),
)


def shown(text: str) -> str:
    return masked(text, find(text, roster=ROSTER))


def marks_alone(text: str, marks: tuple[Mark, ...]) -> str:
    """The control: a mask that covers its marks and no more."""
    for mark in reversed(marks):
        text = text[: mark.start] + HIDDEN + text[mark.end :]
    return text


WIDENED = [
    # The specification's own two.
    ("the case of Chloe, 7, at Moss Lane", "the case of [hidden]"),
    ("Margaret Okafor at Sale clinic said so.", "[hidden] said so."),
    # A place with its neighbours in capitals.
    ("the case of Chloe, 7, at Moss Lane Primary School", "the case of [hidden]"),
    ("they met at Moss Park Junior School twice", "they met at [hidden] twice"),
    ("we went to Sale Moor health centre twice", "we went to [hidden] twice"),
    # An age, however it is put.
    ("we saw Chloe Brown, aged 7, and left", "we saw [hidden], and left"),
    ("7-year-old Chloe was seen", "[hidden] was seen"),
    ("a seven year old, Chloe, was seen", "a [hidden], was seen"),
    ("Chloe (7) was seen", "[hidden] was seen"),
    ("then Baby Quillfeather, 3 weeks old, left", "then [hidden], left"),
    ("a boy of 7 at Moss Lane was seen", "a [hidden] was seen"),
    # A post, before and after.
    ("Ravi Sandhu, the team manager at Sale clinic, left", "[hidden], left"),
    ("Okafor (team manager) said so", "[hidden] said so"),
    ("the head teacher, Mrs Quill, knew", "[hidden], knew"),
    ("our designated nurse Sandhu knew", "[hidden] knew"),
    ("the head of service Sandhu knew", "[hidden] knew"),
]


@pytest.mark.parametrize(("text", "wanted"), WIDENED)
def test_a_mask_covers_the_whole_and_what_names_it_too(text: str, wanted: str) -> None:
    assert shown(text) == wanted


def test_the_marks_alone_would_leave_ages_posts_and_halves_of_places() -> None:
    left = [
        marks_alone(text, find(text, roster=ROSTER)) != wanted
        for text, wanted in WIDENED
    ]

    assert sum(left) >= len(WIDENED) - 1


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # Another clause says of itself what it says.
        (
            "Chloe was seen. The social worker of 7 others was away.",
            "[hidden] was seen. The social worker of 7 others was away.",
        ),
        (
            "Chloe was seen, but the team manager has 24 cases",
            "[hidden] was seen, but the team manager has 24 cases",
        ),
        # Without a name beside it a post is nobody's, and an age no child's.
        (
            "A team manager said that a child of 7 was moved",
            "A team manager said that a child of 7 was moved",
        ),
        # Two people stay two.
        ("Chloe and Sandhu met", "[hidden] and [hidden] met"),
        # The council and the field's own names give nobody away.
        ("Sandhu spoke of Ofsted", "[hidden] spoke of Ofsted"),
        # Numbers are hidden as they stand.
        ("Ring 0161 496 0000 or Sandhu.", "Ring [hidden] or [hidden]."),
    ],
)
def test_a_mask_leaves_what_is_said_of_somebody_else(text: str, wanted: str) -> None:
    assert shown(text) == wanted


def test_nothing_that_was_marked_is_left_whatever_stands_beside_it() -> None:
    """Words put together by chance; the control finds them in the text as it was."""
    chance = random.Random(20130204)
    parts = [
        "Chloe",
        "Margaret Okafor",
        "Zebedee Quillfeather",
        "at Moss Lane",
        "(7)",
        ", aged 7,",
        "the nurse",
        "in",
        "said",
        "and",
        "Sale clinic",
        "3rd May",
        "Dr Quill",
        ". Then",
        "of",
        "the director of children’s services",
    ]
    met = 0
    for _ in range(500):
        text = " ".join(chance.choice(parts) for _ in range(9))
        marks = find(text, roster=ROSTER)
        met += len(marks)
        hidden = masked(text, marks)
        for name in ("Chloe", "Okafor", "Zebedee", "Quill", "Moss", "Lane"):
            assert name not in hidden, text
    assert met > 1000


# Names that are everyday words, initials, and words of the glossary


def ordinary_roster() -> Roster:
    """The demonstration's, and some hundred people whose names are everyday words or initials."""
    chance = random.Random(20130204)
    words = sorted(ORDINARY_NAMES)
    letters = "ABCDEFGHJKLMNPRST"
    names = {
        f"{chance.choice(words).title()} {chance.choice(words).title()}"
        for _ in range(300)
    }
    names |= {f"{chance.choice(letters)} {word.title()}" for word in words}
    names |= {f"{one} {other}" for one in letters for other in letters}
    known = screened.demonstration_roster()
    return Roster(known.names | names, known.titles, known.familiar)


def test_everyday_words_that_are_names_mark_few_texts_for_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """As ``tests/demo/test_demonstration.py``, where nobody is called by an everyday word."""
    roster = ordinary_roster()
    texts: list[content.NoteText | content.CommentText] = [
        *content.notes(),
        *content.comments(),
    ]

    falsely = [
        each.text
        for each in texts
        if not each.rightly_marked and find(each.text, roster=roster)
    ]

    share = 100 * len(falsely) / len(texts)
    with capsys.disabled():
        print(  # noqa: T201 - the figure is asked for
            f"\nWith names that are everyday words: {len(texts)} notes and comments; "
            f"{len(falsely)} marked for nothing ({share:.1f}%)."
        )
    # The control: were each of these words a mark, many more texts would be marked.
    capitals = re.compile(
        rf"\b(?:{'|'.join(word.title() for word in ORDINARY_NAMES)})\b"
    )
    careless = [each.text for each in texts if capitals.search(each.text)]
    assert len(careless) > len(texts) / 20
    assert len(roster.names) > 800
    assert share <= 5


@pytest.mark.parametrize("name", ["Will", "May", "Grant", "JB", "J.", "M"])
def test_an_everyday_word_or_an_initial_is_no_mark_alone_and_one_with_a_name_is(
    name: str,
) -> None:
    roster = Roster(names=frozenset({"Will Grant", "May Okafor", "J B", "M T"}))

    assert find(f"we asked {name} about it", roster=roster) == ()
    assert find("J B and M T were away", roster=roster) == ()
    assert find("we asked Will Grant and M Okafor", roster=roster) != ()


def glossary() -> list[str]:
    text = (Path(settings.BASE_DIR) / "docs/glossary.md").read_text()
    rows = re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)
    return [term for term in rows if term != "Word" and not term.startswith("-")]


@pytest.mark.parametrize("term", glossary())
def test_a_word_of_the_glossary_is_no_mark_though_somebody_is_called_so(
    term: str,
) -> None:
    last = term.split()[-1].title()
    roster = Roster(
        names=frozenset({f"Zedekiah {last}"}), titles=frozenset({term.lower()})
    )

    for form in (term, term.title(), term.capitalize()):
        assert find(f"We heard much of the {form} there.", roster=roster) == ()
    assert find(f"We met Zedekiah {last} there.", roster=roster) != ()
