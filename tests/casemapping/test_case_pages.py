"""The pages of cases: chosen, prepared, moved on."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from casemapping.models import CaseMap, PreparationSheet
from reviews.models import AccessRole, AuditEvent, Membership, Review, Stage, User
from tests.casemapping.pages import SignIn, url, words
from tests.make import make_membership, move
from tests.make_casemapping import (
    make_case,
    make_decision,
    make_event,
    make_learning,
    make_sheet,
)


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


def test_membership_of_another_review_makes_no_facilitator(
    case: CaseMap, other_review: Review, manager: User, sign_in: SignIn
) -> None:
    stranger: Membership = make_membership(other_review, AccessRole.TL)

    sign_in(manager).post(
        url("facilitators", case.review_id, case.pk), {"facilitators": [stranger.pk]}
    )

    assert stranger not in case.facilitators.all()


def test_an_agency_that_the_case_maps_name_cannot_be_removed(
    case: CaseMap, sheet: PreparationSheet, manager: User, sign_in: SignIn
) -> None:
    agency, review = sheet.agency, case.review
    review.memberships.filter(agency=agency).delete()
    address = reverse("reviews:agency-remove", args=[review.pk, agency.pk])
    browser = sign_in(manager)

    asked = words(browser.get(address))
    pressed = browser.post(address)

    why = f"{agency.name} cannot be removed: preparation sheets of this review name it."
    for page in (asked, words(pressed)):
        assert why in page
        assert "Remove the agency" not in page
    assert pressed.status_code == 200
    assert review.agencies.filter(pk=agency.pk).exists()
    assert not AuditEvent.objects.filter(action="agency.removed").exists()
