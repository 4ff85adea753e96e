"""The week, somebody's day and the team's notes, as the pages show them. Nothing here writes."""

from scheduling.reading.board import board_of
from scheduling.reading.clashes import clashes_for, clashes_of, clashes_with
from scheduling.reading.coverage import coverage_of
from scheduling.reading.day import (
    draft_fingerprint,
    kind_title,
    my_day,
    own_draft,
    usual_day,
)
from scheduling.reading.filters import Wanted
from scheduling.reading.gathering import LEAST_PEERS, LEAST_READY, standing_of
from scheduling.reading.home import progress, stage_blockers, stage_warnings, to_do
from scheduling.reading.notes import fingerprint, note_now, notes_of
from scheduling.reading.now import now_and_next
from scheduling.reading.picture import fitted, picture_of
from scheduling.reading.proof import proof_page
from scheduling.reading.sessions import (
    lanes_of,
    people_of,
    place_of,
    sees_people,
    session_for,
    sessions_for,
)
from scheduling.reading.spots import FreeDay, free_places
from scheduling.reading.stamp import stamp_of
from scheduling.reading.week import week_of

__all__ = [
    "LEAST_PEERS",
    "LEAST_READY",
    "FreeDay",
    "Wanted",
    "board_of",
    "clashes_for",
    "clashes_of",
    "clashes_with",
    "coverage_of",
    "draft_fingerprint",
    "fingerprint",
    "fitted",
    "free_places",
    "kind_title",
    "lanes_of",
    "my_day",
    "note_now",
    "notes_of",
    "now_and_next",
    "own_draft",
    "people_of",
    "picture_of",
    "place_of",
    "progress",
    "proof_page",
    "sees_people",
    "session_for",
    "sessions_for",
    "stage_blockers",
    "stage_warnings",
    "stamp_of",
    "standing_of",
    "to_do",
    "usual_day",
    "week_of",
]
