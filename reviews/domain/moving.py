"""A whole review as one sealed file, to be taken in at another installation.

The file is made in memory and lies here, sealed, until it is fetched; nothing of it is written in
clear. Whoever makes it is shown its passphrase once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from reviews import retention
from reviews.files import archive
from reviews.models import Review, User
from reviews.reading.moving import Leaving, leaving, reasons, state_of_columns
from reviews.refusals import Refusal
from reviews.rules.moving import FORMAT, MOST_BYTES, ROWS, TRAIL, VERSION
from reviews.secrets import keystore, passphrases
from reviews.secrets.sealing import WrongSeal
from reviews.trail import audit


class CannotMove(Refusal):
    """``reasons`` are sentences."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__(" ".join(self.reasons))


class ChangedOnTheWay(Refusal):
    sentence = (
        "A document was taken away, or cannot be read, so no file was made. Try again; if it is "
        "said again, tell whoever runs this system."
    )


class TooLarge(Refusal):
    sentence = "The review is larger than one file takes. Remove documents that are not needed."


class NoRoomForFile(Refusal):
    sentence = (
        "The file could not be written: the disk may be full. Ask whoever runs this system to make "
        "room, then try again."
    )


def move_out(*, review: Review, by: User, at: dt.datetime) -> str:
    """Make the file of the whole review; gives back its passphrase, which is shown this once.

    A file that was made before cannot be fetched any more. Raises CannotMove, ChangedOnTheWay,
    TooLarge, NoRoomForFile.
    """
    try:
        with transaction.atomic(), keystore.held():
            found = leaving(_fit(review, at))
    except keystore.KeyGone as error:
        raise ChangedOnTheWay from error
    # Outside the transaction: to read and seal many documents takes its time.
    words = passphrases.new()
    content = archive.sealed(archive.packed(_files(found, at)), words)
    path = path_of(review)
    aside = path.with_name(f".{secrets.token_hex(8)}")
    try:
        _write(aside, content)
        with transaction.atomic():
            _fit(review, at)
            audit.record(
                "review.moved_out",
                review=review,
                by=by,
                at=at,
                detail={"sha256": hashlib.sha256(content).hexdigest()},
            )
            aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return words


def _fit(review: Review, at: dt.datetime) -> Review:
    """The review as it stands now, held. Raises CannotMove."""
    Review.objects.lock(review.pk)
    now = Review.objects.get(pk=review.pk)
    if found := reasons(now, now.today(at)):
        raise CannotMove(found)
    return now


def _files(found: Leaving, at: dt.datetime) -> dict[str, bytes]:
    """Raises ChangedOnTheWay, TooLarge."""
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "made_on": at.date().isoformat(),
        "made_at": settings.SITE_ADDRESS,
        "columns": state_of_columns(),
        "people": found.people,
        "rows": found.rows,
    }
    files = {ROWS: _json(whole), TRAIL: _json(found.trail)}
    for name, read in found.files.items():
        try:
            files[name] = read()
        except (keystore.KeyGone, WrongSeal) as error:
            raise ChangedOnTheWay from error
        if sum(map(len, files.values())) > MOST_BYTES:
            raise TooLarge
    return files


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _write(path: Path, content: bytes) -> None:
    """For this program's own account alone. Raises NoRoomForFile."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise NoRoomForFile from error


def path_of(review: Review) -> Path:
    """Where the file lies until its time is over."""
    return _folder() / f"{review.pk}.age"


def waiting_file(review: Review, *, at: dt.datetime) -> bytes | None:
    """The file, while it can be fetched."""
    path = path_of(review)
    try:
        if _is_over(path, at):
            return None
        return path.read_bytes()
    except FileNotFoundError:
        return None


@dataclass(frozen=True)
class Waiting:
    """A file that can be fetched: how large it is, since when and until when it waits."""

    size: int
    since: dt.datetime
    until: dt.datetime


def waiting(review: Review, *, at: dt.datetime) -> Waiting | None:
    path = path_of(review)
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    since = dt.datetime.fromtimestamp(found.st_mtime, dt.UTC)
    until = since + retention.MOVED_FILE
    return Waiting(found.st_size, since, until) if at <= until else None


def _is_over(path: Path, at: dt.datetime) -> bool:
    return path.stat().st_mtime < (at - retention.MOVED_FILE).timestamp()


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "moving"


def tidy(*, at: dt.datetime) -> None:
    """Each night: files that have waited to be fetched go, and what a killed process left of one."""
    for path in _folder().glob("*"):
        if _is_over(path, at):
            path.unlink(missing_ok=True)
