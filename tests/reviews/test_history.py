"""Each object that people change says who changed what and when, to those who may change it."""

import datetime as dt
import html
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from reviews import domain, packs
from reviews.access import Action
from reviews.domain import documents as domain_documents
from reviews.domain import hypotheses, performance
from reviews.models import AuditEvent, Figure, Review, Stage, User
from reviews.packs.parts import BY_SLUG
from reviews.reading import history
from reviews.reading.history import READERS, history_of
from reviews.trail import audit
from reviews.trail import words as trail_words
from tests.make import make_user, move
from tests.make_documents import make_document

SignIn = Callable[[User], Client]
ROOT = Path(__file__).resolve().parents[2]
NOON = dt.datetime(2012, 12, 3, 12, 0, tzinfo=dt.UTC)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(html.unescape(content.decode()).split())


def told(review: Review, subject: str, key: object = "") -> list[tuple[str, ...]]:
    """Who, what, and each detail."""
    return [
        (change.who, change.what, *change.details)
        for change in history_of(review, subject, key)
    ]


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


def test_a_milestone_tells_its_own_changes_and_those_of_many_at_once(
    review: Review, manager: User, desk: Client
) -> None:
    first, second = review.milestones.all()[:2]
    domain.change_milestone(
        milestone=first,
        version=first.version,
        due_on=dt.date(2012, 12, 20),
        owner_role=first.owner_role,
        status="in_progress",
        evidence="",
        today=NOON.date(),
        by=manager,
        at=NOON,
    )
    domain.change_milestones(
        review=review,
        seen={second.pk: second.version},
        status="not_needed",
        today=NOON.date(),
        by=manager,
        at=NOON,
    )

    assert told(review, "milestone", first.code) == [
        (
            "Morgan Vale",
            "“Review agreed, dates fixed” was changed",
            "Due: from “12 November 2012” to “20 December 2012”",
            "Status: from “not started” to “in progress”",
        )
    ]
    assert told(review, "milestone", second.code) == [
        (
            "Morgan Vale",
            "Several milestones were changed at once",
            "Status: not needed",
        )
    ]
    page = words(desk.get(reverse("reviews:milestone", args=[review.pk, first.pk])))
    assert "History" in page
    assert "Morgan Vale, 3 December 2012 at midday" in page


def test_details_agencies_and_team_tell_theirs(
    review: Review, manager: User, desk: Client
) -> None:
    agency = domain.add_agency(
        review=review,
        name="Fire service",
        kind="partner",
        code="fire",
        by=manager,
        at=NOON,
    )
    domain.add_member(
        review=review,
        user=make_user("Fiona Flint"),
        role_code="AGL",
        agency=agency,
        by=manager,
        at=NOON,
    )
    domain.change_details(
        review=review, version=review.version, by=manager, at=NOON, scope="All of it"
    )

    assert told(review, "agencies") == [
        ("Morgan Vale", "Fire service was added to the agencies")
    ]
    assert told(review, "team") == [
        ("Morgan Vale", "Fiona Flint was added as agency lead")
    ]
    assert told(review, "details")[0] == (
        "Morgan Vale",
        "What the review is about was changed",
        "Scope: now “All of it”",
    )
    for name in ("details", "agencies", "team"):
        page = words(desk.get(reverse(f"reviews:{name}", args=[review.pk])))
        assert "History" in page


def test_history_is_for_those_who_may_change_the_thing(
    review: Review, leader: User, sign_in: SignIn
) -> None:
    page = words(sign_in(leader).get(reverse("reviews:team", args=[review.pk])))

    assert "History" not in page
    assert READERS["team"] == (Action.MANAGE_TEAM,)


def test_declared_interests_are_no_part_of_the_teams_history(
    review: Review, leader: User
) -> None:
    member = review.memberships.get(user=leader)
    domain.declare_interest(
        member=member,
        something=False,
        text="",
        sessions="",
        agencies=[],
        by=leader,
        at=NOON,
    )

    assert told(review, "team") == []


def test_another_reviews_changes_are_not_told(
    review: Review, other_review: Review, other_manager: User
) -> None:
    domain.change_details(
        review=other_review,
        version=other_review.version,
        by=other_manager,
        at=NOON,
        scope="Theirs",
    )

    assert told(review, "details") == [("Morgan Vale", "The review was created")]


def test_a_session_and_a_questionnaire_show_their_history(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    from questionnaires.domain import building
    from tests.make_scheduling import make_session

    questionnaire = building.make_from_pack(review=review, by=manager, at=NOON)
    lead_in = move(review, Stage.LEAD_IN)
    session = make_session(lead_in, by=manager)
    desk = sign_in(manager)
    desk.post(
        reverse("scheduling:session-cancel", args=[review.pk, session.pk]),
        {"because": "other"},
    )

    page = words(desk.get(reverse("scheduling:session", args=[review.pk, session.pk])))
    where = reverse("questionnaires:overview", args=[review.pk, questionnaire.pk])
    overview = words(desk.get(where))

    assert f"Session {session.code} was cancelled" in page
    assert "History" in overview
    assert told(review, "questionnaire", questionnaire.pk)


def test_sealed_or_spoken_things_have_no_history_here(review: Review) -> None:
    domain.ask_to_speak(review=review, about="A", reach="B", when="")
    request = review.speak_requests.get()
    domain.settle_speak_request(
        request=request, state="arranged", on=timezone.localdate()
    )

    assert "heard" not in str([told(review, subject) for subject in READERS])


def test_key_questions_tell_what_each_said_before(
    review: Review, manager: User
) -> None:
    for questions in (["Why?", "How?"], ["Why now?"]):
        domain.set_key_questions(
            review=review, questions=questions, by=manager, at=NOON
        )
    # Saved again as it is: nothing changed, so nothing is told.
    domain.set_key_questions(review=review, questions=["Why now?"], by=manager, at=NOON)

    assert told(review, "key questions") == [
        (
            "Morgan Vale",
            "The key questions were changed",
            "Question 1: from “Why?” to “Why now?”",
            "Question 2: “How?” was taken out",
        ),
        (
            "Morgan Vale",
            "The key questions were changed",
            "Question 1: now “Why?”",
            "Question 2: now “How?”",
        ),
    ]


def test_a_notice_and_blocked_days_tell_theirs(
    review: Review, manager: User, desk: Client
) -> None:
    values = {
        "told_on": dt.date(2012, 11, 13),
        "told_by": "Morgan Vale",
        "told_to": "The lead",
        "how": "email",
        "said": "",
        "replied_on": None,
        "reply": "",
    }
    notice = domain.record_notice(review=review, by=manager, at=NOON, **values)
    domain.change_notice(
        notice=notice,
        version=notice.version,
        by=manager,
        at=NOON,
        **{**values, "reply": "Noted", "replied_on": dt.date(2012, 11, 20)},
    )
    period = domain.block_period(
        review=review,
        kind="school",
        title="Half term",
        first=dt.date(2013, 2, 18),
        last=dt.date(2013, 2, 22),
        by=manager,
        at=NOON,
    )
    domain.unblock_period(period=period, by=manager, at=NOON)

    assert told(review, "notice", notice.pk)[0] == (
        "Morgan Vale",
        "What the regulator was told was changed",
        "Reply on: now “20 November 2012”",
        "Reply: now “Noted”",
    )
    assert [line[1] for line in told(review, "periods")] == [
        "Days to keep away from were removed: Half term",
        "Days to keep away from were added: Half term",
    ]
    page = words(desk.get(reverse("reviews:notice", args=[review.pk, notice.pk])))
    assert "What the regulator was told was changed" in page


def test_documents_requests_and_figures_tell_theirs(
    review: Review, manager: User, desk: Client
) -> None:
    review = move(review, Stage.LEAD_IN)
    request = review.document_requests.all()[0]
    domain_documents.change_request(
        request=request,
        version=request.version,
        title="Our own account",
        themes=request.themes,
        need="reference",
        owner_role=request.owner_role,
        agency=None,
        due_on=request.due_on,
        by=manager,
        at=NOON,
    )
    document = make_document(review, by=manager, title="Plan", request=request)
    Figure.objects.create(
        review=review, number=1, theme="T1", name="Visits", period="2012", council=1
    )
    performance.remove_measure(review=review, name="Visits", by=manager, at=NOON)

    # Which fields, and not what they say: what was asked for goes at the close.
    assert told(review, "document request", request.pk) == [
        (
            "Morgan Vale",
            "What is asked for was changed: “Our own account”",
            "Title",
            "How much it is needed",
        )
    ]
    lines = str(audit.lines(review))
    assert not any(said in lines for said in ("Our own account", "Plan", "Visits"))
    assert told(review, "document", document.pk) == [
        ("Morgan Vale", "“Plan” was uploaded, version 1")
    ]
    assert told(review, "figures") == [("Morgan Vale", "A measure was removed")]
    for name, *numbers in (
        ("document", document.pk),
        ("document-request", request.pk),
        ("performance",),
    ):
        page = words(desk.get(reverse(f"reviews:{name}", args=[review.pk, *numbers])))
        assert "History" in page


def test_a_hypothesis_tells_what_was_changed_and_never_what_it_says(
    review: Review, analyst: User
) -> None:
    idea = hypotheses.write_hypothesis(
        review=review,
        theme="T1",
        kind="line",
        text="Thresholds are read differently.",
        basis=["documents"],
        state="proposed",
        by=analyst,
        at=NOON,
    )
    hypotheses.change_hypothesis(
        hypothesis=idea,
        version=idea.version,
        theme="T2",
        kind="line",
        text="Thresholds are read alike.",
        basis=["documents", "data"],
        state="agreed",
        by=analyst,
        at=NOON,
    )

    lines = told(review, "hypothesis", idea.pk)

    assert lines[0][1:] == (
        "A hypothesis or line of enquiry was changed",
        "Theme",
        "Text",
        "Rests on",
        "Where it stands",
    )
    assert "Thresholds" not in str(lines)
    assert "Thresholds" not in str([event.detail for event in AuditEvent.objects.all()])


def test_drafts_tell_their_kind_and_never_their_number_or_words(
    review: Review, manager: User, leader: User, desk: Client
) -> None:
    batch = domain.announce(
        review=review,
        members=list(review.memberships.all()),
        subject="A quiet subject",
        text="A quiet text",
        by=manager,
        at=NOON,
    )
    assert batch
    domain.change_batch(
        batch=batch, version=1, subject="Another", text="Words", by=manager, at=NOON
    )

    lines = told(review, "mail", batch.pk)

    assert lines == [
        ("Morgan Vale", "The words of drafts were changed: announcements"),
        ("Morgan Vale", "Drafts were written: announcements"),
    ]
    page = words(desk.get(reverse("reviews:outbox-batch", args=[review.pk, batch.pk])))
    assert "Drafts were written: announcements" in page


def test_the_reviews_framework_tells_what_was_tailored(
    review: Review, manager: User, desk: Client
) -> None:
    part = BY_SLUG["rooms"]
    rooms = [packs.plain(each) for each in review.pack.rooms]
    rooms[0]["title"] = "The green room"
    domain.tailor(
        review=review,
        part=part,
        value=rooms,
        seen=part.fingerprint(review.pack),
        by=manager,
        at=NOON,
    )

    code, title = review.pack.rooms[0].code, review.pack.rooms[0].title
    assert told(review, "framework") == [
        (
            "Morgan Vale",
            "The framework was tailored: Rooms",
            f"{code}, title: from “{title}” to “The green room”",
        )
    ]
    page = words(desk.get(reverse("reviews:framework", args=[review.pk])))
    assert "The framework was tailored: Rooms" in page


def test_long_texts_are_told_by_their_beginning(review: Review, manager: User) -> None:
    domain.change_details(
        review=review, version=review.version, by=manager, at=NOON, scope="x" * 3000
    )

    [_, detail] = told(review, "details")[0][1:]

    assert detail == f"Scope: now “{'x' * 300}…”"


# The whole trail


def trail(review: Review, **chosen: str) -> list[str]:
    events = list(history.trail(review, history.TrailFilter(**chosen)))
    return [change.what for change in history.changes_of(review, events)]


def test_the_trail_is_narrowed_by_who_and_what(
    review: Review, manager: User, leader: User, desk: Client
) -> None:
    member = review.memberships.get(user=leader)
    domain.change_profile(
        member=member,
        version=member.version,
        home_organisation="Ashmere Council",
        profile="I lead.",
        on_site=True,
        by=leader,
        at=NOON,
    )

    assert trail(review, who="Leila Okafor") == [
        "The profile of Leila Okafor was changed"
    ]
    [event] = audit.events(review).filter(action="member.profile_changed")
    assert "I lead." not in str(event.detail)
    assert event.detail["fields"] == ["profile"]
    assert trail(review, what="people") == ["The profile of Leila Okafor was changed"]
    assert trail(review, what="review") == ["The review was created"]
    assert trail(review, what="nonsense") == trail(review)
    page = words(
        desk.get(reverse("reviews:audit", args=[review.pk]) + "?who=Leila+Okafor")
    )
    assert "The profile of Leila Okafor was changed" in page
    assert "The review was created" not in page


def test_the_trail_goes_into_a_spreadsheet_as_it_is_shown(
    review: Review, manager: User, leader: User, desk: Client, sign_in: SignIn
) -> None:
    domain.change_details(
        review=review, version=review.version, by=manager, at=NOON, scope="=1+1"
    )
    address = reverse("reviews:audit-xlsx", args=[review.pk])

    file = desk.get(address + "?what=review")

    sheet = load_workbook(io.BytesIO(file.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Number", "Day", "Time", "What", "Who", "Details")
    assert {row[3:] for row in rows[1:]} == {
        ("What the review is about was changed", "Morgan Vale", "Scope: now “=1+1”"),
        ("The review was created", "Morgan Vale", None),
    }
    assert sign_in(leader).get(address).status_code == 403


def test_a_page_of_the_trail_takes_as_many_queries_for_many_events_as_for_few(
    review: Review, manager: User, django_assert_num_queries: Any
) -> None:
    for number in range(20):
        domain.add_agency(
            review=review,
            name=f"Agency {number}",
            kind="partner",
            code=f"a{number}",
            by=manager,
            at=NOON,
        )
        domain.add_member(
            review=review,
            user=make_user(),
            role_code="AGL",
            agency=review.agencies.get(code=f"a{number}"),
            by=manager,
            at=NOON,
        )
    events = list(history.trail(review, history.TrailFilter()))

    for some in (events[1:3], events[1:]):
        with django_assert_num_queries(4):
            assert len(history.changes_of(review, some)) == len(some)


def test_every_event_of_the_product_has_its_sentence() -> None:
    """The names stand in the code as words; each is looked for there."""
    known = {*trail_words.SENTENCES, *trail_words.COUNTED}
    pattern = re.compile(
        r"(?:record|_record|_note|record_speech|_count|_note_version|record_action)\(\s*\"([a-z_. ]+)\""
    )
    files = [
        path
        for app in (
            "reviews",
            "questionnaires",
            "casemapping",
            "scheduling",
            "feedback",
        )
        for path in (ROOT / app).rglob("*.py")
    ]
    found = {
        name for path in files for name in pattern.findall(path.read_text("utf-8"))
    }

    assert len(found) > 60
    assert found - known == set()


def test_what_people_said_stands_in_the_trail_as_a_number(
    review: Review, manager: User
) -> None:
    on = dt.date(2012, 12, 3)
    audit.record_speech("notes.gathered", review=review, on=on, count=12)
    audit.record_speech("notes.redacted", review=review, on=on, count=1)
    audit.close_days(before=dt.date(2012, 12, 4))

    lines = trail(review)

    assert "12 notes were gathered" in lines
    assert "1 note was reworded" in lines
    events = history.trail(review, history.TrailFilter(what="timetable"))
    for change in history.changes_of(review, events):
        assert (change.who, change.at, change.details) == ("", None, ())


def test_no_page_has_a_history_of_what_people_said() -> None:
    spoken = {
        "draft",
        "note",
        "comment",
        "box",
        "answer",
        "excerpt",
        "request to speak",
    }

    assert spoken & set(READERS) == set()
