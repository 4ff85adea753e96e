"""What is held of a review, in words: for an information officer, and for whoever is asked what is held
of one person. Made from the table of classes (``apps_above.records``).

Standing texts: no search, no count, and nothing that varies with whether something was said or
somebody is met. The days are those that every reader of the pages knows anyway: of the visit, of the
words, of the close, and on the pages of those who can open the report that of its first issue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from reviews import retention
from reviews.access import Action, can
from reviews.apps_above.key_facts import facts_of
from reviews.apps_above.records import NONE, PRINTED, Life, Record, Tie
from reviews.models import Closing, Membership, Stage
from reviews.pages import say
from reviews.reading.records import every_record
from reviews.rules import key_days
from reviews.secrets import keystore

# The keys whose death says that a class is gone.
_SEALED_BY = {
    Life.WORDS: {"speech", "notebook"},
    Life.RELEASE: set(key_days.BOXES),
    Life.ADDRESSES: {key_days.INVITEES},
    Life.SOURCES: {"sources"},
    Life.ROSTER: {"roster"},
    Life.CLOSE: {"files", "people", "work"},
}
# Each with a day of its own, so that they stand under one heading.
STEPS = (Life.RELEASE, Life.ADDRESSES, Life.SOURCES, Life.ROSTER)


class Endings:
    """Until when the classes of one review are held, as it stands on ``today``."""

    def __init__(self, member: Membership, *, today: dt.date) -> None:
        self.review, self.today = member.review, today
        closed = self.review.stage == Stage.CLOSED
        closing = Closing.objects.filter(review=self.review).first() if closed else None
        known = facts_of(self.review, today=today)
        self.closed_on = (
            known.closed_on if closing and closing.confirmed_at is not None else None
        )
        self.is_under_way = closing is not None and not closing.is_over
        # Of the report those who can open it know the day.
        sees_report = self.review.stage >= Stage.FEEDBACK and can(
            member, Action.DOWNLOAD_REPORT
        )
        self.facts = replace(
            known,
            closed_on=self.closed_on,
            approved_on=None,
            issued_on=known.issued_on if sees_report else None,
        )

    def words(self, life: Life) -> str:
        """As in "Until the close", or, once it is past, "Kept until …, then destroyed"."""
        if life == Life.ACCOUNT:
            return "Until whoever runs the system removes the account"
        if life == Life.INSTALLATION:
            return "As long as the system runs, or until it is not needed"
        until = self._until(life)
        if not self._is_past(life):
            return f"Until {until}"
        if self.is_under_way or self._is_left(life):
            return f"Kept until {until}, now being destroyed"
        return f"Kept until {until}, then destroyed"

    def _until(self, life: Life) -> str:
        words, close = self._day(self.review.words_until), self._close()
        if life == Life.WORDS:
            return words
        if life == Life.RELEASE:
            return f"the release of the results; without one, unread until {words}"
        if life == Life.ADDRESSES:
            return (
                f"{self._addresses()} after the release of the results; without one, until {words}; at "
                f"the latest until {close}"
            )
        if life == Life.SOURCES:
            return (
                "the night after the leader’s first approval of a report; at the latest until "
                f"{self._latest(life)}"
            )
        if life == Life.ROSTER:
            return self._roster()
        if life == Life.RECORD:
            return self._years()
        return close

    def _roster(self) -> str:
        issued = self.facts.issued_on
        if issued and issued == self._last_but_for_the_close(Life.ROSTER):
            return f"the night after {say.day(issued)}, when a report was first issued"
        return (
            "the night after the first issue of a report; at the latest until "
            f"{self._latest(Life.ROSTER)}"
        )

    def _years(self) -> str:
        after = f"{retention.counted(retention.RECORD_YEARS, 'year')} after the close"
        if self.closed_on is None:
            return after
        last = retention.years_after(self.closed_on)
        return f"{say.day(last)}, {after} on {say.day(self.closed_on)}"

    def _close(self) -> str:
        return (
            f"the close on {say.day(self.closed_on)}" if self.closed_on else "the close"
        )

    def _day(self, day: dt.date) -> str:
        """A day that a sooner close comes before."""
        if self.closed_on and self.closed_on <= day:
            return self._close()
        if self.closed_on or self.today >= day:
            return say.day(day)
        return f"{say.day(day)}, or the close if that is sooner"

    def _addresses(self) -> str:
        """What the questionnaires say themselves; what they begin with while there is none."""
        told = {each.addresses for each in self.facts.rounds} or {retention.ADDRESSES}
        return " or ".join(retention.in_words(each) for each in sorted(told))

    def _latest(self, life: Life) -> str:
        return self._day(self._last_but_for_the_close(life) or self.review.words_until)

    def _last_but_for_the_close(self, life: Life) -> dt.date | None:
        facts = replace(self.facts, closed_on=None)
        if life in (Life.WORDS, Life.RELEASE):
            return key_days.words_on(facts)
        if life == Life.SOURCES:
            return key_days.TABLE["sources"].day(facts)
        if life == Life.ROSTER:
            return key_days.TABLE["roster"].day(facts)
        return None

    def _is_past(self, life: Life) -> bool:
        """The last day has come and the close or a night had its turn, whatever they have done."""
        if life == Life.RECORD:
            return False
        if self.closed_on is not None:
            return True
        last = self._last_but_for_the_close(life)
        if last is None or self.today < last:
            return False
        return self.today > last or not self._is_left(life)

    def _is_left(self, life: Life) -> bool:
        return any(
            key.names(self._there)
            for key in key_days.keys_of(self.facts)
            if key.purpose in _SEALED_BY[life]
        )

    @cached_property
    def _there(self) -> list[str]:
        return keystore.names()


@dataclass(frozen=True)
class HeldRow:
    """A class of record. ``until`` is "" where the heading over it says so."""

    record: Record
    until: str = ""

    @property
    def council(self) -> str:
        """What the council is given of it, after these words."""
        return say.sentence(self.record.council or "none of it")


@dataclass(frozen=True)
class Group:
    """Classes of record under one heading; ``place`` is where a link on the page leads."""

    place: str
    heading: str
    rows: list[HeldRow]


@dataclass(frozen=True)
class HeldPage:
    """What an information officer reads. ``printed``: of these the council has what the report says."""

    given: list[str]
    printed: list[str]
    never: list[str]
    groups: list[Group]


def held_page(member: Membership, *, today: dt.date) -> HeldPage:
    found = every_record()
    ends = Endings(member, today=today)

    def group(place: str, heading: str, lives: Iterable[Life]) -> Group:
        return Group(
            place,
            heading,
            [
                HeldRow(
                    each,
                    "" if heading == ends.words(each.life) else ends.words(each.life),
                )
                for each in found
                if each.life in lives
            ],
        )

    done = "was" if ends.closed_on else "is"
    return HeldPage(
        given=[
            say.first_upper(each.council)
            for each in found
            if each.council not in (NONE, PRINTED)
        ],
        printed=[each.title for each in found if each.council == PRINTED],
        never=[each.title for each in found if each.council == NONE],
        groups=[
            group("words", ends.words(Life.WORDS), [Life.WORDS]),
            group("steps", f"Until a step of the review {done} done", STEPS),
            group("close", ends.words(Life.CLOSE), [Life.CLOSE]),
            group("years", ends.words(Life.RECORD), [Life.RECORD]),
            group(
                "installation",
                "Held by the installation, not for one review",
                [Life.ACCOUNT, Life.INSTALLATION],
            ),
        ],
    )


NAMES = {
    Tie.STAFF: "Where a member of staff may be named",
    Tie.ON_REVIEW: "Where only people on the review, and whom they dealt with, are named",
    Tie.NOBODY: "What is tied to no person",
}


def people_groups(member: Membership, *, today: dt.date) -> list[Group]:
    """Where somebody may stand in what is held, class by class."""
    ends = Endings(member, today=today)
    return [
        Group(
            tie.name.lower(),
            heading,
            [
                HeldRow(each, ends.words(each.life))
                for each in every_record()
                if each.tie == tie
            ],
        )
        for tie, heading in NAMES.items()
    ]
