"""The set-up of a review as one JSON file, with its contacts, without the team, answers, notes or any secret."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from reviews.models import Review, Terms

FORMAT = "critical-friend-review"
# Version 1 had one contact of the council without title and telephone, and none of OWN_LISTS; until
# version 3 no review said for how many weeks it keeps what people say.
VERSION = 3
READ = (1, 2, 3)
DETAILS_1 = (
    "council",
    "programme",
    "scope",
    "duty_contact",
    "case_reference",
    "contact_name",
    "contact_email",
    "contact_phone",
    "council_contact_name",
    "council_contact_email",
)
DETAILS = (
    *DETAILS_1,
    "council_contact_title",
    "council_contact_phone",
    "second_contact_name",
    "second_contact_title",
    "second_contact_email",
    "second_contact_phone",
)
MILESTONE = (
    "code",
    "title",
    "owner_role",
    "offset_days",
    "due_on",
    "status",
    "done_on",
    "evidence",
)
REQUEST = (
    "code",
    "title",
    "themes",
    "need",
    "owner_role",
    "agency",
    "due_on",
    "offset_days",
)
PERIOD = ("kind", "title", "first", "last")
NOTICE = ("told_on", "told_by", "told_to", "how", "said", "replied_on", "reply")
RULE = ("kind", "by_itself")
SECTION = ("code", "title", "text")
# What a file of version 1 does not have.
OWN_LISTS = (
    "document_requests",
    "blocked_periods",
    "notices",
    "mail_rules",
    "terms",
)


def set_up_of(review: Review) -> dict[str, Any]:
    """What is exported, in plain values. The team's roles stand in the framework's copy.

    ``terms`` are empty while they read as the framework has them; signatures stay here.
    """
    terms = Terms.objects.filter(review=review).first()
    return {
        "details": {name: getattr(review, name) for name in DETAILS},
        "day_zero": review.day_zero.isoformat(),
        "on_site_days": review.on_site_days,
        "keep_words_weeks": review.keep_words_weeks,
        "key_questions": [each.text for each in review.key_questions.all()],
        "agencies": [
            {"code": each.code, "name": each.name, "kind": each.kind}
            for each in review.agencies.all()
        ],
        "milestones": _rows(review.milestones.all(), MILESTONE),
        "document_requests": [
            {**row, "agency": each.agency.code if each.agency else ""}
            for each in review.document_requests.select_related("agency")
            for row in _rows([each], REQUEST)
        ],
        "blocked_periods": _rows(review.blocked_periods.all(), PERIOD),
        "notices": _rows(review.regulator_notices.all(), NOTICE),
        "mail_rules": _rows(review.mail_rules.order_by("kind"), RULE),
        "terms": terms.sections if terms else [],
        "framework": dict(review.framework),
    }


def _rows(items: Iterable[Model], names: Iterable[str]) -> list[dict[str, Any]]:
    return [{name: _plain(getattr(each, name)) for name in names} for each in items]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def checksum(content: Any) -> str:
    """Of the values, so that spaces and line breaks do not matter."""
    canonical = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=True
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def exported(review: Review) -> bytes:
    """The file."""
    content = set_up_of(review)
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "sha256": checksum(content),
        "review": content,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()
