"""The audit trail: a hash chain for each review, append-only by database trigger.

Security and set-up events say who, what and when. Events about what people said
(``record_speech``) carry a kind and a count, knowingly less than ASVS 16.2.1 asks: those of boxes
and answers by day, when their day is over, so that no neighbour of theirs dates them; those of
drafts, notes, comments and excerpts together, once “On site” is over or with the destruction, so
that no day of theirs is told.
"""

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models, transaction
from django.db.models import F, QuerySet

from reviews.models import AuditEvent, Review, SpeechCount, Stage, User

GENESIS = "0" * 64
# Of a longer text the trail keeps the beginning.
MOST_SAID = 300
_LOCK_CLASS = 7301


def record(
    action: str,
    *,
    review: Review | None,
    by: User | None,
    at: dt.datetime,
    object_kind: str = "",
    object_id: object = "",
    called: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Append an event. Call it inside the transaction of what it tells of.

    ``called``: the name of ``by`` where it is not to be that of the account.

    A rehearsal has no trail: nothing can be taken out of one, and its people do not exist.
    """
    if review is not None and review.rehearsal:
        return
    _append(
        review_ref=review.pk if review else 0,
        at=at,
        on=at.date(),
        action=action,
        actor_ref=by.pk if by else None,
        actor_name=called or (by.full_name if by else ""),
        object_kind=object_kind,
        object_id=str(object_id),
        count=None,
        detail=detail or {},
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """A detail ``changed``: what each field said before and says now, of those that differ.

    Only for plain fields. What is sealed, and what people said, never comes here.
    """
    changed = {
        name: [_told(before.get(name)), _told(value)]
        for name, value in after.items()
        if before.get(name) != value
    }
    return {"changed": changed} if changed else {}


def values_of(item: models.Model, names: Iterable[str]) -> dict[str, Any]:
    """Some fields of a row, to be compared later."""
    return {name: getattr(item, name) for name in names}


def _told(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_told(each) for each in value]
    text = str(value)
    return text if len(text) <= MOST_SAID else f"{text[:MOST_SAID]}…"


@transaction.atomic
def record_speech(
    action: str, *, review: Review, on: dt.date | None, count: int
) -> None:
    """Count something that happened to what people said: a number, and at most its day.

    ``on`` None waits for ``close_visit``.
    """
    if review.rehearsal:
        return
    row, _ = SpeechCount.objects.get_or_create(
        review_ref=review.pk, on=on, action=action
    )
    SpeechCount.objects.filter(pk=row.pk).update(count=F("count") + count)


def close_days(*, before: dt.date) -> None:
    """Each night: the counts of days that are over enter the trail, in no order."""
    _enter(SpeechCount.objects.filter(on__lt=before), on=None)


def close_visit(review: Review, *, on: dt.date) -> None:
    """The counts that waited for the end of the visit enter the trail, as of this one day."""
    _enter(SpeechCount.objects.filter(review_ref=review.pk, on=None), on=on)


def enter_all(review: Review, *, on: dt.date) -> None:
    """At the close: whatever still waits enters the trail, as of this one day."""
    _enter(SpeechCount.objects.filter(review_ref=review.pk), on=on)


def is_visit_open(review: Review) -> bool:
    """Whether notes were gathered of which the trail does not know yet."""
    waiting = SpeechCount.objects.filter(review_ref=review.pk, on=None)
    return waiting.filter(action="notes.gathered").exists()


@transaction.atomic
def _enter(waiting: QuerySet[SpeechCount], *, on: dt.date | None) -> None:
    rows = list(waiting.select_for_update())
    secrets.SystemRandom().shuffle(rows)
    for row in sorted(rows, key=lambda row: row.on or dt.date.min):
        _append(
            review_ref=row.review_ref,
            at=None,
            on=on or row.on,
            action=row.action,
            actor_ref=None,
            actor_name="",
            object_kind="",
            object_id="",
            count=row.count,
            detail={},
        )
    SpeechCount.objects.filter(pk__in=[row.pk for row in rows]).delete()


@transaction.atomic
def _append(*, review_ref: int, **fields: Any) -> AuditEvent:
    if connection.vendor == "postgresql":
        # Two writers of one chain wait for each other; SQLite's IMMEDIATE does so anyway.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, review_ref]
            )
    last = AuditEvent.objects.filter(review_ref=review_ref).order_by("-number").first()
    event = AuditEvent(
        review_ref=review_ref,
        number=last.number + 1 if last else 1,
        previous_hash=last.hash if last else GENESIS,
        **fields,
    )
    event.hash = _hash(event)
    event.save(force_insert=True)
    return event


def _hash(event: AuditEvent) -> str:
    content = {
        "review_ref": event.review_ref,
        "number": event.number,
        "at": event.at.astimezone(dt.UTC).isoformat() if event.at else None,
        "on": event.on.isoformat(),
        "action": event.action,
        "actor_ref": event.actor_ref,
        "actor_name": event.actor_name,
        "object_kind": event.object_kind,
        "object_id": event.object_id,
        "count": event.count,
        "detail": event.detail,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{event.previous_hash}{canonical}".encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """Where a chain is broken: ``review_ref``, the event's number, and what is wrong."""

    review_ref: int
    number: int
    sentence: str


# What a line of the trail says, in the order of the archive and of a file that moves.
LINE = (
    *("review_ref", "number", "at", "on", "action", "actor_ref", "actor_name"),
    *("object_kind", "object_id", "count", "detail", "previous_hash", "hash"),
)


def lines(review: Review) -> list[dict[str, Any]]:
    """The whole trail of a review in plain values, the oldest line first."""

    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, dt.date) else value

    return [
        {name: plain(getattr(event, name)) for name in LINE}
        for event in events(review).order_by("number")
    ]


def is_whole(given: Iterable[Mapping[str, Any]]) -> bool:
    """Whether ``lines`` of a review of any installation are as its chain sealed them."""
    rows = [
        AuditEvent(
            **{
                **{name: each[name] for name in LINE},
                "at": dt.datetime.fromisoformat(each["at"]) if each["at"] else None,
                "on": dt.date.fromisoformat(each["on"]),
            }
        )
        for each in given
    ]
    of_one = len({row.review_ref for row in rows}) <= 1
    return of_one and not _faults(rows)


def verify() -> list[Fault]:
    """Walk every chain; an empty list means that nothing was edited, cut out or reordered."""
    return _faults(AuditEvent.objects.order_by("review_ref", "number").iterator())


def _faults(rows: Iterable[AuditEvent]) -> list[Fault]:
    faults: list[Fault] = []
    chain, expected, previous = -1, 1, GENESIS
    for event in rows:
        if event.review_ref != chain:
            chain, expected, previous = event.review_ref, 1, GENESIS
        if event.number != expected:
            sentence = f"Event {expected} is missing."
            faults.append(Fault(chain, event.number, sentence))
        elif event.previous_hash != previous:
            faults.append(Fault(chain, event.number, "The chain is broken here."))
        elif event.hash != _hash(event):
            faults.append(Fault(chain, event.number, "The event was changed."))
        expected, previous = event.number + 1, event.hash
    return faults


def events(review: Review | None) -> QuerySet[AuditEvent]:
    """A chain's events, the newest first."""
    chain = AuditEvent.objects.filter(review_ref=review.pk if review else 0)
    return chain.order_by("-number")


def head(review: Review | None) -> str:
    """The newest hash of a chain, printed on certificates and on the audit page."""
    last = events(review).first()
    return last.hash if last else GENESIS


class NotADemonstration(Exception):
    """The trail of a real review is never removed."""


@transaction.atomic
def forget(review: Review) -> None:
    """Remove the trail of a demonstration review, and of nothing else."""
    if not review.demonstration:
        raise NotADemonstration
    with without_triggers():
        AuditEvent.objects.filter(review_ref=review.pk).delete()
    SpeechCount.objects.filter(review_ref=review.pk).delete()


class NotClosed(Exception):
    """The trail of a review that goes on is never removed."""


@transaction.atomic
def end(review: Review) -> None:
    """Remove the trail of a closed review, once its years are over."""
    if review.stage != Stage.CLOSED:
        raise NotClosed
    with without_triggers():
        AuditEvent.objects.filter(review_ref=review.pk).delete()


TRIGGERS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON reviews_auditevent"
        " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON reviews_auditevent"
        " BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$",
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE"
        " ON reviews_auditevent FOR EACH ROW EXECUTE FUNCTION audit_append_only()",
        "CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE"
        " ON reviews_auditevent FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()",
    ),
}
DROPS: dict[str, tuple[str, ...]] = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS audit_no_update",
        "DROP TRIGGER IF EXISTS audit_no_delete",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS audit_no_change ON reviews_auditevent",
        "DROP TRIGGER IF EXISTS audit_no_truncate ON reviews_auditevent",
        "DROP FUNCTION IF EXISTS audit_append_only",
    ),
}


@contextmanager
def without_triggers() -> Iterator[None]:
    """For removing a demonstration, and for tests that tidy up or tamper."""
    _run(DROPS)
    yield
    _run(TRIGGERS)


def _run(statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
