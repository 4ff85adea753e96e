"""Whether the work of the nights is done, for whoever operates the installation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from reviews.models import Job
from reviews.pages import say

# A day, and the hours that a night's work may take.
LONGEST = dt.timedelta(hours=30)


@dataclass(frozen=True)
class Night:
    """How the newest night went, in a sentence; ``trouble``: somebody has to look."""

    sentence: str
    trouble: bool = False


def last_night(kinds: Sequence[str], *, at: dt.datetime) -> Night:
    """``kinds`` are the names of the tasks that each night begins."""
    newest = {
        job.kind: job for job in Job.objects.filter(kind__in=kinds).order_by("pk")
    }
    if not newest:
        return Night("No night has passed yet.")
    failed = [job for job in newest.values() if job.state == Job.State.FAILED]
    if failed:
        return Night(
            "A part of the newest night’s work has failed. The log says which; the next night tries "
            "again.",
            trouble=True,
        )
    begun = min(job.queued_at for job in newest.values())
    day = say.day(say.local_day(begun))
    if begun < at - LONGEST:
        return Night(
            f"The last night whose work was begun is that of {day}. Look whether the worker runs.",
            trouble=True,
        )
    if any(job.state != Job.State.DONE for job in newest.values()):
        return Night(f"The work of the night of {day} is going on.")
    return Night(f"The work of the night of {day} is done.")
