"""The plan is edited in place, filtered by its address, downloaded, followed, and reminds."""

import datetime as dt
import io
from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from reviews import domain, tasks
from reviews.models import (
    AccessRole,
    AuditEvent,
    Digest,
    Job,
    Membership,
    Message,
    Milestone,
    PlanFeed,
    Review,
    Stage,
    User,
)
from reviews.reading import plan, plan_files
from reviews.reading.filters import Filters
from reviews.reading.timeline import timeline_of
from tests.make import DAY_ZERO, make_membership, make_review, make_user, move
from tests.make_documents import make_document
from tests.reading_calendars import events_of

SignIn = Callable[[User], Client]
NOON = dt.datetime(2013, 1, 7, 12, tzinfo=dt.UTC)


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def owned_by(review: Review, role: str) -> list[Milestone]:
    return list(review.milestones.filter(owner_role=role))


def ticks(rows: list[Milestone]) -> list[str]:
    return [f"{row.pk}.{row.version}" for row in rows]


# Many at once


def test_the_owner_of_twenty_milestones_changes_with_one_form(
    desk: Client, review: Review
) -> None:
    rows = owned_by(review, "RM")[:20]
    numbers = [str(row.pk) for row in rows]

    answer = desk.post(
        at("plan", review.pk), {"tick": ticks(rows), "owner_role": "TL", "status": ""}
    )

    assert answer["Location"] == at("plan", review.pk)
    assert set(
        review.milestones.filter(pk__in=numbers).values_list("owner_role", flat=True)
    ) == {"TL"}
    last = AuditEvent.objects.filter(review_ref=review.pk).last()
    assert last
    assert last.action == "milestones.changed"
    assert last.detail == {"codes": [row.code for row in rows], "owner": "TL"}


def test_select_all_shown_means_those_that_were_shown_and_keeps_the_filter(
    desk: Client, review: Review
) -> None:
    page = at("plan", review.pk) + "?owner=AP"
    analyst = owned_by(review, "AP")
    others = set(owned_by(review, "RM"))
    shown = desk.get(page).context["shown_numbers"]

    answer = desk.post(page, {"all": "yes", "shown": shown, "owner_role": "RM"})

    assert answer["Location"] == page
    assert set(owned_by(review, "RM")) == others | set(analyst)


def test_many_are_done_on_the_day_and_those_already_done_keep_theirs(
    desk: Client, review: Review, manager: User
) -> None:
    first, second = owned_by(review, "RM")[:2]
    Milestone.objects.filter(pk=first.pk).update(
        status="done", done_on=dt.date(2012, 11, 12)
    )

    desk.post(
        at("plan", review.pk),
        {"tick": ticks([first, second]), "owner_role": "", "status": "done"},
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert first.done_on == dt.date(2012, 11, 12)
    assert second.done_on == timezone.localdate()


def test_moving_by_days_leaves_no_date_on_a_day_off(
    desk: Client, review: Review
) -> None:
    row = review.milestones.get(code="QST-03")
    assert row.due_on == dt.date(2012, 12, 24)

    desk.post(at("plan", review.pk), {"tick": ticks([row]), "days": "1"})

    row.refresh_from_db()
    assert row.due_on == dt.date(2012, 12, 27)
    assert row.version == 2


def test_what_somebody_else_saved_first_is_left_alone_and_shown_with_both_values(
    desk: Client, review: Review
) -> None:
    first, second, third = owned_by(review, "RM")[:3]
    seen = ticks([first, second, third])
    desk.post(at("plan", review.pk), {"tick": ticks([second]), "owner_role": "AP"})

    page = desk.post(at("plan", review.pk), {"tick": seen, "owner_role": "TL"})

    assert [owner_of(each) for each in (first, second, third)] == ["TL", "AP", "TL"]
    said = words(page)
    assert "Somebody else changed 1 milestone while you were choosing" in said
    assert "2 milestones were changed." in said
    [row] = page.context["meanwhile"]
    assert (row.title, row.values) == (
        second.title,
        [("Who sees to it", "Analyst peer", "Team leader")],
    )
    # It stays ticked as it stands now, so that applying again goes through.
    assert page.context["ticked"] == [second.pk]
    second.refresh_from_db()
    assert f'value="{second.pk}.{second.version}" checked' in said
    desk.post(at("plan", review.pk), {"tick": ticks([second]), "owner_role": "TL"})
    assert owner_of(second) == "TL"


def owner_of(row: Milestone) -> str:
    return Milestone.objects.get(pk=row.pk).owner_role


def test_when_somebody_else_saved_all_of_them_nothing_is_changed(
    desk: Client, review: Review
) -> None:
    rows = owned_by(review, "RM")[:2]
    seen = ticks(rows)
    desk.post(at("plan", review.pk), {"tick": seen, "owner_role": "AP"})

    said = words(desk.post(at("plan", review.pk), {"tick": seen, "owner_role": "TL"}))

    assert "Somebody else changed 2 milestones while you were choosing" in said
    assert "0 milestones were changed." in said
    assert [owner_of(each) for each in rows] == ["AP", "AP"]
    assert AuditEvent.objects.filter(action="milestones.changed").count() == 1


def test_nothing_ticked_and_nothing_chosen_are_said(
    desk: Client, review: Review
) -> None:
    page = at("plan", review.pk)
    row = review.milestones.first()
    assert row

    assert "Tick at least one milestone." in words(
        desk.post(page, {"owner_role": "TL"})
    )
    assert "Choose what to change" in words(desk.post(page, {"tick": ticks([row])}))
    for days in ("4000", "-400"):
        assert "Days to move must be a number from -365 to 365" in words(
            desk.post(page, {"tick": ticks([row]), "days": days})
        )


def test_milestones_of_another_review_are_not_touched(
    desk: Client, review: Review, other_review: Review
) -> None:
    foreign = owned_by(other_review, "RM")[0]

    page = desk.post(
        at("plan", review.pk), {"tick": ticks([foreign]), "owner_role": "TL"}
    )

    assert "Tick at least one milestone." in words(page)
    foreign.refresh_from_db()
    assert foreign.owner_role == "RM"


def test_who_reads_the_plan_does_not_change_it(
    leader: User, review: Review, sign_in: SignIn
) -> None:
    row = owned_by(review, "RM")[0]

    page = sign_in(leader).post(
        at("plan", review.pk), {"tick": [row.pk], "owner_role": "TL"}
    )

    assert page.status_code == 200
    row.refresh_from_db()
    assert row.owner_role == "RM"
    assert "Apply" not in words(page)


def test_done_is_one_button_and_comes_back_to_the_filter(
    desk: Client, review: Review
) -> None:
    row = owned_by(review, "TL")[0]

    answer = desk.post(at("milestone-done", review.pk, row.pk) + "?owner=TL")

    row.refresh_from_db()
    assert row.status == Milestone.Status.DONE
    assert answer["Location"] == at("plan", review.pk) + "?owner=TL"


# The address filters


def filters(review: Review, rows: list[plan.PlanRow], **values: str) -> Filters:
    query = QueryDict(mutable=True)
    query.update(values)
    return Filters.read(query, plan.boxes(review, rows))


def standing_review(review: Review) -> Review:
    """Trafford on 7 January 2013, its first steps done."""
    review.milestones.filter(due_on__lt=dt.date(2013, 1, 1)).update(
        status="done", done_on=dt.date(2013, 1, 1)
    )
    return review


def test_filters_and_sorts_stand_in_the_address(review: Review) -> None:
    standing_review(review)
    today = dt.date(2013, 1, 7)
    rows = plan.plan_of(review, today=today)

    def shown(**values: str) -> list[plan.PlanRow]:
        chosen = filters(review, rows, **values)
        return plan.shown(rows, chosen, review=review, today=today)

    assert {row.milestone.owner_role for row in shown(owner="ORG")} == {"ORG"}
    assert {row.status for row in shown(status="at-risk")} == {"At risk"}
    assert all(
        row.milestone.due_on < review.day_zero for row in shown(period="lead-in")
    )
    assert len(shown(period="lead-in")) + len(shown(period="visit")) + len(
        shown(period="after")
    ) == len(rows)
    # What is still to do comes first, what is over below it, each by its date.
    assert [row.milestone.pk for row in shown()] == [
        row.milestone.pk for row in rows if row.milestone.is_open
    ] + [row.milestone.pk for row in rows if not row.milestone.is_open]
    assert shown(status="to-do") == [row for row in rows if row.milestone.is_open]
    by_owner = [row.owner_title for row in shown(sort="owner", status="to-do")]
    assert by_owner == sorted(by_owner)


def test_unknown_words_in_the_address_filter_by_nothing(
    desk: Client, review: Review
) -> None:
    page = desk.get(at("plan", review.pk) + "?owner=%3Cb%3E&status=x&period=&sort=up")

    assert page.context["filters"].query == ""
    for box in ("owner", "status", "period", "sort"):
        assert f'name="{box}"' in words(page)
    assert len(page.context["shown"]) == review.milestones.count()


def test_at_risk_is_shown_before_late(review: Review) -> None:
    standing_review(review)
    rows = plan.plan_of(review, today=dt.date(2013, 1, 9))

    titles = [each.title for each in plan.counts(rows, filters(review, rows))]

    assert titles[:2] == ["At risk", "Late"]


def test_the_picture_holds_every_near_milestone_and_tells_of_the_far_ones(
    review: Review,
) -> None:
    standing_review(review)
    today = dt.date(2013, 1, 9)
    rows = plan.plan_of(review, today=today)

    drawn = timeline_of(rows, review.day_zero, today)

    assert drawn
    far = [row for row in rows if row.milestone.days_from_visit >= 120]
    assert [row.milestone.code for row in far] == ["FUP-04"]
    assert len(drawn.marks) == len(rows) - 1
    assert drawn.far == (
        "Not drawn, because it is much later: Twelve-month progress review, "
        "20 January 2014."
    )
    assert {"done", "open", "at-risk", "late"} == {each.state for each in drawn.marks}
    assert [each.long_label for each in drawn.months] == [
        "November 2012",
        "December 2012",
        "January 2013",
        "February 2013",
        "March 2013",
        "April 2013",
        "May 2013",
    ]
    assert sum(len(each.states) for each in drawn.months) == len(rows) - 1
    # Marks stay below the words "Visit" and "Today".
    assert min(each.y for each in drawn.marks) >= 44


def test_a_plan_without_near_milestones_has_no_picture(
    desk: Client, review: Review
) -> None:
    review.milestones.exclude(code="FUP-04").delete()

    page = desk.get(at("plan", review.pk))

    assert page.status_code == 200
    assert "app-timeline" not in words(page)
    assert timeline_of([], review.day_zero, DAY_ZERO) is None


def test_two_hundred_milestones_take_as_many_queries_as_fifty(
    desk: Client, review: Review
) -> None:
    desk.get(at("plan", review.pk))  # the first page of a session writes when it began
    with CaptureQueriesContext(connection) as fifty:
        desk.get(at("plan", review.pk))
    Milestone.objects.bulk_create(
        Milestone(
            review=review,
            code=f"X-{number}",
            title=f"Step {number}",
            owner_role="RM",
            offset_days=-number,
            due_on=review.day_zero,
        )
        for number in range(150)
    )

    with CaptureQueriesContext(connection) as two_hundred:
        page = desk.get(at("plan", review.pk))

    assert "Step 149" in words(page)
    assert len(two_hundred) == len(fifty)


# Files


def test_the_spreadsheet_holds_what_is_shown_and_no_formula(
    desk: Client, review: Review
) -> None:
    row = owned_by(review, "AP")[0]
    Milestone.objects.filter(pk=row.pk).update(evidence='=HYPERLINK("http://x")\x07')

    answer = desk.get(at("plan-xlsx", review.pk) + "?owner=AP")

    book = load_workbook(io.BytesIO(answer.content))
    lines = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert lines[0] == plan_files.HEADINGS
    assert len(lines) == 1 + len(owned_by(review, "AP"))
    cells = [cell for line in book.active.iter_rows() for cell in line]  # type: ignore[union-attr]
    assert "f" not in {cell.data_type for cell in cells}
    assert '=HYPERLINK("http://x")' in {cell.value for cell in cells}


def test_the_spreadsheet_says_nothing_of_who_made_it_or_when(review: Review) -> None:
    rows = plan.plan_of(review, today=dt.date(2013, 1, 7))

    with time_machine.travel(dt.datetime(2026, 5, 1, tzinfo=dt.UTC), tick=False):
        first = plan_files.workbook(review, rows)
    with time_machine.travel(dt.datetime(2027, 6, 2, tzinfo=dt.UTC), tick=False):
        second = plan_files.workbook(review, rows)

    assert first == second
    properties = load_workbook(io.BytesIO(first)).properties
    assert properties.creator == "Peer review team"


# The calendar by secret address


def make_address(client: Client, review: Review) -> str:
    page = client.post(at("plan-calendar", review.pk), {"do": "make"})
    address: str = page.context["address"]
    return address[address.index("/calendar/") :]


def test_a_calendar_follows_the_plan_without_signing_in_and_names_nobody(
    leader: User, review: Review, sign_in: SignIn
) -> None:
    address = make_address(sign_in(leader), review)

    answer = Client().get(address)

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    events = events_of(answer.content)
    assert len(events) == review.milestones.count() + 1
    first = next(e for e in events if "Review agreed" in str(e["summary"]))
    assert first["dtstart"].dt == dt.date(2012, 11, 12)
    text = answer.content.decode()
    for member in review.memberships.select_related("user"):
        assert member.user.full_name not in text
        assert member.user.email not in text


def test_only_the_hash_of_the_address_is_kept_and_it_is_256_bits(
    desk: Client, review: Review
) -> None:
    address = make_address(desk, review)
    token = address.split("/")[2]

    assert len(token) == 43  # 32 bytes
    stored = PlanFeed.objects.get()
    assert token not in str(vars(stored))
    assert address not in words(desk.get(at("plan-calendar", review.pk)))


def test_a_new_address_ends_the_old_one_and_ending_ends_it(
    desk: Client, review: Review
) -> None:
    old = make_address(desk, review)
    new = make_address(desk, review)

    assert [Client().get(each).status_code for each in (old, new)] == [404, 200]
    for _ in range(2):  # pressing twice counts once
        desk.post(at("plan-calendar", review.pk), {"do": "end"})
    assert Client().get(new).status_code == 404
    ended = AuditEvent.objects.filter(action="plan.calendar_address_revoked")
    assert ended.count() == 1


def test_the_address_ends_when_its_owner_may_not_read_the_plan_any_more(
    analyst: User, manager: User, review: Review, sign_in: SignIn
) -> None:
    address = make_address(sign_in(analyst), review)

    move(review, Stage.CLOSED)
    assert Client().get(address).status_code == 404
    move(review, Stage.LEAD_IN)
    assert Client().get(address).status_code == 200
    domain.remove_member(
        review=review,
        member=review.memberships.get(user=analyst),
        by=manager,
        at=timezone.now(),
    )
    assert Client().get(address).status_code == 404


def test_a_guessed_address_opens_nothing(db: None) -> None:
    assert Client().get("/calendar/x/plan.ics").status_code == 404


# Reminders


def reminders(to: User) -> list[Message]:
    mine = [m for m in Message.objects.filter(kind="plan reminder") if m.to == to.email]
    return sorted(mine, key=lambda message: message.queued_at)


def only(review: Review, owner: str, due: dt.date) -> Milestone:
    """The plan with nothing open but one milestone."""
    review.milestones.all().update(status="done", done_on=due)
    row = owned_by(review, owner)[0]
    Milestone.objects.filter(pk=row.pk).update(
        status="open", done_on=None, due_on=due, title="Sign the terms"
    )
    return Milestone.objects.get(pk=row.pk)


def test_owners_hear_14_7_and_1_days_before_and_weekly_when_late(
    leader: User, review: Review
) -> None:
    due = dt.date(2013, 3, 1)
    only(review, "TL", due)

    heard = []
    for days in range(-20, 24):
        before = len(reminders(leader))
        domain.remind(at=NOON + (due - NOON.date()) + dt.timedelta(days=days))
        if len(reminders(leader)) > before:
            heard.append(days)

    assert heard == [-14, -7, -1, 1, 8, 15, 22]
    texts = [message.text for message in reminders(leader)]
    assert "Sign the terms: due in 14 days, on Friday 1 March 2013" in texts[0]
    assert "Sign the terms: due tomorrow, on Friday 1 March 2013" in texts[2]
    assert "Sign the terms: late by 8 days, was due on Friday 1 March 2013" in texts[4]
    assert reminders(leader)[4].subject == "Your milestones: 1 late"


def test_a_night_that_was_missed_is_made_good_by_the_next(
    leader: User, review: Review
) -> None:
    due = dt.date(2013, 3, 1)
    only(review, "TL", due)
    start = NOON + (due - NOON.date())

    for days in (-20, -12, -11):
        domain.remind(at=start + dt.timedelta(days=days))

    assert len(reminders(leader)) == 1


def test_one_digest_a_person_a_day_for_all_their_reviews(
    leader: User, review: Review, other_review: Review
) -> None:
    make_membership(other_review, AccessRole.TL, user=leader)
    for each in (review, other_review):
        only(each, "TL", dt.date(2013, 1, 8))

    sent = domain.remind(at=NOON)
    again = domain.remind(at=NOON + dt.timedelta(hours=2))

    assert (sent, again) == (1, 0)
    [message] = reminders(leader)
    assert message.review is None
    assert message.text.count("Sign the terms: due tomorrow") == 2
    assert "Trafford Council" in message.text
    assert "Ashmere Council" in message.text


def test_digest_of_one_review_stands_in_its_outbox(
    leader: User, review: Review
) -> None:
    only(review, "TL", dt.date(2013, 1, 8))

    domain.remind(at=NOON)

    [message] = reminders(leader)
    assert message.review == review


def test_what_came_up_after_todays_digest_is_told_tomorrow(
    leader: User, review: Review
) -> None:
    only(review, "TL", dt.date(2013, 1, 8))
    domain.remind(at=NOON)
    other = owned_by(review, "TL")[1]
    Milestone.objects.filter(pk=other.pk).update(
        status="open", done_on=None, due_on=dt.date(2013, 1, 10), title="Book the room"
    )

    domain.remind(at=NOON + dt.timedelta(hours=3))
    assert len(reminders(leader)) == 1
    domain.remind(at=NOON + dt.timedelta(days=1))

    assert "Book the room" in reminders(leader)[-1].text


def test_done_and_not_needed_remind_nobody_and_closed_reviews_are_quiet(
    leader: User, review: Review
) -> None:
    row = only(review, "TL", dt.date(2013, 1, 8))
    Milestone.objects.filter(pk=row.pk).update(status="not_needed")
    assert domain.remind(at=NOON) == 0

    Milestone.objects.filter(pk=row.pk).update(status="in_progress")
    move(review, Stage.CLOSED)
    assert domain.remind(at=NOON) == 0
    assert not Digest.objects.exists()


def test_what_nobody_holds_reminds_the_manager(manager: User, review: Review) -> None:
    only(review, "PEERS", dt.date(2013, 1, 8))

    domain.remind(at=NOON)

    assert len(reminders(manager)) == 1


def test_two_holders_of_a_role_are_both_told(review: Review) -> None:
    pair = [
        make_membership(review, AccessRole.CC, role="ORG", user=make_user()).user
        for _ in range(2)
    ]
    only(review, "ORG", dt.date(2013, 1, 8))

    domain.remind(at=NOON)

    assert [len(reminders(user)) for user in pair] == [1, 1]


def test_the_night_sends_them(leader: User, review: Review) -> None:
    only(review, "TL", dt.date(2013, 1, 8))

    with time_machine.travel(NOON):
        tasks.nightly("", Job(kind="reviews.tasks.nightly", queued_at=NOON))

    assert len(reminders(leader)) == 1


def test_people_without_an_active_account_are_not_written_to(
    leader: User, review: Review
) -> None:
    only(review, "TL", dt.date(2013, 1, 8))
    User.objects.filter(pk=leader.pk).update(is_active=False)

    domain.remind(at=NOON)

    assert reminders(leader) == []
    assert Membership.objects.filter(user=leader).exists()


def test_a_demonstration_stands_still_so_it_reminds_once(manager: User) -> None:
    review = make_review(council="Demo Council", manager=manager)
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=dt.date(2013, 1, 7)
    )
    review.refresh_from_db()
    only(review, "RM", dt.date(2013, 1, 8))

    sent = [domain.remind(at=NOON + dt.timedelta(days=n)) for n in range(3)]

    assert sent == [1, 0, 0]


# Documents that are owed


def test_contacts_are_reminded_of_what_their_own_agency_owes(
    review: Review, partner: User, organiser: User, manager: User
) -> None:
    review = move(review, Stage.LEAD_IN)
    review.milestones.all().update(status="done", done_on=DAY_ZERO)
    own = review.memberships.get(user=partner).agency
    due = review.document_requests.get(code="D18").due_on
    for request in review.document_requests.exclude(code="D01"):
        make_document(review, by=manager, request=request, agency=own)
    review.document_requests.get(code="D18").documents.all().delete()
    at_noon = NOON + (due - NOON.date())

    domain.remind(at=at_noon - dt.timedelta(days=14))

    [mine] = reminders(partner)
    assert mine.subject == "Your documents: 1 due soon"
    assert (
        "Document: Your agency's safeguarding policy and procedures: due in 14 days"
        in mine.text
    )
    assert "Self-assessment" not in mine.text
    [theirs] = reminders(organiser)
    assert "Document: Self-assessment against the five themes" in theirs.text
    assert "Your agency's" not in theirs.text

    # Told once; and no more when it has come.
    domain.remind(at=at_noon - dt.timedelta(days=13))
    assert len(reminders(partner)) == 1
    request = review.document_requests.get(code="D18")
    make_document(review, by=partner, request=request, agency=own)
    domain.remind(at=at_noon + dt.timedelta(days=1))
    assert len(reminders(partner)) == 1
    assert reminders(organiser)[-1].subject == "Your documents: 1 late"
