"""A review that stands still for a year is named to its manager, in a letter and on its page."""

import datetime as dt

from django.utils import timezone

from reviews.domain import idle
from reviews.mail.kinds import IDLE
from reviews.models import AccessRole, AuditEvent, Membership, Review, Stage, User
from reviews.reading.idle import IDLE_AFTER, idle_to_do, still_since
from tests.make import make_membership, move


def letters(review: Review) -> list[str]:
    return [each.to for each in review.messages.filter(kind=IDLE)]


def test_after_a_year_its_manager_is_told_once_and_nobody_else(
    review: Review, manager: User
) -> None:
    make_membership(review, AccessRole.TL)
    last = max(each.on for each in AuditEvent.objects.filter(review_ref=review.pk))
    begin = timezone.now()

    idle.tell_managers(at=begin + IDLE_AFTER - dt.timedelta(days=1))
    assert letters(review) == []

    later = begin + IDLE_AFTER + dt.timedelta(days=1)
    idle.tell_managers(at=later)
    idle.tell_managers(at=later + dt.timedelta(days=1))

    assert letters(review) == [manager.email]
    text = review.messages.get(kind=IDLE).text
    assert "Nothing has changed on the peer review of" in text
    assert "should be closed, so that what need not be kept is destroyed" in text
    assert still_since(review, at=later) == last


def test_its_home_says_so_to_whoever_can_move_it_on(
    review: Review, manager: User
) -> None:
    leader = make_membership(review, AccessRole.TL)
    member = Membership.objects.get(review=review, user=manager)
    later = timezone.now() + IDLE_AFTER + dt.timedelta(days=1)

    assert [each.title for each in idle_to_do(member, at=timezone.now())] == []
    [told] = idle_to_do(member, at=later)
    assert told.title.startswith("Nothing has changed on this review since")
    assert idle_to_do(leader, at=later) == []


def test_a_closed_review_stands_still_for_good(review: Review) -> None:
    move(review, Stage.CLOSED)
    review.refresh_from_db()
    later = timezone.now() + 2 * IDLE_AFTER

    idle.tell_managers(at=later)

    assert letters(review) == []
    assert still_since(review, at=later) is None
