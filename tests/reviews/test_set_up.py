"""A review manager sets a review up, staffs it, moves its plan and passes it on."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain
from reviews.mail import mailer
from reviews.models import (
    AccessRole,
    Agency,
    AuditEvent,
    Membership,
    Message,
    Milestone,
    Review,
    Stage,
    User,
)
from reviews.refusals import ChangedMeanwhile
from reviews.screening import roster
from reviews.secrets import keystore
from reviews.trail import audit
from tests.make import DAY_ZERO, make_membership, make_review, make_user, move

SignIn = Callable[[User], Client]


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    """The review manager's browser."""
    return sign_in(manager)


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def parts(day: dt.date) -> dict[str, str]:
    return {
        "day_zero_0": str(day.day),
        "day_zero_1": str(day.month),
        "day_zero_2": str(day.year),
    }


def add(review: Review, manager: User, role: str, **values: object) -> Membership:
    return domain.add_member(
        review=review,
        user=make_user(),
        role_code=role,
        by=manager,
        at=timezone.now(),
        **{"home_organisation": "Ashmere Council", **values},  # type: ignore[arg-type]
    )


def actions(review: Review) -> list[str]:
    return [event.action for event in AuditEvent.objects.filter(review_ref=review.pk)]


# Creating


def test_who_may_create_reviews_creates_one_from_a_framework(
    manager: User, sign_in: SignIn
) -> None:
    monday = timezone.localdate() + dt.timedelta(days=100)
    monday -= dt.timedelta(days=monday.weekday())

    answer = sign_in(manager).post(
        at("new"),
        {
            "council": "Ashmere Council",
            "pack": "safeguarding-children-2012",
            "duty_contact": "Duty team, 01632 960001",
            **parts(monday),
        },
    )

    review = Review.objects.get(council="Ashmere Council")
    assert answer["Location"] == at("set-up", review.pk)
    assert review.day_zero == monday
    assert review.memberships.get().access_role == AccessRole.RM
    assert review.milestones.exists()
    assert audit.verify() == []


def new_values(day: dt.date, **changed: str) -> dict[str, str]:
    return {
        "council": "Ashmere Council",
        "pack": "safeguarding-children-2012",
        "duty_contact": "Duty team, 01632 960001",
        **parts(day),
        **changed,
    }


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (dt.date(2013, 2, 4), "4 February 2013 is in the past."),
        (dt.date(2013, 2, 2), "2 February 2013 is a Saturday."),
        (dt.date(2013, 4, 1), "Easter Monday, 1 April 2013, is a bank holiday."),
        (dt.date(2012, 12, 17), "The visit would be 14 days away, and"),
    ],
)
def test_a_first_day_that_something_speaks_against_is_asked_about_once(
    manager: User, sign_in: SignIn, day: dt.date, sentence: str
) -> None:
    with time_machine.travel(dt.datetime(2012, 12, 3, 12, tzinfo=dt.UTC)):
        desk = sign_in(manager)
        if "past" in sentence:
            day = dt.date(2012, 11, 5)
            sentence = "5 November 2012 is in the past."
        page = desk.post(at("new"), new_values(day))

        assert sentence in words(page)
        assert "Create the review all the same" in words(page)
        assert not Review.objects.exists()
        confirmed = page.context["form"]["confirmed"].value()
        desk.post(at("new"), new_values(day, confirmed=confirmed))

    assert Review.objects.get().day_zero == day


def test_another_day_than_the_confirmed_one_is_asked_about_anew(
    manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    page = desk.post(at("new"), new_values(dt.date(2013, 2, 4)))
    confirmed = page.context["form"]["confirmed"].value()

    desk.post(at("new"), new_values(dt.date(2013, 2, 11), confirmed=confirmed))

    assert not Review.objects.exists()


def test_a_second_review_of_the_same_council_and_day_is_asked_about(
    review: Review, desk: Client
) -> None:
    page = desk.post(at("new"), new_values(DAY_ZERO, council="trafford council"))

    assert (
        "You have a review of trafford council that begins on that day already."
        in words(page)
    )
    assert Review.objects.count() == 1


def test_whom_to_ring_needs_a_number_to_ring(manager: User, sign_in: SignIn) -> None:
    page = sign_in(manager).post(
        at("new"), new_values(dt.date(2013, 2, 4), duty_contact="The duty team")
    )

    assert "Whom to ring must include a telephone number" in words(page)
    assert not Review.objects.exists()


# A review that was made by mistake


@pytest.mark.django_db(transaction=True)
def test_a_wrong_review_is_deleted_in_two_steps_with_its_keys(
    review: Review, manager: User, other_review: Review, sign_in: SignIn
) -> None:
    make_membership(review, AccessRole.PC)
    desk = sign_in(manager)
    page = at("review-delete", review.pk)
    assert "made by mistake" in words(desk.get(at("details", review.pk)))
    shown = words(desk.get(page))
    assert "Delete the review and all that was set up" in shown
    assert "audit trail stays in the database, with the names of those who did" in shown
    kept = audit.lines(review)
    assert Review.objects.filter(pk=review.pk).exists()

    answer = desk.post(page)

    assert answer["Location"] == at("work")
    assert [each.pk for each in Review.objects.all()] == [other_review.pk]
    assert not any(name.startswith(f"review-{review.pk}-") for name in keystore.names())
    assert keystore.exists(f"review-{other_review.pk}-speech")
    event = AuditEvent.objects.get(action="review.deleted")
    assert event.review_ref == 0
    assert event.detail["council"] == "Trafford Council"
    assert audit.verify() == []
    # Its own trail stays, with the names, and no page leads there.
    rows = AuditEvent.objects.filter(review_ref=review.pk)
    assert rows.count() == len(kept) > 0
    assert manager.full_name in {each.actor_name for each in rows}
    assert desk.get(at("audit", review.pk)).status_code == 404


def test_a_review_in_which_something_was_said_stays(
    review: Review, desk: Client, leader: User, manager: User
) -> None:
    page = at("review-delete", review.pk)
    domain.ask_to_speak(review=review, about="Caseloads", reach="Ring me", when="")

    assert "Somebody has asked to speak to the team." in words(desk.get(page))
    desk.post(page)
    with pytest.raises(domain.SomethingSaid, match="asked to speak to the team"):
        domain.delete_review(review=review, by=manager, at=timezone.now())
    assert Review.objects.filter(pk=review.pk).exists()

    move(review, Stage.LEAD_IN)
    assert desk.post(page).status_code == 403


def test_who_may_not_create_reviews_is_kept_out(db: None, sign_in: SignIn) -> None:
    assert sign_in(make_user()).get(at("new")).status_code == 403


# Details and key questions


def detail_values(review: Review, **changed: str) -> dict[str, str]:
    return {
        **{name: getattr(review, name) for name in domain.REVIEW_DETAILS},
        "version": str(review.version),
        **changed,
    }


def test_changed_details_are_saved_and_the_trail_says_what_was_before_and_after(
    desk: Client, review: Review
) -> None:
    answer = desk.post(
        at("details", review.pk), detail_values(review, scope="Early help")
    )

    assert answer["Location"] == at("set-up", review.pk)
    assert Review.objects.get(pk=review.pk).scope == "Early help"
    last = AuditEvent.objects.filter(review_ref=review.pk).last()
    assert last
    assert (last.action, last.detail) == (
        "review.details_changed",
        {"changed": {"scope": ["", "Early help"]}},
    )


def test_details_that_are_saved_as_they_were_are_no_change(
    desk: Client, review: Review
) -> None:
    before = actions(review)

    answer = desk.post(at("details", review.pk), detail_values(review))

    assert answer["Location"] == at("set-up", review.pk)
    assert actions(review) == before


def test_a_council_is_renamed_where_no_peer_comes_from_there(
    desk: Client, review: Review, manager: User
) -> None:
    add(review, manager, "OP", home_organisation="Ashmere Council")

    desk.post(at("details", review.pk), detail_values(review, council="Wyre Council"))

    assert Review.objects.get(pk=review.pk).council == "Wyre Council"


def test_second_of_two_savers_sees_both_and_may_save_again(
    desk: Client, review: Review, manager: User
) -> None:
    mine = detail_values(review, scope="My scope")
    domain.change_details(
        review=Review.objects.get(pk=review.pk),
        version=review.version,
        by=manager,
        at=timezone.now(),
        scope="Their scope",
    )

    page = desk.post(at("details", review.pk), mine)

    assert Review.objects.get(pk=review.pk).scope == "Their scope"
    assert "What the other person saved" in words(page)
    assert "Their scope" in words(page)
    assert "My scope" in words(page)

    again = page.context["form"].data
    desk.post(at("details", review.pk), again)
    assert Review.objects.get(pk=review.pk).scope == "My scope"


def test_key_questions_are_numbered_without_gaps_and_can_be_taken_back(
    desk: Client, review: Review
) -> None:
    address = at("key-questions", review.pk)

    def version() -> str:
        return str(desk.get(address).context["form"]["version"].value())

    desk.post(
        address,
        {"question_1": "First?", "question_3": "Third?", "version": version()},
    )
    assert list(review.key_questions.values_list("number", "text")) == [
        (1, "First?"),
        (2, "Third?"),
    ]

    desk.post(address, {"question_1": "Only?", "version": version()})
    assert list(review.key_questions.values_list("number", "text")) == [(1, "Only?")]


# Agencies


def test_agency_is_added_once_and_gets_a_code_of_its_own(
    desk: Client, review: Review
) -> None:
    address = at("agencies", review.pk)
    Agency.objects.create(review=review, name="Something", code="harbour-trust")

    desk.post(address, {"name": "Harbour Trust", "kind": "partner"})
    twice = desk.post(address, {"name": "harbour trust", "kind": "partner"})

    assert review.agencies.get(name="Harbour Trust").code == "harbour-trust-2"
    assert "is on the list already" in words(twice)


def test_agency_with_a_contact_stays_and_one_without_goes(
    desk: Client, review: Review, partner: User
) -> None:
    kept = review.memberships.get(user=partner).agency
    assert kept
    other = review.agencies.exclude(pk=kept.pk).first()
    assert other

    refused = desk.post(at("agency-remove", review.pk, kept.pk))
    desk.post(at("agency-remove", review.pk, other.pk))

    assert "has a contact on this review" in words(refused)
    assert review.agencies.filter(pk=kept.pk).exists()
    assert not review.agencies.filter(pk=other.pk).exists()


# Team


def member_values(**changed: str) -> dict[str, str]:
    return {
        "role": "TL",
        "full_name": "Leila Okafor",
        "email": "leila@elsewhere.example",
        "home_organisation": "Elsewhere Council",
        "attendance": "on_site",
        **changed,
    }


def test_new_person_gets_an_account_a_message_and_a_place_on_the_roster(
    desk: Client, review: Review
) -> None:
    answer = desk.post(at("team-add", review.pk), member_values())

    assert answer["Location"] == at("team", review.pk)
    member = review.memberships.get(role="TL")
    assert (member.user.email, member.home_organisation) == (
        "leila@elsewhere.example",
        "Elsewhere Council",
    )
    assert [message.to for message in Message.objects.all()] == [
        "leila@elsewhere.example"
    ]
    assert "Leila Okafor" in roster.load(review).names
    assert "Leila Okafor" in words(desk.get(at("team", review.pk)))


def test_there_is_one_team_leader(
    desk: Client, review: Review, manager: User, leader: User
) -> None:
    with pytest.raises(domain.RoleTaken):
        add(review, manager, "TL")

    page = words(desk.get(at("team-add", review.pk)))
    assert 'value="MP"' in page
    assert 'value="TL"' not in page


def test_nobody_has_two_roles(review: Review, manager: User, leader: User) -> None:
    with pytest.raises(domain.AlreadyOnReview, match="already on this review as team"):
        domain.add_member(
            review=review,
            user=leader,
            role_code="MP",
            by=manager,
            at=timezone.now(),
        )


def test_agency_lead_has_an_agency_and_a_peer_never(
    review: Review, manager: User
) -> None:
    agency = review.agencies.first()

    with pytest.raises(domain.NeedsAgency):
        add(review, manager, "AGL")

    assert add(review, manager, "AGL", agency=agency).agency == agency
    assert add(review, manager, "MP", agency=agency).agency is None


def test_last_manager_stays_and_anybody_else_can_be_taken_off(
    desk: Client, review: Review, manager: User, leader: User
) -> None:
    own = review.memberships.get(user=manager)
    theirs = review.memberships.get(user=leader)

    refused = desk.post(at("team-remove", review.pk, own.pk))
    desk.post(at("team-remove", review.pk, theirs.pk))

    assert "A review needs a review manager" in words(refused)
    assert [member.user for member in review.memberships.all()] == [manager]


def test_who_was_taken_off_no_longer_finds_the_review(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    browser = sign_in(leader)
    assert browser.get(at("team", review.pk)).status_code == 200

    domain.remove_member(
        review=review,
        member=review.memberships.get(user=leader),
        by=manager,
        at=timezone.now(),
    )

    assert browser.get(at("team", review.pk)).status_code == 404


# Plan


def test_moving_the_visit_shows_the_list_first_and_leaves_what_is_done(
    desk: Client, review: Review
) -> None:
    done, open_one = review.milestones.order_by("due_on")[:2]
    desk.post(at("milestone-done", review.pk, done.pk))
    later = DAY_ZERO + dt.timedelta(days=14)
    address = at("plan-move", review.pk)

    shown = desk.post(address, parts(later))
    assert "Milestones before and after" in words(shown)
    assert Review.objects.get(pk=review.pk).day_zero == DAY_ZERO

    desk.post(
        address, {**parts(later), "confirmed": "yes", "version": str(review.version)}
    )
    assert Review.objects.get(pk=review.pk).day_zero == later
    assert Milestone.objects.get(pk=done.pk).due_on == done.due_on
    assert Milestone.objects.get(pk=open_one.pk).due_on > open_one.due_on


def test_visit_that_somebody_changed_meanwhile_is_not_moved(
    desk: Client, review: Review
) -> None:
    later = DAY_ZERO + dt.timedelta(days=14)

    page = desk.post(
        at("plan-move", review.pk),
        {**parts(later), "confirmed": "yes", "version": str(review.version - 1)},
    )

    assert page.status_code == 200
    assert Review.objects.get(pk=review.pk).day_zero == DAY_ZERO


def milestone_values(row: Milestone, **changed: str) -> dict[str, str]:
    return {
        "version": str(row.version),
        "due_on_0": str(row.due_on.day),
        "due_on_1": str(row.due_on.month),
        "due_on_2": str(row.due_on.year),
        "owner_role": row.owner_role,
        "status": row.status,
        "evidence": row.evidence,
        **changed,
    }


def test_milestone_is_done_on_a_day_and_open_again_without_one(
    desk: Client, review: Review
) -> None:
    row = review.milestones.all()[0]

    desk.post(at("milestone-done", review.pk, row.pk))
    done = Milestone.objects.get(pk=row.pk)
    assert (done.status, done.done_on) == (
        Milestone.Status.DONE,
        review.today(timezone.now()),
    )

    desk.post(
        at("milestone", review.pk, row.pk),
        milestone_values(done, status=row.status, evidence="Letter of 3 May"),
    )
    opened = Milestone.objects.get(pk=row.pk)
    assert (opened.status, opened.done_on, opened.evidence) == (
        row.status,
        None,
        "Letter of 3 May",
    )


def test_second_writer_of_a_milestone_sees_what_the_first_one_wrote(
    desk: Client, review: Review
) -> None:
    row = review.milestones.all()[0]
    mine = milestone_values(row, evidence="Mine")
    desk.post(
        at("milestone", review.pk, row.pk), milestone_values(row, evidence="Theirs")
    )

    page = desk.post(at("milestone", review.pk, row.pk), mine)

    assert "What the other person saved" in words(page)
    assert Milestone.objects.get(pk=row.pk).evidence == "Theirs"


# Stages


def pass_on(review: Review, manager: User, to: Stage, *blockers: str) -> None:
    domain.move_stage(
        review=review, to=to, blockers=blockers, by=manager, at=timezone.now()
    )


def test_review_passes_one_stage_on_and_the_trail_says_so(
    review: Review, manager: User
) -> None:
    pass_on(review, manager, Stage.LEAD_IN)

    assert Review.objects.get(pk=review.pk).stage == Stage.LEAD_IN
    assert actions(review)[-1] == "review.stage_moved"


def test_what_is_missing_keeps_the_review_where_it_is(
    review: Review, manager: User
) -> None:
    with pytest.raises(domain.StageBlocked, match="No team leader"):
        pass_on(review, manager, Stage.LEAD_IN, "No team leader.", "No duty contact.")

    assert Review.objects.get(pk=review.pk).stage == Stage.SET_UP


@pytest.mark.parametrize("to", [Stage.SET_UP, Stage.ON_SITE, Stage.FEEDBACK])
def test_no_stage_is_jumped_over_or_gone_back_to(
    review: Review, manager: User, to: Stage
) -> None:
    with pytest.raises(domain.StageBlocked, match="already at"):
        pass_on(review, manager, to)

    assert Review.objects.get(pk=review.pk).stage == Stage.SET_UP


def test_two_managers_pressing_at_once_move_it_one_stage(
    review: Review, manager: User
) -> None:
    seen_by_the_other = Review.objects.get(pk=review.pk)
    pass_on(review, manager, Stage.LEAD_IN)

    with pytest.raises(domain.StageBlocked, match="already at"):
        pass_on(seen_by_the_other, manager, Stage.LEAD_IN)

    assert actions(review).count("review.stage_moved") == 1


# Outbox, trail and framework


def test_manager_reads_outbox_trail_and_framework(desk: Client, review: Review) -> None:
    desk.post(at("team-add", review.pk), member_values())
    message = Message.objects.get()

    outbox = words(desk.get(at("outbox", review.pk)))
    one = desk.get(at("outbox-message", review.pk, message.pk))
    trail = words(desk.get(at("audit", review.pk)))
    framework = words(desk.get(at("framework-read", review.pk, "themes")))

    assert "leila@elsewhere.example" in outbox
    assert "You are invited to the peer review of Trafford Council" in words(one)
    assert "Morgan Vale" in trail
    assert review.pack.themes[0].title in framework


def test_message_that_failed_can_be_sent_again_from_its_page(
    desk: Client, review: Review
) -> None:
    message = mailer.queue(
        review=review, kind="plan reminder", to="a@example.org", subject="S", text="T"
    )
    Message.objects.filter(pk=message.pk).update(state="failed")

    desk.post(at("outbox-message", review.pk, message.pk))

    assert Message.objects.get(pk=message.pk).state == "queued"


def test_work_page_lists_ones_own_reviews_alone(
    review: Review, manager: User, sign_in: SignIn, other_review: Review
) -> None:
    page = words(sign_in(manager).get(at("work")))

    assert review.council in page
    assert other_review.council not in page


def test_stale_save_raises_and_writes_nothing(review: Review, manager: User) -> None:
    with pytest.raises(ChangedMeanwhile):
        domain.change_details(
            review=review,
            version=review.version - 1,
            by=manager,
            at=timezone.now(),
            scope="Too late",
        )

    assert Review.objects.get(pk=review.pk).scope == ""


def test_council_reads_the_plan_and_changes_nothing_of_it(
    review: Review, organiser: User, sign_in: SignIn
) -> None:
    move(review, Stage.LEAD_IN)
    browser = sign_in(organiser)
    row = review.milestones.all()[0]

    assert browser.get(at("plan", review.pk)).status_code == 200
    assert browser.post(at("milestone-done", review.pk, row.pk)).status_code == 403
    assert Milestone.objects.get(pk=row.pk).status == row.status


def test_numbers_of_another_reviews_rows_are_not_found(
    desk: Client, review: Review
) -> None:
    theirs = make_review(council="Ashmere Council", manager=make_user())
    member = make_membership(theirs, AccessRole.TL)
    agency, row = theirs.agencies.all()[0], theirs.milestones.all()[0]

    codes = [
        desk.post(at(name, review.pk, number)).status_code
        for name, number in (
            ("team-remove", member.pk),
            ("agency-remove", agency.pk),
            ("milestone-done", row.pk),
        )
    ]

    assert codes == [404, 404, 404]
