"""What was written by mistake, set aside and destroyed; and a child who may be at risk."""

import pytest
from django.utils import timezone

from casemapping import domain
from casemapping.domain import risk
from casemapping.models import CaseMap, PreparationSheet, RiskAlert, TimelineEvent
from reviews.models import User
from tests.casemapping.pages import NOW, SignIn, url, words
from tests.make_casemapping import (
    event_values,
    involvement_values,
    make_case,
    make_event,
)


def test_wrong_data_disappears_at_once_and_takes_a_second_person(
    case: CaseMap, officer_peer: User, manager: User, sign_in: SignIn
) -> None:
    event = make_event(case, by=manager, text="The words that should not be here.")
    review, first, second = case.review_id, sign_in(officer_peer), sign_in(manager)

    aside = url("record-wrong-data", review, case.pk, "event", event.pk)
    asked = words(first.get(aside))
    assert "The words that should not be here." in asked
    assert "You can put it back until a second person has destroyed it" in asked
    assert case.events.filter(set_aside_by=None).exists()
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
    assert not case.events.filter(set_aside_by=None).exists()
    sign_in(officer_peer).post(back)

    assert case.events.filter(set_aside_by=None).exists()


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

    assert not sheet.case.events.filter(set_aside_by=None).exists()


def test_no_page_shows_a_changed_line_once_it_is_set_aside_on_the_map_or_the_sheet(
    sheet: PreparationSheet,
    partner: User,
    officer_peer: User,
    manager: User,
    sign_in: SignIn,
) -> None:
    """Also on a sheet that is handed in, which cannot be changed any more."""
    review, case = sheet.case.review_id, sheet.case
    for kind, values in (
        ("event", event_values(sheet.agency, text="The nurse wrote it down.")),
        ("involvement", involvement_values()),
    ):
        domain.add_record(
            kind=kind, case=case, sheet=sheet, values=values, by=partner, at=NOW
        )
    domain.hand_in(sheet=sheet, by=partner, at=NOW)
    written = sheet.events.get()
    domain.change_record(
        record=written,
        version=written.version,
        values={"text": "The workshop put it otherwise."},
        by=officer_peer,
        at=NOW,
    )
    pages = (url("sheet", review, sheet.pk), url("case-map", review, case.pk))
    aside = url("sheet-wrong-data", review, sheet.pk, "event", written.pk)

    def shown() -> list[bool]:
        said = " ".join(words(sign_in(manager).get(page)) for page in pages)
        return ["wrote it down" in said, "put it otherwise" in said]

    assert shown() == [True, True]
    assert aside in words(sign_in(partner).get(pages[0]))
    sign_in(partner).post(aside)
    assert shown() == [False, False]

    browser = sign_in(manager)
    listed = words(browser.get(url("set-aside", review)))
    on_map = TimelineEvent.objects.get(made_of=written)
    assert url("destroy", review, "event", on_map.pk) in listed
    assert url("destroy", review, "event", written.pk) not in listed
    browser.post(url("destroy", review, "event", on_map.pk))
    assert not TimelineEvent.objects.exists()


def test_what_is_not_set_aside_cannot_be_destroyed(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    event = make_event(case, by=manager)

    response = sign_in(manager).post(url("destroy", case.review_id, "event", event.pk))

    assert response.status_code == 404
    assert TimelineEvent.objects.exists()


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


def test_the_team_is_reminded_of_what_people_were_promised_and_for_how_long_it_is_kept(
    case: CaseMap, manager: User, sign_in: SignIn
) -> None:
    page = words(sign_in(manager).get(url("child-at-risk", case.review_id)))

    assert "are kept, until six years after the review is closed." in page
    assert "tell them that you had to act on it: they were promised that." in page


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
    alert = risk.record_risk(
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
