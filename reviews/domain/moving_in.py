"""A whole review that was moved out of another installation. Nothing of its file is believed
before it is checked; what is wrong with it is said, and nothing of it stays.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reviews import packs
from reviews.files import archive
from reviews.reading.moving import known_columns, state_of_columns
from reviews.reading.moving_fields import plan
from reviews.refusals import Refusal
from reviews.rules import shapes
from reviews.rules.moving import (
    FORMAT,
    MOST_BYTES,
    MOST_ROWS,
    MOST_SEALED,
    ROWS,
    TRAIL,
    VERSION,
    has_unfit_text,
    is_in_our_time,
)
from reviews.secrets import passphrases
from reviews.trail import audit

FAULTS_SHOWN, MOST_ADDRESS = 20, 200
_KEYS = {"format", "version", "made_on", "made_at", "columns", "people", "rows"}
_PERSON = {"email": shapes.is_text, "name": shapes.is_text}
_LINE = {
    **dict.fromkeys(
        ("action", "actor_name", "object_kind", "object_id", "previous_hash", "hash"),
        shapes.is_text,
    ),
    **dict.fromkeys(("review_ref", "number"), shapes.is_number),
    **dict.fromkeys(
        ("actor_ref", "count"), lambda each: each is None or shapes.is_number(each)
    ),
    "at": lambda each: each is None or shapes.is_text(each),
    "on": lambda each: (day := shapes.day(each)) is not None and is_in_our_time(day),
    "detail": lambda each: isinstance(each, dict),
}


class NotAWholeReview(Refusal):
    sentence = (
        "This is not the file of a whole review. One that was exported at set-up alone is taken in "
        "under “Import a review”."
    )


class WrongPassphrase(Refusal):
    sentence = "The passphrase does not open this file. Check it word by word."


class TooLargeToTake(Refusal):
    sentence = "The file holds more than can be taken in: 250MB unpacked. Nothing of it was read."


class DamagedFile(Refusal):
    """``faults`` are sentences that say why it cannot be taken."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)[:FAULTS_SHOWN]
        super().__init__(" ".join(self.faults))


class OtherVersion(Refusal):
    """``newer``: the file's program was the newer of the two."""

    def __init__(self, *, newer: bool) -> None:
        super().__init__(
            "This file was made by a newer version of Critical Friend than this. Have this "
            "installation updated first."
            if newer
            else "This file was made by an older version of Critical Friend than this. Have the "
            "installation that it comes from updated, and make the file again."
        )


@dataclass(frozen=True)
class Arriving:
    """A file whose form is right. Of its rows each has still to be looked at."""

    sha256: str
    # The address of the installation, as the file says.
    made_at: str
    people: list[dict[str, str]]
    rows: dict[str, list[dict[str, Any]]]
    trail: list[dict[str, Any]]
    files: dict[str, bytes]


def read(content: bytes, passphrase: str) -> Arriving:
    """Open the file and check its form.

    Raises NotAWholeReview, WrongPassphrase, TooLargeToTake, OtherVersion, DamagedFile and
    archive.TooSlowHere.
    """
    if len(content) > MOST_SEALED:
        raise TooLargeToTake
    try:
        inside = archive.unsealed(
            content, passphrases.tidy(passphrase), wrong=WrongPassphrase
        )
        files = archive.unpacked(inside, most=MOST_BYTES)
    except archive.NotAnArchive as error:
        raise NotAWholeReview from error
    except archive.TooMuchInside as error:
        raise TooLargeToTake from error
    except (archive.Damaged, archive.UnfitName) as error:
        raise DamagedFile(
            [
                "The file is damaged: it is not as it was when it was made. Fetch it again."
            ]
        ) from error
    if ROWS not in files or TRAIL not in files:
        raise NotAWholeReview
    whole, trail = _json(files.pop(ROWS)), _json(files.pop(TRAIL))
    _check_form(whole)
    _check_trail(trail)
    return Arriving(
        sha256=hashlib.sha256(content).hexdigest(),
        made_at=whole["made_at"],
        people=whole["people"],
        rows=whole["rows"],
        trail=trail,
        files=files,
    )


def _json(content: bytes) -> Any:
    try:
        found = json.loads(
            content.decode(), parse_constant=_no_number, parse_float=_finite
        )
    except (ValueError, RecursionError) as error:
        raise DamagedFile(
            ["A part of the file cannot be read as JSON text in UTF-8."]
        ) from error
    if has_unfit_text(found):
        raise DamagedFile(
            [
                "The file holds characters that no text has, or a text or a number without end."
            ]
        )
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


def _check_form(whole: Any) -> None:
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise NotAWholeReview
    version = whole.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise DamagedFile(["The file does not say of which version it is."])
    if version > VERSION:
        raise OtherVersion(newer=True)
    if whole.keys() != _KEYS or version != VERSION:
        raise DamagedFile(["The file does not hold the parts that it should."])
    _check_columns(whole["columns"])
    _check_origin(whole["made_at"], whole["people"])
    rows = whole["rows"]
    labels = {each.label for each in plan()}
    if not isinstance(rows, dict) or rows.keys() != labels:
        raise DamagedFile(["The file does not hold the kinds of rows that move."])
    for label, listed in rows.items():
        if not isinstance(listed, list) or len(listed) > MOST_ROWS:
            raise DamagedFile([f"There are too many rows of {label} in the file."])
    if len(rows["reviews.Review"]) != 1:
        raise DamagedFile(["The file must hold one review."])


def _check_origin(place: Any, people: Any) -> None:
    if not isinstance(place, str) or len(place) > MOST_ADDRESS:
        raise DamagedFile(["The file does not say at which address it was made."])
    if not shapes.list_of(lambda each: shapes.is_shape(each, _PERSON))(people):
        raise DamagedFile(["The people of the file do not have a name and an address."])


def _check_columns(columns: Any) -> None:
    """Rows of other columns than ours would be half understood. Raises OtherVersion."""
    if not shapes.values_of(shapes.is_text)(columns):
        raise DamagedFile(["The file does not say in which columns its rows are."])
    if columns != state_of_columns():
        raise OtherVersion(newer=not set(columns.items()) <= known_columns())


def is_trail(given: Any) -> bool:
    """Whether it is a trail with each line as its chain sealed it."""
    lines = shapes.list_of(lambda each: shapes.is_shape(each, _LINE))
    if not given or not lines(given):
        return False
    return shapes.readable(audit.is_whole)(given) and audit.is_whole(given)


def _check_trail(trail: Any) -> None:
    """Raises DamagedFile."""
    if not is_trail(trail):
        raise DamagedFile(
            ["The audit trail in the file was changed, or a line of it is missing."]
        )


def framework_of(row: Mapping[str, Any]) -> packs.Pack:
    """Raises DamagedFile."""
    framework = row.get("framework")
    if not isinstance(framework, dict):
        raise DamagedFile(["The framework is missing."])
    try:
        return packs.parse(framework)
    except packs.PackFault as fault:
        raise DamagedFile(
            f"The framework: {sentence}" for sentence in fault.faults
        ) from fault
