"""What a closed review still holds and says: nothing of a class that its certificate lists as gone."""

from django.db import models
from django.urls import reverse

from questionnaires.models import Questionnaire
from reviews.domain import destroying
from reviews.models import AccessRole, Membership, Review, User
from reviews.reading.closing import going_rows
from reviews.reading.records import every_record, going
from tests.make import make_membership
from tests.make_closing import close, member_of
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
    "reviews.Membership": "role home_organisation profile",
    "reviews.RegulatorNotice": "told_by told_to said reply",
    "reviews.BlockedPeriod": "title",
    "reviews.AnnouncedInspection": "",
    "reviews.AuditEvent": "action actor_name object_kind object_id detail previous_hash hash",
    "reviews.EarlierTrail": "head",
    "reviews.Closing": "accepted asked_name asked_role confirmed_name confirmed_role step destroyed "
    "kept keys archive_sha256",
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
