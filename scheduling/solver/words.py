"""How the week is spoken of in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from reviews.pages import say
from scheduling.solver.frame import Frame

NAMED_AT_MOST = 6


class Words:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        dates = [frame.moment(begins).date() for begins, _ in frame.days]
        # "Tuesday" says it all in one week.
        self._one_week = (max(dates) - min(dates)).days < 7

    def start(self, text: str) -> str:
        """As the beginning of a sentence."""
        return text[:1].upper() + text[1:]

    def date(self, date: dt.date) -> str:
        return f"{date:%A}" if self._one_week else say.weekday(date)

    def day(self, day: int) -> str:
        return self.date(self.frame.moment(self.frame.days[day][0]).date())

    def days(self, days: Iterable[int]) -> str:
        return say.listed([self.day(day) for day in sorted(days)])

    def when(self, minute: int) -> str:
        """As in Tuesday 10:00am."""
        moment = self.frame.moment(minute)
        return f"{self.date(moment.date())} {say.clock(moment)}"

    def clock(self, minute: int) -> str:
        return say.clock(self.frame.moment(minute))

    def stretch(self, begins: int, ends: int) -> str:
        """As in 9:15am to 11:00am on Tuesday."""
        day = self.date(self.frame.moment(begins).date())
        return f"{self.clock(begins)} to {self.clock(ends)} on {day}"

    def minutes(self, minutes: int) -> str:
        """As in 45 minutes, 1 hour, 2 hours 30 minutes."""
        hours, rest = divmod(minutes, 60)
        parts = [say.counted(hours, "hour")] if hours else []
        if rest or not hours:
            parts.append(say.counted(rest, "minute"))
        return " ".join(parts)

    def number(self, number: int, noun: str) -> str:
        return say.counted(number, noun)

    def people_number(self, number: int) -> str:
        return say.counted(number, "person", "people")

    def times(self, number: int) -> str:
        return {1: "once", 2: "twice"}.get(number, f"{number} times")

    def listed(self, words: Sequence[str]) -> str:
        """All of them, or the first few and how many more."""
        if len(words) > NAMED_AT_MOST:
            rest = len(words) - NAMED_AT_MOST + 1
            return say.listed([*words[: NAMED_AT_MOST - 1], f"{rest} others"])
        return say.listed(words)

    def backgrounds(self, keys: Iterable[str]) -> str:
        """Any of them would do."""
        *most, last = sorted(keys)
        return f"{', '.join(most)} or {last}" if most else last

    # --- Labels by key

    def peer(self, key: str) -> str:
        return self.frame.peers[key].label

    def peers(self, keys: Iterable[str]) -> str:
        return self.listed([self.peer(key) for key in keys])

    def person(self, key: str) -> str:
        return self.frame.people[key].label

    def room(self, key: str) -> str:
        return self.frame.rooms[key].label

    def session(self, key: str) -> str:
        return self.frame.sessions[key].label

    def sessions(self, keys: Iterable[str]) -> str:
        return self.listed([self.session(key) for key in keys])

    def block(self, key: str) -> str:
        return self.frame.blocks[key].label

    def site(self, key: str) -> str:
        return next(site.label for site in self.frame.problem.sites if site.key == key)

    def agency(self, key: str) -> str:
        return self.frame.problem.agencies.get(key, key)

    def topic(self, key: str) -> str:
        return self.frame.problem.topics.get(key, key)
