"""Whole reviews on their way from one installation to another."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string

from reviews import background
from reviews.domain.moving import move_out, path_of
from reviews.domain.moving_in import WrongPassphrase
from reviews.domain.taking_in import take_in
from reviews.files import archive
from reviews.models import AccessRole, Job, Review, Stage, User
from reviews.reading.moving import leaving
from reviews.reading.moving_fields import plan
from reviews.rules.moving import ROWS
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from tests.make import DAY_ZERO, make_membership, move
from tests.make_closing import let_work_end
from tests.make_everything import Cast, make_everything

Whole = dict[str, Any]
Change = Callable[[Whole], object]


def moved_out(review: Review, by: User) -> tuple[bytes, str]:
    """The file, and its passphrase."""
    words = move_out(review=review, by=by, at=timezone.now())
    return path_of(review).read_bytes(), words


def inside(content: bytes, words: str) -> dict[str, bytes]:
    """What lies in the file, by name."""
    return archive.unpacked(archive.unsealed(content, words, wrong=WrongPassphrase))


def whole_of(files: dict[str, bytes]) -> Whole:
    found: Whole = json.loads(files[ROWS])
    return found


def forged(files: dict[str, bytes], change: Change) -> bytes:
    """The ZIP as somebody makes it who knows how: other values, and every sum of them right."""
    whole = whole_of(files)
    change(whole)
    return archive.packed({**files, ROWS: json.dumps(whole).encode()})


def taken_in(content: bytes, words: str, by: User) -> Review:
    review = take_in(content=content, passphrase=words, by=by, at=timezone.now())
    return Review.objects.get(pk=review.pk)


def a_night() -> None:
    for name in background.NIGHTLY:
        import_string(name)("", Job(kind=name, queued_at=timezone.now()))


def everything(review: Review, manager: User) -> Review:
    """One of everything, and nobody has asked to close it."""
    leader = make_membership(review, AccessRole.TL, role="TL").user
    peer = make_membership(review, AccessRole.P, role="OP").user
    make_everything(Cast(review, manager, leader, peer))
    review.closing.delete()
    review.certificates.all().delete()
    return Review.objects.get(pk=review.pk)


def after_the_day(review: Review) -> Review:
    """The night of the day, while the report is being written."""
    move(review, Stage.REPORTING)
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=DAY_ZERO + dt.timedelta(weeks=6)
    )
    a_night()
    let_work_end(review)
    assert not keystore.exists(key_name("speech", review.pk))
    return Review.objects.get(pk=review.pk)


# Columns in which rows are named by number: compared by what they lead to, or not at all.
_BY_NUMBER = {
    "scheduling.SessionUid": ("uid",),
    "scheduling.TimetableRelease": ("rows", "mail"),
    "questionnaires.Questionnaire": ("edition",),
    "feedback.Excerpt": ("evidence_key",),
    "feedback.ReportVersion": ("content",),
}


def held(review: Review) -> dict[str, list[str]]:
    """Every row that moves, by model, in a form that is the same whatever its number."""
    found = leaving(review)
    by_number = {
        (label, str(row["id"])): row
        for label, rows in found.rows.items()
        for row in rows
    }
    movings = {each.label: each for each in plan()}

    def form(label: str, row: Whole) -> Whole:
        moving = movings[label]
        said: Whole = {}
        for name, value in row.items():
            if name == "id" or name in _BY_NUMBER.get(label, ()):
                continue
            if value is None:
                said[name] = None
            elif name in moving.links:
                other = moving.links[name]
                said[name] = form(other, by_number[other, str(value)])
            elif name in moving.many:
                other = moving.many[name]
                rows = [form(other, by_number[other, str(each)]) for each in value]
                said[name] = sorted(json.dumps(each, sort_keys=True) for each in rows)
            elif name in moving.people:
                said[name] = found.people[value]
            elif name == moving.file:
                said[name] = hashlib.sha256(found.files[value]()).hexdigest()
            else:
                said[name] = value
        return said

    return {
        label: sorted(json.dumps(form(label, row), sort_keys=True) for row in rows)
        for label, rows in found.rows.items()
    }
