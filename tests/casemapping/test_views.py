"""Every page of case mapping: who may open it, and what it does."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from casemapping import domain
from casemapping.models import CaseMap, PreparationSheet, RiskAlert, TimelineEvent
from casemapping.rules import steps
from reviews.models import AccessRole, Agency, Membership, Review, Stage, User
from tests.make import make_membership, move
from tests.make_casemapping import (
    event_values,
    involvement_values,
    make_case,
    make_decision,
    make_event,
    make_learning,
    make_sheet,
)

SignIn = Callable[[User], Client]
NOW = dt.datetime(2013, 1, 20, 10, tzinfo=dt.UTC)
NHS = "943 476 5919"


def url(name: str, *ids: Any) -> str:
    return reverse(f"casemapping:{name}", args=ids)


def words(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def case(review: Review, manager: User, officer_peer: User) -> CaseMap:
    """CM-01 in the lead-in, facilitated by the officer peer."""
    case = make_case(
        review, by=manager, facilitators=[review.memberships.get(user=officer_peer)]
    )
    move(review, Stage.LEAD_IN)
    return case


@pytest.fixture
def sheet(case: CaseMap, partner: User, manager: User) -> PreparationSheet:
    """The sheet that the partner contact's agency is asked for."""
    agency = case.review.memberships.get(user=partner).agency
    assert agency is not None
    return make_sheet(case, agency, by=manager)


def post_event(agency: Agency, **changes: str) -> dict[str, str]:
    return {
        "month": "about 7",
        "season": "",
        "agency": str(agency.pk),
        "type": "visit",
        "text": "The nurse saw the child at home.",
        **changes,
    }


# --- who may -----------------------------------------------------------------------------


def pages(case: CaseMap, sheet: PreparationSheet, event: Any) -> dict[str, list[str]]:
    review = case.review_id
    return {
        "team": [
            url("cases", review),
            url("case", review, case.pk),
            url("attendance", review, case.pk),
            url("agencies", review, case.pk),
            url("case-map", review, case.pk),
            url("case-text", review, case.pk),
            url("case-wrong-data", review, case.pk),
            url("set-aside", review),
            url("record-add", review, case.pk, "event"),
            url("record", review, case.pk, "event", event.pk),
            url("record-remove", review, case.pk, "event", event.pk),
        ],
        "manager": [
            url("case-new", review),
            url("case-details", review, case.pk),
            url("facilitators", review, case.pk),
        ],
        "sheet": [url("sheet", review, sheet.pk)],
    }


def test_the_manager_opens_every_page(
    case: CaseMap, sheet: PreparationSheet, manager: User, sign_in: SignIn
) -> None:
    event = make_event(case, by=manager)
    make_decision(case, by=manager)
    make_learning(case, by=manager)
    browser = sign_in(manager)

    for addresses in pages(case, sheet, event).values():
        for address in addresses:
            response = browser.get(address)
            assert response.status_code == 200, address
            assert "UNKNOWN NAME" not in words(response), address


def test_a_facilitator_works_on_their_case(
    case: CaseMap, sheet: PreparationSheet, officer_peer: User, sign_in: SignIn
) -> None:
    event = make_event(case, by=officer_peer)
    browser = sign_in(officer_peer)
    expected = {"team": 200, "manager": 403, "sheet": 200}

    for group, addresses in pages(case, sheet, event).items():
        for address in addresses:
            assert browser.get(address).status_code == expected[group], address


def test_another_peer_does_not_write_on_the_case(
    case: CaseMap,
    sheet: PreparationSheet,
    health_peer: User,
    manager: User,
    sign_in: SignIn,
) -> None:
    event = make_event(case, by=manager)
    browser = sign_in(health_peer)
    own = {url("cases", case.review_id), url("set-aside", case.review_id)}

    for addresses in pages(case, sheet, event).values():
        for address in addresses:
            expected = 200 if address in own else 403
            assert browser.get(address).status_code == expected, address
    assert "CM-01" not in words(browser.get(url("cases", case.review_id)))


def test_another_peer_reads_the_map_once_reading_is_open(
    case: CaseMap, health_peer: User, sign_in: SignIn
) -> None:
    move(case.review, Stage.ON_SITE)
    browser = sign_in(health_peer)

    listed = words(browser.get(url("cases", case.review_id)))
    response = browser.get(url("case-map", case.review_id, case.pk))

    assert "Read the map" in listed
    assert "Work on it" not in listed
    assert response.status_code == 200
    assert browser.get(url("case", case.review_id, case.pk)).status_code == 403


@pytest.mark.parametrize("stage", [Stage.REPORTING, Stage.FEEDBACK])
def test_after_the_visit_the_map_is_only_read(
    case: CaseMap, officer_peer: User, sign_in: SignIn, stage: Stage
) -> None:
    move(case.review, stage)
    browser = sign_in(officer_peer)

    assert browser.get(url("case-map", case.review_id, case.pk)).status_code == 200
    assert browser.get(url("case", case.review_id, case.pk)).status_code == 403


@pytest.mark.parametrize("name", ["sponsor", "organiser", "partner"])
def test_host_people_never_see_a_case(
    request: pytest.FixtureRequest,
    case: CaseMap,
    sheet: PreparationSheet,
    manager: User,
    sign_in: SignIn,
    name: str,
) -> None:
    event = make_event(case, by=manager)
    browser = sign_in(request.getfixturevalue(name))
    found = pages(case, sheet, event)

    for stage in Stage:
        move(case.review, stage)
        for address in [*found["team"], *found["manager"]]:
            assert browser.get(address).status_code == 403, (stage, address)


def test_strangers_find_nothing(
    case: CaseMap,
    sheet: PreparationSheet,
    manager: User,
    outsider: User,
    sign_in: SignIn,
) -> None:
    event = make_event(case, by=manager)
    browser = sign_in(outsider)

    for addresses in pages(case, sheet, event).values():
        for address in addresses:
            assert browser.get(address).status_code == 404, address


def test_a_case_is_not_found_through_another_review(
    case: CaseMap, other_review: Review, outsider: User, sign_in: SignIn
) -> None:
    move(other_review, Stage.LEAD_IN)
    browser = sign_in(outsider)

    for name in ("case", "case-map", "facilitators", "agencies"):
        address = url(name, other_review.pk, case.pk)
        assert browser.get(address).status_code == 404, name


def test_the_list_takes_the_same_queries_for_one_case_and_three(
    case: CaseMap,
    manager: User,
    sign_in: SignIn,
    django_assert_num_queries: Any,
) -> None:
    browser = sign_in(manager)
    browser.get(url("cases", case.review_id))
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get(url("cases", case.review_id))
    for _ in range(2):
        make_case(case.review, by=manager)

    with django_assert_num_queries(len(one)):
        browser.get(url("cases", case.review_id))


def test_the_map_takes_the_same_queries_whatever_its_size(
    case: CaseMap,
    manager: User,
    sign_in: SignIn,
    django_assert_num_queries: Any,
) -> None:
    make_event(case, by=manager)
    make_decision(case, by=manager)
    browser = sign_in(manager)
    addresses = [
        url(name, case.review_id, case.pk) for name in ("case", "case-map", "case-text")
    ]
    counts = []
    for address in addresses:
        browser.get(address)
        with CaptureQueriesContext(connection) as few:
            browser.get(address)
        counts.append(len(few))
    for _ in range(3):
        make_event(case, by=manager)
        make_decision(case, by=manager)
        make_learning(case, by=manager)

    for address, count in zip(addresses, counts, strict=True):
        with django_assert_num_queries(count):
            browser.get(address)


# --- what they do ------------------------------------------------------------------------


def test_proposing_a_case_gives_it_a_code_and_asks_for_facilitators(
    review: Review, manager: User, officer_peer: User, sign_in: SignIn
) -> None:
    move(review, Stage.LEAD_IN)

    response = sign_in(manager).post(
        url("case-new", review.pk),
        {
            "category": "neglect",
            "age_band": "2-4",
            "selection_reason": "Six referrals in two years, each closed at once.",
            "mode": "pre-visit",
        },
    )

    case = review.case_maps.get()
    assert case.code == "CM-01"
    assert response.headers["Location"] == url("facilitators", review.pk, case.pk)


def test_choosing_facilitators_and_agencies(
    case: CaseMap, manager: User, health_peer: User, sign_in: SignIn
) -> None:
    review, browser = case.review, sign_in(manager)
    chosen = review.memberships.get(user=health_peer)
    agencies = review.agencies.all()[:3]

    page = url("facilitators", review.pk, case.pk)
    seen = browser.get(page).context["form"].initial["version"]
    browser.post(page, {"facilitators": [chosen.pk], "version": seen})
    browser.post(
        url("agencies", review.pk, case.pk),
        {"agencies": [agency.pk for agency in agencies]},
    )

    assert list(case.facilitators.all()) == [chosen]
    assert {sheet.agency for sheet in case.sheets.all()} == set(agencies)


def test_two_people_choosing_facilitators_are_shown_both_choices(
    case: CaseMap, manager: User, officer_peer: User, health_peer: User, sign_in: SignIn
) -> None:
    review, browser = case.review, sign_in(manager)
    page = url("facilitators", review.pk, case.pk)
    seen = browser.get(page).context["form"].initial["version"]
    mine = review.memberships.get(user=health_peer)
    both = [mine, review.memberships.get(user=officer_peer)]
    browser.post(page, {"facilitators": [each.pk for each in both], "version": seen})

    told = browser.post(page, {"facilitators": [mine.pk], "version": seen})
    kept = set(case.facilitators.all())
    again = told.context["form"]["version"].value()
    browser.post(page, {"facilitators": [mine.pk], "version": again})

    shown = words(told)
    assert "Somebody else changed this while you were writing" in shown
    assert "Hamid Parvez and Odette Parrish" in shown
    assert kept == set(both)
    assert list(case.facilitators.all()) == [mine]


def test_asking_agencies_leads_the_manager_to_the_letters(
    case: CaseMap, manager: User, partner: User, organiser: User, sign_in: SignIn
) -> None:
    review, browser = case.review, sign_in(manager)
    police = review.memberships.get(user=partner).agency
    assert police
    silent = review.agencies.filter(kind="partner").exclude(pk=police.pk)[0]
    page = url("agencies", review.pk, case.pk)
    choices = words(browser.get(page))

    answer = browser.post(page, {"agencies": [police.pk, silent.pk]}, follow=True)

    assert f"{silent.name} (nobody there to write to yet)" in choices
    assert f"{police.name} (nobody" not in choices
    [batch] = review.mail_batches.all()
    assert answer.redirect_chain[-1][0].endswith(f"/outbox/drafts/{batch.pk}/")
    shown = words(answer)
    assert "1 letter to the agencies’ contacts waits in the outbox" in shown
    assert f"Nobody can be written to at {silent.name}" in shown


def test_from_the_visit_on_no_letter_leads_an_agency_to_a_page_that_is_closed(
    case: CaseMap, manager: User, partner: User, sign_in: SignIn
) -> None:
    review, browser = case.review, sign_in(manager)
    police = review.memberships.get(user=partner).agency
    assert police
    move(review, Stage.ON_SITE)
    page = url("agencies", review.pk, case.pk)
    before = words(browser.get(page))

    after = words(browser.post(page, {"agencies": [police.pk]}, follow=True))

    assert "so the team fills them in" in before
    assert "No letter was written" in after
    assert not review.mail_batches.exists()
    assert case.sheets.get().agency == police
    sheets = url("sheets", review.pk)
    assert sign_in(partner).get(sheets).status_code == 403


def test_the_steps_say_what_is_there_and_one_is_open_at_a_time(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    make_event(case, by=manager, text="The nurse rang.")
    browser, page = sign_in(manager), url("case", case.review_id, case.pk)

    first, third = words(browser.get(page)), words(browser.get(f"{page}?step=3"))

    for title in [step.title for step in case.review.pack.case_map.steps]:
        assert escape(title) in first
    assert "1 recorded" in first
    assert "The nurse rang." not in first
    assert "The nurse rang." in third
    assert "No agency has been asked for its sheet" in third


def test_the_step_of_the_timeline_says_how_many_sheets_are_in(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    agencies = case.review.agencies.all()[:2]
    sheets = [make_sheet(case, agency, by=manager) for agency in agencies]
    browser, page = sign_in(manager), url("case", case.review_id, case.pk)

    none = words(browser.get(f"{page}?step=3"))
    PreparationSheet.objects.filter(pk=sheets[0].pk).update(is_in=True)
    one = words(browser.get(f"{page}?step=3"))
    PreparationSheet.objects.update(is_in=True)
    both = words(browser.get(f"{page}?step=3"))

    assert "No agency has handed in its sheet yet" in none
    assert "1 of 2 agencies handed in their sheets" in one
    assert "What the agencies wrote on their sheets is here" in both


def test_a_thin_map_is_asked_about_before_it_counts_as_mapped(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    make_event(case, by=manager)
    make_decision(case, by=manager)
    make_learning(case, by=manager)
    CaseMap.objects.filter(pk=case.pk).update(status="prepared")
    browser, move_on = sign_in(manager), url("case-move", case.review_id, case.pk)

    asked = browser.post(move_on, {"to": "mapped"})
    before = CaseMap.objects.get(pk=case.pk).status
    browser.post(move_on, {"to": "mapped", "confirmed": "yes"})

    assert "1 decision point recorded, and the workshop asks for three to six" in words(
        asked
    )
    assert before == "prepared"
    assert CaseMap.objects.get(pk=case.pk).status == "mapped"


def test_a_host_person_cannot_be_made_a_facilitator(
    case: CaseMap, manager: User, sponsor: User, sign_in: SignIn
) -> None:
    review = case.review
    chosen = review.memberships.get(user=sponsor)

    response = sign_in(manager).post(
        url("facilitators", review.pk, case.pk), {"facilitators": [chosen.pk]}
    )

    assert response.status_code == 200
    assert chosen not in case.facilitators.all()


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


# --- sheets ------------------------------------------------------------------------------


def test_a_partner_sees_and_fills_their_own_sheet(
    sheet: PreparationSheet, partner: User, sign_in: SignIn
) -> None:
    review, browser = sheet.case.review, sign_in(partner)
    page = url("sheet", review.pk, sheet.pk)

    listed = browser.get(url("sheets", review.pk))
    add = url("sheet-record-add", review.pk, sheet.pk, "involvement")
    browser.post(add, {"role_group": "Paediatric nurse", "start": "0", "end": "9"})
    add = url("sheet-record-add", review.pk, sheet.pk, "event")
    browser.post(add, {"month": "1", "type": "contact", "text": "A first contact."})
    shown = words(browser.get(page))
    browser.post(url("sheet-hand-in", review.pk, sheet.pk))

    assert "CM-01" in words(listed)
    link = f'href="{url("sheets", review.pk)}" aria-current="page"'
    assert f"{link}>Case preparation sheets<" in words(listed)
    assert "To be handed in by 21 January 2013" in words(listed)
    assert "Paediatric nurse" in shown
    assert "A first contact." in shown
    sheet.refresh_from_db()
    assert sheet.is_in
    assert "Hand in the sheet" not in words(browser.get(page))


def test_a_partner_changes_and_removes_their_own_lines(
    sheet: PreparationSheet, partner: User, sign_in: SignIn
) -> None:
    review, browser = sheet.case.review, sign_in(partner)
    event = domain.add_record(
        kind="event",
        case=sheet.case,
        sheet=sheet,
        values=event_values(sheet.agency),
        by=partner,
        at=NOW,
    )
    one = url("sheet-record", review.pk, sheet.pk, "event", event.pk)

    shown = browser.get(one)
    changed = browser.post(
        one,
        {"month": "4", "type": "visit", "text": "Seen again.", "version": "1"},
    )
    kept = TimelineEvent.objects.select_related("case").get()
    removal = url("sheet-record-remove", review.pk, sheet.pk, "event", event.pk)
    asked = words(browser.get(removal))
    browser.post(removal)

    assert "The nurse saw the child" in words(shown)
    assert "Seen again." in asked
    assert "Remove this event" in asked
    assert changed.status_code == 302
    assert (kept.text, kept.sheet_id) == ("Seen again.", sheet.pk)
    assert not TimelineEvent.objects.exists()


def test_a_partner_never_sees_another_agencys_sheet_or_lines(
    sheet: PreparationSheet, manager: User, partner: User, sign_in: SignIn
) -> None:
    review, browser = sheet.case.review, sign_in(partner)
    other_agency = review.agencies.exclude(pk=sheet.agency_id)[0]
    other = make_sheet(sheet.case, other_agency, by=manager)
    theirs = domain.add_record(
        kind="event",
        case=sheet.case,
        sheet=other,
        values=event_values(other_agency, text="The other agency’s words."),
        by=manager,
        at=NOW,
    )
    maps = make_event(
        sheet.case, by=manager, agency=sheet.agency, text="Said at the workshop."
    )

    own = words(browser.get(url("sheet", review.pk, sheet.pk)))

    assert "words." not in own
    assert "Said at the workshop." not in own
    assert browser.get(url("sheet", review.pk, other.pk)).status_code == 403
    for event in (theirs, maps):
        address = url("sheet-record", review.pk, sheet.pk, "event", event.pk)
        assert browser.get(address).status_code == 404
    address = url("sheet-record", review.pk, other.pk, "event", theirs.pk)
    assert browser.get(address).status_code == 403
    assert browser.post(url("sheet-hand-in", review.pk, other.pk)).status_code == 403


def test_the_council_contact_writes_for_the_councils_own_services(
    case: CaseMap, manager: User, organiser: User, sign_in: SignIn
) -> None:
    council = case.review.agencies.filter(kind=Agency.Kind.COUNCIL)[0]
    partner_agency = case.review.agencies.filter(kind=Agency.Kind.PARTNER)[0]
    ours = make_sheet(case, council, by=manager)
    theirs = make_sheet(case, partner_agency, by=manager)
    browser = sign_in(organiser)

    assert browser.get(url("sheet", case.review_id, ours.pk)).status_code == 200
    assert browser.get(url("sheet", case.review_id, theirs.pk)).status_code == 403


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        (Stage.SET_UP, 403),
        (Stage.LEAD_IN, 200),
        (Stage.PRE_SITE, 200),
        (Stage.ON_SITE, 403),
        (Stage.REPORTING, 403),
    ],
)
def test_sheets_are_open_in_the_lead_in_and_before_the_visit(
    sheet: PreparationSheet,
    partner: User,
    sponsor: User,
    sign_in: SignIn,
    stage: Stage,
    expected: int,
) -> None:
    review = move(sheet.case.review, stage)
    browser = sign_in(partner)

    for address in (url("sheets", review.pk), url("sheet", review.pk, sheet.pk)):
        assert browser.get(address).status_code == expected
        assert sign_in(sponsor).get(address).status_code == 403


def test_a_sheet_of_another_review_is_not_found(
    sheet: PreparationSheet, other_review: Review, sign_in: SignIn
) -> None:
    other = make_membership(move(other_review, Stage.LEAD_IN), AccessRole.PC)

    response = sign_in(other.user).get(url("sheet", other_review.pk, sheet.pk))

    assert response.status_code == 404


def test_a_sheet_that_is_in_is_opened_again_by_the_facilitator(
    sheet: PreparationSheet, partner: User, officer_peer: User, sign_in: SignIn
) -> None:
    review = sheet.case.review
    domain.add_record(
        kind="involvement",
        case=sheet.case,
        sheet=sheet,
        values=involvement_values(),
        by=partner,
        at=NOW,
    )
    domain.hand_in(sheet=sheet, by=partner, at=NOW)
    add = url("sheet-record-add", review.pk, sheet.pk, "event")
    data = {"month": "1", "type": "contact", "text": "Too late."}

    late = sign_in(partner).post(add, data)
    assert "has been handed in" in words(late)
    denied = sign_in(partner).post(url("sheet-reopen", review.pk, sheet.pk))
    assert denied.status_code == 403
    sign_in(officer_peer).post(url("sheet-reopen", review.pk, sheet.pk))

    assert sign_in(partner).post(add, data).status_code == 302


# --- wrong data --------------------------------------------------------------------------


def test_wrong_data_disappears_at_once_and_takes_a_second_person(
    case: CaseMap, officer_peer: User, manager: User, sign_in: SignIn
) -> None:
    event = make_event(case, by=manager, text="The words that should not be here.")
    review, first, second = case.review_id, sign_in(officer_peer), sign_in(manager)

    aside = url("record-wrong-data", review, case.pk, "event", event.pk)
    asked = words(first.get(aside))
    assert "The words that should not be here." in asked
    assert "You can put it back until a second person has destroyed it" in asked
    assert case.events.standing().exists()
    first.post(aside)

    for name in ("case", "case-map", "case-text"):
        assert "should not be here" not in words(second.get(url(name, review, case.pk)))
    destroy = url("destroy", review, "event", event.pk)
    listed = words(second.get(url("set-aside", review)))
    assert "CM-01" in listed
    assert "should not be here" not in listed
    first.post(destroy)
    assert TimelineEvent.objects.exists()
    assert second.get(destroy).status_code == 200
    second.post(destroy)
    assert not TimelineEvent.objects.exists()


def test_wrong_data_can_be_put_back_by_whoever_set_it_aside(
    case: CaseMap, officer_peer: User, manager: User, sign_in: SignIn
) -> None:
    event = make_event(case, by=manager)
    review = case.review_id
    sign_in(officer_peer).post(
        url("record-wrong-data", review, case.pk, "event", event.pk)
    )
    back = url("put-back", review, "event", event.pk)

    sign_in(manager).post(back)
    assert not case.events.standing().exists()
    sign_in(officer_peer).post(back)

    assert case.events.standing().exists()


def test_removing_a_line_shows_it_first(
    case: CaseMap, officer_peer: User, manager: User, sign_in: SignIn
) -> None:
    event = make_event(case, by=manager, text="The school rang twice.")
    removal = url("record-remove", case.review_id, case.pk, "event", event.pk)
    browser = sign_in(officer_peer)

    asked = words(browser.get(removal))
    assert case.events.exists()
    browser.post(removal)

    assert "The school rang twice." in asked
    assert "Remove this event" in asked
    assert ">Cancel</a>" in asked
    assert not case.events.exists()


def test_a_whole_case_can_be_set_aside_and_destroyed(
    case: CaseMap, officer_peer: User, manager: User, sign_in: SignIn
) -> None:
    review, browser = case.review_id, sign_in(manager)

    sign_in(officer_peer).post(url("case-wrong-data", review, case.pk))

    assert browser.get(url("case", review, case.pk)).status_code == 404
    browser.post(url("destroy", review, "case", case.pk))
    assert CaseMap.objects.get(pk=case.pk).status == "purged"
    assert "Purged" in words(browser.get(url("cases", review)))


def test_a_partner_sets_wrong_data_aside_on_their_sheet(
    sheet: PreparationSheet, partner: User, sign_in: SignIn
) -> None:
    review = sheet.case.review
    event = domain.add_record(
        kind="event",
        case=sheet.case,
        sheet=sheet,
        values=event_values(sheet.agency),
        by=partner,
        at=NOW,
    )

    sign_in(partner).post(
        url("sheet-wrong-data", review.pk, sheet.pk, "event", event.pk)
    )

    assert not sheet.case.events.standing().exists()


def test_what_is_not_set_aside_cannot_be_destroyed(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    event = make_event(case, by=manager)

    response = sign_in(manager).post(url("destroy", case.review_id, "event", event.pk))

    assert response.status_code == 404
    assert TimelineEvent.objects.exists()


# --- a child at risk ---------------------------------------------------------------------


@pytest.mark.parametrize("name", ["manager", "health_peer", "sponsor", "partner"])
def test_everybody_on_the_review_can_say_that_a_child_may_be_at_risk(
    request: pytest.FixtureRequest, case: CaseMap, sign_in: SignIn, name: str
) -> None:
    browser = sign_in(request.getfixturevalue(name))
    address = url("child-at-risk", case.review_id)

    page = words(browser.get(address))
    response = browser.post(
        address, {"person_told": "Duty manager", "case_code": ""}, follow=True
    )

    assert case.review.duty_contact in page
    assert "You have told the duty team" in words(response)
    assert RiskAlert.objects.get().person_told == "Duty manager"


def test_the_case_that_it_is_about_is_filled_in(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    browser = sign_in(manager)
    address = url("child-at-risk", case.review_id)

    page = words(browser.get(f"{address}?case=CM-01"))
    browser.post(address, {"person_told": "Duty manager", "case_code": "CM-01"})

    assert '<option value="CM-01" selected>' in page
    assert RiskAlert.objects.get().case_code == "CM-01"


def test_an_alert_is_shown_to_its_sender_alone(
    case: CaseMap, manager: User, health_peer: User, outsider: User, sign_in: SignIn
) -> None:
    alert = domain.record_risk(
        review=case.review,
        case_code="",
        person_told="Duty manager",
        by=health_peer,
        at=timezone.now(),
    )
    address = url("child-at-risk-recorded", case.review_id, alert.pk)

    assert sign_in(health_peer).get(address).status_code == 200
    assert sign_in(manager).get(address).status_code == 404
    assert sign_in(outsider).get(address).status_code == 404
    stranger = sign_in(outsider).get(url("child-at-risk", case.review_id))
    assert stranger.status_code == 404


def test_a_partner_is_offered_only_the_codes_of_their_sheets(
    sheet: PreparationSheet, manager: User, partner: User, sign_in: SignIn
) -> None:
    make_case(sheet.case.review, by=manager)

    page = words(sign_in(partner).get(url("child-at-risk", sheet.case.review_id)))

    assert "CM-01" in page
    assert "CM-02" not in page


def test_membership_of_another_review_makes_no_facilitator(
    case: CaseMap, other_review: Review, manager: User, sign_in: SignIn
) -> None:
    stranger: Membership = make_membership(other_review, AccessRole.TL)

    sign_in(manager).post(
        url("facilitators", case.review_id, case.pk), {"facilitators": [stranger.pk]}
    )

    assert stranger not in case.facilitators.all()
