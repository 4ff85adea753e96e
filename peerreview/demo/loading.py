"""Builds the demonstration stage by stage, through the apps' own verbs, and stops where asked."""

from collections.abc import Callable
from enum import StrEnum

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from peerreview.demo import (
    analysing,
    asking,
    briefed,
    ended,
    mapping_cases,
    moments,
    papers,
    removal,
    setting_up,
    team_words,
    traces,
    week,
    writing,
)
from peerreview.demo.setting_up import Cast
from reviews.models import Review, Stage
from reviews.refusals import Refusal
from reviews.trail import audit


class Goal(StrEnum):
    """Where the demonstration stands when it is loaded."""

    SET_UP = "set-up"
    LEAD_IN = "lead-in"
    PRE_SITE = "pre-site"
    ON_SITE = "on-site"
    FEEDBACK = "feedback"
    CLOSED = "closed"


class StandsElsewhere(Refusal):
    def __init__(self, stage: Stage) -> None:
        super().__init__(
            f"The demonstration is loaded already and stands at “{stage.label}”. "
            "Take it away first: manage.py demo --remove"
        )


STAGES = {
    Goal.SET_UP: Stage.SET_UP,
    Goal.LEAD_IN: Stage.LEAD_IN,
    Goal.PRE_SITE: Stage.PRE_SITE,
    Goal.ON_SITE: Stage.ON_SITE,
    Goal.FEEDBACK: Stage.FEEDBACK,
    Goal.CLOSED: Stage.CLOSED,
}


def load(goal: Goal, *, say: Callable[[str], None] = lambda words: None) -> bool:
    """Load the demonstration; False when it is there already. Raises StandsElsewhere.

    In one transaction: a load that fails or is killed leaves nothing, and the disk is waited for
    once. What an earlier version left half made is taken away first.
    """
    there = _whole()
    if there is not None:
        if there.stage != STAGES[goal]:
            raise StandsElsewhere(Stage(there.stage))
        return False
    removal.remove()
    with traces.taken_back_unless_whole():
        with transaction.atomic():
            cast = _build(goal, say)
        if goal == Goal.CLOSED:
            _end(cast, say)
    return True


def _end(cast: Cast, say: Callable[[str], None]) -> None:
    """A close compacts the database, which no transaction can; one that fails leaves nothing."""
    say("Closing the review")
    try:
        ended.close(cast)
    except BaseException:
        removal.remove()
        raise


def _build(goal: Goal, say: Callable[[str], None]) -> Cast:
    say("Setting up the review, its team and its plan")
    cast = setting_up.set_up()
    if goal == Goal.SET_UP:
        team_words.begin(cast)
    else:
        team_words.complete(cast)
        _lead_in(cast, goal, say)
        if goal not in (Goal.LEAD_IN, Goal.PRE_SITE):
            _visit(cast, goal, say)
    # What the worker does each night.
    audit.close_days(before=moments.AFTERWARDS.date())
    for review in Review.objects.filter(demonstration=True):
        if review.stage >= Stage.REPORTING:
            audit.close_visit(review, on=review.today(moments.REPORTING))
    # The second review is made last: where it stands, the first is whole.
    setting_up.set_up_second(setting_up.accounts_of_all())
    return cast


def _whole() -> Review | None:
    """The demonstration's review, if its load came to the end."""
    reviews = Review.objects.filter(demonstration=True)
    try:
        reviews.get(council=setting_up.second_council())
        return reviews.get(council=setting_up.first_council())
    except ObjectDoesNotExist:
        return None


def _lead_in(cast: Cast, goal: Goal, say: Callable[[str], None]) -> None:
    setting_up.move_to(cast, Stage.LEAD_IN, moments.LEAD_IN)
    briefed.tell(cast)
    say("Inviting 412 people to the questionnaire")
    asking.invite_and_open(cast)
    week.seed(cast)
    mapping_cases.choose_cases(cast)
    now = moments.MIDWAY if goal == Goal.LEAD_IN else moments.PRE_SITE
    papers.send(cast, until=now.date())
    briefed.wait(cast)
    say("Answering it")
    if goal == Goal.LEAD_IN:
        # Enough answers to show a turnout, and links left to try.
        asking.answer(cast, share=0.4)
        setting_up.tick_plan(cast, until=moments.MIDWAY.date())
        setting_up.stand_still_at(cast.review, moments.MIDWAY.date())
        return
    asking.answer(cast, share=1)
    setting_up.move_to(cast, Stage.PRE_SITE, moments.PRE_SITE)
    say("Closing and releasing it")
    asking.close_and_release(cast)
    analysing.use_results(cast)
    mapping_cases.map_cases(cast)
    week.publish(cast)
    if goal == Goal.PRE_SITE:
        week.change_since(cast)
        setting_up.tick_plan(cast, until=moments.TIMETABLE_FINAL.date())
        setting_up.stand_still_at(cast.review, moments.TIMETABLE_FINAL.date())
        return
    setting_up.move_to(cast, Stage.ON_SITE, moments.ON_SITE)


def _visit(cast: Cast, goal: Goal, say: Callable[[str], None]) -> None:
    say("Writing and gathering notes")
    if goal == Goal.ON_SITE:
        wednesday = moments.WEDNESDAY.date()
        week.hold_until(cast, wednesday)
        week.gather_until(cast, wednesday)
        # Not before: each evening's gathering names the meetings that were over by then.
        setting_up.stand_still_at(cast.review, wednesday)
        week.draft(cast, wednesday)
        writing.begin(cast)
        setting_up.tick_plan(cast, until=wednesday)
        return
    week.hold_until(cast, None)
    week.gather_until(cast, None)
    mapping_cases.discuss(cast)
    say("Writing findings on cleared excerpts")
    writing.find(cast)
    setting_up.move_to(cast, Stage.REPORTING, moments.REPORTING)
    say("Building and rendering the report")
    writing.report(cast)
    setting_up.move_to(cast, Stage.FEEDBACK, moments.FEEDBACK)
    writing.issue(cast)
    setting_up.tick_plan(cast, until=moments.AFTERWARDS.date())
    setting_up.stand_still_at(cast.review, moments.AFTERWARDS.date())
