"""What timetable and notes say of themselves on the review's home page and at its stages."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.urls import reverse

from reviews.access import Action, can
from reviews.models import Membership, Review, Stage
from reviews.pages import say
from reviews.pages.progress import Obstacle, Progress, ToDo
from reviews.reading import speech
from scheduling.reading import releases
from scheduling.reading.clashes import clashes_for
from scheduling.reading.day import my_day
from scheduling.reading.gathering import Standing, standing_of
from scheduling.reading.notes import marked_notes
from scheduling.reading.now import now_at
from scheduling.reading.sessions import sessions_for
from scheduling.rules.clashes import Grade


def progress(review: Review, membership: Membership) -> list[Progress]:
    """Cards for what this person may open now."""
    cards = []
    if can(membership, Action.READ_TIMETABLE):
        cards.append(_timetable_card(review, membership))
    if can(membership, Action.READ_NOTES):
        cards.append(_notes_card(review))
    return cards


def to_do(review: Review, membership: Membership, today: dt.date) -> list[ToDo]:
    """On site: the reader's own day, notes to gather and notes to look at."""
    found = []
    if can(membership, Action.WRITE_NOTE):
        stops = my_day(membership, today).stops
        met = sum(stop.session.meets_people for stop in stops)
        if stops:
            found.append(
                ToDo(
                    title=f"Your day: {say.counted(len(stops), 'session')}",
                    when=f"{say.counted(met, 'session')} with people" if met else "",
                    url=reverse("scheduling:my-day", args=[review.pk]),
                )
            )
    if can(membership, Action.PUBLISH_TIMETABLE):
        absent = releases.number_who_cannot_come(review, today)
        if absent:
            found.append(
                ToDo(
                    f"{say.counted(absent, 'person', 'people')} cannot come to a meeting",
                    url=reverse("scheduling:timetable-releases", args=[review.pk]),
                )
            )
    if can(membership, Action.READ_OUTBOX) and releases.messages_wait(review):
        found.append(
            ToDo(
                "Send the messages about the timetable",
                when="nobody is told until you do",
                url=reverse("reviews:outbox", args=[review.pk]),
            )
        )
    notes = reverse("scheduling:notes", args=[review.pk])
    if (
        can(membership, Action.GATHER_NOTES)
        and standing_of(review, now=now_at(review)) == Standing.READY
    ):
        found.append(ToDo("Gather the ready notes", url=notes))
    if can(membership, Action.SCREEN_NOTES):
        marked = marked_notes(review)
        if marked:
            found.append(
                ToDo(
                    f"Look at {say.counted(marked, 'note')} that may name somebody",
                    url=f"{notes}?marked=yes",
                )
            )
    return found


def _timetable_card(review: Review, membership: Membership) -> Progress:
    url = reverse("scheduling:timetable", args=[review.pk])
    sessions = [each for each in sessions_for(membership) if not each.cancelled]
    if not sessions:
        return Progress("Timetable", "No session is planned yet.", url)
    number = len(sessions)
    planned = (
        f"{say.counted(number, 'session')} {'is' if number == 1 else 'are'} planned"
    )
    if not can(membership, Action.READ_INTERESTS):
        # Who may not know that a peer has declared an interest is told of no clash, nor of none.
        return Progress("Timetable", f"{planned}.", url)
    found = Counter(each.grade for each in clashes_for(membership, sessions))
    blocking = found[Grade.BLOCK]
    state = (
        f"with {say.counted(blocking, 'clash', 'clashes')}"
        if blocking
        else "with no clashes"
    )
    if found[Grade.WARN]:
        state += f" and {say.counted(found[Grade.WARN], 'thing')} to look at"
    return Progress("Timetable", f"{planned}, {state}.", url)


def _notes_card(review: Review) -> Progress:
    url = reverse("scheduling:notes", args=[review.pk])
    number = review.notes.count()
    if not number:
        gone = speech.gone_words(review, now_at(review).date())
        return Progress("Notes", gone or "No note has been gathered yet.", url)
    marked = marked_notes(review)
    gathered = (
        f"{say.counted(number, 'note')} {'is' if number == 1 else 'are'} gathered"
    )
    look = ""
    if marked:
        look = f" {marked:,} {'waits' if marked == 1 else 'wait'} to be looked at."
    return Progress("Notes", f"{gathered}.{look}", url)


def stage_blockers(review: Review, to: Stage) -> list[Obstacle]:
    """What of the timetable is missing before the review moves on."""
    if to == Stage.ON_SITE and not review.sessions.filter(cancelled=False).exists():
        words = "The timetable has no session yet: fill in the sample week or add one"
        return [Obstacle(words, reverse("scheduling:timetable", args=[review.pk]))]
    return []


def stage_warnings(review: Review, to: Stage) -> list[Obstacle]:
    """What of notes is lost or closed by moving on. Whose notes they are is not said."""
    notes = reverse("scheduling:notes", args=[review.pk])
    if to == Stage.REPORTING:
        found = []
        if review.note_drafts.filter(ready=True).exists():
            found.append(Obstacle(_ready_words(review), notes))
        if review.note_drafts.filter(ready=False).exists():
            words = (
                "Private drafts are deleted tonight. "
                "Ask everybody on the team to mark as ready what the team needs"
            )
            found.append(
                Obstacle(words, reverse("scheduling:my-day", args=[review.pk]))
            )
        return found
    if to == Stage.FEEDBACK:
        marked = marked_notes(review)
        if marked:
            words = (
                f"{say.counted(marked, 'note')} that may name somebody "
                f"{'has' if marked == 1 else 'have'} not been looked at"
            )
            return [Obstacle(words, f"{notes}?marked=yes")]
    return []


def _ready_words(review: Review) -> str:
    tonight = dt.datetime.combine(now_at(review), dt.time.max)
    if standing_of(review, now=tonight) == Standing.READY:
        return (
            "Notes that are ready have not been gathered: that happens tonight. "
            "Those that too few meetings stand behind are deleted"
        )
    return (
        "Notes that are ready cannot be gathered safely as things stand. "
        "What is still so tonight is deleted"
    )
