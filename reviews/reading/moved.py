"""What of a review that was moved here is said by its file alone, so that no page says it as if it
had been done here."""

from __future__ import annotations

import datetime as dt

from reviews.models import AuditEvent, Review
from reviews.trail import audit

AS_THE_FILE_SAYS = "as the file says with which the review was moved here"


def arrived_at(review: Review) -> dt.datetime | None:
    """When it was moved here; None of a review that began here."""
    came = _arrival(review)
    return came.at if came else None


def came_from(review: Review) -> str:
    """The address of the installation that made the file, as the file says."""
    came = _arrival(review)
    return str(came.detail.get("made_at", "")) if came else ""


def _arrival(review: Review) -> AuditEvent | None:
    return audit.events(review).filter(action="review.moved_in").first()


def of_the_file(at: dt.datetime | None, arrived: dt.datetime | None) -> str:
    """Behind something that was agreed to at ``at``; "" where that was done here."""
    came = at is not None and arrived is not None and at <= arrived
    return AS_THE_FILE_SAYS if came else ""


def done_here(review: Review, action: str, kind: str) -> set[str]:
    """The keys of objects of which the trail of here says that this was done to them."""
    done = audit.events(review).filter(action=action, object_kind=kind)
    return set(done.values_list("object_id", flat=True))
