"""On which day each key of a review dies: the one table. Pure.

A day is the first in whose night the key is destroyed. None: what it waits for has not happened,
so no day is set yet.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from reviews import retention

# The event of the plan's milestone that what people said is destroyed (FBK-07 of the first
# framework).
DESTRUCTION = "words-destroyed"
DAY = dt.timedelta(days=1)
LONGEST = dt.timedelta(weeks=retention.WORDS_WEEKS[1])


@dataclass(frozen=True)
class Round:
    """A questionnaire. ``released_on`` of a late round that was never opened is that of the first,
    whose list it has."""

    number: int
    addresses: dt.timedelta
    released_on: dt.date | None = None


@dataclass(frozen=True)
class Facts:
    """What the days follow from.

    ``begun``: the review has left set-up, or somebody was told of it; before, nobody has said
    anything, and nobody has been promised a day. ``planned_on``: the plan's day of DESTRUCTION,
    None where the framework has no such milestone. ``approved_on``, ``issued_on``: of the first
    version that was.
    """

    review: int
    begun: bool
    day_zero: dt.date
    last_day: dt.date
    words: dt.timedelta
    planned_on: dt.date | None = None
    approved_on: dt.date | None = None
    issued_on: dt.date | None = None
    closed_on: dt.date | None = None
    rounds: tuple[Round, ...] = ()


@dataclass(frozen=True)
class Purpose:
    """A key of the review: what it opens, in words, and its day.

    ``each``: there are several, and their names begin like this.
    """

    title: str
    day: Callable[[Facts], dt.date | None]
    each: bool = False


def _first(*days: dt.date | None) -> dt.date | None:
    return min((day for day in days if day), default=None)


def words_on(facts: Facts) -> dt.date:
    """The day that people were told, or the close if that is sooner."""
    day = facts.day_zero + facts.words
    return min(day, facts.closed_on) if facts.closed_on else day


def latest_on(facts: Facts) -> dt.date | None:
    """The last day of what only helps to write the report: the plan's own for the destruction.

    The plan is the manager's to change. So a day before the end of the visit does not count, and
    none is later than the longest period that a review may set.
    """
    day = facts.planned_on
    if day is None or day <= facts.last_day:
        day = facts.day_zero + facts.words
    return _first(day, facts.day_zero + LONGEST, facts.closed_on)


def _sources(facts: Facts) -> dt.date | None:
    """Once what people said is gone, there is no note whose source it could tell."""
    return _first(facts.approved_on, latest_on(facts), words_on(facts))


TABLE = {
    "speech": Purpose("What people said", words_on),
    "notebook": Purpose("Peers’ notes before they are gathered", words_on, each=True),
    "sources": Purpose("Where each note was heard", _sources),
    # Seals and opens nothing; without it no note is gathered.
    "sources-public": Purpose("Where each note was heard, the public half", words_on),
    "roster": Purpose(
        "The names that texts are screened for",
        lambda facts: _first(facts.issued_on, latest_on(facts)),
    ),
    "files": Purpose("Uploaded documents", lambda facts: facts.closed_on),
    "people": Purpose("People in the timetable and messages", lambda f: f.closed_on),
    "work": Purpose("Hypotheses, figures and questions", lambda f: f.closed_on),
    # Made by the close, and gone once it has searched.
    "samples": Purpose("What a close searches for", lambda facts: facts.closed_on),
    "report": Purpose(
        "Findings and the report",
        lambda f: retention.years_after(f.closed_on) if f.closed_on else None,
    ),
}
# A questionnaire's keys: those of its links and boxes, and that of whom it asked.
BOXES = ("box", "box-public", "null", "link", "state")
INVITEES = "invitees"
BOXES_TITLE = "Links and answers of a questionnaire that are still sealed"
INVITEES_TITLE = "Names and addresses of those invited to a questionnaire"


def boxes_on(facts: Facts, each: Round) -> dt.date | None:
    """With the release; answers that were never released go unread on the day of all others."""
    return _first(each.released_on, words_on(facts))


def invitees_on(facts: Facts, each: Round) -> dt.date | None:
    """The day after the last on which they are kept; where nothing was released, with the answers."""
    if each.released_on is None:
        return words_on(facts)
    return _first(each.released_on + each.addresses + DAY, facts.closed_on)


@dataclass(frozen=True)
class Key:
    """One key, or all whose names begin with ``name``; its ``due`` day, None while none is set."""

    purpose: str
    title: str
    name: str
    each: bool
    due: dt.date | None

    def names(self, there: list[str]) -> list[str]:
        """Which of the keys that are ``there`` it is about."""
        return [
            name
            for name in there
            if name == self.name or (self.each and name.startswith(self.name))
        ]


def keys_of(facts: Facts) -> list[Key]:
    """Every key of a review with its day."""
    found = [
        Key(
            scope,
            purpose.title,
            f"review-{facts.review}-{scope}{'-' if purpose.each else ''}",
            purpose.each,
            purpose.day(facts) if facts.begun else None,
        )
        for scope, purpose in TABLE.items()
    ]
    for each in facts.rounds:
        due = boxes_on(facts, each) if facts.begun else None
        found += [
            Key(part, BOXES_TITLE, f"questionnaire-{each.number}-{part}", False, due)
            for part in BOXES
        ]
        due = invitees_on(facts, each) if facts.begun else None
        name = f"questionnaire-{each.number}-{INVITEES}"
        found.append(Key(INVITEES, INVITEES_TITLE, name, False, due))
    return found
