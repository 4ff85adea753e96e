"""A review at set-up from an exported file. Nothing of the file is believed before it is checked."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from reviews import audit, lead_in, packs, say
from reviews.domain.review import create_review
from reviews.models import Agency, KeyQuestion, Milestone, Review, User
from reviews.reading.export import DETAILS, FORMAT, MILESTONE, VERSION, checksum
from reviews.reading.review import same_review
from reviews.refusals import Refusal

MOST_BYTES = 2_000_000
MOST_ROWS = 500
FAULTS_SHOWN = 20
KEYS = {
    "details",
    "day_zero",
    "on_site_days",
    "key_questions",
    "agencies",
    "milestones",
    "framework",
}


class DamagedExport(Refusal):
    """The file cannot be taken; ``faults`` are sentences that say why."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)[:FAULTS_SHOWN]
        super().__init__(" ".join(self.faults))


class ThereAlready(Refusal):
    """The person is on a review of the same council that begins on the same day."""

    def __init__(self, council: str, day: dt.date) -> None:
        super().__init__(
            f"You have a review of {council} that begins on {say.day(day)} already. To make a "
            "second one, tick the box and choose the file again."
        )


def import_review(
    *, content: bytes, by: User, at: dt.datetime, again: bool = True
) -> Review:
    """A new review at set-up, managed by whoever imports it.

    ``again``: also where they have one of the same council and day; else that raises
    ThereAlready. Raises DamagedExport.

    Their own name and address become the contact, unless the file's contact is them.
    """
    given = _read(content)
    pack = _pack(given)
    _check_shape(given)
    council, day = given["details"]["council"], dt.date.fromisoformat(given["day_zero"])
    if not again and same_review(by, council=council, day_zero=day):
        raise ThereAlready(council, day)
    try:
        with transaction.atomic():
            return _make(given, pack, by=by, at=at)
    except ValidationError as error:
        raise DamagedExport(_sentences("The review", error)) from error


def _read(content: bytes) -> dict[str, Any]:
    if len(content) > MOST_BYTES:
        raise DamagedExport(["The file must be smaller than 2MB."])
    try:
        whole = json.loads(content.decode("utf-8-sig"))
        json.dumps(whole, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        raise DamagedExport(
            [
                "The file cannot be read: it is no JSON text in UTF-8, or a part is missing."
            ]
        ) from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise DamagedExport(["This is not an exported review."])
    if whole.get("version") != VERSION:
        raise DamagedExport(
            [
                f"The file is of another version; this installation reads version {VERSION}."
            ]
        )
    given = whole.get("review")
    if not isinstance(given, dict):
        raise DamagedExport(["The file holds no review."])
    if whole.get("sha256") != checksum(given):
        raise DamagedExport(
            ["The file was changed or damaged after it was exported. Export it again."]
        )
    if "\\u0000" in json.dumps(given):
        raise DamagedExport(["The file holds characters that no text has."])
    return given


def _pack(given: Mapping[str, Any]) -> packs.Pack:
    framework = given.get("framework")
    if not isinstance(framework, dict):
        raise DamagedExport(["The framework is missing."])
    try:
        return packs.parse(framework)
    except packs.PackFault as fault:
        raise DamagedExport(
            f"The framework: {sentence}" for sentence in fault.faults
        ) from fault


def _check_shape(given: Mapping[str, Any]) -> None:
    """Everything is there, and of the kind that it should be."""
    faults = [f"“{name}” is missing." for name in sorted(KEYS - given.keys())]
    faults += [f"“{name}” is not known." for name in sorted(given.keys() - KEYS)]
    if faults:
        raise DamagedExport(faults)
    if not _is_group(given["details"], DETAILS):
        faults.append("The details must be ten texts.")
    first = _day(given["day_zero"])
    if first is None:
        faults.append("The first day on site must be a day such as 2013-02-04.")
    days = given["on_site_days"]
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 10:
        faults.append("The days on site must be a number from 1 to 10.")
    questions = given["key_questions"]
    if not _is_list(questions) or not all(isinstance(q, str) for q in questions):
        faults.append("The key questions must be a list of texts.")
    agencies = given["agencies"]
    if not _is_list(agencies) or not all(
        _is_group(each, ("code", "name", "kind")) for each in agencies
    ):
        faults.append("Each agency must have a code, a name and a kind.")
    if not _is_list(given["milestones"]):
        faults.append("The milestones must be a list.")
    else:
        faults += [
            f"Milestone {number} does not say what, who and when."
            for number, each in enumerate(given["milestones"], start=1)
            if not _is_milestone(each)
        ]
    if faults:
        raise DamagedExport(faults)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_ROWS


def _is_group(value: Any, names: Iterable[str]) -> bool:
    """Exactly these names, each with a text."""
    return (
        isinstance(value, dict)
        and value.keys() == set(names)
        and all(isinstance(each, str) for each in value.values())
    )


def _is_milestone(value: Any) -> bool:
    if not isinstance(value, dict) or value.keys() != set(MILESTONE):
        return False
    texts = ("code", "title", "owner_role", "status", "evidence")
    offset = value["offset_days"]
    return (
        all(isinstance(value[name], str) for name in texts)
        and isinstance(offset, int)
        and not isinstance(offset, bool)
        and _day(value["due_on"]) is not None
        and (value["done_on"] is None or _day(value["done_on"]) is not None)
    )


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _make(
    given: Mapping[str, Any], pack: packs.Pack, *, by: User, at: dt.datetime
) -> Review:
    details = dict(given["details"])
    if details["contact_email"].casefold() != by.email.casefold():
        details |= {
            "contact_name": by.full_name,
            "contact_email": by.email,
            "contact_phone": "",
        }
    day_zero = dt.date.fromisoformat(given["day_zero"])
    # Checked before anything is made, so that a refusal leaves no keys behind.
    rows = _rows(given, pack)
    draft = Review(
        **details,
        day_zero=day_zero,
        on_site_days=given["on_site_days"],
        pack_code=pack.code,
        pack_version=pack.version,
        framework=given["framework"],
    )
    _clean(draft, "The review")
    review = create_review(
        pack=pack,
        council=details["council"],
        day_zero=day_zero,
        duty_contact=details["duty_contact"],
        by=by,
        at=at,
    )
    for name, value in details.items():
        setattr(review, name, value)
    review.on_site_days = given["on_site_days"]
    review.save(update_fields=[*details, "on_site_days"])
    review.agencies.all().delete()
    review.milestones.all().delete()
    for row in rows:
        row.review = review
        if isinstance(row, Milestone):
            row.shift_days = lead_in.shift_days(
                day_zero,
                row.offset_days,
                row.due_on,
                keeps_weekend=pack.milestone_keeps_weekend(row.code),
            )
        row.save(force_insert=True)
    audit.record("review.imported", review=review, by=by, at=at)
    return review


def _rows(
    given: Mapping[str, Any], pack: packs.Pack
) -> list[Agency | KeyQuestion | Milestone]:
    """The rows of the review, checked. Raises DamagedExport."""
    agencies = [Agency(**each) for each in given["agencies"]]
    questions = [
        KeyQuestion(number=number, text=text)
        for number, text in enumerate(given["key_questions"], start=1)
    ]
    milestones = [
        Milestone(
            **each | {"due_on": _day(each["due_on"]), "done_on": _day(each["done_on"])}
        )
        for each in given["milestones"]
    ]
    faults: list[str] = []
    for what, row in [
        *((f"Agency {n}", each) for n, each in enumerate(agencies, start=1)),
        *((f"Key question {each.number}", each) for each in questions),
        *((f"Milestone {n}", each) for n, each in enumerate(milestones, start=1)),
    ]:
        try:
            _clean(row, what)
        except DamagedExport as damage:
            faults += damage.faults
    known = {role.code for role in pack.roles}
    faults += [
        f"Milestone {number}: “{each.owner_role}” is not a role of the framework."
        for number, each in enumerate(milestones, start=1)
        if each.owner_role not in known
    ]
    faults += [
        f"Milestone {number}: a milestone that is done has a day, and no other has one."
        for number, each in enumerate(milestones, start=1)
        if (each.status == Milestone.Status.DONE) != (each.done_on is not None)
    ]
    faults += _twice("agency code", [each.code for each in agencies])
    faults += _twice("agency", [each.name for each in agencies])
    faults += _twice(
        "milestone", [f"{each.code} at day {each.offset_days}" for each in milestones]
    )
    if faults:
        raise DamagedExport(faults)
    return [*agencies, *questions, *milestones]


def _twice(what: str, names: list[str]) -> list[str]:
    return [
        f"The {what} “{name}” is there twice."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _clean(row: models.Model, what: str) -> None:
    try:
        row.full_clean(
            exclude=["review"], validate_unique=False, validate_constraints=False
        )
    except ValidationError as error:
        raise DamagedExport(_sentences(what, error)) from error


def _sentences(what: str, error: ValidationError) -> list[str]:
    return [
        f"{what}, {name.replace('_', ' ')}: {' '.join(words)}"
        for name, words in error.message_dict.items()
    ]
