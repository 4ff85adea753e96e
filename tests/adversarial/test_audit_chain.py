"""T38: nobody edits, removes or reorders the audit trail unseen. T39 in part: it is silent on speech."""

import datetime as dt

import pytest
from django.db import Error, connection, transaction
from django.utils import timezone

from reviews.models import AuditEvent, Review, User
from reviews.trail import audit


@pytest.fixture
def trail(review: Review, manager: User) -> list[AuditEvent]:
    for number in range(4):
        audit.record(
            "test.happened",
            review=review,
            by=manager,
            at=timezone.now(),
            detail={"n": number},
        )
    return list(AuditEvent.objects.filter(review_ref=review.pk))


def refused(sql: str) -> None:
    with (
        pytest.raises(Error, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_trigger_refuses_an_edit(trail: list[AuditEvent]) -> None:
    refused("UPDATE reviews_auditevent SET actor_name = 'Nobody'")

    assert audit.verify() == []


def test_trigger_refuses_a_removal(trail: list[AuditEvent]) -> None:
    refused("DELETE FROM reviews_auditevent")

    assert AuditEvent.objects.count() >= len(trail)


def test_untouched_trail_verifies(trail: list[AuditEvent]) -> None:
    assert len(trail) >= 5
    assert audit.verify() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE reviews_auditevent SET actor_name = 'Nobody' WHERE number = 3",
        "DELETE FROM reviews_auditevent WHERE number = 3",
        "UPDATE reviews_auditevent SET number = number + 90 WHERE number = 2",
        "UPDATE reviews_auditevent SET detail = '{}' WHERE number = 4",
    ],
)
def test_change_behind_the_trigger_is_found(trail: list[AuditEvent], sql: str) -> None:
    with audit.without_triggers(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert audit.verify() != []


def forge(rows: list[AuditEvent], *, removed: int = 0, changed: int = 0) -> None:
    """As somebody who owns the database and knows how lines are sealed."""
    previous = audit.GENESIS
    with audit.without_triggers():
        for row in rows:
            if row.number == removed:
                row.delete()
                continue
            if row.number == changed:
                row.actor_name = "Nobody"
            row.previous_hash = previous
            row.hash = previous = audit._hash(row)
            row.save()


@pytest.mark.parametrize("how", ["changed", "removed"])
def test_whoever_kept_a_seal_finds_a_chain_that_was_sealed_anew(
    trail: list[AuditEvent], review: Review, how: str
) -> None:
    """The chain alone does not tell."""
    kept = audit.head(review)
    last = trail[-1].number
    forge(trail, **{how: last if how == "removed" else last - 1})

    assert audit.verify() == []
    assert not AuditEvent.objects.filter(review_ref=review.pk, hash=kept).exists()


def test_the_seal_that_was_kept_stands_there_while_lines_are_added(
    trail: list[AuditEvent], review: Review, manager: User
) -> None:
    kept = audit.head(review)
    audit.record("test.happened", review=review, by=manager, at=timezone.now())

    assert audit.head(review) != kept
    assert AuditEvent.objects.filter(review_ref=review.pk, hash=kept).exists()


def test_chains_of_two_reviews_are_apart(
    trail: list[AuditEvent], other_review: Review, other_manager: User
) -> None:
    audit.record(
        "other.happened", review=other_review, by=other_manager, at=timezone.now()
    )

    assert audit.verify() == []
    assert [event.number for event in trail] == list(range(1, len(trail) + 1))


DAY = dt.date(2013, 2, 5)


def test_event_about_speech_says_day_kind_and_count_only(review: Review) -> None:
    audit.record_speech("notes.gathered", review=review, on=DAY, count=12)
    audit.close_days(before=DAY + dt.timedelta(days=1))

    event = AuditEvent.objects.get(action="notes.gathered")
    assert event.at is None
    assert event.actor_ref is None
    assert event.actor_name == event.object_kind == event.object_id == ""
    assert event.detail == {}
    assert (event.on, event.count) == (DAY, 12)


def test_no_event_about_speech_stands_between_two_that_carry_time_and_name(
    review: Review, manager: User
) -> None:
    """What stands between Rhys at 3:30pm and Anwen at 3:31pm would be theirs, and of 3:30pm."""
    for _ in range(5):
        audit.record("finding.written", review=review, by=manager, at=timezone.now())
        audit.record_speech("excerpts.proposed", review=review, on=DAY, count=1)
        audit.record_speech("notes.cleared", review=review, on=DAY, count=1)
    assert not AuditEvent.objects.filter(at=None, review_ref=review.pk).exists()

    audit.close_days(before=DAY + dt.timedelta(days=1))

    newest = list(audit.events(review)[:2])
    assert {(each.action, each.count) for each in newest} == {
        ("excerpts.proposed", 5),
        ("notes.cleared", 5),
    }
    assert audit.verify() == []


def test_a_day_that_is_not_over_stays_open(review: Review) -> None:
    audit.record_speech("notes.cleared", review=review, on=DAY, count=1)

    audit.close_days(before=DAY)

    assert not AuditEvent.objects.filter(action="notes.cleared").exists()


def test_trail_of_a_real_review_is_never_forgotten(
    trail: list[AuditEvent], review: Review
) -> None:
    with pytest.raises(audit.NotADemonstration):
        audit.forget(review)

    assert AuditEvent.objects.filter(review_ref=review.pk).count() == len(trail)


def test_trail_of_a_demonstration_goes_with_it(
    trail: list[AuditEvent], review: Review
) -> None:
    review.demonstration = True

    audit.forget(review)

    assert not AuditEvent.objects.filter(review_ref=review.pk).exists()
    audit.record("again", review=review, by=None, at=timezone.now())
    refused("DELETE FROM reviews_auditevent")
