"""The steps of a close, in their order, who can be its second person, and how its numbers are said.
Pure.
"""

import datetime as dt
from dataclasses import dataclass

# So long somebody who came after the visit has to have been on the team.
KNOWN_FOR = dt.timedelta(weeks=4)
JOINED_FOR_THIS = (
    f"You joined the team after the visit, and less than {KNOWN_FOR.days // 7} weeks ago. Somebody "
    "who was on the team at the visit has to confirm the close."
)


@dataclass(frozen=True)
class Step:
    """``code`` is what is remembered once it is done; ``title`` says it on the page."""

    code: str
    title: str


STEPS = (
    Step("counted", "Count what there is, and take samples"),
    Step("archived", "Seal the archive"),
    Step("keys", "Destroy the keys"),
    Step("files", "Delete the files"),
    Step("rows", "Delete the rows"),
    Step("compacted", "Overwrite what deleted rows leave behind"),
    Step("searched", "Search for the samples"),
    Step("certified", "Write the certificate"),
)


def steps_after(code: str) -> tuple[str, ...]:
    """The codes of what is left to do after ``code``; "" is before the first."""
    codes = tuple(step.code for step in STEPS)
    return codes[codes.index(code) + 1 :] if code else codes


def counted_to_tens(number: int) -> str:
    """To the nearest ten, as the council is told numbers of people; none is told apart from few.

    A certificate travels, and an exact number of answers would be a turnout.
    """
    if number < 10:
        return "fewer than 10"
    return f"about {round(number / 10) * 10:,}"


def is_second_person(
    joined: dt.date | None, *, last_day: dt.date, today: dt.date
) -> bool:
    """Whether somebody who joined the team on that day can confirm.

    Whoever asks manages the team too, and could add somebody for this alone: so it is somebody who
    was there at the visit, or has been on the team for KNOWN_FOR.
    """
    return joined is not None and (joined <= last_day or joined <= today - KNOWN_FOR)
