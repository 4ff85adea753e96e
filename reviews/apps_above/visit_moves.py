"""What moves when the visit moves, beside the milestones.

Each app says so in its own module ``visit_moves``: ``lines(review, day_zero)`` gives sentences of
what would move or would not, and ``move(review, before, after)`` does it in the caller's
transaction. ``people_named(review)``, where there is one, counts who has to be told.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from reviews import apps_above
from reviews.models import Review


@dataclass(frozen=True)
class Line:
    """One sentence beside the list of milestones.

    ``stays``: it does not move by itself, so somebody has to see to it at ``url``.
    """

    sentence: str
    url: str = ""
    link: str = ""
    stays: bool = False


def lines(review: Review, day_zero: dt.date) -> list[Line]:
    """What the apps above would move, and what not, if the visit began on ``day_zero``."""
    found: list[Line] = []
    for module in apps_above.modules("visit_moves"):
        found += module.lines(review, day_zero)
    return found


def people_named(review: Review) -> dict[int | None, int]:
    """How many people sessions and the like name, by number of their agency."""
    found: Counter[int | None] = Counter()
    for module in apps_above.modules("visit_moves"):
        if hasattr(module, "people_named"):
            found.update(module.people_named(review))
    return dict(found)


def move(review: Review, before: dt.date, after: dt.date) -> None:
    """Let every app follow a visit that has moved."""
    for module in apps_above.modules("visit_moves"):
        module.move(review, before, after)
