"""What a closed review still holds and says: nothing of a class that its certificate lists as gone."""

import datetime as dt

import pytest
from django.db import models
from django.urls import reverse
from django.utils import timezone

from casemapping.domain import risk
from questionnaires.models import Questionnaire
from reviews import domain
from reviews.domain import destroying, dying_keys
from reviews.mail.kinds import CLOSE_AHEAD
from reviews.models import (
    AccessRole,
    Closing,
    Membership,
    Message,
    Milestone,
    Review,
    Stage,
    User,
)
from reviews.pages import say
from reviews.reading.closing import going_rows, unfinished
from reviews.reading.records import every_record, going
from reviews.rules.key_days import DESTRUCTION
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from reviews.trail import audit
from tests.make import make_membership, move
from tests.make_closing import asked, close, confirmed, member_of
from tests.make_feedback import build, draw, make_agreed
from tests.make_questionnaires import make_open
from tests.reviews.members import SignIn, words

PROFILE = "Rebuilt a front door after a difficult inspection."

# Columns with words of their own in rows that outlive the close, each looked at: none holds what a
# class that goes is about. ``Membership.profile`` and ``Questionnaire.round_size``, ``told`` and
# ``late_counts`` did, and are emptied.
KEPT_WORDS = {
    "reviews.Review": "council programme pack_code pack_version framework scope duty_contact "
    "case_reference contact_name contact_email contact_phone council_contact_name "
    "council_contact_title council_contact_email council_contact_phone second_contact_name "
    "second_contact_title second_contact_email second_contact_phone",
    "reviews.KeyQuestion": "text",
    "reviews.Agency": "code name",
    "reviews.Milestone": "code title owner_role evidence",
    "reviews.Terms": "sections",
    "reviews.SignOff": "reason name wording",
    "reviews.Membership": "role home_organisation profile name_given",
    "reviews.RegulatorNotice": "told_by told_to said reply",
    "reviews.BlockedPeriod": "title",
    "reviews.AnnouncedInspection": "",
    "reviews.AuditEvent": "action actor_name object_kind object_id detail previous_hash hash",
    "reviews.EarlierTrail": "head",
    "reviews.Closing": "accepted asked_name asked_role confirmed_name confirmed_role step destroyed "
    "kept keys outer_lock inner_lock archive_sha256",
    "reviews.Certificate": "sha256",
    "feedback.ReportVersion": "sentence sha256",
    "feedback.Finding": "theme key_questions",
    "questionnaires.Questionnaire": "title introduction free_text_hint scale language second tree "
    "late_counts told",
    "questionnaires.Section": "title introduction second",
    "questionnaires.Question": "code theme text hint options condition second",
    "questionnaires.Release": "values",
    "casemapping.RiskAlert": "case_code",
}


def test_profiles_go_with_their_class(review: Review) -> None:
    peer = member_of(review, AccessRole.P)
    Membership.objects.filter(pk=peer.pk).update(
        profile=PROFILE, home_organisation="Ashmere Council"
    )
    [column] = [each for record in going() for each in record.columns]
    assert column.of(review).count() == 1, "the control: it is found while it is there"

    done = close(review)

    peer.refresh_from_db()
    assert peer.profile == ""
    assert column.of(review).count() == 0
    assert peer.home_organisation == "Ashmere Council", "who was on the review stays"
    titles = [row["title"] for row in done.destroyed]
    assert "Profiles, declared interests and departures of peers" in titles


def test_another_review_keeps_its_profiles(
    review: Review, other_review: Review
) -> None:
    peer = member_of(other_review, AccessRole.P)
    Membership.objects.filter(pk=peer.pk).update(profile=PROFILE)
    close(review)
    peer.refresh_from_db()
    assert peer.profile == PROFILE


def test_profiles_are_counted_among_what_goes(review: Review) -> None:
    for _ in range(12):
        make_membership(review, AccessRole.P)
    assert counted(review) == "fewer than 10"
    review.memberships.filter(access_role=AccessRole.P).update(profile=PROFILE)
    assert counted(review) == "about 10"


def counted(review: Review) -> str:
    rows = {row.title: row.count for row in going_rows(review)}
    return rows["Profiles, declared interests and departures of peers"]


def test_a_review_that_was_closed_before_they_went_loses_them_in_the_night(
    review: Review,
) -> None:
    done = close(review)
    peer = review.memberships.filter(access_role=AccessRole.RM)
    peer.update(profile=PROFILE)
    assert done.finished_at is not None
    destroying.nightly(at=done.finished_at)
    assert not review.memberships.exclude(profile="").exists()


def test_the_size_of_the_last_round_of_letters_goes(
    review: Review, manager: User
) -> None:
    """Of reminders it would say exactly how many had not answered."""
    questionnaire = make_open(review, by=manager)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        sending="nothing", round_size=17
    )
    close(review)
    questionnaire.refresh_from_db()
    assert questionnaire.round_size == 0


def test_every_column_of_words_that_stays_was_looked_at() -> None:
    found = {}
    for record in every_record():
        if record.kept:
            for rows in record.rows:
                found[rows.label] = " ".join(
                    field.name
                    for field in rows.model._meta.concrete_fields
                    if isinstance(
                        field, models.CharField | models.TextField | models.JSONField
                    )
                    and not field.choices
                )
    assert found == KEPT_WORDS


def test_the_page_of_profiles_says_that_they_are_gone(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    peer = member_of(review, AccessRole.P)
    Membership.objects.filter(pk=peer.pk).update(profile=PROFILE)
    url = reverse("reviews:profiles", args=[review.pk])
    before = words(sign_in(manager).get(url))
    assert PROFILE in before
    assert "wait for a decision" in before

    close(review)

    page = words(sign_in(manager).get(url))
    assert "The review is closed. What peers wrote of themselves" in page
    for untrue in (PROFILE, "for a decision", "accepted anybody", "Not decided"):
        assert untrue not in page


# --- the plan ------------------------------------------------------------------------------------


def destruction(review: Review) -> Milestone:
    [code] = [
        each.code for each in review.pack.milestones if each.done_by == DESTRUCTION
    ]
    return review.milestones.get(code=code)


def night(day: dt.date) -> None:
    dying_keys.destroy_due(
        at=dt.datetime(day.year, day.month, day.day, 2, tzinfo=dt.UTC)
    )


def test_the_plan_says_by_itself_on_which_day_what_was_said_went(
    review: Review, manager: User
) -> None:
    move(review, Stage.REPORTING)
    keystore.ensure(key_name("speech", review.pk))
    domain.ask_to_speak(review=review, about="A", reach="B", when="")
    day = review.words_until
    night(day - dt.timedelta(days=1))
    night(day)
    assert destruction(review).is_open, "a row of it is left"

    review.speak_requests.all().delete()
    night(day + dt.timedelta(days=1))
    night(day + dt.timedelta(days=2))

    done = destruction(review)
    assert (done.status, done.done_on) == ("done", day + dt.timedelta(days=1))
    [line] = audit.events(review).filter(action="milestone.changed")
    assert (line.actor_ref, line.object_id) == (None, done.code)
    others = review.milestones.exclude(pk=done.pk)
    assert not others.filter(status="done").exists()


def test_at_set_up_nothing_has_been_destroyed(review: Review) -> None:
    night(review.words_until + dt.timedelta(days=1))
    assert destruction(review).is_open


def test_the_close_marks_its_destruction_as_done(review: Review) -> None:
    done = close(review)
    assert done.finished_at is not None
    milestone = destruction(review)
    assert (milestone.status, milestone.done_on) == (
        "done",
        timezone.localdate(done.finished_at),
    )
    # One that was closed before a close did so is made good, as of the day of its close.
    Milestone.objects.filter(pk=milestone.pk).update(status="open", done_on=None)
    destroying.nightly(at=done.finished_at + dt.timedelta(days=2))
    assert destruction(review).done_on == timezone.localdate(done.finished_at)


def test_a_destruction_that_was_marked_before_keeps_its_day(review: Review) -> None:
    day = dt.date(2013, 3, 1)
    Milestone.objects.filter(pk=destruction(review).pk).update(
        status="done", done_on=day
    )
    close(review)
    assert destruction(review).done_on == day


def test_the_plan_of_a_closed_review_alarms_at_nothing(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    pages = [reverse("reviews:plan", args=[review.pk]), f"/reviews/{review.pk}/"]
    browser = sign_in(manager)
    before = words(browser.get(pages[0]))
    assert "Still to do" in before
    assert "The plan ended" not in before

    close(review)

    plan = words(browser.get(pages[0]))
    left = review.milestones.filter(status="open").count()
    assert "The plan ended with the close of the review." in plan
    assert f"Open when the review was closed: {left}" in plan
    for page in pages:
        said = words(browser.get(page))
        for untrue in (
            "Still to do",
            "Late",
            "At risk",
            "What is late",
            "Next for oth",
        ):
            assert untrue not in said, page
    narrowed = words(browser.get(f"{pages[0]}?status=to-do"))
    assert f"Open when the review was closed: {left}" in narrowed
    assert "Done or not needed:" not in narrowed


# --- whoever opens nothing else ------------------------------------------------------------------


@pytest.mark.parametrize("role", [AccessRole.AP, AccessRole.P, AccessRole.PC])
def test_peers_and_agencies_are_told_that_the_review_is_closed(
    review: Review, manager: User, sign_in: SignIn, role: AccessRole
) -> None:
    user = member_of(review, role).user
    done = close(review)

    response = sign_in(user).get(f"/reviews/{review.pk}/")

    assert response.status_code == 200
    page = words(response)
    assert "This review is closed" in page
    day = say.day(timezone.localdate(done.finished_at))
    assert f"was destroyed on {day} at the latest" in page
    assert "No report was issued." in page
    assert sign_in(user).get(f"/reviews/{review.pk}/plan/").status_code == 403


def _issued(review: Review, manager: User) -> None:
    make_agreed(review, by=manager)
    version = draw(build(review, by=manager))
    type(version).objects.filter(pk=version.pk).update(
        approved_by=manager,
        approved_on=dt.date(2013, 3, 8),
        issued_on=dt.date(2013, 3, 11),
    )


def test_the_page_says_who_has_the_report_and_what_still_goes(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    _issued(review, manager)
    peer = member_of(review, AccessRole.P).user
    asked(review)
    confirmed(review)

    page = words(sign_in(peer).get(f"/reviews/{review.pk}/"))

    assert "is being destroyed" in page
    assert (
        "The report was issued on 11 March 2013. The council’s sponsor and contact can read it."
        in page
    )


def test_who_reads_more_has_the_home_page_as_before(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    close(review)
    page = words(sign_in(manager).get(f"/reviews/{review.pk}/"))
    assert "Next for you" in page


# --- a child at risk -----------------------------------------------------------------------------


@pytest.mark.parametrize("role", [AccessRole.CS, AccessRole.P])
def test_after_the_close_the_page_says_whom_to_tell_and_stores_nothing(
    review: Review, manager: User, sign_in: SignIn, role: AccessRole
) -> None:
    user = member_of(review, role).user
    browser = sign_in(user)
    url = reverse("casemapping:child-at-risk", args=[review.pk])
    told = {"person_told": "Duty manager", "case_code": ""}
    browser.post(url, told)
    assert review.risk_alerts.count() == 1, "the control: before the close it is kept"
    close(review)

    for response in (browser.get(url), browser.post(url, told)):
        page = words(response)
        assert review.duty_contact in page
        assert "Nothing about it can be recorded here any more" in page
        assert "Whom did you tell?" not in page

    assert review.risk_alerts.count() == 1
    closed = Review.objects.get(pk=review.pk)
    with pytest.raises(risk.ReviewClosed, match="Duty team"):
        risk.record_risk(
            review=closed,
            case_code="",
            person_told="Duty manager",
            by=user,
            at=timezone.now(),
        )
    assert "Duty manager" not in str(audit.lines(review))


# --- before it -----------------------------------------------------------------------------------


def test_the_sponsor_is_told_what_goes_before_it_goes(review: Review) -> None:
    sponsor = member_of(review, AccessRole.CS)
    asked(review)
    letter = Message.objects.get(kind="close ahead")
    assert letter.to == sponsor.user.email
    for said in ("documents", "timetable", "messages", "ask the review manager today"):
        assert said in letter.text
    assert f"/reviews/{review.pk}/records/" in letter.text
    # It stands in the way of nothing, though it was not sent.
    Message.objects.filter(pk=letter.pk).update(state="queued")
    assert "letters" not in [each.code for each in unfinished(review)]


@pytest.mark.parametrize("role", [AccessRole.TL, AccessRole.P])
def test_whoever_may_confirm_can_send_it_back(
    review: Review, manager: User, sign_in: SignIn, role: AccessRole
) -> None:
    other = member_of(review, role).user
    asked(review)
    browser = sign_in(other)
    url = reverse("reviews:closing", args=[review.pk])
    assert "Send it back" in words(browser.get(url))

    browser.post(reverse("reviews:closing-take-back", args=[review.pk]))

    assert not Closing.objects.exists()
    assert not keystore.exists(key_name("archive-outer", review.pk))
    line = audit.events(review).get(action="review.close_sent_back")
    assert line.actor_ref == other.pk
    letter = Message.objects.get(kind="close sent back")
    assert letter.to == manager.email
    assert other.full_name in letter.text
    assert "Your request does not count any more" in letter.text


def test_taken_back_by_its_manager_nobody_is_written_to(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    asked(review)
    browser = sign_in(manager)
    page = words(browser.get(reverse("reviews:closing", args=[review.pk])))
    assert "Take the request back" in page
    assert "Send it back" not in page
    browser.post(reverse("reviews:closing-take-back", args=[review.pk]))
    assert audit.events(review).filter(action="review.close_taken_back").exists()
    assert not Message.objects.filter(kind="close sent back").exists()


def test_nobody_of_the_council_sends_it_back(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    sponsor = member_of(review, AccessRole.CS).user
    asked(review)
    url = reverse("reviews:closing-take-back", args=[review.pk])
    assert sign_in(sponsor).post(url).status_code == 403
    assert Closing.objects.exists()


@pytest.mark.parametrize("issued", [True, False])
def test_the_sponsor_is_told_of_a_report_only_where_one_was_issued(
    review: Review, manager: User, issued: bool
) -> None:
    member_of(review, AccessRole.CS)
    if issued:
        _issued(review, manager)

    asked(review)

    letter = Message.objects.get(review=review, kind=CLOSE_AHEAD)
    said = letter.text
    assert ("you can still read it" in said) is issued
    assert ("No report was issued." in said) is not issued
