"""Who is on a review says who they are, declares interests, and is accepted by the council."""

import html
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

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
    Message,
    ProfileDecision,
    Review,
    Stage,
    User,
)
from reviews.reading.checks import standing_checks
from reviews.reading.team import peers_of, sign_off, team_page
from reviews.rules.organisations import same_organisation
from scheduling.domain.week import Person
from scheduling.reading import clashes_for, sessions_for
from tests.make import DAY_ZERO, make_user, move
from tests.make_scheduling import make_session

SignIn = Callable[[User], Client]
SECRET = "My sister manages the school's safeguarding lead"


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    text = re.sub(r"<[^>]+>", " ", html.unescape(content.decode()))
    return re.sub(r" ([.,?])", r"\1", " ".join(text.split()))


def member_of(review: Review, user: User) -> Membership:
    return review.memberships.select_related("user", "review").get(user=user)


def add(review: Review, manager: User, role: str, **values: object) -> Membership:
    return domain.add_member(
        review=review,
        user=make_user(),
        role_code=role,
        by=manager,
        at=timezone.now(),
        **{"home_organisation": "Ashmere Council", **values},  # type: ignore[arg-type]
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


def profile_values(member: Membership, **changed: str) -> dict[str, str]:
    return {
        "version": str(member.version),
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


# The team page


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


# Adding


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

    page = sign_in(manager).get(
        at("team-add", review.pk), {"role": "AGL", "agency": agency.pk}
    )

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


# Changing


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
    assert peer.get(at("team", review.pk))["Location"].startswith(
        reverse("account_login")
    )


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


# One's own profile


def test_a_peer_writes_their_own_profile(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    answer = sign_in(officer_peer).post(
        at("profile", review.pk),
        profile_values(
            member_of(review, officer_peer),
            attendance="remote",
            telephone="01632 960 333",
        ),
    )

    assert answer["Location"] == at("team", review.pk)
    member = member_of(review, officer_peer)
    assert (member.home_organisation, member.on_site) == ("Ashmere Council", False)
    assert member.profile == "Assistant director for early help."
    assert member.user.telephone == "01632 960 333"


def test_a_profile_from_the_council_is_refused_at_its_field(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    page = sign_in(officer_peer).post(
        at("profile", review.pk),
        profile_values(member_of(review, officer_peer), home_organisation="Trafford"),
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


def test_an_interest_needs_its_words(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    page = sign_in(officer_peer).post(
        at("interest", review.pk), {"something": "yes", "text": " "}
    )

    assert "Say what the interest is" in words(page)
    assert not Interest.objects.exists()


def test_no_interest_beside_words_or_ticks_is_asked_about_and_nothing_is_lost(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    peer = sign_in(officer_peer)
    agency = review.agencies.first()
    assert agency

    for extra in ({"text": SECRET}, {"agencies": [agency.pk]}):
        page = peer.post(at("interest", review.pk), {"something": "no", **extra})
        assert "Select “Yes”, or leave “What is the interest?”" in words(page)
        assert not Interest.objects.exists()
    peer.post(at("interest", review.pk), {"something": "no"})

    assert Interest.objects.get().something is False


def test_what_applies_to_an_interest_stands_under_yes(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    page = sign_in(officer_peer).get(at("interest", review.pk)).content.decode()

    [revealed] = re.findall(r'data-reveals="([^"]+)"', page)
    below = page[page.index(f'id="{revealed}"') :]
    assert 'name="text"' in below
    assert 'name="agencies"' in below
    # Hidden by a class that only scripts give a meaning to.
    assert "govuk-radios__conditional--hidden" in page


def test_before_there_is_a_timetable_a_peer_says_it_in_words_and_then_ticks(
    review: Review, manager: User, officer_peer: User, sign_in: SignIn
) -> None:
    peer = sign_in(officer_peer)
    before = peer.get(at("interest", review.pk)).content.decode()
    assert 'name="sessions"' in before
    assert 'name="not_in"' not in before
    session = make_session(review, by=manager, title="Police officers")

    after = peer.get(at("interest", review.pk)).content.decode()
    peer.post(
        at("interest", review.pk),
        {"something": "yes", "text": SECRET, "not_in": [str(session.pk)]},
    )

    assert 'name="sessions"' not in after
    assert "Police officers, Monday 4 February, 10:15am" in after
    assert re.search(
        r'name="not_in"[^>]*checked',
        peer.get(at("interest", review.pk)).content.decode(),
    )


def test_a_session_that_a_peer_should_not_be_in_is_known_to_the_few_who_may(
    review: Review,
    manager: User,
    leader: User,
    officer_peer: User,
    health_peer: User,
    organiser: User,
    sign_in: SignIn,
) -> None:
    move(review, Stage.LEAD_IN)
    session = make_session(
        review, by=manager, peers=[officer_peer, health_peer], title="Police officers"
    )
    sign_in(officer_peer).post(
        at("interest", review.pk),
        {"something": "yes", "text": SECRET, "not_in": [str(session.pk)]},
    )

    def sentences(user: User) -> list[str]:
        member = member_of(review, user)
        return [each.sentence for each in clashes_for(member, sessions_for(member))]

    [sentence] = sentences(manager)
    assert sentence.startswith("Odette Parrish has asked not to be in this session")
    assert sentences(leader) == [sentence]
    assert sentences(organiser) == sentences(health_peer) == []
    says = "Not in: Police officers, Monday 4 February"
    assert says in words(sign_in(leader).get(at("profiles", review.pk)))
    assert says not in words(sign_in(health_peer).get(at("profiles", review.pk)))


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

    def reads(user: User) -> bool:
        return SECRET in words(sign_in(user).get(at("profiles", review.pk)))

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
    Membership.objects.filter(user=officer_peer).update(
        home_organisation="Wyre Council"
    )
    peer = member_of(review, officer_peer)
    domain.decide_profile(member=peer, accepted=True, by=sponsor, at=timezone.now())

    def change(**values: object) -> None:
        domain.change_profile(
            member=peer,
            version=peer.version,
            by=officer_peer,
            at=timezone.now(),
            **{  # type: ignore[arg-type]
                "home_organisation": "Wyre Council",
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


def test_the_decision_is_one_question_with_what_it_is_about(
    review: Review, officer_peer: User, sponsor: User, sign_in: SignIn
) -> None:
    Membership.objects.filter(user=officer_peer).update(
        home_organisation="Wyre Council", profile="Runs the front door."
    )
    peer = member_of(review, officer_peer)

    page = sign_in(sponsor).get(at("profile-decide", review.pk, peer.pk))

    text = page.content.decode()
    assert "Do you accept Odette Parrish on the team?" in words(page)
    for fact in ("Officer peer", "Wyre Council", "On site", "Runs the front door."):
        assert fact in words(page)
    # The reason stands under "Not yet" alone.
    assert text.index('value="ask"') < text.index('name="reason"')
    refused = sign_in(sponsor).post(
        at("profile-decide", review.pk, peer.pk),
        {"decision": "accept", "reason": "Very good"},
    )
    assert "Select “Not yet”, or leave “Why not yet?” empty" in words(refused)
    assert not ProfileDecision.objects.exists()


def test_nobody_who_is_on_site_and_was_decided_on_is_decided_on_again(
    review: Review,
    officer_peer: User,
    health_peer: User,
    sponsor: User,
    sign_in: SignIn,
) -> None:
    decided, late = member_of(review, officer_peer), member_of(review, health_peer)
    domain.decide_profile(member=decided, accepted=True, by=sponsor, at=timezone.now())
    move(review, Stage.ON_SITE)
    desk = sign_in(sponsor)

    page = desk.get(at("profiles", review.pk)).content.decode()
    assert at("profile-decide", review.pk, decided.pk) not in page
    assert at("profile-decide", review.pk, late.pk) in page
    desk.post(
        at("profile-decide", review.pk, decided.pk),
        {"decision": "ask", "reason": "Second thoughts"},
    )
    assert ProfileDecision.objects.get().accepted


def test_who_accepted_whom_and_when_is_said_once(
    review: Review, leader: User, officer_peer: User, sponsor: User, sign_in: SignIn
) -> None:
    desk = sign_in(sponsor)
    rows = peers_of(review)
    desk.post(
        at("profiles-accept", review.pk), {"member": [row.member.pk for row in rows]}
    )

    page = words(desk.get(at("profiles", review.pk)))

    today = timezone.localdate()
    assert (
        f"Stella Ormerod accepted all 3 profiles on {today.day} {today:%B %Y}." in page
    )
    assert page.count("Stella Ormerod accepted") == 1
