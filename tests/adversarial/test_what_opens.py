"""T37 of the close, class by class: a dump of before and every key that lives, as the document says."""

import re
from pathlib import Path

import pytest

from questionnaires.models import AnswerBox
from questionnaires.rules import drafts
from reviews.models import AccessRole, Review, User
from reviews.reading.records import every_record
from reviews.secrets import boxes, keystore
from scheduling.models import Note, NoteDraft, notebooks
from tests.adversarial.test_closing import make_all
from tests.adversarial.test_shred import Copy, copy, opens, sources_open
from tests.make import make_membership, make_review, make_user
from tests.make_closing import close
from tests.make_everything import Cast
from tests.make_questionnaires import answer_by, make_open

pytestmark = [pytest.mark.adversarial, pytest.mark.django_db(transaction=True)]

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "non-attribution.md"
HEADING = "What opens before and after"


def documented(text: str) -> dict[str, tuple[str, str]]:
    """Of each class of record whether it opens before the close, and whether it does afterwards."""
    part = text.split(f"## {HEADING}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| (\w+) \| (\w+) \|$", part, re.MULTILINE)
    return {title: (before, after) for title, before, after in rows}


class Dump:
    """All that is sealed of a review on one day."""

    def __init__(self, review: Review) -> None:
        self.fields: Copy = copy(review)
        self.drafts: Copy = [
            ("notebook", "body", notebooks._aad(each), bytes(each.body))
            for each in NoteDraft.objects.filter(review=review)
        ]
        self.sources = [bytes(note.source_box) for note in Note.objects.all()]
        self.boxes = [
            bytes(box) for box in AnswerBox.objects.values_list("box", flat=True)
        ]

    def opens(self) -> set[str]:
        """The titles of what opens with every key that lives."""
        labels = {
            field.rpartition(".")[0]
            for fields in opens(self.fields).values()
            for field in fields
        }
        found = {
            record.title
            for record in every_record()
            if record.of_a_review and any(rows.label in labels for rows in record.rows)
        }
        if opens(self.drafts):
            found.add("Drafts of notes")
        if sources_open(self.sources, keystore.names()):
            found.add("From a note to its session")
        if self._answers():
            found.add("Answers before the release")
        return found

    def _answers(self) -> bool:
        for name in keystore.names():
            for box in self.boxes:
                try:
                    if drafts.from_box(keystore.read(name), box):
                        return True
                except (keystore.KeyGone, boxes.CannotOpen, ValueError):
                    break
        return False


@pytest.fixture
def whole() -> Review:
    """One of everything, with answers that nobody has released."""
    manager: User = make_user("Morgan Vale")
    review = make_review(manager=manager)
    leader = make_membership(review, AccessRole.TL).user
    peer = make_membership(review, AccessRole.P, role="OP").user
    answer_by(make_open(review, by=manager), 6)
    make_all(Cast(review, manager, leader, peer))
    return review


def test_the_document_says_what_opens_before_and_after_the_close(whole: Review) -> None:
    dump = Dump(whole)
    before = dump.opens()

    close(whole)

    after = dump.opens()
    said = documented(DOCUMENT.read_text())
    assert {title for title, (then, _) in said.items() if then == "opens"} == before
    assert {title for title, (_, now) in said.items() if now == "opens"} == after
    assert {word for row in said.values() for word in row} == {"opens", "nothing"}
    # Something of each kind was there: the control of the search itself.
    assert len(before) > 15
    assert after < before


def test_control_a_row_that_says_too_little_is_seen() -> None:
    text = DOCUMENT.read_text()
    row = "| Notes from sessions | opens | nothing |"
    assert row in text
    other = text.replace(row, "| Notes from sessions | opens | opens |")
    assert documented(other) != documented(text)
