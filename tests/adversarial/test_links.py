"""T5 and T9: mail scanners spend nothing, and one person has one answer however often they send."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from questionnaires.domain import sending
from questionnaires.models import AnswerBox, Invitation, Questionnaire, SpentLink
from reviews.models import Review, User
from tests.adversarial import capture
from tests.make import make_review, make_user
from tests.make_questionnaires import make_open, run_jobs, token_of


def first_of(questionnaire: Questionnaire) -> Invitation:
    found = questionnaire.invitations.select_related("questionnaire__review").first()
    assert found
    return found


def state_of(body: str) -> str:
    return body.split('name="state" value="')[1].split('"')[0]


def ready_to_send(invitation: Invitation) -> tuple[Client, dict[str, str]]:
    """A browser on the check page, and what pressing Send posts."""
    browser = Client()
    browser.post(f"/q/{token_of(invitation)}", {"go": "start"})
    page = browser.get("/q/questions/1").content.decode()
    check = browser.post(
        "/q/questions/1", {"state": state_of(page), "Q01": "4", "changing": "1"}
    ).content.decode()
    return browser, {"state": state_of(check), "page": "check", "go": "send"}


def test_looking_fifty_times_changes_no_row_and_the_link_still_works(
    review: Review, manager: User
) -> None:
    invitation = first_of(make_open(review, by=manager))
    where = f"/q/{token_of(invitation)}"
    before = capture.dump()

    for _ in range(50):
        scanner = Client()
        for look in (scanner.get, scanner.head, scanner.options):
            look(where)
            look("/q/questions/1")
            look("/q/resume")
        scanner.post(where, {"go": "start"})  # even one that presses the button
        scanner.get("/q/questions/1")

    assert capture.dump() == before
    browser, posted = ready_to_send(invitation)
    receipt = browser.post("/q/questions/1", posted, follow=True)
    assert "Your answers have been sent" in receipt.content.decode()


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_twenty_sends_at_once_make_one_answer() -> None:
    manager = make_user(may_create_reviews=True)
    invitation = first_of(make_open(make_review(manager=manager), by=manager))
    browsers = [ready_to_send(invitation) for _ in range(20)]
    together = threading.Barrier(len(browsers))

    def send(pair: tuple[Client, dict[str, str]]) -> str:
        browser, posted = pair
        together.wait(30)
        try:
            answer = browser.post("/q/questions/1", posted)
            return answer.get("Location", "") or answer.content.decode()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(browsers)) as pool:
        seen = list(pool.map(send, browsers))

    assert sum(answer == "/q/sent" for answer in seen) == 1
    assert sum("This link has been used" in answer for answer in seen) == 19
    assert AnswerBox.objects.count() == SpentLink.objects.count() == 1


def test_a_new_link_of_the_same_person_sends_nothing_more(
    review: Review, manager: User
) -> None:
    invitation = first_of(make_open(review, by=manager))
    old = token_of(invitation)
    late, late_post = ready_to_send(invitation)
    browser, posted = ready_to_send(invitation)
    browser.post("/q/questions/1", posted)

    sending.reissue(
        questionnaire=invitation.questionnaire,
        email=invitation.email,
        by=manager,
        at=timezone.now(),
    )
    run_jobs()
    fresh = first_of(invitation.questionnaire)
    fresh.refresh_from_db()
    again = Client().post(f"/q/{token_of(fresh)}", {"go": "start"})
    with_old_cookie = late.post("/q/questions/1", late_post)

    assert "This link has been used" in again.content.decode()
    assert with_old_cookie.status_code == 404
    assert Client().get(f"/q/{old}").status_code == 404
    assert AnswerBox.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_check_before_writing_would_have_let_several_through() -> None:
    """The control: look first, then write, as a naive submit does."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive_answer (person integer)")
    together = threading.Barrier(5)

    def send(_: int) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM naive_answer WHERE person = 1")
                seen = cursor.fetchone()[0]
                together.wait(30)
                if not seen:
                    cursor.execute("INSERT INTO naive_answer VALUES (1)")
        finally:
            connections.close_all()

    try:
        with ThreadPoolExecutor(5) as pool:
            list(pool.map(send, range(5)))
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM naive_answer")
            assert cursor.fetchone()[0] > 1
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE naive_answer")
