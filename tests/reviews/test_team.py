"""Who is on a review says who they are, declares interests, and is accepted by the council."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from reviews import domain, reading
from reviews.models import (
    AccessRole,
    Agency,
    AuditEvent,
    Interest,
    Membership,
    ProfileDecision,
    Review,
    Stage,
    User,
)
from reviews.organisations import same_organisation
from reviews.reading.checks import standing_checks
from reviews.reading.team import peers_of, sign_off
from scheduling.domain import Person
from scheduling.reading import clashes_for, sessions_for
from tests.make import DAY_ZERO, make_membership, make_user, move
from tests.make_scheduling import make_session

SignIn = Callable[[User], Client]
SECRET = "My sister manages the school's safeguarding lead"


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def member_of(review: Review, user: User) -> Membership:
    return review.memberships.select_related("user", "review").get(user=user)


def add(review: Review, manager: User, role: str, **values: object) -> Membership:
    return domain.add_member(
        review=review,
        user=make_user(),
        role_code=role,
        by=manager,
        at=timezone.now(),
        **values,  # type: ignore[arg-type]
    )


def declare(member: Membership, *agencies: Agency, text: str = SECRET) -> Interest:
    return domain.declare_interest(
        member=member,
        something=bool(text),
        text=text,
        sessions="",
        agencies=agencies,
        by=member.user,
        at=timezone.now(),
    )


def profile_values(**changed: str) -> dict[str, str]:
    return {
        "home_organisation": "Ashmere Council",
        "profile": "Assistant director for early help.",
        "attendance": "on_site",
        **changed,
    }


# Refused, with the reason


@pytest.mark.parametrize(
    "home",
    [
        "Trafford Council",
        "trafford",
        "Trafford MBC",
        "Trafford Metropolitan Borough Council",
        "The Council of Trafford",
    ],
)
def test_a_peer_from_the_council_under_review_is_refused_however_it_is_written(
    review: Review, manager: User, home: str
) -> None:
    with pytest.raises(domain.FromTheCouncil, match="is the council under review"):
        add(review, manager, "OP", home_organisation=home)


@pytest.mark.parametrize("home", ["Stretford Council", "City of York", ""])
def test_a_peer_from_elsewhere_is_not(review: Review, manager: User, home: str) -> None:
    assert add(review, manager, "OP", home_organisation=home).pk


@given(st.text(max_size=40), st.text(max_size=40))
def test_two_names_are_the_same_both_ways_round(one: str, other: str) -> None:
    assert same_organisation(one, other) == same_organisation(other, one)


@given(st.sampled_from(["Trafford", "York", "Stoke-on-Trent"]), st.data())
def test_a_name_is_the_same_as_itself_with_council_words_added(
    name: str, data: st.DataObject
) -> None:
    extra = data.draw(st.sampled_from(["Council", "City Council", "Borough Council"]))

    assert same_organisation(name, f"{name.upper()} {extra}")


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


# Slots and invitations


def test_the_page_shows_vacancies_places_and_who_has_accepted(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    make_membership(review, AccessRole.AP, full_name="Anwen Pryce")

    page = words(sign_in(manager).get(at("team", review.pk)))

    assert "Vacant" in page
    assert "0 of 3 held, 1 needed" in page  # officer peers
    assert page.count("Invited") == 2  # the leader and the analyst never signed in
    assert "Accepted" in page


# One's own profile


def test_a_peer_writes_their_own_profile(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    answer = sign_in(officer_peer).post(
        at("profile", review.pk), profile_values(attendance="remote")
    )

    assert answer["Location"] == at("team", review.pk)
    member = member_of(review, officer_peer)
    assert (member.home_organisation, member.on_site) == ("Ashmere Council", False)
    assert member.profile == "Assistant director for early help."


def test_a_profile_from_the_council_is_refused_at_its_field(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    page = sign_in(officer_peer).post(
        at("profile", review.pk), profile_values(home_organisation="Trafford")
    )

    assert "Trafford Council is the council under review." in words(page)
    assert member_of(review, officer_peer).home_organisation == ""


# Interests


def test_a_declaration_is_sealed_and_the_trail_does_not_say_what(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    agency = review.agencies.first()
    assert agency

    sign_in(officer_peer).post(
        at("interest", review.pk),
        {"something": "yes", "text": SECRET, "agencies": [agency.pk], "sessions": ""},
    )

    interest = Interest.objects.get()
    assert interest.text == SECRET
    assert list(interest.agencies.all()) == [agency]
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM reviews_interest")
        [(stored,)] = cursor.fetchall()
    assert SECRET.encode() not in bytes(stored)
    last = AuditEvent.objects.filter(review_ref=review.pk).last()
    assert last
    assert last.action == "interest.declared"
    assert last.detail == {"agencies": 1}


def test_an_interest_needs_its_words_and_none_takes_none(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    peer = sign_in(officer_peer)

    page = peer.post(at("interest", review.pk), {"something": "yes", "text": " "})
    assert "Say what the interest is" in words(page)
    peer.post(at("interest", review.pk), {"something": "no", "text": SECRET})

    interest = Interest.objects.get()
    assert (interest.something, interest.text) == (False, "")


def test_only_the_manager_and_the_leader_read_interests(
    review: Review,
    manager: User,
    leader: User,
    officer_peer: User,
    analyst: User,
    sponsor: User,
    organiser: User,
    sign_in: SignIn,
) -> None:
    declare(member_of(review, officer_peer))
    escaped = SECRET.replace("'", "&#x27;")

    def reads(user: User) -> bool:
        return escaped in words(sign_in(user).get(at("profiles", review.pk)))

    assert [reads(user) for user in (manager, leader)] == [True, True]
    others = (officer_peer, analyst, sponsor, organiser)
    assert [reads(user) for user in others] == [False] * 4


def test_the_timetable_warns_of_a_declared_interest_and_only_those_who_read_them(
    review: Review,
    manager: User,
    leader: User,
    officer_peer: User,
    health_peer: User,
    organiser: User,
) -> None:
    agency = review.agencies.exclude(kind=Agency.Kind.COUNCIL).first()
    assert agency
    peer = member_of(review, officer_peer)
    declare(peer, agency)
    move(review, Stage.LEAD_IN)
    make_session(
        review,
        by=manager,
        peers=[officer_peer, health_peer],
        people=[Person(name="Ada Lowe", agency=agency)],
        day=DAY_ZERO,
    )

    def sentences(user: User) -> list[str]:
        member = member_of(review, user)
        return [each.sentence for each in clashes_for(member, sessions_for(member))]

    [sentence] = sentences(manager)
    assert sentence.startswith(
        f"Odette Parrish has declared an interest in {agency.name}"
    )
    assert sentences(leader) == [sentence]
    assert sentences(organiser) == sentences(health_peer) == []


def test_conflicts_are_the_agencies_that_were_declared(
    review: Review, officer_peer: User, health_peer: User
) -> None:
    agencies = list(review.agencies.all()[:2])
    peer = member_of(review, officer_peer)
    declare(peer, *agencies)
    declare(member_of(review, health_peer), text="")

    found = {(each.membership, each.agency) for each in reading.conflicts(review)}

    assert found == {(peer.pk, agency.pk) for agency in agencies}


# The sponsor


def test_the_sponsor_accepts_the_team_in_one_step_and_name_and_date_are_kept(
    review: Review, leader: User, officer_peer: User, sponsor: User, sign_in: SignIn
) -> None:
    desk = sign_in(sponsor)
    rows = desk.get(at("profiles", review.pk)).context["rows"]

    desk.post(
        at("profiles-accept", review.pk), {"member": [row.member.pk for row in rows]}
    )

    decided = ProfileDecision.objects.all()
    assert {each.membership.user.full_name for each in decided} == {
        "Morgan Vale",
        "Leila Okafor",
        "Odette Parrish",
    }
    assert {each.decided_by_name for each in decided} == {"Stella Ormerod"}
    assert sign_off(peers_of(review)).accepted == 3


def test_somebody_who_joined_meanwhile_is_not_accepted_unseen(
    review: Review, leader: User, officer_peer: User, sponsor: User, sign_in: SignIn
) -> None:
    seen = member_of(review, leader)

    sign_in(sponsor).post(at("profiles-accept", review.pk), {"member": [seen.pk]})

    assert [each.membership for each in ProfileDecision.objects.all()] == [seen]


def test_not_yet_needs_a_reason_and_the_manager_is_told_by_the_checks(
    review: Review, officer_peer: User, sponsor: User, sign_in: SignIn
) -> None:
    peer = member_of(review, officer_peer)
    page = at("profile-decide", review.pk, peer.pk)
    desk = sign_in(sponsor)

    refused = desk.post(page, {"decision": "ask", "reason": ""})
    assert "Say why, so that the review manager can act" in words(refused)
    desk.post(page, {"decision": "ask", "reason": "Worked here until last year"})

    decision = ProfileDecision.objects.get()
    assert (decision.accepted, decision.reason) == (
        False,
        "Worked here until last year",
    )
    checks = [each.sentence for each in standing_checks(review, today=DAY_ZERO)]
    assert "The sponsor asks about Odette Parrish." in checks


def test_a_changed_profile_is_decided_on_anew_but_not_a_changed_attendance(
    review: Review, officer_peer: User, sponsor: User
) -> None:
    peer = member_of(review, officer_peer)
    domain.decide_profile(member=peer, accepted=True, by=sponsor, at=timezone.now())

    def change(**values: object) -> None:
        domain.change_profile(
            member=peer,
            by=officer_peer,
            at=timezone.now(),
            **{  # type: ignore[arg-type]
                "home_organisation": "",
                "profile": "",
                "on_site": True,
                **values,
            },
        )

    change(on_site=False)
    assert ProfileDecision.objects.count() == 1
    change(home_organisation="Ashmere Council")
    assert ProfileDecision.objects.count() == 0


def test_nobody_from_the_host_can_be_accepted_as_a_peer(
    review: Review, organiser: User, sponsor: User, sign_in: SignIn
) -> None:
    host = member_of(review, organiser)

    answer = sign_in(sponsor).get(at("profile-decide", review.pk, host.pk))

    assert answer.status_code == 404
