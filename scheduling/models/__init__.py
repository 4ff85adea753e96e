"""The timetable, its releases, and the notes."""

from scheduling.models.notes import Note, NoteDraft, NoteProof, Said, SourceCount
from scheduling.models.releases import (
    Invitee,
    MeetingReminder,
    Reply,
    SessionUid,
    TimetableFeed,
    TimetableRelease,
)
from scheduling.models.week import (
    Away,
    KeptOut,
    MainBuilding,
    Need,
    Room,
    Session,
    SessionPerson,
    Site,
    Travel,
    WeekPlan,
)

__all__ = [
    "Away",
    "Invitee",
    "KeptOut",
    "MainBuilding",
    "MeetingReminder",
    "Need",
    "Note",
    "NoteDraft",
    "NoteProof",
    "Reply",
    "Room",
    "Said",
    "Session",
    "SessionPerson",
    "SessionUid",
    "Site",
    "SourceCount",
    "TimetableFeed",
    "TimetableRelease",
    "Travel",
    "WeekPlan",
]
