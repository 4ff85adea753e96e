"""What a close would keep, seal and destroy, what stands in its way, and how far one has come."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from reviews import retention
from reviews.access import Action, can
from reviews.apps_above import closing as above
from reviews.apps_above.closing import Unfinished
from reviews.apps_above.records import Life, Record
from reviews.mail.kinds import OF_THE_CLOSE
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
from reviews.rules.closing import (
    JOINED_FOR_THIS,
    STEPS,
    counted_to_tens,
    is_second_person,
)
from reviews.secrets import signing

# Before these have ended nothing is closed. Mail that waits for its turn counts as going on.
_WORK = (Job.State.QUEUED, Job.State.RUNNING)
_TO_BE_SENT = (Delivery.DRAFT, Delivery.QUEUED)
# The class of record of answers and comments after the release.
_REPLIES = "answers"
# What the archive holds, as whoever decides reads it: the name of a file, or how the names of several
# begin, and what is in it.
ARCHIVED = {
    "read-me.html": "A page for reading, with the findings and the published results",
    "review.json": "What the review was: council, dates, scope and key questions, and how many "
    "documents it had",
    "report-version-": "The report as it was issued, each version",
    "findings.json": "The findings",
    "questionnaires.json": "How each questionnaire was asked, and its published results",
    "cases.json": "How many cases were mapped",
    "visit.json": "The timetable without names, rooms and titles, and how many people were met, to "
    "the nearest ten",
    "alerts.json": "Alerts that a child may be at risk",
    "trail.json": "The audit trail",
    "trail-before-": "The audit trail of before the review was moved here, where it was",
}
NEVER_ARCHIVED = (
    "Never in it: notes, comments, answers, evidence under findings, words of case mapping, and names "
    "and addresses of people met or invited, unless they were on the review themselves or were told "
    "that a child may be at risk."
)


def archived_as(name: str) -> str:
    """What a file of the archive holds, by its name. Raises LookupError for one that no line names."""
    for begins, sentence in ARCHIVED.items():
        if name == begins or (begins.endswith("-") and name.startswith(begins)):
            return sentence
    raise LookupError(name)


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
    letters = review.messages.exclude(kind__in=OF_THE_CLOSE)
    waiting = letters.filter(state__in=_TO_BE_SENT).count()
    if waiting:
        was = "was" if waiting == 1 else "were"
        said = f"{say.counted(waiting, 'letter')} in the outbox {was} never sent."
        page = reverse("reviews:outbox", args=[review.pk])
        found.append(Unfinished("letters", said, page))
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
    """To the nearest ten. Answers are not counted at all, sealed or released: that would be a
    turnout, and the council has the certificate."""
    if record.life == Life.RELEASE or record.code == _REPLIES:
        return "not counted"
    number = sum(each.of(review).count() for each in record.held)
    over = review.today(timezone.now()) >= review.words_until
    left = any(each.full(review).exists() for each in record.rows)
    if record.life == Life.WORDS and over and not left:
        # A number of what is left would say that there never was much.
        return f"went on {say.day(review.words_until)}"
    return counted_to_tens(number)


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
    why_not: str
    may_withdraw: bool
    may_send_back: bool
    steps: list[StepRow]
    stopped: str
    certificates: list[Certificate]
    fingerprints: list[str]
    kept_until: dt.date | None
    final_on: dt.date | None


def page_of(membership: Membership) -> ClosingPage:
    review = membership.review
    closing = closing_of(review)
    asked = closing is not None and closing.state == Closing.State.ASKED
    before = closing is None or asked
    mine = asked and closing is not None and closing.asked_by_id == membership.user_id
    finished = closing.finished_at if closing else None
    certificates = list(review.certificates.all())
    return ClosingPage(
        closing=closing,
        blockers=blockers(review) if before else [],
        unfinished=unfinished(review) if before else [],
        kept=kept_rows(review) if before else [],
        going=going_rows(review) if before else [],
        may_ask=closing is None and can(membership, Action.ASK_TO_CLOSE),
        may_confirm=asked and not mine and may_confirm(membership, at=timezone.now()),
        why_not=_why_not(membership) if asked and not mine else "",
        may_withdraw=asked and can(membership, Action.ASK_TO_CLOSE),
        may_send_back=asked and can(membership, Action.CONFIRM_CLOSE),
        steps=steps_of(closing) if closing and not before else [],
        stopped=_stopped(closing),
        certificates=certificates,
        fingerprints=_fingerprints(certificates),
        kept_until=kept_until(closing) if closing else None,
        final_on=say.local_day(finished + retention.KEY_BACKUPS) if finished else None,
    )


def _fingerprints(certificates: list[Certificate]) -> list[str]:
    """Of the keys that signed them: one, unless the keystore was lost in between."""
    found = {}
    for each in certificates:
        # One that was damaged in the database can still be downloaded, and is refused elsewhere.
        with suppress(signing.NotACertificate):
            found[signing.fingerprint_in(bytes(each.signed))] = each
    return list(found)


def may_confirm(member: Membership, *, at: dt.datetime) -> bool:
    """Whether this is somebody who can be the second person."""
    joined = say.local_day(member.answered_at) if member.answered_at else None
    return can(member, Action.CONFIRM_CLOSE) and is_second_person(
        joined, last_day=member.review.last_day, today=say.local_day(at)
    )


def _why_not(member: Membership) -> str:
    """Why somebody whose role confirms cannot be the second person; "" for no reason."""
    late = can(member, Action.CONFIRM_CLOSE) and not may_confirm(
        member, at=timezone.now()
    )
    return JOINED_FOR_THIS if late else ""


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
        mine = closing.asked_by_id == member.user_id
        if not mine and may_confirm(member, at=timezone.now()):
            return [ToDo("Confirm that the review is closed", url=page)]
        return []
    if closing.is_stopped and can(member, Action.READ_CLOSING):
        return [ToDo("The close has stopped", url=page, late=True)]
    return []
