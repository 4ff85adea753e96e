"""The kinds of mail, and which of them wait for the review manager unless told otherwise.

Questionnaire letters are none of these: they hold links and keep a road of their own.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class MailKind:
    """``begins``: how the kind of such a message begins. ``fixed`` kinds never wait."""

    begins: str
    title: str
    about: str
    by_itself: bool
    fixed: bool = False


ANNOUNCEMENT = "announcement"
BRIEFING = "briefing"
CASE_SHEETS = "case sheets"
TEST = "test message"

KINDS = (
    MailKind("account", "Account invitations", "The link to set a password", True),
    MailKind(
        "plan reminder", "Reminders", "Each person’s milestones, due or late", True
    ),
    MailKind(
        "inspection announced",
        "Announced inspections",
        "To the team and the council, when an inspection is recorded",
        True,
    ),
    MailKind(BRIEFING, "The briefing note", "To the contacts of the agencies", False),
    MailKind(
        CASE_SHEETS,
        "Case preparation sheets",
        "To the contacts of the agencies that are asked for one",
        False,
    ),
    MailKind(ANNOUNCEMENT, "Announcements", "What you write to people yourself", False),
    MailKind(
        "child at risk", "A child at risk", "Goes at once, always", True, fixed=True
    ),
    MailKind(TEST, "Tests to yourself", "Goes at once, always", True, fixed=True),
)


def kind_of(kind: str) -> MailKind | None:
    """The kind that a message belongs to; some messages belong to none and never wait."""
    return next((each for each in KINDS if kind.startswith(each.begins)), None)
