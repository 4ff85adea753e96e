"""Sessions, drafts and notes for tests, made the way people make them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F
from django.utils import timezone

from reviews.models import Membership, Review, User
from scheduling.domain import gathering, notes, releases
from scheduling.domain.week import Person, add_session, ensure_rooms
from scheduling.models import Note, NoteDraft, Session, TimetableRelease, notebooks
from scheduling.reading import releases as reading
from scheduling.reading.now import clock_of_the_place
from tests.make import DAY_ZERO

NOW = dt.datetime(2013, 2, 4, 17, tzinfo=dt.UTC)


def session_values(review: Review, **changes: Any) -> dict[str, Any]:
    ensure_rooms(review=review)
    room = changes.pop("room", "R1")
    return {
        "title": "Newly qualified social workers",
        "day": DAY_ZERO,
        "start": dt.time(10, 15),
        "minutes": 60,
        "type": "FG",
        "strand": "A",
        "room": review.rooms.get(code=room),
        "source_class": "C-PRAC",
        "people_expected": 8,
        "themes": ["T4"],
        **changes,
    }


def make_session(
    review: Review,
    *,
    by: User,
    peers: Iterable[User] = (),
    people: Iterable[Person] = (),
    **changes: Any,
) -> Session:
    members: list[Membership] = [review.memberships.get(user=user) for user in peers]
    return add_session(
        review=review,
        values=session_values(review, **changes),
        peers=members,
        people=list(people),
        by=by,
        at=timezone.now(),
    )


def make_release(
    review: Review,
    *,
    by: User,
    name: str = "Draft for the council",
    now: dt.datetime | None = None,
) -> TimetableRelease:
    """Published as somebody does who has just looked at the week."""
    at = timezone.now()
    week = reading.freeze(reading.working_sessions(review))
    return releases.publish(
        review=review,
        name=name,
        seen=reading.seen_mark(week),
        now=now or clock_of_the_place(review, at),
        by=by,
        at=at,
    )


def make_draft(
    session: Session,
    owner: User,
    text: str = "Supervision happens every month and is written down.",
    *,
    ready: bool = True,
    key: UUID | None = None,
    at: dt.datetime = NOW,
    **changes: Any,
) -> NoteDraft:
    values: dict[str, Any] = {
        "themes": ["T4"],
        "kind": "strength",
        "line": "4.2",
        **changes,
    }
    return notes.save_draft(
        owner=owner,
        review=session.review,
        session=session,
        text=text,
        ready=ready,
        one_time_key=key or uuid4(),
        at=at,
        **values,
    )


def make_notes(
    session: Session, owners: Iterable[User], texts: Iterable[str], **changes: Any
) -> list[Note]:
    """Written by the owners in turn, and gathered on an evening that bears every class.

    Takes whatever else is ready in the review too.
    """
    review = session.review
    writers = list(owners)
    for number, text in enumerate(texts):
        make_draft(session, writers[number % len(writers)], text, **changes)
    review.sessions.filter(told_as="").update(told_as=F("source_class"))
    names = dict(review.sessions.values_list("pk", "told_as"))
    drafts = review.note_drafts.filter(ready=True).select_related("review")
    taken = [(draft, notebooks.read(draft)) for draft in drafts]
    gathering.rewrite(review, *gathering.mixed_notes(review, taken, names))
    drafts.delete()
    return list(review.notes.all())


def make_evening(
    review: Review, *, by: User, pairs: Iterable[Iterable[User]], **changes: Any
) -> list[Session]:
    """Sessions of the first day, one for each pair of peers."""
    return [make_session(review, by=by, peers=pair, **changes) for pair in pairs]
