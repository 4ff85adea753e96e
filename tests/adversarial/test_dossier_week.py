"""The method's own sample week, with everybody whom the peers meet in the demonstration."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from peerreview.demo import setting_up
from reviews.models import Review
from scheduling.domain import plans
from scheduling.reading.releases import working_sessions
from scheduling.solver.problem import Timetable
from scheduling.solver.solve import solve
from tests.scheduling.solver.checker import faults

pytestmark = [pytest.mark.adversarial, pytest.mark.timeout(300)]
BEFORE = dt.datetime(2013, 1, 7, 9)  # noqa: DTZ001 - the clock of the place


@pytest.mark.django_db
def test_the_dossier_s_week_is_planned_whole_and_breaks_no_rule(
    settings: Settings,
) -> None:
    settings.DEMO = True
    call_command("demo", stage="lead-in", verbosity=0)
    review = Review.objects.get(council=setting_up.first_council())
    assert len(working_sessions(review)) == 76
    problem = plans.week_of(review, BEFORE).problem
    assert len(problem.sessions) >= 45
    assert len(problem.people) >= 100

    answer = solve(problem, seconds=20)

    assert faults(problem, answer.timetable) == []
    assert len(answer.timetable.placements) == len(problem.sessions)
    # The control: with everything where the first one is, the checker has much to say.
    first = next(iter(answer.timetable.placements.values()))
    heap = Timetable({each.key: first for each in problem.sessions})
    assert len(faults(problem, heap)) >= len(problem.sessions)
