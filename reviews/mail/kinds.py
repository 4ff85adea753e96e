"""The kinds of mail, and which of them wait for the review manager unless told otherwise.

Questionnaire letters are none of these: they hold links and keep a road of their own.
"""

from dataclasses import dataclass

from reviews.models.mail import LETS_IN


@dataclass(frozen=True)
class MailKind:
    """``begins``: how the kind of such a message begins. ``fixed``: nobody changes ``by_itself``."""

    begins: str
    title: str
    about: str
    by_itself: bool
    fixed: bool = False


ANNOUNCEMENT = "announcement"
INSPECTION = "inspection announced"
NOTIFICATION = "regulator notification"
BRIEFING = "briefing"
CASE_SHEETS = "case sheets"
TIMETABLE = "timetable changes"
MEETING_REMINDER = "timetable reminder"
TEST = "test message"
# With a link to set a password, which nobody else reads, and without one.
ACCOUNT_INVITATION = "account invitation"
INVITATION = "invitation"
DECLINED = "answer to an invitation"
ROLE_CHANGED = "role changed"
CLOSE_ASKED = "close asked for"
CLOSE_AHEAD = "close ahead"
CLOSE_SENT_BACK = "close sent back"
# Letters about the close itself: none is left unfinished by it.
OF_THE_CLOSE = (CLOSE_ASKED, CLOSE_AHEAD, CLOSE_SENT_BACK)
IDLE = "review stands still"

KINDS = (
    MailKind(
        LETS_IN, "Invitations to new people", "With a link to set a password", True
    ),
    MailKind(
        INVITATION, "Invitations to people with an account", "To answer them here", True
    ),
    MailKind(ROLE_CHANGED, "Changed roles", "To whoever has another role now", True),
    MailKind(
        DECLINED, "Declined invitations", "To you, at once, always", True, fixed=True
    ),
    MailKind(
        "plan reminder", "Reminders", "Each person’s milestones, due or late", True
    ),
    MailKind(
        INSPECTION,
        "Announced inspections",
        "To everybody on the review, when the visit gives way",
        False,
    ),
    MailKind(
        NOTIFICATION,
        "Letters to the regulator",
        "That a review is planned, and when",
        False,
        fixed=True,
    ),
    MailKind(BRIEFING, "The briefing note", "To the contacts of the agencies", False),
    MailKind(
        CASE_SHEETS,
        "Case preparation sheets",
        "To the contacts of the agencies that are asked for one",
        False,
    ),
    MailKind(
        TIMETABLE,
        "Changes of the timetable",
        "To whoever is in a session that is new or has changed, when it is published",
        False,
    ),
    MailKind(
        MEETING_REMINDER,
        "Reminders of a meeting",
        "To people whom the peers meet, the day before",
        False,
    ),
    MailKind(ANNOUNCEMENT, "Announcements", "What you write to people yourself", False),
    MailKind(
        "child at risk", "A child at risk", "Goes at once, always", True, fixed=True
    ),
    MailKind(
        CLOSE_ASKED,
        "A close to confirm",
        "To the team leader, at once, always",
        True,
        fixed=True,
    ),
    MailKind(
        CLOSE_AHEAD,
        "A close that was asked for",
        "To the council’s sponsor, at once, always",
        True,
        fixed=True,
    ),
    MailKind(
        CLOSE_SENT_BACK,
        "A close that was sent back",
        "To whoever asked for it, at once, always",
        True,
        fixed=True,
    ),
    MailKind(
        IDLE,
        "Reviews that stand still",
        "To you, when nothing has changed for long",
        True,
        fixed=True,
    ),
    MailKind(TEST, "Tests to yourself", "Goes at once, always", True, fixed=True),
)


def kind_of(kind: str) -> MailKind | None:
    """The kind that a message belongs to; some messages belong to none and never wait."""
    return next((each for each in KINDS if kind.startswith(each.begins)), None)
