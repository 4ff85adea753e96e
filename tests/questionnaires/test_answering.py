"""Somebody answers by their link: on a phone, in their own time, once, and without trace."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from questionnaires import reading
from questionnaires.domain import answering, inviting, releasing, sending
from questionnaires.models import (
    AnswerBox,
    Comment,
    DraftBox,
    Invitation,
    Question,
    Questionnaire,
    ReleasedAnswer,
)
from questionnaires.no_trace import LINK_COOKIE
from questionnaires.rules import drafts
from reviews.models import Review, User
from reviews.pages import say
from reviews.secrets import boxes, keystore
from tests.make_questionnaires import (
    again,
    answer_by,
    close_and_release,
    make_open,
    run_jobs,
    send_all,
    token_of,
)


def chosen(page: str) -> list[str]:
    """The options that the page shows as chosen."""
    return re.findall(r'<input\b[^>]*\bid="([^"]+)"[^>]*\schecked\b', page)


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    return make_open(review, by=manager)


@pytest.fixture
def invitation(questionnaire: Questionnaire) -> Invitation:
    found = questionnaire.invitations.select_related("questionnaire__review").first()
    assert found
    return found


@pytest.fixture
def phone() -> Client:
    """A browser that follows the rules of the questionnaire's forms, scripts off."""
    return Client(enforce_csrf_checks=False)


def start(phone: Client, invitation: Invitation) -> str:
    where = f"/q/{token_of(invitation)}"
    response = phone.post(where, {"go": "start"})
    assert response.status_code == 302
    assert response["Location"] == "/q/questions/1"
    return where


def state_of(response: object) -> str:
    found = re.search(r'name="state" value="([^"]+)"', response.content.decode())  # type: ignore[attr-defined]
    assert found
    return found[1]


def page_number(response: object) -> int:
    found = re.search(r"Page (\d+) of", response.content.decode())  # type: ignore[attr-defined]
    assert found
    return int(found[1])


def walk(phone: Client, questionnaire: Questionnaire, words: str = "") -> object:
    """Answer every page and stop at the check page."""
    response = phone.get("/q/questions/1")
    codes = list(questionnaire.questions.values_list("code", "kind"))
    while "Check your answers" not in response.content.decode():
        body = response.content.decode()
        posted = {"state": state_of(response), "go": "next"}
        for code, kind in codes:
            if f'name="{code}"' in body:
                posted[code] = "4" if kind == Question.Kind.STATEMENT else words
        response = phone.post(f"/q/questions/{page_number(response)}", posted)
        assert response.status_code == 200
    return response


def test_the_whole_way_from_link_to_receipt(
    phone: Client, questionnaire: Questionnaire, invitation: Invitation
) -> None:
    where = start(phone, invitation)
    check = walk(phone, questionnaire, "We talk to each other.")
    body = check.content.decode()  # type: ignore[attr-defined]
    last = int(re.search(r'action="/q/questions/(\d+)"', body)[1])  # type: ignore[index]

    sent = phone.post(
        f"/q/questions/{last}",
        {"state": state_of(check), "page": "check", "go": "send"},
        follow=True,
    )

    assert "Nothing has been sent yet" in body
    assert "We talk to each other." in body
    assert "Your answers have been sent" in sent.content.decode()
    assert AnswerBox.objects.count() == 1
    private = keystore.read(questionnaire.key("box"))
    payload = drafts.from_box(private, bytes(AnswerBox.objects.get().box))
    assert payload["leaf"] == invitation.leaf
    assert payload["comments"]["FT1"] == "We talk to each other."
    assert len(payload["closed"]) == 36
    assert set(payload) == {"leaf", "closed", "comments"}
    assert "This link has been used" in phone.post(where).content.decode()


def test_looking_at_the_link_changes_nothing(
    phone: Client, invitation: Invitation
) -> None:
    where = f"/q/{token_of(invitation)}"

    first = phone.get(where)

    assert first.status_code == 200
    assert "Start" in first.content.decode()
    assert LINK_COOKIE not in phone.cookies
    assert "Nothing the council receives" in first.content.decode()


def test_a_changed_duty_number_and_closing_day_show_at_once(
    phone: Client, invitation: Invitation, questionnaire: Questionnaire, manager: User
) -> None:
    where = f"/q/{token_of(invitation)}"
    assert "01632 960001" in phone.get(where).content.decode()

    Review.objects.filter(pk=questionnaire.review_id).update(
        duty_contact="Night desk, 01632 960777"
    )
    assert "01632 960777" in phone.get(where).content.decode()

    assert questionnaire.closes_on
    later = questionnaire.closes_on + dt.timedelta(days=3)
    inviting.move_closing_date(
        questionnaire=questionnaire,
        closes_on=later,
        by=manager,
        at=timezone.now(),
        today=timezone.localdate(),
    )
    body = phone.get(where).content.decode()
    assert say.day(later) in body
    assert "was kept open for longer" in body


def test_what_is_drawn_for_everybody_holds_nobodys_answer(
    phone: Client, invitation: Invitation, questionnaire: Questionnaire
) -> None:
    """Statements are drawn once a process; an answer or a fault belongs to one person's page."""
    start(phone, invitation)
    first = phone.get("/q/questions/1")
    code = questionnaire.questions.filter(kind=Question.Kind.STATEMENT)[0].code
    answered = phone.post(
        "/q/questions/1", {"state": state_of(first), code: "2", "go": "clear:none"}
    )
    assert chosen(answered.content.decode()) == [f"{code}-2"]

    assert chosen(Client().get("/q/questions/1").content.decode()) == []
    assert chosen(phone.get("/q/questions/1").content.decode()) == []


def test_link_may_be_typed_with_capitals_dashes_and_look_alikes(
    phone: Client, invitation: Invitation
) -> None:
    token = token_of(invitation).upper()
    typed = "-".join([token[:6], token[6:]]).replace("0", "O").replace("1", "I")

    assert phone.get(f"/q/{typed}").status_code == 200


def test_link_leaves_the_address_bar_after_the_first_page(
    phone: Client, invitation: Invitation
) -> None:
    start(phone, invitation)

    cookie = phone.cookies[LINK_COOKIE]

    assert cookie["path"] == "/q/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["max-age"] == ""
    assert "sessionid" not in phone.cookies


def test_leaving_forgets_the_link_and_goes_elsewhere(
    phone: Client, invitation: Invitation
) -> None:
    start(phone, invitation)
    page = phone.get("/q/questions/1").content.decode()

    left = phone.get("/q/leave")

    assert "Leave this page" in page
    assert left["Location"] == settings.LEAVE_TO
    assert left["Clear-Site-Data"] == '"cache"'
    assert phone.cookies[LINK_COOKIE].value == ""


def test_unknown_and_closed_links_get_one_page(
    phone: Client, questionnaire: Questionnaire, invitation: Invitation, manager: User
) -> None:
    where = f"/q/{token_of(invitation)}"
    unknown = phone.get("/q/0123456789abcdefghjkmnpqrs")

    releasing.close(questionnaire=questionnaire, by=manager, at=timezone.now())
    closed = phone.get(where)

    assert unknown.status_code == closed.status_code == 404
    assert unknown.content == closed.content


def test_going_back_keeps_the_answers_of_the_page(
    phone: Client, invitation: Invitation
) -> None:
    start(phone, invitation)
    first = phone.get("/q/questions/1")
    second = phone.post(
        "/q/questions/1", {"state": state_of(first), "Q01": "5", "go": "next"}
    )

    back = phone.post(
        "/q/questions/2", {"state": state_of(second), "Q06": "1", "go": "back"}
    )
    forth = phone.post(
        "/q/questions/1", {"state": state_of(back), "Q01": "5", "go": "next"}
    )

    assert chosen(back.content.decode()) == ["Q01-5"]
    assert chosen(forth.content.decode()) == ["Q06-1"]


def test_changing_an_answer_leads_straight_back_to_the_check_page(
    phone: Client, questionnaire: Questionnaire, invitation: Invitation
) -> None:
    start(phone, invitation)
    check = walk(phone, questionnaire)

    page = phone.post(
        "/q/questions/9", {"state": state_of(check), "page": "check", "go": "change:1"}
    )
    after = phone.post(
        "/q/questions/1",
        {"state": state_of(page), "changing": "1", "Q01": "1", "go": "next"},
    )

    assert page_number(page) == 1
    assert "Check your answers" in after.content.decode()
    assert "Strongly disagree" in after.content.decode()


def test_saved_answers_open_with_link_and_code_on_another_device(
    phone: Client, invitation: Invitation
) -> None:
    start(phone, invitation)
    first = phone.get("/q/questions/1")
    saved = phone.post(
        "/q/questions/1", {"state": state_of(first), "Q01": "5", "go": "save"}
    )
    code = re.search(r"respond-code\">([^<]+)<", saved.content.decode())[1]  # type: ignore[index]
    laptop = Client()
    laptop.post(f"/q/{token_of(invitation)}", {"go": "resume"})

    wrong = laptop.post("/q/resume", {"code": "0000-0000-0000"})
    right = laptop.post("/q/resume", {"code": f" {code.upper()} "}, follow=True)

    assert "This code opens no saved answers" in wrong.content.decode()
    assert chosen(right.content.decode()) == ["Q01-5"]
    assert saved["Cache-Control"] == "no-store"


def test_link_alone_opens_no_draft(phone: Client, invitation: Invitation) -> None:
    start(phone, invitation)
    first = phone.get("/q/questions/1")
    kept = phone.post(
        "/q/questions/1", {"state": state_of(first), "Q01": "5", "go": "save"}
    )
    code = re.search(r"respond-code\">([^<]+)<", kept.content.decode())[1]  # type: ignore[index]
    employer = Client()
    employer.post(f"/q/{token_of(invitation)}", {"go": "start"})

    def seen() -> str:
        return employer.get("/q/questions/1").content.decode()

    assert "checked" not in seen()
    for guess in ("0000-0000-0000", token_of(invitation), "", code[:-1]):
        employer.post("/q/resume", {"code": guess})
        assert "checked" not in seen(), guess
    # The control: with the code there is something to see.
    employer.post("/q/resume", {"code": code})
    assert "checked" in seen()


@pytest.mark.parametrize("required", [False, True])
def test_a_page_says_what_may_be_left_out_only_where_all_of_it_may(
    phone: Client,
    questionnaire: Questionnaire,
    invitation: Invitation,
    required: bool,
) -> None:
    questionnaire.questions.filter(code="Q01").update(required=required)
    introduction = phone.get(f"/q/{token_of(invitation)}").content.decode()
    start(phone, invitation)

    page = phone.get("/q/questions/1")
    after = phone.post("/q/questions/1", {"state": state_of(page), "go": "next"})

    assert "any question, unless the page then asks for an answer" in introduction
    assert ("You can leave out any statement" in page.content.decode()) is not required
    assert ("There is a problem" in after.content.decode()) is required


def test_sending_deletes_the_saved_draft(
    phone: Client, questionnaire: Questionnaire, invitation: Invitation
) -> None:
    start(phone, invitation)
    first = phone.get("/q/questions/1")
    phone.post("/q/questions/1", {"state": state_of(first), "Q01": "5", "go": "save"})
    assert DraftBox.objects.count() == 1
    check = walk(phone, questionnaire)

    phone.post(
        "/q/questions/9", {"state": state_of(check), "page": "check", "go": "send"}
    )

    assert DraftBox.objects.count() == 0


def test_own_words_that_are_too_long_are_kept_and_refused(
    phone: Client, questionnaire: Questionnaire, invitation: Invitation
) -> None:
    start(phone, invitation)
    page = phone.get("/q/questions/1")
    while "FT1" not in page.content.decode():
        page = phone.post(
            f"/q/questions/{page_number(page)}", {"state": state_of(page), "go": "next"}
        )
    long = "é" * 6_001

    after = phone.post(
        f"/q/questions/{page_number(page)}",
        {"state": state_of(page), "FT1": long, "go": "next"},
    )

    assert "There is a problem" in after.content.decode()
    assert long in after.content.decode()
    assert AnswerBox.objects.count() == 0


def test_a_box_with_nothing_but_spaces_is_no_comment(
    questionnaire: Questionnaire,
) -> None:
    respondent_form = reading.respondent_form_of(questionnaire)

    payload = answering.payload_of(
        respondent_form, "x", {"Q01": "4", "FT1": " \n ", "FT2": " More time. "}
    )

    assert payload["closed"] == {"Q01": "4"}
    assert payload["comments"] == {"FT2": "More time."}


def test_nothing_said_is_not_sent(
    phone: Client, questionnaire: Questionnaire, invitation: Invitation
) -> None:
    with pytest.raises(answering.NothingSaid):
        answering.submit_response(
            access_link=invitation,
            respondent_form=reading.respondent_form_of(questionnaire),
            answers={},
            draft=None,
        )


def test_of_two_who_send_at_once_with_one_link_the_first_is_counted(
    questionnaire: Questionnaire, invitation: Invitation
) -> None:
    """Both pages were opened while the link was unused."""
    respondent_form = reading.respondent_form_of(questionnaire)

    answering.submit_response(
        access_link=invitation,
        respondent_form=respondent_form,
        answers={"Q01": "4"},
        draft=None,
    )
    with pytest.raises(answering.AlreadyAnswered):
        answering.submit_response(
            access_link=invitation,
            respondent_form=respondent_form,
            answers={"Q01": "1"},
            draft=None,
        )

    assert AnswerBox.objects.count() == 1


def test_state_of_somebody_else_or_cut_starts_again_and_sends_nothing(
    phone: Client, invitation: Invitation
) -> None:
    start(phone, invitation)

    response = phone.post(
        "/q/questions/9", {"state": "cut", "page": "check", "go": "send"}
    )

    assert page_number(response) == 1
    assert AnswerBox.objects.count() == 0


def test_pages_without_a_link_lead_to_the_page_that_explains(
    db: None, phone: Client
) -> None:
    for where in ("/q/questions/1", "/q/resume", "/q/sent", "/q/anything"):
        response = phone.get(where)
        assert response.status_code == 404
        assert "This link does not open a questionnaire" in response.content.decode()


def test_nothing_of_a_machine_reaches_the_pages(
    phone: Client, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []
    find = answering.find

    def spy(token: str) -> Any:
        frame_request = current["request"]
        seen.append({k: str(v) for k, v in frame_request.META.items()})
        return find(token)

    current: dict[str, Any] = {}
    from questionnaires import public_views

    real = public_views._visit

    def visit(request: object) -> object:
        current["request"] = request
        return real(request)  # type: ignore[arg-type]

    start(phone, invitation)
    monkeypatch.setattr(public_views, "_visit", visit)
    monkeypatch.setattr(answering, "find", spy)

    phone.get(
        "/q/questions/1",
        REMOTE_ADDR="192.0.2.77",
        HTTP_USER_AGENT="Canary Browser",
        HTTP_X_FORWARDED_FOR="192.0.2.78",
        HTTP_REFERER="https://intranet.example/",
    )

    assert seen
    everything = " ".join(seen[0].values())
    for canary in ("192.0.2.77", "Canary Browser", "192.0.2.78", "intranet.example"):
        assert canary not in everything


def test_a_fault_shows_our_own_page_and_logs_a_code(
    phone: Client,
    invitation: Invitation,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:

    def broken(*args: object, **kwargs: object) -> None:
        raise ValueError("canary-heron")

    start(phone, invitation)
    monkeypatch.setattr(reading, "shown", broken)

    response = phone.post("/q/questions/1", {"FT1": "canary-ibis"})

    assert response.status_code == 500
    assert "may not have been sent or saved" in response.content.decode()
    assert "canary" not in caplog.text
    assert [getattr(record, "code", "") for record in caplog.records] == ["ValueError"]


def test_guessing_is_slowed_down(
    phone: Client, invitation: Invitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from questionnaires import no_trace

    monkeypatch.setattr(no_trace, "attempts", no_trace._Attempts())
    for _ in range(no_trace._Attempts.MOST):
        phone.get("/q/0123456789abcdefghjkmnpqrs", REMOTE_ADDR="192.0.2.9")

    slowed = phone.get(f"/q/{token_of(invitation)}", REMOTE_ADDR="192.0.2.200")
    elsewhere = phone.get(f"/q/{token_of(invitation)}", REMOTE_ADDR="198.51.100.1")

    assert slowed.status_code == 429
    assert elsewhere.status_code == 200


def test_a_reminder_carries_the_same_link_and_stores_nothing_new(
    questionnaire: Questionnaire,
    manager: User,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:
    first = send_all(questionnaire, by=manager)
    hashes = set(questionnaire.invitations.values_list("link_hash", flat=True))
    mail.outbox.clear()
    Questionnaire.objects.filter(pk=questionnaire.pk).update(last_sent_on="2020-01-01")
    from questionnaires.domain import sending
    from tests.make_questionnaires import mailed_links, run_jobs

    sending.queue_reminders(
        questionnaire=again(questionnaire),
        by=manager,
        at=timezone.now(),
        today=questionnaire.opened_on,  # type: ignore[arg-type]
    )
    run_jobs()

    assert len(first) == 60
    assert mailed_links() == first
    assert set(questionnaire.invitations.values_list("link_hash", flat=True)) == hashes
    assert "A reminder" in mail.outbox[0].subject


def test_answer_that_would_not_fit_into_its_box_is_refused(
    questionnaire: Questionnaire,
) -> None:
    """Within the limit of bytes, but the marks of its form would make this box the longest."""
    respondent_form = reading.respondent_form_of(questionnaire)
    public = keystore.read(questionnaire.key("box-public"))
    fitting = answering.payload_of(
        respondent_form, "POL/front-line", {"FT1": "x" * drafts.MOST_WORDS}
    )
    short = answering.payload_of(respondent_form, "POL/front-line", {"FT1": "x"})

    lengths = {len(drafts.to_box(public, each)) for each in (fitting, short)}
    assert len(lengths) == 1
    with pytest.raises(answering.TooManyWords):
        answering.payload_of(
            respondent_form, "POL/front-line", {"FT1": '"' * drafts.MOST_WORDS}
        )


def test_answer_sealed_by_the_old_code_is_released(
    questionnaire: Questionnaire, manager: User
) -> None:
    """A row of a database from before libsodium, among those of today."""
    folder = Path(__file__).parent / "files"
    private = bytes(range(1, 33))
    for part, half in (("box", private), ("box-public", boxes.public_half(private))):
        keystore.destroy(questionnaire.key(part))
        keystore.create(questionnaire.key(part), value=half, worker_only=part == "box")
    answer_by(questionnaire, 11)
    [*_, old] = AnswerBox.objects.all()
    length = len(old.box)
    old.box = (folder / "answer-before-libsodium.box").read_bytes()
    old.save()
    assert len(old.box) == length

    close_and_release(questionnaire, by=manager)

    assert [each.text for each in Comment.objects.all()] == ["Sealed before libsodium."]
    assert ReleasedAnswer.objects.count() == 11


def test_this_browser_opens_saved_answers_without_the_code_until_it_leaves(
    phone: Client, invitation: Invitation
) -> None:
    start(phone, invitation)
    first = phone.get("/q/questions/1")
    saved = phone.post(
        "/q/questions/1", {"state": state_of(first), "Q01": "5", "go": "save"}
    ).content.decode()

    start(phone, invitation)
    still = chosen(phone.get("/q/questions/1").content.decode())
    phone.get("/q/leave")
    start(phone, invitation)

    assert "This browser may open them without the code" in saved
    assert still == ["Q01-5"]
    assert chosen(phone.get("/q/questions/1").content.decode()) == []


def test_after_a_new_link_the_old_code_opens_nothing(
    phone: Client, questionnaire: Questionnaire, invitation: Invitation, manager: User
) -> None:
    start(phone, invitation)
    first = phone.get("/q/questions/1")
    saved = phone.post(
        "/q/questions/1", {"state": state_of(first), "Q01": "5", "go": "save"}
    ).content.decode()
    code = re.search(r'respond-code">([^<]+)<', saved)
    assert code is not None
    sending.reissue(
        questionnaire=questionnaire,
        email=str(invitation.email),
        by=manager,
        at=timezone.now(),
    )
    run_jobs()
    invitation.refresh_from_db()

    start(phone, invitation)
    shown = phone.post("/q/resume", {"code": code[1]}).content.decode()

    assert "This code opens no saved answers" in shown
