"""The set-up of a review as one JSON file, without people, answers, notes or any secret."""

import hashlib
import json
from typing import Any

from reviews.models import Review

FORMAT = "critical-friend-review"
VERSION = 1
DETAILS = (
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


def set_up_of(review: Review) -> dict[str, Any]:
    """What is exported, in plain values. The team's roles stand in the framework's copy."""
    return {
        "details": {name: getattr(review, name) for name in DETAILS},
        "day_zero": review.day_zero.isoformat(),
        "on_site_days": review.on_site_days,
        "key_questions": [each.text for each in review.key_questions.all()],
        "agencies": [
            {"code": each.code, "name": each.name, "kind": each.kind}
            for each in review.agencies.all()
        ],
        "milestones": [
            {name: _plain(getattr(each, name)) for name in MILESTONE}
            for each in review.milestones.all()
        ],
        "framework": review.framework,
    }


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


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
