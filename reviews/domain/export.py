"""A review at set-up from an exported file. Nothing of the file is believed before it is checked."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from reviews import packs, retention
from reviews.domain.review import create_review
from reviews.mail.kinds import KINDS
from reviews.models import (
    Agency,
    BlockedPeriod,
    DocumentRequest,
    KeyQuestion,
    MailRule,
    Milestone,
    RegulatorNotice,
    Review,
    Terms,
    User,
)
from reviews.pages import say
from reviews.reading.export import (
    DETAILS,
    DETAILS_1,
    FORMAT,
    OWN_LISTS,
    READ,
    VERSION,
    checksum,
)
from reviews.reading.review import same_review
from reviews.refusals import Refusal
from reviews.rules import lead_in, shapes
from reviews.trail import audit

MOST_BYTES = 2_000_000
FAULTS_SHOWN = 20
KEYS = {
    "details",
    "day_zero",
    "on_site_days",
    "keep_words_weeks",
    "key_questions",
    "agencies",
    "milestones",
    "framework",
    *OWN_LISTS,
}


class DamagedExport(Refusal):
    """The file cannot be taken; ``faults`` are sentences that say why."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)[:FAULTS_SHOWN]
        super().__init__(" ".join(self.faults))


class ThereAlready(Refusal):
    """The person is on a review of the same council that begins on the same day."""

    def __init__(self, council: str, day: dt.date) -> None:
        self.there = (
            f"You have a review of {council} that begins on {say.day(day)} already."
        )
        super().__init__(
            f"{self.there} To make a second one, tick the box and choose the file again."
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
    return _make(given, pack, by=by, at=at)


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
    version = whole.get("version")
    if isinstance(version, bool) or version not in READ:
        raise DamagedExport(
            [
                "The file is of another version; this installation reads versions "
                f"up to {VERSION}."
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
    if version == 1:
        given = _as_of_version_2(given)
    return _as_of_now(given) if version < VERSION else given


def _as_of_now(given: dict[str, Any]) -> dict[str, Any]:
    """A file of before version 3: what people say is kept as long as usual."""
    if "keep_words_weeks" in given:
        raise DamagedExport(["“keep_words_weeks” is not known."])
    return {**given, "keep_words_weeks": retention.weeks(retention.WORDS)}


def _as_of_version_2(given: dict[str, Any]) -> dict[str, Any]:
    """A file of version 1, with what version 2 added left empty."""
    details = given.get("details")
    if isinstance(details, dict) and details.keys() == set(DETAILS_1):
        details = {**dict.fromkeys(DETAILS, ""), **details}
    added = given.keys() & set(OWN_LISTS)
    if added:
        raise DamagedExport(f"“{name}” is not known." for name in sorted(added))
    # Without requests of its own the review asks for what its framework asks for.
    empty: dict[str, Any] = {name: [] for name in OWN_LISTS}
    empty["document_requests"] = None
    return {**given, "details": details, **empty}


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
    if not shapes.is_shape(given["details"], dict.fromkeys(DETAILS, shapes.is_text)):
        faults.append(f"The details must be {len(DETAILS)} texts.")
    first = shapes.day(given["day_zero"])
    if first is None:
        faults.append("The first day on site must be a day such as 2013-02-04.")
    faults += shapes.figure_faults(given)
    questions = given["key_questions"]
    if not shapes.is_list(questions) or not all(isinstance(q, str) for q in questions):
        faults.append("The key questions must be a list of texts.")
    for name, (what, says, shape) in shapes.SHAPES.items():
        rows = given[name]
        if name == "document_requests" and rows is None:
            continue
        if not shapes.is_list(rows):
            faults.append(
                f"“{name}” must be a list of at most {shapes.MOST_ROWS} items."
            )
            continue
        faults += [
            f"{what} {number} does not say {says}."
            for number, each in enumerate(rows, start=1)
            if not shapes.is_shape(each, shape)
        ]
    if faults:
        raise DamagedExport(faults)


@transaction.atomic
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
        keep_words_weeks=given["keep_words_weeks"],
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
    review.keep_words_weeks = given["keep_words_weeks"]
    review.save(update_fields=[*details, "on_site_days", "keep_words_weeks"])
    review.agencies.all().delete()
    review.milestones.all().delete()
    if given["document_requests"] is not None:
        review.document_requests.all().delete()
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


Row = (
    Agency
    | KeyQuestion
    | Milestone
    | DocumentRequest
    | BlockedPeriod
    | RegulatorNotice
    | MailRule
    | Terms
)


def _rows(given: Mapping[str, Any], pack: packs.Pack) -> list[Row]:
    """The rows of the review, checked. Raises DamagedExport."""
    agencies = [Agency(**each) for each in given["agencies"]]
    by_code = {each.code: each for each in agencies}
    milestones = [Milestone(**_dated(each)) for each in given["milestones"]]
    requests = [
        DocumentRequest(**{**_dated(each), "agency": by_code.get(each["agency"])})
        for each in given["document_requests"] or ()
    ]
    periods = [BlockedPeriod(**_dated(each)) for each in given["blocked_periods"]]
    rules = [MailRule(**each) for each in given["mail_rules"]]
    named: list[tuple[str, Row]] = [
        *_numbered("Agency", agencies),
        *_numbered(
            "Key question",
            [
                KeyQuestion(number=number, text=text)
                for number, text in enumerate(given["key_questions"], start=1)
            ],
        ),
        *_numbered("Milestone", milestones),
        *_numbered("Document", requests),
        *_numbered("Blocked period", periods),
        *_numbered(
            "Notice", [RegulatorNotice(**_dated(each)) for each in given["notices"]]
        ),
        *_numbered("Mail rule", rules),
    ]
    if given["terms"]:
        named.append(("The terms", Terms(sections=given["terms"])))
    faults: list[str] = []
    for what, row in named:
        try:
            _clean(row, what)
        except DamagedExport as damage:
            faults += damage.faults
    faults += _plan_faults(milestones, pack)
    faults += _request_faults(given["document_requests"] or [], by_code, pack)
    faults += [
        f"Blocked period {number} ends before it begins."
        for number, each in enumerate(periods, start=1)
        if each.last < each.first
    ]
    kinds = {kind.begins for kind in KINDS if not kind.fixed}
    faults += [
        f"Mail rule {number}: “{each.kind}” is not a kind of mail with a choice."
        for number, each in enumerate(rules, start=1)
        if each.kind not in kinds
    ]
    faults += [
        f"Section {number} of the terms must be shorter than 4,000 characters."
        for number, each in enumerate(given["terms"], start=1)
        if len(each["title"]) > 200 or len(each["text"]) > 4000
    ]
    for what, names in (
        ("agency code", [each.code for each in agencies]),
        ("agency", [each.name for each in agencies]),
        (
            "milestone",
            [f"{each.code} at day {each.offset_days}" for each in milestones],
        ),
        ("document", [each.code for each in requests]),
        ("mail rule", [each.kind for each in rules]),
        ("section of the terms", [each["code"] for each in given["terms"]]),
    ):
        faults += _twice(what, names)
    if faults:
        raise DamagedExport(faults)
    return [row for _, row in named]


def _numbered(what: str, rows: Iterable[Row]) -> list[tuple[str, Row]]:
    return [(f"{what} {number}", row) for number, row in enumerate(rows, start=1)]


def _dated(each: Mapping[str, Any]) -> dict[str, Any]:
    """The same with its days as days."""
    days = ("due_on", "done_on", "first", "last", "told_on", "replied_on")
    return {
        name: shapes.day(value) if name in days else value
        for name, value in each.items()
    }


def _plan_faults(milestones: list[Milestone], pack: packs.Pack) -> list[str]:
    known = {role.code for role in pack.roles}
    faults = [
        f"Milestone {number}: “{each.owner_role}” is not a role of the framework."
        for number, each in enumerate(milestones, start=1)
        if each.owner_role not in known
    ]
    return faults + [
        f"Milestone {number}: a milestone that is done has a day, and no other has one."
        for number, each in enumerate(milestones, start=1)
        if (each.status == Milestone.Status.DONE) != (each.done_on is not None)
    ]


def _request_faults(
    requests: list[dict[str, Any]], agencies: Mapping[str, Agency], pack: packs.Pack
) -> list[str]:
    roles = {role.code for role in pack.roles}
    themes = {theme.code for theme in pack.themes}
    faults = []
    for number, each in enumerate(requests, start=1):
        if each["owner_role"] not in roles:
            faults.append(
                f"Document {number}: “{each['owner_role']}” is not a role of the framework."
            )
        if each["agency"] and each["agency"] not in agencies:
            faults.append(
                f"Document {number}: “{each['agency']}” is not an agency of the file."
            )
        faults += [
            f"Document {number}: “{code}” is not a theme of the framework."
            for code in each["themes"]
            if code not in themes
        ]
    return faults


def _twice(what: str, names: list[str]) -> list[str]:
    return [
        f"The {what} “{name}” is there twice."
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _clean(row: models.Model, what: str) -> None:
    try:
        row.full_clean(
            exclude=["review", "agency"],
            validate_unique=False,
            validate_constraints=False,
        )
    except ValidationError as error:
        raise DamagedExport(_sentences(what, error)) from error


def _sentences(what: str, error: ValidationError) -> list[str]:
    return [
        f"{what}, {name.replace('_', ' ')}: {' '.join(words)}"
        for name, words in error.message_dict.items()
    ]
