"""What is written on a case, and the map that it makes."""

import datetime as dt
import re
from typing import Any

import pytest

from casemapping.models import CaseMap
from casemapping.rules import steps
from reviews.models import Agency, User
from tests.casemapping.pages import SignIn, url, words
from tests.make_casemapping import (
    make_decision,
    make_event,
    make_learning,
)

NHS = "943 476 5919"


def post_event(agency: Agency, **changes: str) -> dict[str, str]:
    return {
        "month": "about 7",
        "season": "",
        "agency": str(agency.pk),
        "type": "visit",
        "text": "The nurse saw the child at home.",
        **changes,
    }


def test_adding_an_event_comes_back_to_its_step(
    case: CaseMap, officer_peer: User, sign_in: SignIn
) -> None:
    agency = case.review.agencies.all()[0]

    response = sign_in(officer_peer).post(
        url("record-add", case.review_id, case.pk, "event"), post_event(agency)
    )

    event = case.events.get()
    assert (event.month, event.certainty) == (7, "about")
    back = response.headers["Location"]
    assert back == f"{url('case', case.review_id, case.pk)}?step=events#step"
    assert event.text in words(sign_in(officer_peer).get(back))


FILLED: dict[str, dict[str, Any]] = {
    "involvement": {
        "role_group": "Health visitor",
        "start": "0",
        "end": "",
        "lead_professional": "on",
    },
    "event": {"month": "7", "type": "visit", "text": "The child was at home."},
    "decision": {
        "month": "unknown",
        "question": "Could the plan end?",
        "decision": "It ended.",
        "view_sought": "unclear",
        "effect": "none",
    },
    "voice": {
        "month": "3",
        "source": "observation",
        "text": "The child hid.",
        "acted_on": "no",
    },
    "factor": {"direction": "helped", "kind": "team", "text": "One worker stayed."},
    "learning": {
        "kind": "learning",
        "theme": "T1",
        "direction": "strength",
        "text": "Workers watch before they ask.",
    },
}


@pytest.mark.parametrize("kind", FILLED)
def test_every_kind_is_added_changed_and_removed(
    case: CaseMap, officer_peer: User, sign_in: SignIn, kind: str
) -> None:
    browser = sign_in(officer_peer)
    data = dict(FILLED[kind])
    if kind in ("involvement", "event"):
        data["agency"] = case.review.agencies.all()[0].pk
    add = url("record-add", case.review_id, case.pk, kind)
    assert browser.post(add, data).status_code == 302
    row = steps.KINDS[kind].objects.get(case=case)
    one = url("record", case.review_id, case.pk, kind, row.pk)

    shown = browser.get(one)
    text = "role_group" if kind == "involvement" else "text"
    if kind == "decision":
        text = "decision"
    changed = browser.post(one, data | {text: "Said otherwise.", "version": "1"})
    row = steps.KINDS[kind].objects.select_related("case").get(pk=row.pk)
    removed = browser.post(url("record-remove", case.review_id, case.pk, kind, row.pk))

    assert shown.status_code == 200
    assert changed.status_code == 302, words(changed)
    assert getattr(row, text) == "Said otherwise."
    assert removed.status_code == 302
    assert not steps.KINDS[kind].objects.exists()


def test_a_refused_text_comes_back_marked_in_its_own_box(
    case: CaseMap, officer_peer: User, sign_in: SignIn
) -> None:
    browser = sign_in(officer_peer)
    add = url("record-add", case.review_id, case.pk, "event")
    agency = case.review.agencies.all()[0]

    response = browser.post(add, post_event(agency, text=f"Seen, {NHS}, twice."))

    page = words(response)
    assert response.status_code == 200
    assert f"Seen, [[{NHS}]], twice.</textarea>" in page
    assert page.count(NHS) == 1
    assert "This looks like an NHS number." in page
    assert "Confirm the marked places" not in page
    assert NHS not in words(browser.get(add))


def test_two_sentences_about_one_text_stand_on_lines_of_their_own(
    case: CaseMap, officer_peer: User, sign_in: SignIn
) -> None:
    browser = sign_in(officer_peer)
    add = url("record-add", case.review_id, case.pk, "event")
    agency = case.review.agencies.all()[0]
    both = "Seen by Mrs Pemberton, born 12/03/2008."

    [box] = re.findall(
        r'(?s)<p id="[^"]*text_error".*?</p>',
        words(browser.post(add, post_event(agency, text=both))),
    )

    name, born = box.split("<br>")
    assert "This looks like a person’s name." in name
    assert "This looks like a date of birth." in born


def test_learning_left_empty_is_asked_for_in_whole_sentences(
    case: CaseMap, officer_peer: User, sign_in: SignIn
) -> None:
    browser = sign_in(officer_peer)
    add = url("record-add", case.review_id, case.pk, "learning")

    page = words(browser.post(add, {"kind": "learning"}))

    assert "Select whether it is a strength or an area for further" in page
    assert "Enter what was learned, in words that could be said in public" in page


def test_months_of_involvement_that_are_missing_or_reversed_are_said_in_sentences(
    case: CaseMap, officer_peer: User, sign_in: SignIn
) -> None:
    browser = sign_in(officer_peer)
    add = url("record-add", case.review_id, case.pk, "involvement")
    agency = str(case.review.agencies.all()[0].pk)
    typed = {"agency": agency, "role_group": "Health visitor"}

    missing = words(browser.post(add, {**typed, "start": "", "end": ""}))
    reversed_ = words(browser.post(add, {**typed, "start": "6", "end": "2"}))

    assert "Enter the month from which they were involved" in missing
    assert "The last month must not be before the month they began in" in reversed_


def test_a_warning_is_confirmed_by_name_and_then_stored(
    case: CaseMap, officer_peer: User, sign_in: SignIn
) -> None:
    browser = sign_in(officer_peer)
    add = url("record-add", case.review_id, case.pk, "event")
    data = post_event(case.review.agencies.all()[0], text="It began in September.")

    page = words(browser.post(add, data))
    value = page.split('name="confirmed"')[1].split('value="')[1].split('"')[0]
    data |= {"text": "It began in [[September]].", "confirmed": value}
    response = browser.post(add, data)

    assert "I have read the marked places" in page
    assert response.status_code == 302
    assert case.events.get().text == "It began in September."


def test_a_confirmation_is_asked_for_anew_when_the_words_change(
    case: CaseMap, officer_peer: User, sign_in: SignIn
) -> None:
    browser = sign_in(officer_peer)
    add = url("record-add", case.review_id, case.pk, "event")
    data = post_event(case.review.agencies.all()[0], text="It began in September.")
    page = words(browser.post(add, data))
    value = page.split('name="confirmed"')[1].split('value="')[1].split('"')[0]

    response = browser.post(
        add, data | {"text": "It began in October.", "confirmed": value}
    )

    assert response.status_code == 200
    assert not case.events.exists()
    assert value not in words(response)
    assert " checked" not in words(response)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("March", "must be a number such as 7"),
        ("2012", "must be a number such as 7"),
        ("999", "must be between"),
        ("-5", "must be between 0 and 240"),
        ("", "Enter the month"),
    ],
)
def test_a_month_is_relative(
    case: CaseMap, officer_peer: User, sign_in: SignIn, typed: str, said: str
) -> None:
    agency = case.review.agencies.all()[0]

    response = sign_in(officer_peer).post(
        url("record-add", case.review_id, case.pk, "event"),
        post_event(agency, month=typed),
    )

    assert said in words(response)
    assert not case.events.exists()


@pytest.mark.parametrize(
    ("typed", "month", "certainty"),
    [
        (" M7 ", 7, "exact"),
        ("month 12", 12, "exact"),
        ("about 3", 3, "about"),
        ("~3", 3, "about"),
        ("Unknown", None, "unknown"),
        ("not known", None, "unknown"),
    ],
)
def test_a_month_may_be_written_in_many_ways(
    case: CaseMap,
    officer_peer: User,
    sign_in: SignIn,
    typed: str,
    month: int | None,
    certainty: str,
) -> None:
    agency = case.review.agencies.all()[0]

    sign_in(officer_peer).post(
        url("record-add", case.review_id, case.pk, "event"),
        post_event(agency, month=typed),
    )

    event = case.events.get()
    assert (event.month, event.certainty) == (month, certainty)


def test_two_people_changing_one_event_lose_no_words(
    case: CaseMap, officer_peer: User, manager: User, sign_in: SignIn
) -> None:
    event = make_event(case, by=manager)
    one = url("record", case.review_id, case.pk, "event", event.pk)
    data = post_event(event.agency, version="1")
    sign_in(manager).post(one, data | {"text": "The manager was first."})
    browser = sign_in(officer_peer)

    second = browser.post(one, data | {"text": "The peer was second."})

    page = words(second)
    assert "The manager was first." in page
    assert "The peer was second.</textarea>" in page
    again = browser.post(one, data | {"text": "Both agree.", "version": "2"})
    assert again.status_code == 302


def test_the_case_itself_is_changed_once_by_two(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    browser = sign_in(manager)
    address = url("case-details", case.review_id, case.pk)
    data = {
        "category": "neglect",
        "age_band": "2-4",
        "selection_reason": "Another reason.",
        "mode": "on-site",
        "workshop_on_0": "28",
        "workshop_on_1": "1",
        "workshop_on_2": "2013",
        "version": "1",
    }

    first = browser.post(address, data)
    second = browser.post(address, data | {"selection_reason": "A third."})

    assert first.status_code == 302
    assert "Another reason." in words(second)
    case = CaseMap.objects.get(pk=case.pk)
    assert (case.age_band, case.workshop_on) == ("2-4", dt.date(2013, 1, 28))


def test_attendance_is_kept_and_screened(
    case: CaseMap, officer_peer: User, sign_in: SignIn
) -> None:
    browser = sign_in(officer_peer)
    address = url("attendance", case.review_id, case.pk)

    refused = browser.post(
        address, {"attendance": "Zebedee Quillfeather, nurse", "version": "1"}
    )
    kept = browser.post(
        address, {"attendance": "School nurse, class teacher", "version": "1"}
    )

    assert refused.status_code == 200
    assert kept.status_code == 302
    case = CaseMap.objects.get(pk=case.pk)
    assert case.attendance == "School nurse, class teacher"


def test_moving_on_says_what_is_missing(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    browser = sign_in(manager)
    address = url("case-move", case.review_id, case.pk)

    browser.post(address, {"to": "chosen"})
    response = browser.post(address, {"to": "prepared"}, follow=True)

    assert CaseMap.objects.get(pk=case.pk).status == "chosen"
    assert "No agency has been asked" in words(response)
    assert browser.get(address).status_code == 405


def test_the_map_reads_as_table_and_as_text(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    make_event(case, by=manager, season="winter", certainty="about")
    make_event(case, by=manager, month=None, certainty="unknown", text="Some day.")
    make_decision(case, by=manager)
    make_learning(case, by=manager)
    browser = sign_in(manager)

    table = words(browser.get(url("case-map", case.review_id, case.pk)))
    text = words(browser.get(url("case-text", case.review_id, case.pk)))

    for page in (table, text):
        for part in (
            "Month 2",
            "Month not known",
            "The nurse saw the child at home.",
            "Could the plan end?",
            "Plans end on the strength of attendance.",
        ):
            assert part in page, part
        assert "about this month" in page
        assert "in winter" in page
    assert "The child’s experience" in table
    # A cell with nothing in it holds nothing, so that it takes no room on a phone.
    assert "<ul></ul>" not in "".join(table.split())
