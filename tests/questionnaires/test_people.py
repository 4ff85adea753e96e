"""The list of a draft, person by person: seen by agency, added to and taken from one at a time."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from questionnaires.domain import inviting, listing
from questionnaires.domain.inviting import Invitee
from questionnaires.models import Questionnaire
from reviews.models import AccessRole, Agency, AuditEvent, Review, Stage, User
from reviews.refusals import Refusal
from tests.make import make_membership, move
from tests.make_questionnaires import again, make_open, make_questionnaire, people


@pytest.fixture
def draft(review: Review, manager: User) -> Questionnaire:
    made = make_questionnaire(review, by=manager)
    rows = [
        *people([("POL", "PO", 60)]),
        Invitee("CSC", "SW", "ada.lark@csc.example", "Ada Lark"),
    ]
    inviting.invite(questionnaire=made, rows=rows, by=manager, at=timezone.now())
    move(review, Stage.LEAD_IN)
    return again(made)


@pytest.fixture
def police(review: Review) -> User:
    agency: Agency = review.agencies.get(code="POL")
    return make_membership(review, AccessRole.PC, agency=agency).user


def page(questionnaire: Questionnaire, name: str = "people/") -> str:
    return (
        f"/reviews/{questionnaire.review_id}/questionnaires/{questionnaire.pk}/{name}"
    )


def person(**values: str) -> dict[str, str]:
    return {
        "email": "grace.hill@csc.example",
        "agency": "CSC",
        "job_group": "SW",
        "name": "Grace Hill",
        **values,
    }


def test_the_list_is_shown_by_agency_and_page(
    draft: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)

    first = desk.get(page(draft)).content.decode()
    second = desk.get(page(draft, "people/?agency=POL&page=2")).content.decode()

    assert "61 people are on the list." in first
    assert "ada.lark@csc.example" in first
    assert "@pol.example" not in first
    assert second.count("@pol.example</th>") == 10
    assert "People on the list (page 2 of 2)" in second


def test_one_person_is_added_by_form(
    draft: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)

    desk.post(page(draft, "people/add/"), person(email=" <grace.hill@csc.example> "))
    twice = desk.post(page(draft, "people/add/"), person()).content.decode()

    assert [
        (each.email, each.name)
        for each in draft.invitations.all()
        if each.name == "Grace Hill"
    ] == [("grace.hill@csc.example", "Grace Hill")]
    assert "There is a problem" in twice
    assert "grace.hill@csc.example" in twice


def test_an_address_that_cannot_be_one_comes_back_with_a_sentence(
    draft: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    answer = sign_in(manager).post(
        page(draft, "people/add/"), person(email="grace hill@csc.example")
    )

    shown = answer.content.decode()
    assert "has a space in it" in shown
    assert 'value="grace hill@csc.example"' in shown
    assert draft.invitations.count() == 61


def test_a_likely_misspelling_is_asked_about_once_and_then_taken(
    draft: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)
    typed = person(email="grace@poll.example", agency="POL", job_group="PO")

    asked = desk.post(page(draft, "people/add/"), typed).content.decode()
    taken = desk.post(
        page(draft, "people/add/"), {**typed, "sure": "grace@poll.example"}
    )

    assert "is this misspelled?" in asked
    assert 'name="sure" value="grace@poll.example"' in asked
    assert taken.status_code == 302
    assert draft.invitations.count() == 62


def test_taking_somebody_off_takes_two_steps(
    draft: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)
    ada = next(each for each in draft.invitations.all() if each.name == "Ada Lark")
    where = page(draft, f"people/{ada.pk}/remove/")

    asked = desk.get(where).content.decode()
    still = draft.invitations.count()
    desk.post(where)

    assert "ada.lark@csc.example will not be invited" in asked
    assert "govuk-button--warning" in asked
    assert still == 61
    assert not draft.invitations.filter(pk=ada.pk).exists()


def test_a_partner_contact_sees_adds_and_takes_off_its_own_people_alone(
    draft: Questionnaire, police: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(police)
    ada = next(each for each in draft.invitations.all() if each.name == "Ada Lark")
    own = draft.invitations.filter(leaf__startswith="POL/")[0]

    seen = desk.get(page(draft, "people/?agency=CSC")).content.decode()
    added = desk.post(page(draft, "people/add/"), person()).content.decode()
    theirs = desk.post(page(draft, f"people/{ada.pk}/remove/"))
    desk.post(page(draft, f"people/{own.pk}/remove/"))

    assert "60 people are on the list." in seen
    assert "csc.example" not in seen
    assert "There is a problem" in added
    assert theirs.status_code == 404
    left = {each.email for each in draft.invitations.all()}
    assert "ada.lark@csc.example" in left
    assert own.email not in left
    assert "grace.hill@csc.example" not in left


def test_the_list_is_locked_once_the_questionnaire_is_open(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    opened = make_open(review, by=manager)
    somebody = opened.invitations.all()[0]
    desk = sign_in(manager)

    seen = desk.get(page(opened)).content.decode()
    desk.post(page(opened, "people/add/"), person())
    desk.post(page(opened, f"people/{somebody.pk}/remove/"))
    with pytest.raises(Refusal):
        listing.remove_person(invitation=somebody, by=manager, at=timezone.now())

    assert "It is locked, because the questionnaire has opened." in seen
    assert "Take off" not in seen
    assert "Add one person" not in seen
    assert opened.invitations.count() == 60


@pytest.mark.parametrize(
    "where", ["list/", "people/add/", "list/empty/", "list/blank/"]
)
def test_once_it_is_open_the_pages_that_add_people_say_that_the_list_is_locked(
    review: Review, manager: User, sign_in: Callable[[User], Client], where: str
) -> None:
    questionnaire = make_open(review, by=manager)
    desk = sign_in(manager)

    for shown in (
        desk.get(page(questionnaire, where)),
        desk.post(page(questionnaire, where)),
    ):
        text = shown.content.decode()
        assert "The list is locked, because the questionnaire has opened" in text
        assert "Add people from a list" not in text
        assert "See who is on the list" in text
    assert questionnaire.invitations.count() == 60


def test_a_draft_after_the_lead_in_offers_no_list_and_no_opening(
    draft: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    move(draft.review, Stage.PRE_SITE)

    shown = sign_in(manager).get(page(draft, "")).content.decode()

    assert "so this draft cannot be opened any more" in shown
    assert "Draw up the list of people" not in shown
    assert "Open the questionnaire" not in shown


def test_the_whole_list_of_a_draft_is_emptied_in_two_steps(
    draft: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)

    asked = desk.get(page(draft, "list/empty/")).content.decode()
    still = draft.invitations.count()
    desk.post(page(draft, "list/empty/"))

    assert "govuk-button--warning" in asked
    assert still == 61
    assert draft.invitations.count() == 0
    [event] = AuditEvent.objects.filter(action="invitations.removed")
    assert event.detail["number"] == 61


def test_an_agencys_contact_adds_nobody_of_another_whatever_was_sent(
    draft: Questionnaire, police: User
) -> None:
    row = Invitee("CSC", "SW", "grace.hill@csc.example", "Grace Hill")

    with pytest.raises(
        listing.NotYourAgency, match="You can only add people of Police"
    ):
        listing.add_person(questionnaire=draft, row=row, by=police, at=timezone.now())

    assert draft.invitations.count() == 61


def test_taken_off_by_two_at_once_somebody_is_told_of_once(
    draft: Questionnaire, manager: User
) -> None:
    one = draft.invitations.all()[0]
    same = draft.invitations.get(pk=one.pk)

    for each in (one, same):
        listing.remove_person(invitation=each, by=manager, at=timezone.now())

    assert draft.invitations.count() == 60
    assert AuditEvent.objects.filter(action="invitations.removed").count() == 1


def test_an_address_at_a_provider_that_many_people_have_is_not_asked_about(
    draft: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    taken = sign_in(manager).post(
        page(draft, "people/add/"), person(email="grace.hill@gmail.com")
    )

    assert taken.status_code == 302
    assert draft.invitations.count() == 62
