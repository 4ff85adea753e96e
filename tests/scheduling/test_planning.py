"""The week plans and mends itself, and nothing moves until somebody takes it."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from reviews import background
from reviews import domain as reviews_domain
from reviews.models import AccessRole, AuditEvent, Job, Review, Stage, User
from reviews.refusals import ChangedMeanwhile
from scheduling import visit_moves
from scheduling.domain import plans
from scheduling.domain.week import Person, cancel_session, ensure_rooms
from scheduling.models import Away, Session, WeekPlan
from scheduling.models.proposals import Proposed, Result
from scheduling.reading import plan as reading
from scheduling.views import plans as plan_views
from tests.make import DAY_ZERO, make_membership
from tests.make_scheduling import make_session
from tests.scheduling.solver.checker import faults

BEFORE = dt.datetime(2013, 1, 7, 9)  # noqa: DTZ001 - on the clock of the place
TUESDAY = DAY_ZERO + dt.timedelta(days=1)
TEAM = (
    (AccessRole.TL, "TL", "Leila Okafor"),
    (AccessRole.P, "MP", "Gwil Ashdown"),
    (AccessRole.P, "OP", "Petra Lindqvist"),
    (AccessRole.P, "HP", "Hema Raval"),
)


@pytest.fixture(autouse=True)
def prepared(review: Review) -> None:
    Review.objects.filter(pk=review.pk).update(stage=Stage.LEAD_IN)
    review.refresh_from_db()


@pytest.fixture
def team(review: Review) -> dict[str, User]:
    return {
        role: make_membership(review, access, role=role, full_name=name).user
        for access, role, name in TEAM
    }


@pytest.fixture
def clash(review: Review, manager: User, team: dict[str, User]) -> list[Session]:
    """Two groups for the same pair at the same time, and one that is well where it is."""
    pair = [team["TL"], team["MP"]]
    return [
        make_session(review, by=manager, peers=pair, title="Group one"),
        make_session(review, by=manager, peers=pair, title="Group two", room="R2"),
        make_session(
            review, by=manager, peers=pair, title="Group three", start=dt.time(14)
        ),
    ]


def ask(review: Review, by: User, kind: str = WeekPlan.Kind.MEND) -> WeekPlan:
    return plans.ask(
        review=review,
        kind=kind,
        seconds=2,
        weights={},
        now=BEFORE,
        by=by,
        at=timezone.now(),
    )


def planned(review: Review, by: User, kind: str = WeekPlan.Kind.MEND) -> Result:
    """As the worker does it."""
    plan = ask(review, by, kind)
    assert plan.job is not None
    background.run(plan.job.pk)
    plan.refresh_from_db()
    assert plan.state == WeekPlan.State.READY, Job.objects.get(
        pk=plan.job.pk
    ).error_code
    plan.review = review
    return Result.from_text(plan.result)


def take(review: Review, moves: tuple[Proposed, ...], by: User) -> int:
    return plans.take_moves(
        review=review,
        chosen={each.session for each in moves},
        now=BEFORE,
        by=by,
        at=timezone.now(),
    )


def where(review: Review) -> dict[str, tuple[object, ...]]:
    return {
        each.title: (
            each.day,
            each.start,
            each.room.code,
            sorted(peer.pk for peer in each.peers.all()),
        )
        for each in review.sessions.select_related("room")
    }


def test_a_clash_is_mended_with_one_move_and_only_once_it_is_taken(
    review: Review, manager: User, clash: list[Session]
) -> None:
    before = where(review)

    found = planned(review, manager)

    assert where(review) == before
    assert len(found.moves) == 1
    assert take(review, found.moves, manager) == 1
    after = where(review)
    assert sum(after[title] != before[title] for title in before) == 1
    week = plans.week_of(review, BEFORE)
    assert faults(week.problem, week.now) == []


def test_what_was_taken_is_put_back_where_it_was(
    review: Review, manager: User, clash: list[Session]
) -> None:
    before = where(review)
    take(review, planned(review, manager).moves, manager)

    number = plans.put_back(review=review, by=manager, at=timezone.now())

    assert number == 1
    assert where(review) == before
    with pytest.raises(plans.NothingToTake):
        plans.put_back(review=review, by=manager, at=timezone.now())


def test_putting_back_leaves_what_somebody_has_changed_since(
    review: Review, manager: User, clash: list[Session]
) -> None:
    moves = planned(review, manager).moves
    take(review, moves, manager)
    moved = review.sessions.get(pk=moves[0].session)
    Session.objects.filter(pk=moved.pk).update(version=moved.version + 1)
    now = where(review)

    assert plans.put_back(review=review, by=manager, at=timezone.now()) == 0
    assert where(review) == now


def test_a_session_changed_while_the_plan_was_made_stays_as_it_is(
    review: Review, manager: User, clash: list[Session]
) -> None:
    moves = planned(review, manager).moves
    Session.objects.filter(pk=moves[0].session).update(version=9)
    now = where(review)

    with pytest.raises(ChangedMeanwhile):
        take(review, moves, manager)

    assert where(review) == now
    assert WeekPlan.objects.get(review=review).state == WeekPlan.State.READY


def test_a_session_pinned_or_begun_since_stays_too(
    review: Review, manager: User, clash: list[Session]
) -> None:
    moves = planned(review, manager).moves
    moved = review.sessions.get(pk=moves[0].session)
    now = where(review)

    plans.pin(session=moved, pinned=True, by=manager, at=timezone.now())
    with pytest.raises(ChangedMeanwhile):
        take(review, moves, manager)
    [line] = reading.plan_page(review, BEFORE).moves
    assert line.stays == "Pinned since: it stays"

    plans.pin(session=moved, pinned=False, by=manager, at=timezone.now())
    [line] = reading.plan_page(review, moved.begins).moves
    assert line.stays == "Too late: its time has come"
    assert not line.can_be_taken
    assert where(review) == now


def test_times_that_are_not_free_go_with_the_visit(
    review: Review, manager: User, clash: list[Session]
) -> None:
    plans.add_away(
        review=review,
        whose=clash[0],
        day=TUESDAY,
        begins=dt.time(9),
        ends=dt.time(10),
        by=manager,
        at=timezone.now(),
    )

    visit_moves.move(review, DAY_ZERO, DAY_ZERO + dt.timedelta(days=14))

    assert review.away.get().day == TUESDAY + dt.timedelta(days=14)


def test_a_move_that_needs_another_is_refused_without_it(
    review: Review, manager: User, clash: list[Session]
) -> None:
    """Two sessions change places: taken by itself, either lands on the other."""
    ask(review, manager)
    week = plans.week_of(review, BEFORE)
    one, _, three = clash
    here, there = (week.now.placements[str(each.pk)] for each in (one, three))
    swap = (
        Proposed(one.pk, one.version, here, there),
        Proposed(three.pk, three.version, there, here),
    )
    plan = WeekPlan.objects.get(review=review)
    plan.review, plan.state = review, WeekPlan.State.READY
    plan.result = Result(moves=swap).to_text()
    plan.save()
    before = where(review)

    with pytest.raises(plans.MovesBreakRules, match="do not go together"):
        take(review, swap[:1], manager)

    assert where(review) == before


def test_nobody_is_put_where_they_are_not_free(
    review: Review, manager: User, clash: list[Session]
) -> None:
    """The whole of Monday is closed to the leader: her sessions of that day go elsewhere."""
    leader = review.memberships.get(user__full_name="Leila Okafor")
    plans.add_away(
        review=review,
        whose=leader,
        day=DAY_ZERO,
        begins=dt.time(8),
        ends=dt.time(18),
        by=manager,
        at=timezone.now(),
    )

    take(review, planned(review, manager).moves, manager)

    monday = review.sessions.filter(day=DAY_ZERO, peers=leader)
    assert not monday.exists()
    week = plans.week_of(review, BEFORE)
    assert faults(week.problem, week.now) == []


def test_what_stands_in_a_spare_slot_is_well_there(
    review: Review, manager: User, clash: list[Session], team: dict[str, User]
) -> None:
    """The timetable shows no clash there, and so mending the week leaves it alone."""
    pair = [team["TL"], team["MP"]]
    spare = make_session(
        review,
        by=manager,
        peers=pair,
        title="Spare slot",
        start=dt.time(14),
        minutes=45,
        type="GAP",
        source_class="",
    )
    blocks = {each.key for each in plans.week_of(review, BEFORE).problem.blocks}
    assert str(spare.pk) not in blocks

    cancel_session(session=clash[2], by=manager, at=timezone.now())
    blocks = {each.key for each in plans.week_of(review, BEFORE).problem.blocks}
    assert str(spare.pk) in blocks


def test_a_pinned_session_stays(
    review: Review, manager: User, clash: list[Session]
) -> None:
    one, two, _ = clash
    for each, other in ((one, two), (two, one)):
        plans.pin(session=each, pinned=True, by=manager, at=timezone.now())
        plans.pin(session=other, pinned=False, by=manager, at=timezone.now())
        [move] = planned(review, manager).moves
        assert move.session == other.pk


def test_health_services_are_met_by_somebody_who_knows_them(
    review: Review, manager: User, team: dict[str, User]
) -> None:
    session = make_session(
        review,
        by=manager,
        peers=[team["TL"], team["MP"]],
        title="Midwives",
        source_class="P-HEALTH",
    )

    [move] = planned(review, manager).moves

    nurse = review.memberships.get(user=team["HP"])
    assert move.session == session.pk
    assert move.after is not None
    assert str(nurse.pk) in move.after.peers


def test_a_declared_interest_keeps_a_peer_out(
    review: Review, manager: User, team: dict[str, User]
) -> None:
    police = review.agencies.get(code="POL")
    leader = review.memberships.get(user=team["TL"])
    reviews_domain.declare_interest(
        member=leader,
        something=True,
        text="A brother there",
        sessions="",
        agencies=[police],
        by=team["TL"],
        at=timezone.now(),
    )
    make_session(
        review,
        by=manager,
        peers=[team["TL"], team["MP"]],
        title="Response officers",
        people=[Person("Ismail Brandt", "Sergeant", "", police)],
    )

    [move] = planned(review, manager).moves

    assert move.after is not None
    assert str(leader.pk) not in move.after.peers


def test_whole_weeks_are_planned_from_nothing_but_clashes(
    review: Review, manager: User, team: dict[str, User]
) -> None:
    """Eight groups all at the same time in the same room, with the same two peers."""
    for number in range(8):
        make_session(
            review,
            by=manager,
            peers=[team["TL"], team["MP"]],
            title=f"Group {number}",
        )

    found = planned(review, manager, WeekPlan.Kind.WHOLE)
    take(review, found.moves, manager)

    week = plans.week_of(review, BEFORE)
    assert found.placed == found.sessions == 8
    assert faults(week.problem, week.now) == []


def test_what_has_no_place_is_said_with_the_reason_and_stays(
    review: Review, manager: User, clash: list[Session]
) -> None:
    first = clash[0]
    for day in review.on_site_dates:
        plans.add_away(
            review=review,
            whose=first,
            day=day,
            begins=dt.time(7),
            ends=dt.time(20),
            by=manager,
            at=timezone.now(),
        )
    before = where(review)[first.title]

    found = planned(review, manager)

    assert [why for why, _ in found.reasons if "Group one" in why]
    take(review, found.moves, manager)
    assert where(review)[first.title] == before


def test_two_plans_are_never_made_at_once(
    review: Review, manager: User, clash: list[Session]
) -> None:
    ask(review, manager)

    with pytest.raises(plans.PlannedAlready):
        ask(review, manager)


def test_a_killed_worker_leaves_the_week_and_a_sentence(
    review: Review,
    manager: User,
    clash: list[Session],
    sign_in: Callable[[User], Client],
) -> None:
    before = where(review)
    plan = ask(review, manager)
    assert plan.job is not None
    Job.objects.filter(pk=plan.job.pk).update(
        state=Job.State.RUNNING, started_at=timezone.now() - dt.timedelta(hours=1)
    )
    background.sweep(at=timezone.now())

    shown = sign_in(manager).get(f"/reviews/{review.pk}/timetable/plan/")

    assert "The proposal was not finished" in shown.content.decode()
    assert where(review) == before
    ask(review, manager)  # and another may be asked for


def test_stopping_keeps_the_best_so_far(
    review: Review, manager: User, clash: list[Session]
) -> None:
    plan = ask(review, manager, WeekPlan.Kind.WHOLE)
    plans.stop(review=review)
    assert plan.job is not None

    background.run(plan.job.pk)

    plan.refresh_from_db()
    plan.review = review
    assert plan.state == WeekPlan.State.READY
    assert Result.from_text(plan.result).placed == 3


@pytest.mark.parametrize("number", [0, 1])
def test_a_team_of_fewer_than_two_is_refused_in_words(
    review: Review, manager: User, number: int
) -> None:
    review.team_members().exclude(user=manager).delete()
    peers = [manager][:number]
    make_session(review, by=manager, peers=peers)

    with pytest.raises(plans.WeekCannotBePlanned, match="a session takes two"):
        ask(review, manager)


def test_an_empty_week_is_refused_in_words(
    review: Review, manager: User, team: dict[str, User]
) -> None:
    ensure_rooms(review=review)

    with pytest.raises(plans.WeekCannotBePlanned, match="nothing to plan"):
        ask(review, manager)


def test_where_only_the_whole_team_meets_people_it_is_not_said_that_nobody_is_met(
    review: Review, manager: User, team: dict[str, User]
) -> None:
    """What all go to stays where it is: planning moves what a pair goes to."""
    make_session(review, by=manager, peers=team.values(), strand="ALL")

    with pytest.raises(plans.WeekCannotBePlanned) as refused:
        ask(review, manager)

    assert str(refused.value) == (
        "In the hours that are planned no pair of peers meets anybody, so there is nothing to plan."
    )


def test_names_in_reasons_are_sealed_in_the_database(
    review: Review, manager: User, clash: list[Session]
) -> None:
    plan = ask(review, manager)
    plan.review = review
    plan.result = Result(reasons=(("Zebedee Quillfeather cannot come.", ""),)).to_text()
    plan.save()

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM scheduling_weekplan")
        rows = repr(
            [bytes(c) if isinstance(c, memoryview) else c for r in cursor for c in r]
        )

    assert "Quillfeather" not in rows
    again = WeekPlan.objects.get(pk=plan.pk)
    again.review = review
    assert "Quillfeather" in again.result  # the control: it is in there


def test_times_that_are_not_free_are_entered_and_taken_out(
    review: Review,
    manager: User,
    clash: list[Session],
    sign_in: Callable[[User], Client],
) -> None:
    browser = sign_in(manager)
    page = f"/reviews/{review.pk}/timetable/away/"
    room = review.rooms.get(code="R1")
    typed = {"whose": f"room-{room.pk}", "day": TUESDAY.isoformat(), "begins": "9am"}

    wrong = browser.post(page, {**typed, "ends": "8am"}).content.decode()
    assert "Until must be later than 9:00am" in wrong
    browser.post(page, {**typed, "ends": "noon"})

    [line] = reading.away_lines(review)
    assert line.who == room.title
    assert line.when == "Tuesday 5 February, 9:00am to midday"
    browser.post(f"{page}{line.away.pk}/remove/")
    assert not Away.objects.exists()


def test_a_plan_is_asked_for_looked_at_and_taken_on_its_page(
    review: Review,
    manager: User,
    clash: list[Session],
    sign_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(plan_views, "now_at", lambda review: BEFORE)
    browser = sign_in(manager)
    page = f"/reviews/{review.pk}/timetable/plan/"
    weights = {name: "1" for name in plans.WEIGHTS}

    asked = browser.post(page, {"kind": "mend", "seconds": "10", **weights})
    assert asked.status_code == 302
    assert "Stop and keep the best so far" in browser.get(page).content.decode()
    assert browser.get(f"{page}progress/")["X-Work"] == "going on"
    plan = WeekPlan.objects.get(review=review)
    assert plan.job_id is not None
    background.run(plan.job_id)
    assert browser.get(f"{page}progress/")["X-Work"] == "over"
    shown = browser.get(page).content.decode()
    assert "What would change (1)" in shown

    none = browser.post(f"{page}take/", follow=True).content.decode()
    assert "Tick at least one change" in none
    plan.refresh_from_db()
    plan.review = review
    [move] = Result.from_text(plan.result).moves
    done = browser.post(f"{page}take/", {"move": move.session}, follow=True)
    assert "1 session was changed" in done.content.decode()


def test_a_week_that_cannot_be_planned_any_more_is_left_with_a_sentence(
    review: Review,
    manager: User,
    clash: list[Session],
    sign_in: Callable[[User], Client],
) -> None:
    """The peers leave the review after a plan was asked for and before the worker begins."""
    plan = ask(review, manager)
    assert plan.job is not None
    review.team_members().exclude(user=manager).delete()
    before = where(review)

    background.run(plan.job.pk)

    shown = sign_in(manager).get(f"/reviews/{review.pk}/timetable/plan/")
    assert "The proposal was not finished" in shown.content.decode()
    assert where(review) == before
    plan.refresh_from_db()
    assert (plan.state, plan.result) == (WeekPlan.State.FAILED, "")
    with pytest.raises(plans.WeekCannotBePlanned, match="a session takes two"):
        ask(review, manager)


def test_of_many_reasons_why_moves_do_not_go_together_three_are_said(
    review: Review, manager: User, clash: list[Session]
) -> None:
    """Everything is proposed for the one place that the third group has."""
    fourth = make_session(
        review,
        by=manager,
        peers=[each.user for each in clash[2].peers.all()],
        title="Group four",
        start=dt.time(15, 15),
    )
    ask(review, manager)
    placed = plans.week_of(review, BEFORE).now.placements
    there = placed[str(clash[2].pk)]
    moves = tuple(
        Proposed(each.pk, each.version, placed[str(each.pk)], there)
        for each in (*clash[:2], fourth)
    )
    plan = WeekPlan.objects.get(review=review)
    plan.review, plan.state = review, WeekPlan.State.READY
    plan.result = Result(moves=moves).to_text()
    plan.save()
    before = where(review)

    with pytest.raises(plans.MovesBreakRules) as refused:
        take(review, moves, manager)

    said = str(refused.value)
    assert re.search(r"Group .+\. And \d+ more reasons\.$", said), said
    assert where(review) == before


def test_a_proposal_is_dropped_and_the_week_stays_as_it_is(
    review: Review,
    manager: User,
    clash: list[Session],
    sign_in: Callable[[User], Client],
) -> None:
    before = where(review)
    [move] = planned(review, manager).moves
    browser, page = sign_in(manager), f"/reviews/{review.pk}/timetable/plan/"
    offered = browser.get(page).content.decode()

    left = browser.post(f"{page}drop/", follow=True).content.decode()
    browser.post(f"{page}drop/")  # somebody else pressed it too
    # Whoever still has the proposal before them is told.
    late = browser.post(f"{page}take/", {"move": move.session}, follow=True)

    assert "Leave the week as it is" in offered
    assert "The proposal</h2>" not in left
    assert "There is no proposal any more. Ask for a new one." in late.content.decode()
    assert where(review) == before
    assert AuditEvent.objects.filter(action="timetable.plan_dropped").count() == 1
