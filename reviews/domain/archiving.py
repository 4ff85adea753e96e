"""What the archive of a closed review holds: what is kept, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from reviews.apps_above import closing as above
from reviews.files import read_me
from reviews.models import Review
from reviews.pages import say
from reviews.reading.closing import archived_as
from reviews.trail import audit

READ_ME = "read-me.html"


def archived(review: Review) -> dict[str, bytes]:
    """The files, name to content."""
    questions = [each.text for each in review.key_questions.all()]
    about = {
        "council": review.council,
        "programme": review.programme,
        "visit": [review.day_zero.isoformat(), review.last_day.isoformat()],
        "framework": f"{review.pack_code} {review.pack_version}",
        "scope": review.scope,
        "key questions": questions,
        "documents": review.documents.count(),
    }
    files = {
        "review.json": _json(about),
        "trail.json": _json(audit.lines(review)),
        # Of a review that was moved here: what was on its trail before.
        **{
            f"trail-before-{each.number}.json": _json(each.content)
            for each in review.earlier_trails.all()
        },
        **above.kept_files(review),
    }
    page = read_me.draw(
        {
            "council": review.council,
            "programme": review.programme,
            "visit": say.day_range(review.day_zero, review.last_day),
            "framework": about["framework"],
            "scope": review.scope,
            "questions": questions,
            "documents": about["documents"],
        },
        files=[(name, archived_as(name)) for name in sorted([*files, READ_ME])],
        chapters=above.chapters(review),
    )
    return {READ_ME: page, **files}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
