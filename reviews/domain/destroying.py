"""What the worker does once a close is confirmed: step by step, each remembered when it is done.

Whatever stops it, a kill or a full disk, it is taken up at the step that was not done. Every step
may be done twice. Keys go before files and rows, so what a stop leaves behind cannot be read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import transaction

from reviews import retention
from reviews.apps_above.key_facts import facts_of
from reviews.background import TaskFailed
from reviews.domain import dying_keys, samples
from reviews.domain.archiving import archived
from reviews.domain.certifying import certify
from reviews.domain.closing import (
    go_on,
)
from reviews.domain.documents import stored_names
from reviews.domain.mistakes import clear, delete_rows, key_prefixes
from reviews.domain.plan import mark_destroyed
from reviews.files import archive, store
from reviews.models import AuditEvent, Certificate, Closing, DestroyedReview, Review
from reviews.pages import say
from reviews.reading.closing import going_rows, kept_rows, kept_until
from reviews.reading.records import every_record, going
from reviews.refusals import Refusal
from reviews.rules import key_days
from reviews.rules.closing import steps_after
from reviews.secrets import keystore, remnants
from reviews.secrets.sealing import key_name
from reviews.trail import audit

Step = Callable[[Closing, dt.datetime], None]

# Of a review's keys the one that outlives the close, and the one that the close still needs.
_KEPT, _OWN = "report", "samples"


class NoRoom(Refusal):
    sentence = (
        "The archive could not be written: the disk may be full. All that it is to hold is still there. "
        "Ask whoever runs this system to make room, then go on."
    )


class FoundAgain(Refusal):
    sentence = (
        "Something that was destroyed is still to be found in the database’s files. No certificate "
        "is written. Go on to overwrite them once more; if it stays, tell whoever runs this system."
    )


def close(*, review: Review, at: Callable[[], dt.datetime]) -> None:
    """Do what is left of the close of ``review``. Raises NoRoom, FoundAgain."""
    closing = Closing.objects.select_related("review").filter(review=review).first()
    if closing is None or closing.state != Closing.State.UNDER_WAY:
        return
    for code in steps_after(closing.step):
        _DO[code](closing, at())
        closing.step = code
        closing.save()


# Count, and take samples


def _count(closing: Closing, at: dt.datetime) -> None:
    review = closing.review
    audit.enter_all(review, on=review.today(at))
    closing.destroyed = [
        {"title": row.title, "about": row.about, "count": row.count}
        for row in going_rows(review)
    ]
    until = kept_until(closing)
    closing.kept = [
        {
            "title": row.title,
            "about": row.about,
            "count": row.count,
            "until": until.isoformat() if until else "",
        }
        for row in kept_rows(review)
    ]
    keystore.ensure(key_name("samples", review.pk))
    closing.samples = samples.take(review)
    closing.taken = len(closing.samples)


# The archive


def archive_path(closing: Closing) -> Path:
    return Path(settings.VAR_DIR) / "archives" / f"{closing.pk.hex}.zip"


def _archive(closing: Closing, at: dt.datetime) -> None:
    review = closing.review
    outer, inner = _lock(closing.outer_lock), _lock(closing.inner_lock)
    content = archive.close(archived(review), inner=inner, outer=outer)
    path = archive_path(closing)
    aside = path.with_name(f".{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise NoRoom from error
    finally:
        aside.unlink(missing_ok=True)
    closing.archive_sha256 = hashlib.sha256(content).hexdigest()
    closing.archive_bytes = len(content)
    closing.outer_lock = closing.inner_lock = None


def _lock(kept: list[str] | None) -> archive.Lock:
    public, key = kept or ("", "")
    return archive.Lock(public, bytes.fromhex(key))


# Keys, files, rows


def _keys(closing: Closing, at: dt.datetime) -> None:
    review = closing.review
    doomed = [
        name for name in _names_of_keys(review) if name not in _names_left(review)
    ]
    if not closing.keys:
        closing.keys = dying_keys.destroyed_before(review)
    noted = {each["fingerprint"] for each in closing.keys}
    titles = _titles_of_keys(review, doomed, at)
    for name in doomed:
        told = keystore.fingerprint(name)
        if told not in noted:
            closing.keys = [
                *closing.keys,
                {
                    "title": titles.get(name, "A key of the review"),
                    "fingerprint": told,
                    "destroyed_at": at.isoformat(),
                },
            ]
    # Written down before they go: afterwards nobody could.
    closing.save(update_fields=["keys"])
    for name in doomed:
        keystore.destroy(name)


def _names_of_keys(review: Review) -> list[str]:
    prefixes = tuple(key_prefixes(review))
    return [name for name in keystore.names() if name.startswith(prefixes)]


def _names_left(review: Review) -> set[str]:
    return {key_name(scope, review.pk) for scope in (_KEPT, _OWN)}


def _titles_of_keys(
    review: Review, names: list[str], at: dt.datetime
) -> dict[str, str]:
    """What each opens, in the words of the table of their days."""
    known = key_days.keys_of(facts_of(review, today=review.today(at)))
    return {name: key.title for key in known for name in key.names(names)}


def _files(closing: Closing, at: dt.datetime) -> None:
    store.remove(stored_names(closing.review))


def _rows(closing: Closing, at: dt.datetime) -> None:
    """All rows of what goes, whatever protects what, and what of it stands in rows that stay."""
    rows = [each.of(closing.review) for record in going() for each in record.rows]
    if not clear(rows):
        raise TaskFailed("ROWS_PROTECTED")
    _empty_columns(closing.review)


def _empty_columns(review: Review) -> None:
    for record in going():
        for column in record.columns:
            column.empty(review)


# What they leave behind


def _compact(closing: Closing, at: dt.datetime) -> None:
    _sweep_all()


def _sweep_all() -> None:
    """What a close has deleted, of this review or another, out of the database's own files."""
    models = {each.model for record in going() for each in record.held}
    remnants.sweep(
        *sorted(models, key=lambda each: each._meta.label),
        Closing,
        compact=True,
        rewrite=True,
    )


def _search(closing: Closing, at: dt.datetime) -> None:
    """Back to overwriting, should one of the samples be there still."""
    if samples.found_again(closing.samples or []):
        closing.step = "rows"
        closing.save()
        raise FoundAgain
    closing.samples = None
    closing.step = "searched"
    closing.save()
    keystore.destroy(key_name("samples", closing.review_id))


# Certificates


def _certify(closing: Closing, at: dt.datetime) -> None:
    closing.finished_at = closing.finished_at or at
    mark_destroyed(review=closing.review, on=closing.review.today(at), at=at)
    certify(closing, "interim", at=at)
    audit.record("review.closed", review=closing.review, by=None, at=at)
    closing.state = Closing.State.DONE


# Each night


def nightly(*, at: dt.datetime) -> None:
    """Take up what has stopped, certify what is final, and end what has had its years."""
    for closing in Closing.objects.select_related("review", "job"):
        if closing.is_stopped:
            go_on(review=closing.review)
        if closing.is_over:
            destroy_keys_again(closing.review)
            _make_good(closing, at)
        if _is_final(closing, at):
            # On PostgreSQL a reader who had begun before the close kept its rows where they were.
            _sweep_all()
            finish(closing, at=at)
        until = kept_until(closing)
        if closing.is_over and until and closing.review.today(at) > until:
            end_record(closing.review, at=at)
    _destroy_keys_of_none()


def _destroy_keys_of_none() -> None:
    """Of reviews that had their years: a keystore from a backup may have brought them back."""
    over = DestroyedReview.objects.exclude(number__in=Review.objects.values("pk"))
    numbers = over.values_list("number", flat=True)
    prefixes = tuple(f"review-{number}-" for number in numbers)
    for name in keystore.names():
        if name.startswith(prefixes):
            keystore.destroy(name)


def _make_good(closing: Closing, at: dt.datetime) -> None:
    """Of a review that was closed before a close did this."""
    _empty_columns(closing.review)
    done = closing.review.today(closing.finished_at or at)
    mark_destroyed(review=closing.review, on=done, at=at)


def destroy_keys_again(review: Review) -> None:
    """A keystore that was restored from its backup has keys that a close had destroyed."""
    for name in _names_of_keys(review):
        if name != key_name(_KEPT, review.pk):
            keystore.destroy(name)


def _is_final(closing: Closing, at: dt.datetime) -> bool:
    """Whether the last backup of a destroyed key has lapsed, and nothing says so yet."""
    done = closing.finished_at
    waits = closing.state == Closing.State.DONE and done is not None
    return waits and done is not None and at >= done + retention.KEY_BACKUPS


@transaction.atomic
def finish(closing: Closing, *, at: dt.datetime) -> None:
    """The last backups of the keys have lapsed: what was destroyed is gone for good."""
    certify(closing, "final", at=at)
    closing.state = Closing.State.FINAL
    closing.save(update_fields=["state"])
    audit.record("review.close_certified", review=closing.review, by=None, at=at)


def end_record(review: Review, *, at: dt.datetime) -> None:
    """Destroy what outlived the close. One line stays, which names no person."""
    closing = Closing.objects.get(review=review)
    final = review.certificates.order_by("-made_at").first()
    keystore.destroy(key_name(_KEPT, review.pk))
    archive_path(closing).unlink(missing_ok=True)
    with transaction.atomic():
        DestroyedReview.objects.create(
            number=review.pk,
            council=review.council,
            programme=review.programme,
            day_zero=review.day_zero,
            closed_on=say.local_day(closing.finished_at or at),
            destroyed_on=say.local_day(at),
            classes=[each.title for each in every_record() if each.of_a_review],
            certificate_sha256=final.sha256 if final else "",
        )
        audit.record(
            "review.destroyed",
            review=None,
            by=None,
            at=at,
            object_kind="review",
            object_id=review.pk,
            detail={"council": review.council},
        )
        audit.end(review)
        delete_rows(review)
    remnants.sweep(Review, AuditEvent, Certificate, Closing, compact=True, rewrite=True)


_DO: dict[str, Step] = {
    "counted": _count,
    "archived": _archive,
    "keys": _keys,
    "files": _files,
    "rows": _rows,
    "compacted": _compact,
    "searched": _search,
    "certified": _certify,
}
