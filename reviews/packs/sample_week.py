"""What notes of a framework's sample week could say of whom they were heard from. Pure.

The classes are worked out by the app that gathers notes; here is what comes of it, in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from reviews.pages import say

# Of what the week is expected to tell, less than so much may say nothing of who was heard.
MOST_AT_THE_ROOT = 0.15


@dataclass(frozen=True)
class Told:
    """A class that notes of an evening name, with how many of its sessions stand behind it."""

    title: str
    sessions: int

    @property
    def words(self) -> str:
        return f"{self.title} ({say.counted(self.sessions, 'session')})"


@dataclass(frozen=True)
class Evening:
    """The sessions whose notes are gathered on one evening, and what those can say.

    ``days`` are counted from the first on site, 0; several where an evening has to wait for the
    next. ``notes`` is how many are expected. No class is named where there are too few sessions.
    """

    days: tuple[int, ...]
    sessions: int
    notes: int
    told: tuple[Told, ...] = ()
    sessions_at_root: int = 0
    notes_at_root: int = 0

    @property
    def title(self) -> str:
        days = say.listed([str(day + 1) for day in self.days])
        return f"Day {days}" if len(self.days) == 1 else f"Days {days}"

    @property
    def is_lost(self) -> bool:
        return not self.told

    @property
    def sessions_words(self) -> str:
        return _part(self.sessions_at_root, self.sessions)

    @property
    def notes_words(self) -> str:
        return _part(self.notes_at_root, self.notes)


@dataclass(frozen=True)
class SampleWeek:
    """``root`` is the title of the widest class: a note that names it tells of nobody."""

    root: str
    evenings: tuple[Evening, ...]

    @property
    def at_root(self) -> float:
        """The larger share, of the week's sessions or of its notes; from 0 to 1."""
        return max(
            _share(
                sum(each.sessions_at_root for each in self.evenings),
                sum(each.sessions for each in self.evenings),
            ),
            _share(
                sum(each.notes_at_root for each in self.evenings),
                sum(each.notes for each in self.evenings),
            ),
        )

    @property
    def is_told_enough(self) -> bool:
        return self.at_root < MOST_AT_THE_ROOT

    @property
    def sentence(self) -> str:
        if not self.evenings:
            return "The sample week has no session where people are met, so no note comes of it."
        words = (
            f"In {_percent(self.at_root)} of the sample week a note could name the widest kind only. "
            f"A framework should keep to less than {_percent(MOST_AT_THE_ROOT)}"
        )
        if self.is_told_enough:
            return f"{words}."
        return (
            f"{words}: add classes between the widest and the narrow ones, or put sessions with "
            "people of one kind on the same day."
        )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _percent(share: float) -> str:
    """Rounded down, so that what is below a limit is not said to reach it."""
    if 0 < share < 0.01:
        return "Less than 1%"
    return f"{int(100 * share + 1e-9)}%"


def _part(part: int, whole: int) -> str:
    return f"{part} of {whole}"
