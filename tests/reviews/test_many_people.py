"""Pages of a review with 500 people ask the database as often as those of one with a few."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import domain
from reviews.mail import mailer
from reviews.models import AccessRole, Membership, Message, Review, Stage, User
from tests.make import make_membership, move

SignIn = Callable[[User], Client]
NOW = dt.datetime(2012, 12, 3, 12, tzinfo=dt.UTC)
FEW, MANY = 4, 500


def add_people(review: Review, number: int) -> None:
    """Peers with a profile decided on, and agency leads, in turn."""
    taken = User.objects.count()
    users = User.objects.bulk_create(
        User(email=f"crowd{taken + n}@example.org", full_name=f"Person {taken + n}")
        for n in range(number)
    )
    agencies = list(review.agencies.all())
    Membership.objects.bulk_create(
        Membership(
            review=review,
            user=user,
            role="SP" if n % 2 else "AGL",
            access_role=AccessRole.P if n % 2 else AccessRole.PC,
            agency=None if n % 2 else agencies[n % len(agencies)],
            home_organisation="Elsewhere",
        )
        for n, user in enumerate(users)
    )


def queries_of(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


@pytest.mark.parametrize(
    "name",
    ["team", "profiles", "briefing", "briefing-send", "set-up", "terms", "scope"],
)
def test_a_page_asks_as_often_for_many_people_as_for_few(
    review: Review, manager: User, sign_in: SignIn, name: str
) -> None:
    review = move(review, Stage.LEAD_IN)
    browser = sign_in(manager)
    address = reverse(f"reviews:{name}", args=[review.pk])
    add_people(review, FEW)
    queries_of(browser, address)  # what is kept from the first request on
    few = queries_of(browser, address)

    add_people(review, MANY)

    assert queries_of(browser, address) == few


def write(review: Review, number: int, subject: str) -> Any:
    return mailer.write(
        review=review,
        kind="announcement",
        recipients=[mailer.Recipient(f"{n}@example.org") for n in range(number)],
        subject=subject,
        text="Words",
        at=NOW,
    )


def test_outbox_and_drafts_ask_as_often_for_500_letters_as_for_few(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    browser = sign_in(manager)
    outbox = reverse("reviews:outbox", args=[review.pk])
    gone = write(review, FEW, "A few that went")
    domain.release(batch=gone, version=gone.version, by=manager, at=NOW)
    batch = write(review, FEW, "A few")
    one = reverse("reviews:outbox-batch", args=[review.pk, batch.pk])
    queries_of(browser, outbox)
    few, few_of_batch = queries_of(browser, outbox), queries_of(browser, one)

    many = write(review, MANY, "Many")
    domain.release(batch=many, version=many.version, by=manager, at=NOW)
    more = write(review, MANY, "Many more")
    two = reverse("reviews:outbox-batch", args=[review.pk, more.pk])

    assert Message.objects.count() == 2 * (MANY + FEW)
    assert queries_of(browser, two) == few_of_batch
    assert queries_of(browser, outbox) == few


def test_the_sponsors_page_of_profiles_asks_as_often_for_many(
    review: Review, sign_in: SignIn
) -> None:
    sponsor = make_membership(review, AccessRole.CS).user
    browser = sign_in(sponsor)
    address = reverse("reviews:profiles", args=[review.pk])
    add_people(review, FEW)
    queries_of(browser, address)
    few = queries_of(browser, address)

    add_people(review, MANY)

    assert queries_of(browser, address) == few
