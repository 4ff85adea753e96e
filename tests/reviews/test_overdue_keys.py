"""A key that should be gone is named to the operator, by review and purpose and nothing else."""

import datetime as dt
import html
import re
from collections.abc import Callable
from io import StringIO
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from feedback.models import ReportVersion
from reviews import background
from reviews.domain import dying_keys
from reviews.models import Job, Review, Stage, User
from reviews.reading.nights import Night, last_night
from reviews.reading.overdue_keys import overdue_keys
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from tests.make import DAY_ZERO, make_review, make_user, move

SignIn = Callable[[User], Client]
TOLD = DAY_ZERO + dt.timedelta(weeks=6)


def live_on(review: Review, day: dt.date) -> None:
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=day
    )


def purposes() -> set[str]:
    return {row.purpose for row in overdue_keys(at=timezone.now())}


@pytest.fixture
def heard(review: Review) -> Review:
    return move(review, Stage.REPORTING)


def test_a_night_has_its_chance_before_a_key_is_overdue(heard: Review) -> None:
    live_on(heard, TOLD + dt.timedelta(days=1))
    assert purposes() == set()

    live_on(heard, TOLD + dt.timedelta(days=2))

    assert purposes() == {
        "What people said",
        "Where each note was heard",
        "Where each note was heard, the public half",
        "The names that texts are screened for",
    }


def test_what_is_destroyed_is_not_overdue(heard: Review) -> None:
    live_on(heard, TOLD + dt.timedelta(days=2))

    dying_keys.destroy_due(at=timezone.now())

    assert purposes() == set()
    there = keystore.names()
    assert key_name("report", heard.pk) in there
    assert key_name("people", heard.pk) in there


def test_sources_are_overdue_where_the_night_after_an_approval_did_nothing(
    heard: Review, manager: User
) -> None:
    live_on(heard, DAY_ZERO + dt.timedelta(days=20))
    for number, day in enumerate((18, 19), start=1):
        ReportVersion(
            review=heard,
            number=number,
            content={},
            made_on=DAY_ZERO,
            approved_by=manager,
            approved_on=DAY_ZERO + dt.timedelta(days=day),
        ).save(force_insert=True)

    [row] = overdue_keys(at=timezone.now())

    # Of the first approval: a second version does not put it off.
    assert row.due == DAY_ZERO + dt.timedelta(days=18)
    assert (row.review, row.council) == (heard.pk, "Trafford Council")
    assert row.purpose == "Where each note was heard"


def test_a_review_at_set_up_of_which_nobody_was_told_owes_nothing(
    review: Review,
) -> None:
    live_on(review, TOLD + dt.timedelta(days=300))

    dying_keys.destroy_due(at=timezone.now())

    assert purposes() == set()
    assert keystore.exists(key_name("speech", review.pk))


def words(response: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", html.unescape(response.content.decode()))
    return " ".join(text.split())


def test_the_operator_reads_it_and_nobody_else_does(
    heard: Review,
    manager: User,
    leader: User,
    system_administrator: User,
    sign_in: SignIn,
) -> None:
    live_on(heard, TOLD + dt.timedelta(days=2))

    shown = words(sign_in(system_administrator).get("/operator/"))

    assert f"{heard.pk}, Trafford Council What people said 18 March 2013" in shown
    assert manager.full_name not in shown
    for other in (manager, leader, make_user(is_superuser=True)):
        assert sign_in(other).get("/operator/").status_code == 403
    assert Client().get("/operator/").status_code == 302


def test_the_operators_own_page_leads_to_it_and_others_pages_do_not(
    system_administrator: User, manager: User, heard: Review, sign_in: SignIn
) -> None:
    assert "/operator/" in sign_in(system_administrator).get("/").content.decode()
    assert "/operator/" not in sign_in(manager).get("/").content.decode()


def night_of(at: dt.datetime, **values: Any) -> None:
    for kind in background.NIGHTLY:
        given = {"state": Job.State.DONE, "queued_at": at, "ended_at": at, **values}
        Job.objects.create(kind=kind, **given)


def test_the_operator_is_told_how_the_nights_go(db: None) -> None:
    """Nothing is overdue on a page whose worker never ran: so it says that first."""
    now = timezone.now()

    def said(at: dt.datetime = now) -> Night:
        return last_night(background.NIGHTLY, at=at)

    assert said() == Night("No night has passed yet.")
    night_of(now, state=Job.State.RUNNING, ended_at=None)
    assert "is going on" in said().sentence
    Job.objects.update(state=Job.State.DONE)
    assert "is done" in said().sentence
    assert not said().trouble
    assert said(now + dt.timedelta(days=2)).trouble
    assert "Look whether the worker runs" in said(now + dt.timedelta(days=2)).sentence
    Job.objects.filter(kind=background.NIGHTLY[2]).update(state=Job.State.FAILED)
    assert said().trouble
    assert "has failed" in said().sentence
    night_of(now + dt.timedelta(days=1))
    assert "is done" in said(now + dt.timedelta(days=1)).sentence


def test_the_page_shows_the_night_and_calls_whoever_runs_it_by_no_review(
    system_administrator: User, sign_in: SignIn
) -> None:
    night_of(timezone.now() - dt.timedelta(days=9))
    client = sign_in(system_administrator)
    assert "Look whether the worker runs" in words(client.get("/operator/"))
    assert "You run this installation. You are on no review." in words(client.get("/"))


def test_with_nothing_overdue_page_and_command_say_so(
    review: Review, system_administrator: User, sign_in: SignIn
) -> None:
    said = StringIO()
    call_command("overdue_keys", stdout=said)

    assert said.getvalue() == "No key is overdue.\n"
    shown = words(sign_in(system_administrator).get("/operator/"))
    assert "No key is overdue." in shown


def test_the_command_ends_badly_for_whoever_watches(heard: Review) -> None:
    live_on(heard, TOLD + dt.timedelta(days=2))
    said = StringIO()

    with pytest.raises(CommandError, match="4 overdue keys"):
        call_command("overdue_keys", stderr=said)

    assert (
        f"review {heard.pk}, Trafford Council: What people said, due on 18 March 2013"
        in said.getvalue()
    )


def test_of_many_reviews_each_is_named_and_the_keystore_is_listed_once(
    heard: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [make_review(council=name) for name in ("Ashmere", "Bexley")]
    for each in (heard, *others):
        live_on(move(each, Stage.REPORTING), TOLD + dt.timedelta(days=2))
    asked, real = [], keystore.names

    def names() -> list[str]:
        asked.append("names")
        return real()

    monkeypatch.setattr(keystore, "names", names)

    found = overdue_keys(at=timezone.now())

    assert {row.review for row in found} == {each.pk for each in (heard, *others)}
    assert asked == ["names"]


@pytest.mark.parametrize("error", [OperationalError("away"), PermissionError("keys")])
def test_what_cannot_be_read_is_not_taken_for_all_well(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    monkeypatch.setattr(
        "reviews.management.commands.overdue_keys.overdue_keys",
        Mock(side_effect=error),
    )

    with pytest.raises(CommandError, match="cannot be read") as raised:
        call_command("overdue_keys")
    assert raised.value.returncode == 2
