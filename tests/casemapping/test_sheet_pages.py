"""The preparation sheets of the agencies."""

import pytest

from casemapping import domain
from casemapping.models import CaseMap, PreparationSheet, TimelineEvent
from reviews.models import AccessRole, Agency, Review, Stage, User
from tests.casemapping.pages import NOW, SignIn, url, words
from tests.make import make_membership, move
from tests.make_casemapping import (
    event_values,
    involvement_values,
    make_event,
    make_sheet,
)


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


def test_what_a_sheet_says_is_read_by_the_team_and_by_no_other_agency(
    sheet: PreparationSheet,
    manager: User,
    health_peer: User,
    partner: User,
    organiser: User,
    sponsor: User,
    sign_in: SignIn,
) -> None:
    """As the letter and the sheet tell whoever fills it in."""
    review = sheet.case.review
    told = "The peer team reads this, and works with it in the workshop on the case"
    sheet_page = words(sign_in(partner).get(url("sheet", review.pk, sheet.pk)))
    domain.add_record(
        kind="event",
        case=sheet.case,
        sheet=sheet,
        values=event_values(sheet.agency, text="A first visit was refused."),
        by=partner,
        at=NOW,
    )
    domain.add_record(
        kind="involvement",
        case=sheet.case,
        sheet=sheet,
        values=involvement_values(),
        by=partner,
        at=NOW,
    )
    domain.hand_in(sheet=sheet, by=partner, at=NOW)
    move(review, Stage.PRE_SITE)
    read = url("case-map", review.pk, sheet.case.pk)

    # One who does not facilitate the case, too.
    for member in (health_peer, manager):
        assert "A first visit was refused." in words(sign_in(member).get(read))
    for other in (partner, organiser, sponsor):
        assert sign_in(other).get(read).status_code == 403
    for other in (organiser, sponsor):
        address = url("sheet", review.pk, sheet.pk)
        assert sign_in(other).get(address).status_code == 403
    assert told in sheet_page


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
