"""What answering and releasing leave behind: no order, no length, and nothing on the invitation."""

import random
import re
from collections.abc import Sequence
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from questionnaires import reading
from questionnaires.domain import answering
from questionnaires.models import (
    AnswerBox,
    Comment,
    Invitation,
    Questionnaire,
    ReleasedAnswer,
)
from questionnaires.proof.capture import table
from reviews.models import AuditEvent, Review, SpeechCount, User
from tests.make_questionnaires import (
    answer,
    close_and_release,
    make_open,
    token_of,
)

PEOPLE = 40
# Of forty in any order one stands at its old place; twelve do less than once in a million games.
AT_THEIR_PLACE = 12


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    return make_open(review, by=manager)


def invited(questionnaire: Questionnaire) -> list[Invitation]:
    return list(questionnaire.invitations.select_related("questionnaire__review"))


def answer_one_by_one(questionnaire: Questionnaire) -> None:
    """Each tells by answers and by two comments how many came before."""
    respondent_form = reading.respondent_form_of(questionnaire)
    for number, invitation in enumerate(invited(questionnaire)[:PEOPLE]):
        digits = (number // 16, number // 4 % 4, number % 4)
        answers = {f"Q0{n}": str(1 + each) for n, each in enumerate(digits, 1)}
        answers |= {"FT1": f"First {number}", "FT4": f"Fourth {number}"}
        answering.submit_response(
            access_link=invitation,
            respondent_form=respondent_form,
            answers=answers,
            draft=None,
        )


def as_stored(model: type[models.Model]) -> list[models.Model]:
    """In the order in which the database has them."""
    rows = model._default_manager.in_bulk()
    return [
        rows[UUID(str(row["id"]))]
        for row in table(model._meta.db_table)
        if UUID(str(row["id"])) in rows
    ]


def orders() -> dict[str, list[int]]:
    """Who came when, as each kind of row would tell it: as it is stored, and by its key."""
    found: dict[str, list[int]] = {}
    for name, rows in (
        ("answers", as_stored(ReleasedAnswer)),
        ("answers by key", list(ReleasedAnswer.objects.order_by("pk"))),
    ):
        found[name] = [number_of(row.closed) for row in rows]  # type: ignore[attr-defined]
    for name, said in (
        ("comments", as_stored(Comment)),
        ("comments by key", list(Comment.objects.order_by("pk"))),
    ):
        for question in ("FT1", "FT4"):
            found[f"{name}, {question}"] = [
                int(row.text.split()[1])  # type: ignore[attr-defined]
                for row in said
                if row.question == question  # type: ignore[attr-defined]
            ]
    return found


def number_of(closed: dict[str, str]) -> int:
    return sum(
        (int(closed[code]) - 1) * weight
        for code, weight in (("Q01", 16), ("Q02", 4), ("Q03", 1))
    )


def alike(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def test_a_release_mixes_answers_and_each_questions_comments_apart(
    questionnaire: Questionnaire, manager: User
) -> None:
    answer_one_by_one(questionnaire)

    close_and_release(questionnaire, by=manager)

    told = {"the order of answering": list(range(PEOPLE)), **orders()}
    for name, each in told.items():
        assert sorted(each) == list(range(PEOPLE)), name
    names = list(told)
    found = {
        (one, other): alike(told[one], told[other])
        for number, one in enumerate(names)
        for other in names[number + 1 :]
    }
    assert {pair: n for pair, n in found.items() if n > AT_THEIR_PLACE} == {}


def test_control_unshuffled_the_same_look_finds_everybody(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Idle(random.SystemRandom):
        def shuffle(self, x: object) -> None:
            """As it was."""

    monkeypatch.setattr(random, "SystemRandom", Idle)
    answer_one_by_one(questionnaire)

    close_and_release(questionnaire, by=manager)

    told = orders()
    for name in ("answers", "comments, FT1", "comments, FT4"):
        assert told[name] == list(range(PEOPLE)), name


def test_boxes_of_short_and_long_answers_have_one_length_and_no_word(
    questionnaire: Questionnaire,
) -> None:
    few, many = invited(questionnaire)[:2]
    answer(few)
    answer(many, comment="canary " * 1_500)

    boxes = [bytes(each.box) for each in AnswerBox.objects.all()]

    assert len({len(box) for box in boxes}) == 1
    assert not [box for box in boxes if b"canary" in box or b"Q01" in box]


def test_an_answer_touches_neither_invitation_nor_trail(
    questionnaire: Questionnaire,
) -> None:
    def left() -> tuple[object, ...]:
        invitations = table("questionnaires_invitation")
        return invitations, AuditEvent.objects.count(), SpeechCount.objects.count()

    before = left()

    answer(invited(questionnaire)[0], comment="The door is open.")

    assert AnswerBox.objects.count() == 1
    assert left() == before


def test_pages_that_are_neither_saved_nor_sent_leave_no_row(
    questionnaire: Questionnaire,
) -> None:
    phone = Client()
    phone.post(f"/q/{token_of(invited(questionnaire)[0])}", {"go": "start"})

    def rows() -> dict[str, int]:
        return {
            model._meta.label: model._default_manager.count()
            for model in apps.get_models()
        }

    before = rows()
    for number in (1, 2, 3):
        page = phone.get(f"/q/questions/{number}").content.decode()
        state = re.search(r'name="state" value="([^"]*)"', page)
        assert state
        typed = {"state": state[1], "Q01": "5", "Q06": "4", "go": "next"}
        assert phone.post(f"/q/questions/{number}", typed).status_code == 200

    assert rows() == before
    # The control: a press on “Save” does leave one.
    phone.post("/q/questions/1", {**typed, "go": "save"})
    assert rows() == {**before, "questionnaires.DraftBox": 1}
