"""What a close would keep, seal and destroy, what stands in its way, and how far one has come."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from reviews import retention
from reviews.access import Action, can
from reviews.apps_above import closing as above
from reviews.apps_above.closing import Unfinished
from reviews.apps_above.records import Life, Record
from reviews.mail.kinds import CLOSE_ASKED
from reviews.models import (
    Certificate,
    Closing,
    Delivery,
    Job,
    Membership,
    Review,
)
from reviews.pages import say
from reviews.pages.progress import ToDo, Work
from reviews.reading.records import KEPT_UNTIL, going, of_a_review
from reviews.rules.closing import STEPS, counted_to_tens

# Before these have ended nothing is closed. Mail that waits for its turn counts as going on.
_WORK = (Job.State.QUEUED, Job.State.RUNNING)
_TO_BE_SENT = (Delivery.DRAFT, Delivery.QUEUED)
# What the archive holds, as whoever decides reads it.
ARCHIVED = (
    "The report as it was issued, and the findings",
    "How each questionnaire was asked, and its published results",
    "Alerts that a child may be at risk",
    "The timetable without names, rooms and titles, and how many people were met, to the nearest ten",
    "The audit trail",
)
NEVER_ARCHIVED = (
    "Never in it: notes, comments, answers, evidence under findings, case mapping, names and "
    "addresses of people met or invited."
)


def page_url(review: Review) -> str:
    return reverse("reviews:closing", args=[review.pk])


def closing_of(review: Review) -> Closing | None:
    return Closing.objects.filter(review=review).select_related("job").first()


def blockers(review: Review) -> list[str]:
    """What is going on in the review and has to end first."""
    found = above.blockers(review)
    going_on = review.jobs.filter(state__in=_WORK)
    if going_on.exists() and not found:
        found.append(
            "Something is being worked out or sent. Wait a minute, then look again."
        )
    return found


def unfinished(review: Review) -> list[Unfinished]:
    """What was begun and never will be finished, each to be accepted by name."""
    found = above.unfinished(review)
    # The letter that asks for the close itself is none.
    letters = review.messages.exclude(kind=CLOSE_ASKED)
    waiting = letters.filter(state__in=_TO_BE_SENT).count()
    if waiting:
        was = "was" if waiting == 1 else "were"
        said = f"{say.counted(waiting, 'letter')} in the outbox {was} never sent."
        found.append(Unfinished("letters", said))
    return found


@dataclass(frozen=True)
class PileRow:
    """A class of record in a pile, about how many rows there are, and until when they stay."""

    title: str
    about: str
    count: str
    until: str = ""


def kept_rows(review: Review) -> list[PileRow]:
    return [
        PileRow(
            each.title,
            each.about,
            _count(each, review),
            KEPT_UNTIL,
        )
        for each in of_a_review()
        if each.kept
    ]


def going_rows(review: Review) -> list[PileRow]:
    return [PileRow(each.title, each.about, _count(each, review)) for each in going()]


def _count(record: Record, review: Review) -> str:
    """To the nearest ten. Sealed answers are not counted at all: that would be a turnout."""
    if record.life == Life.RELEASE:
        return "not counted"
    return counted_to_tens(sum(rows.of(review).count() for rows in record.rows))


@dataclass(frozen=True)
class StepRow:
    """One step of a close on its way. ``state`` is "done", "now" or "ahead"."""

    title: str
    state: str


def steps_of(closing: Closing) -> list[StepRow]:
    codes = [step.code for step in STEPS]
    done = codes.index(closing.step) + 1 if closing.step else 0
    return [
        StepRow(step.title, "done" if n < done else "now" if n == done else "ahead")
        for n, step in enumerate(STEPS)
    ]


@dataclass(frozen=True)
class ClosingPage:
    """The page of the close, whatever it has come to."""

    closing: Closing | None
    blockers: list[str]
    unfinished: list[Unfinished]
    kept: list[PileRow]
    going: list[PileRow]
    may_ask: bool
    may_confirm: bool
    may_withdraw: bool
    steps: list[StepRow]
    stopped: str
    certificates: list[Certificate]
    kept_until: dt.date | None
    final_on: dt.date | None


def page_of(membership: Membership) -> ClosingPage:
    review = membership.review
    closing = closing_of(review)
    asked = closing is not None and closing.state == Closing.State.ASKED
    before = closing is None or asked
    mine = asked and closing is not None and closing.asked_by_id == membership.user_id
    finished = closing.finished_at if closing else None
    return ClosingPage(
        closing=closing,
        blockers=blockers(review) if before else [],
        unfinished=unfinished(review) if before else [],
        kept=kept_rows(review) if before else [],
        going=going_rows(review) if before else [],
        may_ask=closing is None and can(membership, Action.ASK_TO_CLOSE),
        may_confirm=asked and not mine and can(membership, Action.CONFIRM_CLOSE),
        may_withdraw=asked and can(membership, Action.ASK_TO_CLOSE),
        steps=steps_of(closing) if closing and not before else [],
        stopped=_stopped(closing),
        certificates=list(review.certificates.all()),
        kept_until=kept_until(closing) if closing else None,
        final_on=say.local_day(finished + retention.KEY_BACKUPS) if finished else None,
    )


def _stopped(closing: Closing | None) -> str:
    """Why a close on its way does not go on; "" while it does."""
    if closing is None or not closing.is_stopped:
        return ""
    return (closing.job.sentence if closing.job else "") or (
        "The close has stopped. Nothing that is done has to be done again. Try again; if it "
        "stops again, tell whoever runs this system."
    )


def work_of(closing: Closing | None) -> Work | None:
    """None while nothing goes on."""
    if (
        closing is None
        or closing.state != Closing.State.UNDER_WAY
        or closing.is_stopped
    ):
        return None
    rows = steps_of(closing)
    done = sum(row.state == "done" for row in rows)
    now = next((row.title for row in rows if row.state == "now"), "")
    return Work(now, done * 100 // len(rows))


def kept_until(closing: Closing) -> dt.date | None:
    """The last day of what outlives the close; None before it is confirmed."""
    if closing.confirmed_at is None:
        return None
    return retention.years_after(say.local_day(closing.confirmed_at))


def to_do(member: Membership) -> list[ToDo]:
    """Whoever may confirm a close that was asked for is told on the review's home page."""
    closing = closing_of(member.review)
    if closing is None:
        return []
    page = page_url(member.review)
    if closing.state == Closing.State.ASKED:
        if can(member, Action.CONFIRM_CLOSE) and closing.asked_by_id != member.user_id:
            return [ToDo("Confirm that the review is closed", url=page)]
        return []
    if closing.is_stopped and can(member, Action.READ_CLOSING):
        return [ToDo("The close has stopped", url=page, late=True)]
    return []
