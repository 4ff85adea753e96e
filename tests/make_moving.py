"""Whole reviews on their way from one installation to another."""

import datetime as dt
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string

from reviews import background
from reviews.domain.moving import move_out, path_of
from reviews.domain.moving_in import WrongPassphrase
from reviews.domain.taking_in import take_in
from reviews.files import archive
from reviews.models import Job, Review, Stage, User
from reviews.rules.moving import ROWS
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from tests.make import DAY_ZERO, make_membership, move
from tests.make_closing import let_work_end, member_of
from tests.make_everything import Cast, make_everything

Change = Callable[[dict[str, Any]], None]


def moved_out(review: Review, by: User) -> tuple[bytes, str]:
    """The file, and its passphrase."""
    words = move_out(review=review, by=by, at=timezone.now())
    return path_of(review).read_bytes(), words


def inside(content: bytes, words: str) -> dict[str, bytes]:
    """What lies in the file, by name."""
    return archive.unpacked(archive.unsealed(content, words, wrong=WrongPassphrase))


def rows_in(content: bytes, words: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(inside(content, words)[ROWS])[
        "rows"
    ]
    return found


def forged(content: bytes, words: str, change: Change) -> bytes:
    """The file as somebody makes it who knows how: other values, and every sum of them right."""
    files = inside(content, words)
    whole = json.loads(files[ROWS])
    change(whole)
    return again({**files, ROWS: json.dumps(whole).encode()}, words)


def again(files: Mapping[str, bytes], words: str) -> bytes:
    return archive.sealed(archive.packed(files), words)


def zipped(files: Mapping[str, bytes], words: str) -> bytes:
    """A sealed ZIP without any list of contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, each in files.items():
            whole.writestr(name, each)
    return archive.sealed(out.getvalue(), words)


def taken_in(content: bytes, words: str, by: User) -> Review:
    review = take_in(content=content, passphrase=words, by=by, at=timezone.now())
    return Review.objects.get(pk=review.pk)


def a_night() -> None:
    for name in background.NIGHTLY:
        import_string(name)("", Job(kind=name, queued_at=timezone.now()))


def after_the_day(review: Review, manager: User) -> Review:
    """One of everything, the night of the day, and a report that is being written."""
    leader = make_membership(review, "TL", role="TL").user  # type: ignore[arg-type]
    peer = make_membership(review, "P", role="OP").user  # type: ignore[arg-type]
    make_everything(Cast(review, manager, leader, peer))
    review.closing.delete()
    review.certificates.all().delete()
    move(review, Stage.REPORTING)
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=DAY_ZERO + dt.timedelta(weeks=6)
    )
    a_night()
    let_work_end(review)
    assert not keystore.exists(key_name("speech", review.pk))
    member_of(review, "RM")  # type: ignore[arg-type]
    return Review.objects.get(pk=review.pk)
