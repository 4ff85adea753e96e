"""The analyst peer says what to find out; what is agreed stands beside every note of its theme."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.domain import hypotheses as verbs
from reviews.models import Figure, Hypothesis, Review, Stage, User
from reviews.reading import hypotheses
from tests.make import move
from tests.make_documents import make_document
from tests.make_scheduling import make_session

SignIn = Callable[[User], Client]


def at(name: str, review: Review, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=[review.pk, *numbers])


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


@pytest.fixture
def under_way(review: Review) -> Review:
    return move(review, Stage.LEAD_IN)


IDEA: dict[str, Any] = {
    "theme": "T1",
    "kind": "hypothesis",
    "text": "Thresholds are read differently by each agency.",
    "basis": ["documents", "questionnaire"],
    "state": "proposed",
}


def make(review: Review, by: User, **changed: Any) -> Hypothesis:
    return verbs.write_hypothesis(
        review=review, by=by, at=timezone.now(), **{**IDEA, **changed}
    )


def test_the_analyst_writes_and_the_team_reads(
    under_way: Review,
    analyst: User,
    health_peer: User,
    sponsor: User,
    organiser: User,
    partner: User,
    sign_in: SignIn,
) -> None:
    sign_in(analyst).post(at("hypothesis-new", under_way), IDEA)

    page = words(sign_in(health_peer).get(at("hypotheses", under_way)))
    for outside in (sponsor, organiser, partner):
        answer = sign_in(outside).get(at("hypotheses", under_way))
        assert answer.status_code == 403, outside
    assert IDEA["text"] in page
    assert "Hypothesis. Proposed. Rests on: documents, questionnaire." in page
    assert "Change" not in page


def test_an_empty_form_says_what_is_missing(
    under_way: Review, analyst: User, sign_in: SignIn
) -> None:
    page = words(
        sign_in(analyst).post(at("hypothesis-new", under_way), {"theme": "T1"})
    )

    assert "Select at least one thing that it rests on" in page
    assert "Answer “What do you expect to find, or want to ask?”" in page


def test_it_is_agreed_in_the_team_call_and_changed_by_one_at_a_time(
    under_way: Review, analyst: User, leader: User, sign_in: SignIn
) -> None:
    idea = make(under_way, analyst)
    desk = sign_in(leader)
    agreed = {**IDEA, "state": "agreed", "version": "1"}

    desk.post(at("hypothesis", under_way, idea.pk), agreed)
    second = desk.post(
        at("hypothesis", under_way, idea.pk), {**agreed, "text": "Something else."}
    )

    idea.refresh_from_db()
    assert (idea.state, idea.text) == ("agreed", IDEA["text"])
    assert "What the other person saved" in words(second)
    assert "Something else." in words(second)


def test_a_number_of_a_child_is_refused_and_kept_nowhere(
    under_way: Review, analyst: User, sign_in: SignIn
) -> None:
    page = words(
        sign_in(analyst).post(
            at("hypothesis-new", under_way), {**IDEA, "text": "See 943 476 5919."}
        )
    )

    assert "This looks like an NHS number. Say it without." in page
    assert not Hypothesis.objects.exists()


def test_it_rests_sealed(under_way: Review, analyst: User) -> None:
    make(under_way, analyst)

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM reviews_hypothesis")
        stored = bytes(cursor.fetchone()[0])

    assert b"Thresholds" not in stored


def test_it_is_removed(
    under_way: Review, analyst: User, manager: User, sign_in: SignIn
) -> None:
    idea = make(under_way, analyst)

    sign_in(manager).post(at("hypothesis-remove", under_way, idea.pk))

    assert not Hypothesis.objects.exists()


def test_what_is_agreed_stands_beside_a_note_of_its_theme(
    review: Review, manager: User, analyst: User, sign_in: SignIn
) -> None:
    make(review, analyst, state="agreed")
    make(review, analyst, text="Only proposed so far.")
    make(review, analyst, text="Of another theme.", theme="T5", state="agreed")
    move(review, Stage.ON_SITE)
    session = make_session(review, by=manager, peers=[analyst, manager], themes=["T1"])

    assert hypotheses.prompts(review, "T1") == [IDEA["text"]]
    page = words(
        sign_in(analyst).get(
            reverse("scheduling:note-new", args=[review.pk, session.pk])
        )
    )

    assert "What we wanted to find out" in page
    assert str(IDEA["text"]) in page
    assert "Only proposed so far." not in page
    assert "Of another theme." not in page


def test_a_session_without_themes_shows_all(review: Review, analyst: User) -> None:
    make(review, analyst, state="agreed")
    make(review, analyst, text="Of another theme.", theme="T5", state="agreed")

    found = hypotheses.prompts_for(review, [])

    assert [each.theme.code for each in found] == ["T1", "T5"]


def test_the_session_page_shows_what_is_agreed_to_the_team_and_never_to_the_council(
    review: Review,
    manager: User,
    analyst: User,
    health_peer: User,
    organiser: User,
    sponsor: User,
    sign_in: SignIn,
) -> None:
    make(review, analyst, state="agreed")
    make(review, analyst, text="Only proposed so far.")
    make(review, analyst, text="Of another theme.", theme="T5", state="agreed")
    move(review, Stage.LEAD_IN)
    session = make_session(review, by=manager, themes=["T1"])
    address = reverse("scheduling:session", args=[review.pk, session.pk])

    for user in (manager, health_peer):
        page = words(sign_in(user).get(address))
        assert "What we want to find out" in page
        assert str(IDEA["text"]) in page
        assert "Only proposed so far." not in page
        assert "Of another theme." not in page
    for user in (organiser, sponsor):
        answer = sign_in(user).get(address)
        assert answer.status_code == 200
        assert "What we want to find out" not in words(answer)
        assert str(IDEA["text"]) not in words(answer)


def test_a_session_without_themes_shows_none_of_them(
    review: Review, manager: User, analyst: User, sign_in: SignIn
) -> None:
    make(review, analyst, state="agreed")
    move(review, Stage.LEAD_IN)
    session = make_session(review, by=manager, themes=[])

    page = sign_in(manager).get(
        reverse("scheduling:session", args=[review.pk, session.pk])
    )

    assert str(IDEA["text"]) not in words(page)


def test_each_theme_leads_to_what_its_ideas_can_rest_on(
    under_way: Review, manager: User, analyst: User, sign_in: SignIn
) -> None:
    make_document(under_way, by=manager, title="Thresholds", themes=("T1",))
    make_document(under_way, by=manager, title="Of no theme")
    for period in ("2011", "2012"):
        Figure.objects.create(
            review=under_way,
            number=1,
            theme="T1",
            name="Visits in time",
            unit="%",
            period=period,
            council=1,
        )

    found = {each.theme.code: each for each in hypotheses.sources_by_theme(under_way)}
    page = sign_in(analyst).get(at("hypotheses", under_way)).content.decode()

    assert (found["T1"].documents, found["T1"].measures) == (2, 1)
    assert (found["T2"].documents, found["T2"].measures) == (1, 0)
    assert f"{at('reading', under_way)}?theme=T1" in page
    assert f"{at('performance', under_way)}#theme-T1" in page
    assert "Questionnaire results" not in page
    move(under_way, Stage.PRE_SITE)
    page = sign_in(analyst).get(at("hypotheses", under_way)).content.decode()
    results = reverse("questionnaires:results-index", args=[under_way.pk])
    assert f"{results}#theme-T1" in page


def test_what_is_removed_is_named(
    under_way: Review, analyst: User, sign_in: SignIn
) -> None:
    idea = make(under_way, analyst, kind="line", state="agreed")
    desk = sign_in(analyst)

    page = words(desk.get(at("hypothesis-remove", under_way, idea.pk)))
    assert "Remove this first line of enquiry?" in page
    assert "Remove the first line of enquiry" in page
    assert "will no longer stand on the sessions of its theme" in page
    after = words(desk.post(at("hypothesis-remove", under_way, idea.pk), follow=True))
    assert "The first line of enquiry was removed." in after
