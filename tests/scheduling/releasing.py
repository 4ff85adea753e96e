"""What the tests of releases and calendars do to a week."""

import html
import re
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.models import (
    Review,
    User,
)
from scheduling.domain import week
from scheduling.domain.week import Person
from scheduling.models import Session, TimetableRelease
from tests.make_scheduling import make_release

SignIn = Callable[[User], Client]
ADA = Person("Ada Quill", "Team manager", "ada.quill@example.org")
BEN = Person("Ben Tarrant", "Social worker", "ben.tarrant@example.org")


def publish(
    review: Review, by: User, name: str = "Draft for the council"
) -> TimetableRelease:
    return make_release(review, by=by, name=name)


def change(session: Session, by: User, **values: Any) -> None:
    """As the form does it; people and peers stay."""
    now = Session.objects.select_related("room").get(pk=session.pk)
    now.review = session.review
    same = {name: getattr(now, name) for name in week.SESSION_FIELDS}
    people = values.pop("people", None)
    week.change_session(
        session=now,
        version=now.version,
        values={**same, **values},
        peers=values.pop("peers", now.peers.all()),
        people=people,
        by=by,
        at=timezone.now(),
    )


def words(response: Any) -> str:
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


def at(name: str, *args: object) -> str:
    return reverse(f"scheduling:{name}", args=args)
