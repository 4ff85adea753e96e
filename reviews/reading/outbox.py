"""The outbox as its pages show it: what waits, what went and how far it came. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from reviews.access import Action, can
from reviews.mail import mailer
from reviews.mail.kinds import KINDS, kind_of
from reviews.mail.mailer import Piece
from reviews.models import Delivery, Job, MailBatch, Membership, Message, Review
from reviews.pages import say
from reviews.pages.progress import ToDo
from reviews.reading.filters import Box, Choice, Filters, choices

WAITING = (Delivery.QUEUED, Delivery.SENDING)
TROUBLE = (
    Delivery.FAILED,
    Delivery.NO_ADDRESS,
    Delivery.MAILBOX,
    Delivery.UNKNOWN,
)
# A person is told of mail that has waited for longer.
PATIENCE = dt.timedelta(minutes=10)

STATES = (
    Choice("trouble", "Did not arrive"),
    Choice("waiting", "On its way"),
    Choice("sent", "Delivered to the mail server"),
)
_OF_STATE = {"trouble": TROUBLE, "waiting": WAITING, "sent": (Delivery.SENT,)}


def boxes() -> tuple[Box, ...]:
    return (
        Box("state", "State", STATES, "Any state"),
        Box("kind", "Kind", choices((k.begins, k.title) for k in KINDS), "Any kind"),
    )


def colour_of(state: str) -> str:
    if state in TROUBLE:
        return "red"
    return "blue" if state in WAITING else ""


@dataclass(frozen=True)
class StateCount:
    """How many messages of a mailing are in one state."""

    words: str
    colour: str
    number: int


@dataclass(frozen=True)
class Row:
    """One message, or one mailing with all its messages."""

    subject: str
    url: str
    to: str
    at: dt.datetime
    states: list[StateCount]
    failed: bool


@dataclass(frozen=True)
class _Entry:
    """What a row is sorted and filtered by, before anything sealed is opened."""

    key: object
    is_batch: bool
    at: dt.datetime
    kind: str
    states: Counter[str]

    @property
    def failed(self) -> bool:
        return any(self.states[state] for state in TROUBLE)


def entries(review: Review, chosen: Filters) -> list[_Entry]:
    """Everything that went, what did not arrive first, then the newest. Two queries."""
    counted: dict[object, Counter[str]] = defaultdict(Counter)
    gone = review.messages.exclude(state=Delivery.DRAFT)
    for batch, state, number in (
        gone.exclude(batch=None)
        .order_by()
        .values_list("batch", "state")
        .annotate(n=Count("pk"))
    ):
        counted[batch][state] += number
    found = [
        _Entry(pk, True, released_at, kind, counted[pk])
        for pk, released_at, kind in review.mail_batches.exclude(
            released_at=None
        ).values_list("pk", "released_at", "kind")
        if pk in counted and released_at
    ]
    found += [
        _Entry(pk, False, at, kind, Counter({state: 1}))
        for pk, at, kind, state in gone.filter(batch=None).values_list(
            "pk", "queued_at", "kind", "state"
        )
    ]
    wanted = _OF_STATE.get(chosen.value("state"))
    kept = [
        each
        for each in found
        if (not wanted or any(each.states[state] for state in wanted))
        and (not chosen.value("kind") or each.kind.startswith(chosen.value("kind")))
    ]
    kept.sort(key=lambda each: each.at, reverse=True)
    kept.sort(key=lambda each: not each.failed)
    return kept


def rows_of(review: Review, shown: Iterable[_Entry]) -> list[Row]:
    """The rows of one page; only what it shows is opened. In a fixed number of queries.

    What was taken out since ``shown`` was read is left out.
    """
    shown = list(shown)
    messages = review.messages.in_bulk([e.key for e in shown if not e.is_batch])
    batches = review.mail_batches.in_bulk([e.key for e in shown if e.is_batch])
    firsts = _firsts(review, list(batches.values()))
    names = names_of(review)
    found = []
    for each in shown:
        states = [
            StateCount(str(Delivery(state).label), colour_of(state), number)
            for state, number in sorted(each.states.items())
        ]
        if each.key in batches:
            batch = batches[each.key]
            first = firsts.get(batch.pk)
            found.append(
                Row(
                    first.subject if first else batch.subject,
                    reverse("reviews:outbox-batch", args=[review.pk, batch.pk]),
                    say.counted(sum(each.states.values()), "person", "people"),
                    each.at,
                    states,
                    each.failed,
                )
            )
        elif each.key in messages:
            message = messages[each.key]
            found.append(
                Row(
                    message.subject,
                    reverse("reviews:outbox-message", args=[review.pk, message.pk]),
                    named(message, names),
                    each.at,
                    states,
                    each.failed,
                )
            )
    return found


def _firsts(review: Review, batches: Sequence[MailBatch]) -> dict[object, Message]:
    """One message of each mailing: its subject is the filled-in one."""
    found: dict[object, Message] = {}
    numbers: dict[object, object] = {}
    for batch, pk in review.messages.filter(batch__in=batches).values_list(
        "batch_id", "pk"
    ):
        numbers.setdefault(batch, pk)
    for message in review.messages.filter(pk__in=list(numbers.values())):
        found[message.batch_id] = message
    return found


def names_of(review: Review) -> dict[str, str]:
    """The names of everybody on the review, by their address."""
    return {
        each.user.email.casefold(): each.name
        for each in review.memberships.select_related("user")
    }


def named(message: Message, names: dict[str, str]) -> str:
    """As in "Agnes Lisle, agnes@example.org"; without a name the address alone."""
    name = (message.fields or {}).get("name") or names.get(message.to.casefold(), "")
    return f"{name}, {message.to}" if name else message.to


@dataclass(frozen=True)
class Draft:
    """A mailing that waits, as a line of the list."""

    batch: MailBatch
    subject: str
    people: int


def drafts_of(review: Review) -> list[Draft]:
    """What waits for the review manager, the newest first. In a fixed number of queries."""
    batches = list(
        review.mail_batches.filter(released_at=None).annotate(people=Count("messages"))
    )
    firsts = _firsts(review, batches)
    return [
        Draft(
            batch,
            firsts[batch.pk].subject if batch.pk in firsts else batch.subject,
            batch.people,
        )
        for batch in batches
    ]


# One mailing


@dataclass(frozen=True)
class Reader:
    message: Message
    who: str
    agency: str
    state: str
    colour: str


@dataclass(frozen=True)
class Mailing:
    """One mailing with its readers, and how the first of them reads it."""

    batch: MailBatch
    readers: list[Reader]
    secret: bool
    subject: list[Piece]
    text: list[Piece]
    known: tuple[str, ...]
    empty: list[str] = field(default_factory=list)

    @property
    def title(self) -> str:
        return "".join(piece.text for piece in self.subject)

    @property
    def first(self) -> Reader:
        return self.readers[0]

    @property
    def has_marks(self) -> bool:
        return any(piece.filled for piece in [*self.subject, *self.text])


def mailing_of(review: Review, batch: MailBatch) -> Mailing | None:
    """None when nobody is left to have it."""
    messages = list(batch.messages.order_by("pk"))
    if not messages:
        return None
    names = names_of(review)
    readers = sorted(
        (
            Reader(
                each,
                named(each, names),
                (each.fields or {}).get("agency", ""),
                each.get_state_display(),
                colour_of(each.state),
            )
            for each in messages
        ),
        key=lambda reader: (reader.message.state not in TROUBLE, reader.who),
    )
    first = readers[0].message
    secret = first.holds_a_secret
    known = tuple(dict.fromkeys(n for each in messages for n in each.fields or {}))
    return Mailing(
        batch,
        readers,
        secret,
        mailer.pieces(first.subject if secret else batch.subject, first.fields),
        [] if secret else mailer.pieces(batch.text, first.fields),
        known,
        [] if secret else _empty(batch, readers),
    )


def _empty(batch: MailBatch, readers: Sequence[Reader]) -> list[str]:
    """For whom a placeholder that the words use stands for nothing, one sentence each.

    What is made to be empty for most readers is not told.
    """
    words = f"{batch.subject}\n{batch.text}"
    found = []
    for name in ("name", "agency"):
        without = [
            reader.who
            for reader in readers
            if name in (reader.message.fields or {})
            and not (reader.message.fields or {})[name]
            and mailer.uses(words, name)
        ]
        if without:
            listed = say.listed([*without[:3], *_others(len(without) - 3)])
            found.append(f"${name} stands for nothing in the message to {listed}.")
    return found


def _others(number: int) -> list[str]:
    return [say.counted(number, "other")] if number > 0 else []


def kind_title(message: Message | MailBatch) -> str:
    kind = kind_of(message.kind)
    return kind.title if kind else message.kind.capitalize()


# Mail that does not go


@dataclass(frozen=True)
class Stopped:
    """Why mail waits, in a sentence."""

    sentence: str
    number: int


def stopped(review: Review, *, at: dt.datetime) -> Stopped | None:
    """None while mail goes as it should."""
    # Read at once: the worker may take the last of them at any moment.
    waiting = list(
        review.messages.filter(state=Delivery.QUEUED)
        .order_by("queued_at")
        .values_list("queued_at", flat=True)
    )
    if not waiting:
        return None
    jobs = Job.objects.filter(kind=mailer.SEND, subject=str(review.pk))
    # The latest attempt that came to an end, also while it is being tried again.
    last = jobs.exclude(ended_at=None).order_by("-ended_at", "-pk").first()
    if last and last.ended_at and last.state != Job.State.DONE:
        when = _when(last.ended_at, at)
        what = (
            "The mail server did not answer"
            if last.error_code in ("ServerDown", "")
            else "Sending stopped"
        )
        return Stopped(
            f"{what} {when}. It is tried again every few minutes.", len(waiting)
        )
    oldest = waiting[0]
    if at - oldest < PATIENCE:
        return None
    return Stopped(
        f"Mail has waited since {_when(oldest, at).removeprefix('at ')}. Nothing was lost.",
        len(waiting),
    )


def _when(moment: dt.datetime, at: dt.datetime) -> str:
    """As in "at 10:05am", with the day when it was another one."""
    moment, at = timezone.localtime(moment), timezone.localtime(at)
    clock = f"at {say.clock(moment)}"
    return (
        clock if moment.date() == at.date() else f"{clock} on {say.day(moment.date())}"
    )


def mail_that_waits(member: Membership, *, at: dt.datetime) -> list[ToDo]:
    """For the manager's list: mail that has not gone for ten minutes."""
    if not can(member, Action.READ_OUTBOX):
        return []
    waiting = member.review.messages.filter(
        state=Delivery.QUEUED, queued_at__lt=at - PATIENCE
    )
    oldest = waiting.order_by("queued_at").values_list("queued_at", flat=True).first()
    if oldest is None:
        return []
    return [
        ToDo(
            title=f"{say.counted(waiting.count(), 'message')} did not go yet",
            when=f"waiting since {_when(oldest, at).removeprefix('at ')}",
            url=reverse("reviews:outbox", args=[member.review_id]),
            late=True,
        )
    ]
