"""What peers say and declare of themselves, and who accepts it."""

import re

import pytest
from django.db import connection
from django.utils import timezone

from reviews import domain, reading
from reviews.access import GRANTS, Action, allowed
from reviews.apps_above.records import Life
from reviews.models import (
    TEAM,
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
from reviews.reading.checks import standing_checks
from reviews.reading.records import every_record
from reviews.reading.team import peers_of, sign_off
from scheduling.domain.week import Person
from scheduling.reading import clashes_for, sessions_for
from tests.make import DAY_ZERO, move
from tests.make_scheduling import make_session
from tests.reviews.members import SignIn, at, member_of, profile_values, words

SECRET = "My sister manages the school's safeguarding lead"


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


def test_the_page_of_a_profile_says_who_reads_it_and_until_when(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    peer = sign_in(officer_peer)
    readers = {AccessRole.CS, AccessRole.CC}
    assert set(GRANTS[Action.READ_PLAN]) == {*TEAM, *readers}
    says = "The team and the council’s contact can read it, and the council’s sponsor"
    for stage, is_asked in ((Stage.ON_SITE, True), (Stage.REPORTING, False)):
        move(review, stage)
        page = words(peer.get(at("profile", review.pk)))
        assert says in page
        assert ("is asked again if you change your profile" in page) == is_asked
        assert is_asked == allowed(Action.ACCEPT_PROFILES, AccessRole.CS, stage)
        assert "Your profile is destroyed when the review is closed." in page
        assert "in which role and from where, is kept for six years more." in page
    held = {each.code: each for each in every_record()}
    assert [each.name for each in held["interests"].columns] == ["profile"]
    assert held["interests"].life == Life.CLOSE
    assert held["members"].life == Life.RECORD


def test_a_profile_that_is_saved_as_it_was_is_no_change(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    peer = sign_in(officer_peer)
    for number in ("01632 960 333", "01632 960 444"):
        values = profile_values(member_of(review, officer_peer), telephone=number)
        peer.post(at("profile", review.pk), values)

    member = member_of(review, officer_peer)
    # The number is the person's, not the review's.
    assert member.user.telephone == "01632 960 444"
    changes = AuditEvent.objects.filter(action="member.profile_changed")
    assert changes.count() == 1


def test_an_interest_is_named_and_a_doubt_has_a_reason_whatever_code_runs(
    review: Review, officer_peer: User, sponsor: User
) -> None:
    member = member_of(review, officer_peer)

    with pytest.raises(domain.NothingDeclared, match="Say what the interest is"):
        domain.declare_interest(
            member=member,
            something=True,
            text=" ",
            sessions="",
            agencies=(),
            by=officer_peer,
            at=timezone.now(),
        )
    with pytest.raises(domain.NoReason, match="Say why"):
        domain.decide_profile(
            member=member, accepted=False, reason=" ", by=sponsor, at=timezone.now()
        )

    assert not Interest.objects.exists()
    assert not ProfileDecision.objects.exists()


def test_a_profile_from_the_council_is_refused_at_its_field(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    page = sign_in(officer_peer).post(
        at("profile", review.pk),
        profile_values(member_of(review, officer_peer), home_organisation="Trafford"),
    )

    assert "Trafford Council is the council under review." in words(page)
    assert member_of(review, officer_peer).home_organisation == ""


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
    assert last.detail == {}


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
