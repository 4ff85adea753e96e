"""The team: who may be on it, in which role, and changes of role."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from reviews import domain
from reviews.models import (
    AccessRole,
    Agency,
    AuditEvent,
    Membership,
    Message,
    ProfileDecision,
    Review,
    SignOff,
    Stage,
    User,
)
from reviews.reading.team import team_page
from reviews.reading.terms import wording
from reviews.rules.organisations import same_organisation
from tests.make import make_membership, make_user, move
from tests.reviews.members import SignIn, at, member_of, profile_values, words


def add(review: Review, manager: User, role: str, **values: object) -> Membership:
    return domain.add_member(
        review=review,
        user=make_user(),
        role_code=role,
        by=manager,
        at=timezone.now(),
        **{"home_organisation": "Ashmere Council", **values},  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    "home",
    [
        "Trafford Council",
        "trafford",
        "Trafford MBC",
        "Trafford Metropolitan Borough Council",
        "The Council of Trafford",
        "Trafford Council Children's Services",
        "Trafford Metropolitan Borough Council, children’s social care",
        "Children’s services, Trafford",
        "London Borough of Trafford youth team",
    ],
)
def test_a_peer_from_the_council_under_review_is_refused_however_it_is_written(
    review: Review, manager: User, home: str
) -> None:
    with pytest.raises(domain.FromTheCouncil, match="is the council under review"):
        add(review, manager, "OP", home_organisation=home)


@pytest.mark.parametrize(
    "home",
    [
        "Stretford Council",
        "City of York",
        "Trafford General Hospital",
        "North Trafford District Council",
        "Greater Trafford Police",
    ],
)
def test_a_peer_from_elsewhere_is_not(review: Review, manager: User, home: str) -> None:
    assert add(review, manager, "OP", home_organisation=home).pk


@pytest.mark.parametrize("role", ["TL", "MP", "OP", "HP", "AP", "SP"])
def test_a_peer_says_where_they_come_from(
    review: Review, manager: User, role: str
) -> None:
    with pytest.raises(domain.NeedsHome, match="Enter the organisation"):
        add(review, manager, role, home_organisation=" ")


@pytest.mark.parametrize("role", ["RM", "SPO", "ORG"])
def test_a_manager_of_a_programme_and_the_council_need_not(
    review: Review, manager: User, role: str
) -> None:
    assert add(review, manager, role, home_organisation="").pk


def test_a_council_is_not_renamed_to_where_its_peers_come_from(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    add(review, manager, "OP", home_organisation="Ashmere Borough Council")
    desk = sign_in(manager)
    page = desk.get(at("details", review.pk))
    values = {**page.context["form"].initial, "council": "Ashmere Council"}

    refused = desk.post(at("details", review.pk), values)

    assert "come from Ashmere Council" in words(refused) or (
        "comes from Ashmere Council" in words(refused)
    )
    assert refused.context["form"].errors.keys() == {"council"}
    assert Review.objects.get(pk=review.pk).council == "Trafford Council"


PLACES = st.sampled_from(
    ["Trafford", "York", "Stoke-on-Trent", "Kensington and Chelsea", "St Helens"]
)
KINDS = st.sampled_from(
    ["Council", "City Council", "Metropolitan Borough Council", "MBC"]
)
PARTS = st.sampled_from(
    ["Children's Services", "adult social care", "Early Help", "youth service"]
)


@given(st.text(max_size=40), st.text(max_size=40))
def test_two_names_are_the_same_both_ways_round(one: str, other: str) -> None:
    assert same_organisation(one, other) == same_organisation(other, one)


@given(st.text(max_size=40))
def test_no_name_is_the_same_as_none(name: str) -> None:
    assert not same_organisation(name, " ")


@given(PLACES, KINDS, KINDS)
def test_a_council_is_itself_by_whatever_kind_it_is_called(
    place: str, one: str, other: str
) -> None:
    assert same_organisation(f"{place} {one}", f"the {place.upper()} {other}")


@given(PLACES, KINDS, PARTS)
def test_a_part_of_a_council_is_the_council(place: str, kind: str, part: str) -> None:
    council = f"{place} Council"

    assert same_organisation(f"{place} {kind} {part}", council)
    assert same_organisation(f"{part}, {place}", council)
    assert same_organisation(f"{place}", f"{place} {kind}, {part}")


@given(PLACES, PLACES, KINDS)
def test_councils_of_two_places_are_two(one: str, other: str, kind: str) -> None:
    assert same_organisation(f"{one} {kind}", f"{other} {kind}") == (one == other)


@given(
    PLACES, st.sampled_from(["General Hospital", "Police", "High School", "NHS Trust"])
)
def test_what_only_lies_in_the_place_is_not_its_council(place: str, what: str) -> None:
    assert not same_organisation(f"{place} {what}", f"{place} Council")


def test_a_contact_of_the_council_cannot_be_on_the_team_too(
    review: Review, manager: User, organiser: User
) -> None:
    with pytest.raises(domain.AlreadyOnReview, match="nobody from the council"):
        domain.add_member(
            review=review,
            user=organiser,
            role_code="OP",
            by=manager,
            at=timezone.now(),
        )


def test_a_role_for_one_person_takes_no_second(
    review: Review, manager: User, leader: User
) -> None:
    with pytest.raises(domain.RoleTaken, match="There is already a team leader"):
        add(review, manager, "TL")


def test_no_role_ever_has_more_people_than_the_framework_allows(
    review: Review, manager: User
) -> None:
    for role in review.pack.roles:
        if not role.has_account or role.access_role == AccessRole.PC:
            continue
        for _ in range(5):
            try:
                add(review, manager, role.code)
            except domain.RoleTaken:
                break
        held = review.memberships.filter(role=role.code).count()
        assert held == (role.most if role.most is not None else held)


def test_the_page_says_only_how_many_are_missing(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    page = words(sign_in(manager).get(at("team", review.pk)))

    assert "1 needed" in page  # officer peers
    assert "held" not in page
    changed = review.framework
    leaders = next(each for each in changed["roles"] if each["code"] == "TL")
    leaders |= {"least": 2, "most": 2}
    Review.objects.filter(pk=review.pk).update(framework=changed)
    assert "1 more needed" in words(sign_in(manager).get(at("team", review.pk)))


def test_under_each_name_stand_email_and_telephone(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    User.objects.filter(pk=leader.pk).update(telephone="01632 960 222")

    page = sign_in(manager).get(at("team", review.pk)).content.decode()

    assert f'href="mailto:{leader.email}"' in page
    assert 'href="tel:01632960222"' in page


def test_people_of_the_council_come_from_the_council(
    review: Review, sponsor: User, partner: User, manager: User, sign_in: SignIn
) -> None:
    hosts = team_page(review, manages=True).hosts

    homes = {
        row.member.user.full_name: row.home for row in hosts if row.member is not None
    }
    agency = review.memberships.get(user=partner).agency
    assert agency
    assert homes == {"Stella Ormerod": "Trafford Council", "Agnes Lisle": agency.name}


def test_the_page_leads_to_each_agency_that_lacks_a_contact(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    police = review.agencies.get(name="Police")
    page = sign_in(manager).get(at("team", review.pk))
    address = f"{at('team-add', review.pk)}?role=AGL&agency={police.pk}"

    assert "No contact is named for Police." in words(page)
    assert address in html.unescape(page.content.decode())

    add(review, manager, "AGL", agency=police)
    after = words(sign_in(manager).get(at("team", review.pk)))
    assert "No contact is named for Police." not in after
    assert "No contact is named" not in words(
        sign_in(leader).get(at("team", review.pk))
    )


def test_cells_are_labelled_where_the_table_stacks(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    page = sign_in(manager).get(at("team", review.pk)).content.decode()

    for label in ("Role", "From", "Invitation"):
        assert f'data-label="{label}"' in page


@pytest.mark.parametrize("number", [1, 12])
def test_the_team_page_costs_the_same_for_one_and_for_many(
    review: Review,
    manager: User,
    sign_in: SignIn,
    number: int,
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    agency = review.agencies.filter(kind=Agency.Kind.PARTNER).first()
    for _ in range(number):
        add(review, manager, "AGL", agency=agency)

    with django_assert_num_queries(4):
        team_page(review, manages=True)


def test_each_role_says_what_it_may_see_and_do_and_full_ones_who_holds_them(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    page = sign_in(manager).get(at("team-add", review.pk))

    hints = page.context["form"].choice_hints["role"]
    roles = [each for each in review.pack.roles if each.has_account]
    assert hints.keys() == {each.code for each in roles} - {"TL"}
    for hint in hints.values():
        assert hint in html.unescape(page.content.decode())
        assert not hint.endswith(".")
    assert "Team leader: Leila Okafor" in words(page)


def test_the_agency_is_asked_under_the_one_role_that_has_one(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    page = desk.get(at("team-add", review.pk)).content.decode()
    lead = page.index('value="AGL"')
    assert lead < page.index('name="agency"') < page.index('name="full_name"')
    values = {
        "role": "AGL",
        "full_name": "Agnes Lisle",
        "email": "agnes@police.example",
        "home_organisation": "",
        "attendance": "on_site",
    }

    missing = desk.post(at("team-add", review.pk), values)
    assert "Select the agency that they are the contact for" in words(missing)
    agency = review.agencies.filter(kind=Agency.Kind.PARTNER).first()
    assert agency
    wrong = desk.post(
        at("team-add", review.pk), {**values, "role": "ORG", "agency": agency.pk}
    )
    assert "Select “Agency lead”, or leave “Agency” empty" in words(wrong)
    desk.post(at("team-add", review.pk), {**values, "agency": agency.pk})
    assert review.memberships.get(role="AGL").agency == agency


def test_a_page_that_lacks_a_contact_can_ask_for_one_of_its_agency(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    agency = review.agencies.filter(kind=Agency.Kind.PARTNER).first()
    assert agency

    asked: dict[str, Any] = {"role": "AGL", "agency": agency.pk}
    page = sign_in(manager).get(at("team-add", review.pk), asked)

    text = " ".join(page.content.decode().split())
    assert re.search(r'value="AGL"[^>]*checked', text)
    assert f'<option value="{agency.pk}" selected>' in text


def test_a_refusal_stands_beside_its_question(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    page = sign_in(manager).post(
        at("team-add", review.pk),
        {
            "role": "OP",
            "full_name": "Leila Okafor",
            "email": leader.email,
            "home_organisation": "",
            "attendance": "on_site",
        },
    )

    assert page.context["form"].errors.keys() == {"email"}


def place(member: Membership, **changed: object) -> dict[str, object]:
    return {
        "role": member.role,
        "home_organisation": member.home_organisation,
        "attendance": "on_site",
        "version": member.version,
        **changed,
    }


def test_the_manager_changes_role_and_home(
    review: Review, manager: User, officer_peer: User, sign_in: SignIn
) -> None:
    member = member_of(review, officer_peer)

    page = words(
        sign_in(manager).post(
            at("team-change", review.pk, member.pk),
            place(member, role="HP", home_organisation="Fenland Trust"),
            follow=True,
        )
    )

    assert "What the review says of Odette Parrish was changed." in page
    member.refresh_from_db()
    assert (member.role, member.home_organisation) == ("HP", "Fenland Trust")
    last = AuditEvent.objects.filter(review_ref=review.pk).last()
    assert last
    assert last.action == "member.changed"
    assert last.detail == {"fields": ["role", "home_organisation"]}


def test_whoever_gets_another_role_is_told_and_signs_in_again(
    review: Review, manager: User, officer_peer: User, sign_in: SignIn
) -> None:
    member = member_of(review, officer_peer)
    peer = sign_in(officer_peer)
    assert peer.get(at("team", review.pk)).status_code == 200

    sign_in(manager).post(
        at("team-change", review.pk, member.pk),
        place(member, role="AP", home_organisation="Ashmere Council"),
    )

    letter = Message.objects.get()
    assert letter.to == officer_peer.email
    assert "You are now analyst peer" in letter.text
    assert "Until now you were officer peer." in letter.text
    assert "You have to sign in again: " in letter.text
    assert peer.get(at("team", review.pk))["Location"].startswith(
        reverse("account_login")
    )


def test_whoever_changes_their_own_role_stays_signed_in_and_is_told_so(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    make_membership(review, AccessRole.RM)
    own = member_of(review, manager)
    desk, page = sign_in(manager), at("team-change", review.pk, own.pk)
    assert "With another role, an email is written to you." in words(desk.get(page))

    desk.post(page, place(own, role="TL", home_organisation="Ashmere Council"))

    letter = Message.objects.get()
    assert letter.to == manager.email
    assert "You are now team leader" in letter.text
    assert "You have to sign in again" not in letter.text
    assert desk.get(at("team", review.pk)).status_code == 200


@pytest.mark.parametrize(
    ("stage", "is_asked"), [(Stage.ON_SITE, True), (Stage.REPORTING, False)]
)
def test_that_the_sponsor_is_asked_anew_is_said_while_the_sponsor_can_answer(
    review: Review,
    manager: User,
    officer_peer: User,
    sign_in: SignIn,
    stage: Stage,
    is_asked: bool,
) -> None:
    move(review, stage)
    member = member_of(review, officer_peer)

    page = words(sign_in(manager).get(at("team-change", review.pk, member.pk)))

    assert ("the council’s sponsor is asked about them anew" in page) == is_asked
    assert "an email is written to them, and they have to sign in again" in page


def test_whoever_has_not_answered_gets_an_invitation_to_the_new_role(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    member = domain.invite_member(
        review=review,
        email="nia@elsewhere.example",
        full_name="Nia Newcomer",
        role_code="OP",
        home_organisation="Ashmere Council",
        by=manager,
        at=timezone.now(),
    ).member

    sign_in(manager).post(
        at("team-change", review.pk, member.pk), place(member, role="HP")
    )

    [letter] = Message.objects.all()
    assert "as health peer" in letter.text


def test_the_sponsor_decides_anew_on_another_role_but_not_on_another_attendance(
    review: Review, manager: User, officer_peer: User, sponsor: User, sign_in: SignIn
) -> None:
    member = member_of(review, officer_peer)
    Membership.objects.filter(pk=member.pk).update(home_organisation="Ashmere Council")
    member.refresh_from_db()
    domain.decide_profile(member=member, accepted=True, by=sponsor, at=timezone.now())
    desk = sign_in(manager)
    page = at("team-change", review.pk, member.pk)

    desk.post(page, place(member, attendance="remote"))
    assert ProfileDecision.objects.count() == 1
    member.refresh_from_db()
    desk.post(page, place(member, role="HP"))
    assert ProfileDecision.objects.count() == 0


def test_nobody_changes_from_the_team_to_the_council_or_back(
    review: Review, manager: User, officer_peer: User, organiser: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    for user, role in ((officer_peer, "ORG"), (organiser, "OP")):
        member = member_of(review, user)
        offered = desk.get(at("team-change", review.pk, member.pk)).content.decode()
        assert f'value="{role}"' not in offered
        with pytest.raises(domain.OtherSide, match="Nobody changes from there"):
            domain.change_member(
                member=member,
                version=member.version,
                role_code=role,
                home_organisation="Ashmere Council",
                agency=None,
                on_site=True,
                by=manager,
                at=timezone.now(),
            )


def test_the_only_manager_keeps_the_role(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    member = member_of(review, manager)

    page = sign_in(manager).post(
        at("team-change", review.pk, member.pk),
        place(member, role="OP", home_organisation="Ashmere Council"),
    )

    assert "A review needs a review manager" in words(page)
    assert member_of(review, manager).role == "RM"


def test_a_manager_who_takes_another_role_stays_signed_in(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    make_membership(review, AccessRole.RM, full_name="Robin Second")
    member = member_of(review, manager)
    desk = sign_in(manager)

    desk.post(
        at("team-change", review.pk, member.pk),
        place(member, role="OP", home_organisation="Ashmere Council"),
    )

    assert member_of(review, manager).role == "OP"
    [letter] = Message.objects.all()
    assert letter.to == manager.email
    assert "You are now officer peer" in letter.text
    assert desk.get(at("team", review.pk)).status_code == 200


def test_the_only_manager_may_be_there_from_afar(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    member = member_of(review, manager)

    sign_in(manager).post(
        at("team-change", review.pk, member.pk), place(member, attendance="remote")
    )

    assert not member_of(review, manager).on_site


def test_one_of_two_managers_can_be_taken_off(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    second = make_membership(review, AccessRole.RM, full_name="Robin Second")

    sign_in(manager).post(at("team-remove", review.pk, second.pk))

    assert [each.user for each in review.memberships.all()] == [manager]


def test_what_is_saved_as_it_was_is_no_change(
    review: Review, manager: User, officer_peer: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    values = {"home_organisation": "Ashmere Council"}
    for _ in range(2):
        member = member_of(review, officer_peer)
        desk.post(at("team-change", review.pk, member.pk), place(member, **values))

    assert AuditEvent.objects.filter(action="member.changed").count() == 1


def test_manager_and_peer_who_write_at_once_see_each_others_words(
    review: Review, manager: User, officer_peer: User, sign_in: SignIn
) -> None:
    seen = member_of(review, officer_peer)
    sign_in(officer_peer).post(
        at("profile", review.pk), profile_values(seen, home_organisation="Wyre Council")
    )

    page = sign_in(manager).post(
        at("team-change", review.pk, seen.pk),
        place(seen, home_organisation="Fylde Council"),
    )

    assert "What the other person saved" in words(page)
    assert "Wyre Council" in words(page)
    assert 'value="Fylde Council"' in page.content.decode()
    assert member_of(review, officer_peer).home_organisation == "Wyre Council"


def test_the_only_manager_sees_why_they_stay_and_no_red_button(
    review: Review, manager: User, desk: Client
) -> None:
    own = review.memberships.get(user=manager)
    # Somebody who has not accepted yet does not manage.
    domain.add_member(
        review=review, user=make_user(), role_code="RM", by=manager, at=timezone.now()
    )

    page = desk.get(at("team-remove", review.pk, own.pk))

    assert "A review needs a review manager" in words(page)
    assert "govuk-button--warning" not in page.content.decode()
    desk.post(at("team-remove", review.pk, own.pk))
    assert review.memberships.filter(user=manager).exists()


def test_removal_leaves_a_name_beside_what_was_signed_and_done(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    other = make_membership(review, AccessRole.RM, user=make_user("Nia Frobisher"))
    domain.sign(
        member=other,
        subject=SignOff.Subject.TERMS,
        seen=wording(review, SignOff.Subject.TERMS),
        agreed=True,
        by=other.user,
        at=timezone.now(),
    )

    page = words(desk.get(at("team-remove", review.pk, other.pk)))
    desk.post(at("team-remove", review.pk, other.pk))

    assert "The audit trail keeps that they were added and removed" in page
    assert "Their name stays beside what they signed" in page
    assert "by Nia Frobisher" in words(desk.get(at("terms", review.pk)))
    trail = words(desk.get(at("audit", review.pk)))
    assert "Nia Frobisher was removed as" in trail
    assert "Nia Frobisher" in {
        each.actor_name for each in AuditEvent.objects.filter(review_ref=review.pk)
    }
