"""What a move of the whole review needs of this app; found by name by the app that moves it."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from reviews.apps_above.moving import Ids
from reviews.models import Review, Stage
from reviews.rules import shapes
from reviews.rules.moving import is_in_our_time
from scheduling.models import SessionPerson
from scheduling.reading import stage_blockers
from scheduling.reading.needs import people_of_need
from scheduling.reading.releases import SENT
from scheduling.rules.frozen import Frozen


def _read_frozen(row: Any) -> None:
    """Raises ValueError, TypeError or another that a row cannot be read with."""
    found = Frozen.from_json(row)
    if not is_in_our_time(found.begins):
        raise ValueError(found.begins)
    _ = (found.times, found.place)


SHAPES = {
    "scheduling.Session.themes": shapes.list_of(shapes.is_text),
    "scheduling.Need.themes": shapes.list_of(shapes.is_text),
    "scheduling.TimetableRelease.rows": shapes.list_of(shapes.readable(_read_frozen)),
    "scheduling.TimetableRelease.mail": shapes.values_of(shapes.is_text),
}
CODES = {
    "scheduling.Session.type": "session_types",
    "scheduling.Session.source_class": "source_classes",
    "scheduling.Session.told_as": "source_classes",
    "scheduling.Session.themes": "themes",
    "scheduling.Need.type": "session_types",
    "scheduling.Need.source_class": "source_classes",
    "scheduling.Need.themes": "themes",
}


def _turned_rows(rows: list[dict[str, Any]], ids: Ids) -> list[dict[str, Any]]:
    """A released week names sessions, members and agencies by number. Of somebody who is not on
    the review any more the name is left."""
    return [
        row
        | {
            "session": ids.new("scheduling.Session", row["session"]) or 0,
            "uid": str(ids.new("scheduling.SessionUid.uid", row["uid"]) or ""),
            "peers": [
                [ids.new("reviews.Membership", number) or 0, name]
                for number, name in row["peers"]
            ],
            "people": [
                [*person[:3], ids.new("reviews.Agency", person[3]) or 0]
                for person in row["people"]
            ],
        }
        for row in rows
    ]


TURNED = {
    "scheduling.TimetableRelease.rows": _turned_rows,
    # Letters of the timetable stay behind: none of them waits to be sent from here.
    "scheduling.TimetableRelease.mail": lambda mail, ids: dict.fromkeys(mail, SENT),
}


def settle(review: Review, ids: Ids) -> list[str]:
    _one_mark(review)
    return [
        f"The people of “{need.title}” cannot be read."
        for need in review.needs.all()
        if not shapes.readable(people_of_need)(need)
    ]


def _one_mark(review: Review) -> None:
    """Of an older version: a line whose session is private is not in the council's list either."""
    apart = review.needs.filter(session__isnull=False).exclude(
        names_kept=F("session__names_kept")
    )
    found = dict(apart.values_list("pk", "session"))
    review.needs.filter(pk__in=found).update(names_kept=True)
    review.sessions.filter(pk__in=found.values()).update(names_kept=True)


def stage_faults(review: Review) -> list[str]:
    if review.stage < Stage.ON_SITE:
        return []
    return [each.sentence for each in stage_blockers(review, Stage.ON_SITE)]


def names(review: Review) -> list[tuple[str, str]]:
    met = SessionPerson.objects.filter(session__review=review).select_related("session")
    found = [(each.name, each.post) for each in met]
    for need in review.needs.all():
        found += [(name, post) for name, post, _ in people_of_need(need)]
    return found
