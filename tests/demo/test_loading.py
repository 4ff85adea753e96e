"""The demonstration is loaded by one command, at set-up as a manager finds it in the first week."""

import contextlib
import datetime as dt
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from peerreview.demo import setting_up, traces
from reviews.mail.mailer import demonstration_folder
from reviews.models import Review, SignOff, Stage, User
from reviews.reading.checks import standing_checks
from reviews.reading.review import set_up_tasks
from reviews.secrets import keystore
from reviews.trail import audit
from scheduling.reading import releases
from scheduling.rules import frozen
from tests.make import make_review


def load(stage: str, settings: Settings) -> Review:
    settings.DEMO = True
    call_command("demo", stage=stage, verbosity=0)
    return Review.objects.get(council=setting_up.first_council())


@pytest.fixture
def set_up(db: None, settings: Settings) -> Review:
    return load("set-up", settings)


@pytest.mark.slow
def test_at_set_up_something_is_done_and_something_is_missing(set_up: Review) -> None:
    today = set_up.demonstration_day
    assert today == dt.date(2012, 11, 16)
    missing = {each.code for each in standing_checks(set_up, today=today)}
    tasks = {task.title: task.status for task in set_up_tasks(set_up, today=today)}

    assert (set_up.stage, set_up.demonstration) == (Stage.SET_UP, True)
    assert missing == {
        "scope-approved",
        "terms",
        "agency-contacts",
        "team",
        "interests",
        "profiles",
    }
    assert tasks["Agree the key questions"] == "Completed"
    assert tasks["Build the team"] == "Incomplete"
    assert set_up.sign_offs.get().party == SignOff.Party.MANAGER
    assert set_up.milestones.filter(status="done").count() == 2
    assert not set_up.questionnaires.exists()
    assert audit.verify() == []


@pytest.mark.slow
def test_it_is_loaded_once_at_one_stage_and_one_command_takes_it_away(
    set_up: Review,
) -> None:
    call_command("demo", stage="set-up", verbosity=0)
    assert Review.objects.filter(demonstration=True).count() == 2
    with pytest.raises(CommandError, match="demo --remove"):
        call_command("demo", stage="lead-in", verbosity=0)

    call_command("demo", remove=True, verbosity=0)

    assert not Review.objects.exists()
    assert not User.objects.exists()


@pytest.mark.slow
def test_before_the_visit_the_week_is_published_and_one_change_waits(
    db: None, settings: Settings
) -> None:
    review = load("pre-site", settings)

    assert review.stage == Stage.PRE_SITE
    assert review.demonstration_day == dt.date(2013, 1, 28)
    [release] = review.timetable_releases.all()
    now = releases.freeze(releases.working_sessions(review))
    [change] = frozen.changes(releases.rows_of(release), now)
    assert "Chief executive" in str(change)
    assert "11:30am" in str(change)
    assert audit.verify() == []


@pytest.mark.slow
def test_on_site_a_note_names_what_three_meetings_of_its_evening_were_told_as(
    db: None, settings: Settings
) -> None:
    """As on any visit, where nobody knows in the evening what the day after will be."""
    review = load("on-site", settings)

    told = Counter(review.sessions.exclude(told_as="").values_list("day", "told_as"))

    assert {day for day, _ in told} == {dt.date(2013, 2, 4), dt.date(2013, 2, 5)}
    assert min(told.values()) >= 3
    names = {each.source_class for each in review.notes.all()}
    assert names == {name for _, name in told}


def load_until_it_breaks(patched: pytest.MonkeyPatch) -> None:
    """It fails at its last step, when all else stands."""

    def fails(accounts: object) -> None:
        assert Review.objects.filter(demonstration=True).exists()
        assert keys_of_reviews()
        raise RuntimeError("the disk is full")

    patched.setattr(setting_up, "set_up_second", fails)
    with pytest.raises(RuntimeError):
        call_command("demo", stage="set-up", verbosity=0)


def keys_of_reviews() -> set[str]:
    return {name for name in keystore.names() if name.startswith("review-")}


@pytest.mark.slow
def test_load_that_fails_leaves_nothing(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    theirs = make_review(council="Ashmere Council")
    before = keys_of_reviews()

    load_until_it_breaks(monkeypatch)

    assert list(Review.objects.all()) == [theirs]
    assert keys_of_reviews() == before
    assert not list(demonstration_folder().glob("*"))
    assert not list(Path(settings.VAR_DIR).glob("demonstration-*"))


@pytest.mark.slow
def test_load_that_was_killed_is_begun_anew(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its keys lie there, for numbers that the next rows may be given too."""
    settings.DEMO = True
    with monkeypatch.context() as patched:
        patched.setattr(traces, "take_back", lambda: None)
        load_until_it_breaks(patched)
    left = keys_of_reviews()
    assert left
    assert not Review.objects.exists()

    call_command("demo", stage="set-up", verbosity=0)
    call_command("demo", remove=True, verbosity=0)

    assert keys_of_reviews() == set()


def test_keys_of_a_review_made_since_are_not_taken(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(traces, "take_back", lambda: None)
        with contextlib.suppress(KeyboardInterrupt), traces.taken_back_unless_whole():
            keystore.create("review-999999-people")
            raise KeyboardInterrupt
    theirs = make_review(manager=manager)

    traces.take_back()

    assert not keystore.exists("review-999999-people")
    assert keystore.exists(f"review-{theirs.pk}-people")
