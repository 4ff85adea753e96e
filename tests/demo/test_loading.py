"""The demonstration is loaded by one command, at set-up as a manager finds it in the first week."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from peerreview.demo import setting_up
from reviews.models import Review, SignOff, Stage, User
from reviews.reading.checks import standing_checks
from reviews.reading.review import set_up_tasks
from reviews.trail import audit
from scheduling.reading import releases
from scheduling.rules import frozen


@pytest.fixture
def set_up(db: None, settings: Settings) -> Review:
    settings.DEMO = True
    call_command("demo", stage="set-up", verbosity=0)
    return Review.objects.get(council=setting_up.first_council())


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
    settings.DEMO = True
    call_command("demo", stage="pre-site", verbosity=0)
    review = Review.objects.get(council=setting_up.first_council())

    assert review.stage == Stage.PRE_SITE
    assert review.demonstration_day == dt.date(2013, 1, 28)
    [release] = review.timetable_releases.all()
    now = releases.freeze(releases.working_sessions(review))
    [change] = frozen.changes(releases.rows_of(release), now, for_team=True)
    assert "Chief executive" in str(change)
    assert "11:30am" in str(change)
    assert audit.verify() == []
