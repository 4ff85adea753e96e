"""A review of another framework, with other roles, themes, week and questions, from set-up to report."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import scheduling.domain
from questionnaires import reading
from questionnaires.domain import answering
from reviews import domain, packs
from reviews.models import AccessRole, Review, Stage, User
from tests.make import make_membership, move
from tests.make_feedback import build, make_agreed, put_at_ready
from tests.make_questionnaires import (
    Invitee,
    answers_of,
    close_and_release,
    make_open,
)
from tests.make_scheduling import make_notes

SECOND = "lscb-diagnostic-2015"
SignIn = Callable[[User], Client]
BOOK = [
    Invitee(agency, group, f"person{n}@{agency.lower()}.example", "")
    for agency, group in (("LA", "FL"), ("POL", "SUP"), ("SCH", "DSP"))
    for n in range(12)
]


@pytest.fixture
def diagnostic(manager: User) -> Review:
    review = domain.create_review(
        pack=packs.load(SECOND),
        council="Ashmere Council",
        day_zero=dt.date(2015, 7, 6),
        duty_contact="Duty team, 01632 960001, day and night",
        by=manager,
        at=timezone.now(),
    )
    for access in (AccessRole.TL, AccessRole.AP, AccessRole.P, AccessRole.CS):
        make_membership(review, access)
    return review


def test_a_review_of_another_framework_runs_from_set_up_to_the_report(
    diagnostic: Review, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    at = timezone.now()

    def page(name: str, *numbers: object) -> str:
        answer = desk.get(reverse(name, args=[diagnostic.pk, *numbers]))
        assert answer.status_code == 200, name
        return " ".join(answer.content.decode().split())

    assert "Diagnostic manager" in page("reviews:team")
    assert "Diagnostic agreed with the board" in page("reviews:plan")
    assert "Knowing how children fare" in page("reviews:framework")
    page("reviews:set-up")
    page("home:home")

    questionnaire = make_open(diagnostic, by=manager, rows=BOOK)
    for invitation in questionnaire.invitations.select_related("questionnaire__review"):
        answers = answers_of(questionnaire) | {"W1": "We meet.", "W2": "More time."}
        answering.submit_response(
            door=invitation,
            paper=reading.paper_of(questionnaire),
            answers=answers,
            draft=None,
        )
    page("questionnaires:overview", questionnaire.pk)
    close_and_release(questionnaire, by=manager)
    assert "The board knows how children here are faring." in page(
        "questionnaires:results", questionnaire.pk
    )

    diagnostic = move(diagnostic, Stage.PRE_SITE)
    scheduling.domain.seed_timetable(review=diagnostic, by=manager, at=at)
    assert "Board meeting" in page("scheduling:timetable")
    assert "Lunch" in page("scheduling:timetable")

    diagnostic = move(diagnostic, Stage.ON_SITE)
    session = diagnostic.sessions.get(code="D104")
    page("scheduling:note-new", session.pk)
    page("scheduling:my-day")
    peers = [make_membership(diagnostic, AccessRole.P).user for _ in range(2)]
    notes = make_notes(
        session,
        peers,
        [f"Staff say that thresholds are read alike, part {n}." for n in range(4)],
        themes=["B4"],
        line="4.1",
    )
    assert {note.kind for note in notes} == {"strength"}
    page("scheduling:notes")
    page("feedback:board")
    page("feedback:findings")
    make_agreed(diagnostic, by=manager, theme="B2", title="The board sees its figures")

    diagnostic = move(diagnostic, Stage.REPORTING)
    page("feedback:report")
    version = put_at_ready(build(diagnostic, by=manager))
    report = page("feedback:report-read", version.number)
    for words in (
        "Governance and leadership of the board",
        "The board sees its figures",
        "What the survey said",
        "This local safeguarding children board diagnostic took place",
        "The board will want to talk these findings over",
    ):
        assert words in report
