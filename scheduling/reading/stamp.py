"""A mark of everything that a drawn week shows: as long as it is the same, so is the drawing.

It is taken from the rows themselves, as they lie in the database and without opening anything, so
that no change can be forgotten: whoever adds a field or a table to the week's page adds it here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import models

from reviews.models import Membership
from scheduling.models import Away, KeptOut, Room, Session, SessionPerson, Site, Travel


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


def stamp_of(membership: Membership) -> str:
    """Changes with any session, person, room, building, time, interest or member of the review."""
    review = membership.review
    held = Session.peers.through.objects.filter(session__review=review)
    rows: list[Iterable[object]] = [
        Session.objects.filter(review=review)
        .order_by("pk")
        .values_list(*_columns(Session)),
        held.order_by("pk").values_list("session_id", "membership_id"),
        # Somebody who is met is never changed: another row, with another key, comes instead.
        SessionPerson.objects.filter(session__review=review)
        .order_by("pk")
        .values_list("pk", "session_id", "agency_id"),
        Room.objects.filter(review=review).order_by("pk").values_list(*_columns(Room)),
        Site.objects.filter(review=review).order_by("pk").values_list(*_columns(Site)),
        Travel.objects.filter(review=review)
        .order_by("pk")
        .values_list(*_columns(Travel)),
        Away.objects.filter(review=review).order_by("pk").values_list(*_columns(Away)),
        KeptOut.objects.filter(session__review=review)
        .order_by("pk")
        .values_list("session_id", "membership_id"),
        review.interests.order_by("pk").values_list("membership_id", "agencies"),
        review.agencies.order_by("pk").values_list("pk", "name"),
        review.memberships.order_by("pk").values_list(
            "pk", "role", "access_role", "answer", "name_given", "user__full_name"
        ),
    ]
    digest = hashlib.blake2b(f"{review.pk} {review.version}".encode(), digest_size=16)
    for each in rows:
        digest.update(repr(list(each)).encode())
    return digest.hexdigest()
