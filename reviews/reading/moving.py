"""Whether a whole review may move to another installation, and what then goes into its file."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

from reviews.apps_above import moving as above
from reviews.apps_above import promises
from reviews.files import store
from reviews.models import Closing, Departure, DocumentVersion, Review, Stage, User
from reviews.pages import say
from reviews.reading.closing import blockers, closing_of
from reviews.reading.moving_fields import Moving, plan
from reviews.reading.speech import is_gone, is_left
from reviews.rules.moving import MOST_BYTES, to_plain
from reviews.trail import audit

BEFORE, AFTER = "before", "after"
# The apps whose rows move. Both ends have to keep them in the same columns.
_APPS = ("reviews", "questionnaires", "casemapping", "scheduling", "feedback")


# May it?


def reasons(
    review: Review, today: dt.date, *, told_elsewhere: bool = False
) -> list[str]:
    """Why it cannot move now, as sentences; none where it can.

    The same of a review that has just arrived: what may not leave may not come either.
    ``told_elsewhere``: its trail of before says that people were told whom the team hears.
    """
    if review.stage == Stage.CLOSED:
        return [
            "A closed review does not move. What is kept of it is in its archive, which opens "
            "anywhere."
        ]
    closing = closing_of(review)
    if closing is not None and closing.state == Closing.State.ASKED:
        return [
            "The close of this review was asked for. Take the request back first, or close the "
            "review here."
        ]
    return [
        *_of_speech(review, today, told_elsewhere),
        *blockers(review),
        *_of_stage(review),
        *_of_size(review),
    ]


def moment_of(review: Review, today: dt.date, *, told_elsewhere: bool = False) -> str:
    """BEFORE anybody could be heard, or AFTER all that was said is gone; "" between the two."""
    if not (told_elsewhere or _is_begun(review)):
        return BEFORE
    over = review.outlives_what_was_said(today) and is_gone(review)
    return AFTER if over and not is_left(review) else ""


def _is_begun(review: Review) -> bool:
    return review.stage >= Stage.ON_SITE or promises.went_out(review)


def _of_speech(review: Review, today: dt.date, told_elsewhere: bool) -> list[str]:
    if moment_of(review, today, told_elsewhere=told_elsewhere):
        return []
    if review.outlives_what_was_said(today):
        return [
            "What people said has had its day and is not all destroyed yet. That happens in the "
            "night: try again tomorrow."
        ]
    why = "Letters or links have gone out to people whom the team hears"
    if review.stage >= Stage.ON_SITE:
        why = "The review has come to its visit"
    return [
        f"{why}, and what they say stays where it was promised to be. The review can move again "
        f"once that is destroyed: after {say.day(review.words_until)}."
    ]


def _of_stage(review: Review) -> list[str]:
    lacking = above.stage_faults(review)
    if not lacking:
        return []
    return [
        f"The review stands at “{Stage(review.stage).label}”, and something that this stage needs is "
        "missing.",
        *(f"{each}." for each in lacking),
    ]


def _of_size(review: Review) -> list[str]:
    sizes = review.document_versions.filter(number__gt=0).values_list("size", flat=True)
    if sum(sizes) <= MOST_BYTES * 9 // 10:
        return []
    return [
        f"Its documents are larger than {say.size(MOST_BYTES * 9 // 10)} together, which is more "
        "than one file takes. Remove some that are not needed."
    ]


# What goes into the file


def state_of_columns() -> dict[str, str]:
    """The newest migration of each app: in which columns its rows are kept."""
    known = MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes()
    return {app: name for app, name in known if app in _APPS}


def version_words() -> str:
    """The same at two installations where a file of the one can be taken in at the other."""
    said = json.dumps(state_of_columns(), sort_keys=True)
    found = hashlib.sha256(said.encode()).hexdigest()
    return f"{found[:4]}-{found[4:8]}"


def known_columns() -> set[tuple[str, str]]:
    """Every migration that this program has, so that an older file is told from a newer."""
    loaded = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {(app, name) for app, name in loaded if app in _APPS}


@dataclass
class Leaving:
    """All that moves of a review. ``files``: name to where its bytes are read from."""

    people: list[dict[str, str]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    trail: list[dict[str, Any]] = field(default_factory=list)


def leaving(review: Review) -> Leaving:
    """Read everything that moves, sealed columns opened. The bytes of files are read later."""
    found = Leaving(trail=audit.lines(review))
    people = _People(review, found.people)
    taken: dict[str, set[str]] = {}
    for moving in plan():
        rows = found.rows[moving.label] = []
        known = taken[moving.label] = set()
        for row in _all_of(moving, review):
            said = _said(moving, row, taken, people, found)
            if said is not None:
                rows.append(said)
                known.add(str(row.pk))
    return found


def _all_of(moving: Moving, review: Review) -> Iterator[Model]:
    for rows in moving.rows:
        yield from rows.moving(review).order_by("pk").iterator()


class _People:
    """Accounts by their place in the file's list of people."""

    def __init__(self, review: Review, listed: list[dict[str, str]]) -> None:
        self._review, self._listed = review, listed
        self._places: dict[int, int] = {}

    def place(self, number: int | None) -> int | None:
        if number is None:
            return None
        if number not in self._places:
            user = User.objects.get(pk=number)
            self._places[number] = len(self._listed)
            self._listed.append(
                {"email": user.email, "name": self._review.name_of(user)}
            )
        return self._places[number]


def _said(
    moving: Moving,
    row: Model,
    taken: dict[str, set[str]],
    people: _People,
    found: Leaving,
) -> dict[str, Any] | None:
    """The row in plain values; None where what it belongs to stays behind."""
    said: dict[str, Any] = {"id": to_plain(row.pk)}
    for name, label in moving.links.items():
        old = getattr(row, moving.column(name))
        # Of its own kind: a row may come before the one that it leads to.
        there = label == moving.label or str(old) in taken[label]
        if old is not None and not there:
            if moving.is_needed(name):
                return None
            old = None
        said[name] = to_plain(old)
    for each in moving.values:
        said[each.name] = to_plain(getattr(row, each.name))
    if isinstance(row, Departure):
        # Who left it is a name there, and nobody's account.
        said["name_given"] = row.name
    for name in moving.people:
        said[name] = people.place(getattr(row, moving.column(name)))
    for name, label in moving.many.items():
        said[name] = _many(row, name, taken[label])
    if moving.file:
        said[moving.file] = _file(moving, row, found)
    return said


def _many(row: Model, name: str, taken: set[str]) -> list[Any]:
    numbers: Iterable[Any] = (
        getattr(row, name).order_by("pk").values_list("pk", flat=True)
    )
    return [to_plain(each) for each in numbers if str(each) in taken]


def _file(moving: Moving, row: Model, found: Leaving) -> str | None:
    """The name of the file beside the rows that has the bytes."""
    name = f"file-{len(found.files) + 1}"
    if isinstance(row, DocumentVersion):
        version = row
        found.files[name] = lambda: b"".join(
            store.read(
                version.stored_as, review_id=version.review_id, owner=str(version.pk)
            )
        )
        return name
    content = getattr(row, moving.file)
    if content is None:
        return None
    found.files[name] = lambda: bytes(content)
    return name
