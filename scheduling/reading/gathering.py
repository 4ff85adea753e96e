"""Which sessions' notes can be gathered, by which name, and whether enough are ready. Nothing here
writes.

What a name covers is settled by the timetable alone: by the sessions that were over on one evening
and had no name yet. So no name tells who wrote, or whether anybody did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reviews.models import Review
from reviews.secrets.keystore import KeyGone
from scheduling.models import NoteDraft, Session, notebooks
from scheduling.models.notebooks import Body
from scheduling.rules import source_classes
from scheduling.rules.source_classes import Heard

# Fewer would tell whose notes they are.
LEAST_READY, LEAST_PEERS = 5, 2


@dataclass(frozen=True)
class Evening:
    """What an evening can bear. ``names`` are class codes by session, ``new`` those given now."""

    names: Mapping[int, str] = field(default_factory=dict)
    new: Mapping[int, str] = field(default_factory=dict)
    # A meeting of the day is still to come: whatever was gathered now would be of the others.
    is_young: bool = False
    # Sessions that are over and cannot be named yet.
    waiting: frozenset[int] = frozenset()
    # No meeting of the visit is still to come.
    is_last: bool = False

    def is_lost(self, session: int) -> bool:
        """Whether notes of this session can never be gathered."""
        return self.is_last and session not in self.names


def evening_of(review: Review, *, now: dt.datetime, day: dt.date) -> Evening:
    """The evening of ``day``; ``now`` is on the clock of the place."""
    sessions = [
        each for each in review.sessions.prefetch_related("peers") if each.meets_people
    ]
    held = [each for each in sessions if not each.cancelled]
    to_come = [each for each in held if each.ends > now]
    told = {each.pk: each.told_as for each in sessions if each.told_as}
    window = [each for each in held if each.ends <= now and each.pk not in told]
    new = source_classes.named(
        review.pack.source_classes, _heard(window), _heard(to_come), _heard(held)
    )
    return Evening(
        names=told | new,
        new=new,
        is_young=any(each.day <= day for each in to_come),
        waiting=frozenset(each.pk for each in window) - new.keys(),
        is_last=not to_come,
    )


def _heard(sessions: Iterable[Session]) -> list[Heard]:
    return [
        Heard(
            each.pk,
            each.source_class,
            each.heard,
            frozenset(peer.pk for peer in each.peers.all()),
        )
        for each in sessions
    ]


def ready_drafts(
    drafts: Iterable[NoteDraft], names: Mapping[int, str]
) -> list[tuple[NoteDraft, Body]]:
    """Those of ``drafts`` that a gathering takes, in no order; empty where they are too few."""
    found = []
    for draft in drafts:
        if draft.ready and (body := _opened(draft)) and body.session in names:
            found.append((draft, body))
    peers = {draft.locator for draft, _ in found}
    return found if len(found) >= LEAST_READY and len(peers) >= LEAST_PEERS else []


def _opened(draft: NoteDraft) -> Body | None:
    try:
        return notebooks.read(draft)
    except KeyGone:
        return None


class Standing(StrEnum):
    """What a gathering at this moment would do. Of notes no more is said than that there are
    enough: a number that grows by one would tell who marked a note as ready."""

    READY = "ready"
    YOUNG = "young"
    WAITS = "waits"
    LOST = "lost"
    FEW = "few"

    @property
    def heading(self) -> str:
        return _HEADINGS[self]

    @property
    def words(self) -> str:
        return _WORDS[self]


_HEADINGS = {
    Standing.READY: "Enough notes are ready to gather",
    Standing.YOUNG: "Notes are gathered after the day’s last meeting",
    Standing.WAITS: "The notes wait for more meetings",
    Standing.LOST: "The last notes cannot be gathered",
    Standing.FEW: "Not enough notes are ready to gather yet",
}
_WORDS = {
    Standing.READY: "Gathering mixes the ready notes of several people with all that were gathered "
    "before.",
    Standing.YOUNG: "Earlier, it would be known that they come from the meetings so far.",
    Standing.WAITS: "So few have been held since the last gathering, or so few would be left, that "
    "a note would point at one of them. They wait for those of another evening.",
    Standing.LOST: "Too few meetings were held at the end to hide where a note was heard. Whoever "
    "wrote one sees that on “My day”. They are deleted in the night after the "
    "review has moved on from “On site”.",
    Standing.FEW: f"It takes {LEAST_READY} notes of {LEAST_PEERS} people: fewer would tell whose they "
    "are. What has not been gathered is deleted in the night after the review has moved on from "
    "“On site”.",
}


def standing_of(review: Review, *, now: dt.datetime) -> Standing:
    """``now`` is on the clock of the place."""
    evening = evening_of(review, now=now, day=now.date())
    if evening.is_young:
        return Standing.YOUNG
    drafts = review.note_drafts.filter(ready=True).select_related("review")
    if ready_drafts(drafts, evening.names):
        return Standing.READY
    if not evening.waiting:
        return Standing.FEW
    return Standing.LOST if evening.is_last else Standing.WAITS
