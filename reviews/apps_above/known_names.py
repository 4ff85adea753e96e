"""The names that somebody may see anyway, and what their texts are held against.

Each app says so in its own module ``known_names``: ``names_for(membership)`` gives (full name, post)
of whom this member reads of there now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from reviews import apps_above
from reviews.access import Action, Sight, can, sees
from reviews.models import Membership, Review, User
from reviews.screening import roster
from reviews.screening.names import Roster


def roster_for(membership: Membership) -> Roster:
    """What a text is held against while this member types it.

    Of the team the whole roster. It holds whom the team hears in private too, so nobody else's text
    meets it: an answer to a name would say whether that person takes part. They are answered by
    what they see anyway, which is all that they could learn.
    """
    if sees(membership, Sight.KEPT_NAMES):
        return roster.load(membership.review)
    return roster.of(membership.review, _seen_by(membership))


# What the work around a call has gathered already; None outside such a block.
_held: ContextVar[dict[tuple[int, int], Roster] | None] = ContextVar(
    "held_rosters", default=None
)


@contextmanager
def held() -> Iterator[None]:
    """Within the block the names of each user are gathered once: for work on many texts."""
    outside = _held.set({})
    try:
        yield
    finally:
        _held.reset(outside)


def roster_for_user(review: Review, user: User) -> Roster:
    """The same for whoever types into ``review``; a stranger is answered by no name at all."""
    kept = _held.get()
    if kept is None:
        return _roster_for_user(review, user)
    if (review.pk, user.pk) not in kept:
        kept[review.pk, user.pk] = _roster_for_user(review, user)
    return kept[review.pk, user.pk]


def _roster_for_user(review: Review, user: User) -> Roster:
    rows = review.memberships.filter(user=user).select_related("agency")
    membership = rows.first()
    if membership is None:
        return roster.of(review, ())
    membership.review = review
    return roster_for(membership)


def _seen_by(membership: Membership) -> set[tuple[str, str]]:
    found = {(membership.name, "")}
    if can(membership, Action.READ_PLAN):
        # The page of the team, where everybody on the review stands.
        for each in membership.review.memberships.select_related("user"):
            each.review = membership.review
            found.add((each.name, each.role_title))
    for module in apps_above.modules("known_names"):
        found |= set(module.names_for(membership))
    return found
