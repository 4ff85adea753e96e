"""The classes of record of a review: those of this app, and all of them. Pages are made from them by
``reading.held`` and ``reading.closing``.
"""

from __future__ import annotations

from django.db.models import Q

from reviews import retention
from reviews.apps_above import records
from reviews.apps_above.records import (
    NONE,
    Column,
    Life,
    Record,
    Rows,
    Tie,
    labelled,
)
from reviews.mail.kinds import (
    BRIEFING,
    INVITATION,
    MEETING_REMINDER,
    TIMETABLE,
)
from reviews.models import Delivery, Review
from reviews.models.mail import LETS_IN
from reviews.rules.closing import counted_to_tens

# Kinds of letters with a link for their reader alone.
_HOLDS_AN_ADDRESS = Q(kind__startswith=LETS_IN) | Q(
    kind__in=[INVITATION, BRIEFING, TIMETABLE, MEETING_REMINDER]
)
_OWN = (
    Record(
        code="review",
        title="The review and what was agreed about it",
        about="Council, dates, scope, key questions, agencies, framework, plan, terms and who signed "
        "them.",
        why="It says what the review was, and who agreed to it.",
        who="Until the close the team; then of it the review manager and the team leader. The "
        "council’s sponsor and the council’s contact. An agency’s contact: what the home page and "
        "the briefing note say. The briefing note: whoever has its address.",
        council="the plan, the scope, the terms and who signed them",
        life=Life.RECORD,
        tie=Tie.ON_REVIEW,
        person="The contacts of the programme and of the council, and who signed what.",
        rows=(
            Rows("reviews.Review", "pk"),
            *labelled(
                "reviews.KeyQuestion",
                "reviews.Agency",
                "reviews.Milestone",
                "reviews.Terms",
                "reviews.SignOff",
            ),
        ),
        moves=True,
    ),
    Record(
        code="members",
        title="Who is on the review",
        about="The team, the council’s sponsor and contacts, and their roles.",
        why="It says who may open what, and who did the work.",
        who="Until the close the team; then of it the review manager and the team leader. The "
        "council’s sponsor and the council’s contact. An agency’s contact: the peers who meet the "
        "agency’s people.",
        council="the list of who is on the review",
        life=Life.RECORD,
        tie=Tie.ON_REVIEW,
        person="Name, role and home organisation of each person on the review; of a peer a short "
        "profile.",
        rows=(Rows("reviews.Membership"),),
        moves_as="Who is on the review, each to be invited again",
        # As invitations that wait: nobody is a member elsewhere before they say so.
        moves=True,
    ),
    Record(
        code="regulator",
        title="Dealings with the regulator",
        about="What the regulator was told and replied, announced inspections, and blocked dates.",
        why="So that review and inspection do not meet.",
        who="The review manager, the team leader and the council’s sponsor; blocked dates: until "
        "the close the team too, and the council’s contact.",
        council="what the regulator was told and replied, announced inspections, and blocked dates",
        life=Life.RECORD,
        tie=Tie.ON_REVIEW,
        person="Who told the regulator, and whom.",
        rows=labelled(
            "reviews.RegulatorNotice",
            "reviews.BlockedPeriod",
            "reviews.AnnouncedInspection",
        ),
        moves=True,
    ),
    Record(
        code="trail",
        title="Audit trail",
        about="Who changed what, and when. Of what people said it has numbers alone.",
        why="So that everything that was done can be shown.",
        who="The review manager. The last changes of a page: those who can change it. After the "
        "close two people together too, from the archive.",
        council="the last changes at the foot of the pages that its people can change",
        life=Life.RECORD,
        tie=Tie.ON_REVIEW,
        person="Who changed what on the review. Of what people said it names nobody.",
        rows=(
            Rows("reviews.AuditEvent", "review_ref", moves=None),
            Rows("reviews.EarlierTrail"),
        ),
        # The lines themselves stay, since numbers in them mean rows here: they go along as one sealed
        # document (``EarlierTrail``).
        moves=True,
    ),
    Record(
        code="closing",
        title="The close and its certificates",
        about="Who asked for the close and who confirmed it, what was destroyed, in numbers, and the "
        "certificates of it.",
        why="So that the destruction can be shown.",
        who="Certificates, which name who asked and who confirmed: the review manager, the team "
        "leader, and the council’s sponsor and contact. That a close was asked for: the team, and the "
        "sponsor by letter. The archive: the review manager and the team leader download it, and two "
        "passphrases together open it.",
        council="the certificates of the close",
        life=Life.RECORD,
        tie=Tie.ON_REVIEW,
        person="Who asked for the close, and who confirmed it.",
        rows=labelled("reviews.Closing", "reviews.Certificate"),
        # A review whose close was asked for does not move.
        moves=False,
    ),
    Record(
        code="interests",
        title="Profiles, declared interests and departures of peers",
        about="What peers declare about the council, what the council said to each, and who left.",
        why="So that nobody meets people they should not meet as a peer.",
        who="Profiles, and what the sponsor said to each: the team, and the council’s sponsor and "
        "contact. Interests: each peer their own; until the end of “Reporting” the review manager and "
        "the team leader. Who left, and why somebody declined: the review manager.",
        council="the peers’ profiles, and what its sponsor said to each",
        life=Life.CLOSE,
        tie=Tie.ON_REVIEW,
        person="What a peer declared, what the sponsor said to the peer, and who left the review.",
        rows=labelled(
            "reviews.Interest", "reviews.ProfileDecision", "reviews.Departure"
        ),
        # Who was on the review stays, without what they wrote of themselves.
        columns=(Column("reviews.Membership", "profile"),),
        moves=True,
    ),
    Record(
        code="roster",
        title="Names that texts are screened for",
        about="Names and posts of everybody who takes part, without address or group.",
        why="So that a note, a comment or a finding that names somebody is caught.",
        who="Nobody. The screening alone opens it.",
        council=NONE,
        life=Life.ROSTER,
        tie=Tie.STAFF,
        person="Name and post of everybody who takes part. Nobody can look there.",
        rows=(Rows("reviews.Roster"),),
        # It holds everybody who was invited to answer. The new one is made of those who move.
        moves=False,
    ),
    Record(
        code="speak requests",
        title="Requests to be heard",
        about="What people wrote who asked to speak to the team, and how to reach them.",
        why="So that they can be heard.",
        who="The review manager.",
        council=NONE,
        life=Life.WORDS,
        tie=Tie.STAFF,
        person="Of whoever asked: what they wrote, and how to reach them.",
        rows=(Rows("reviews.SpeakRequest"),),
        # What people said.
        moves=False,
    ),
    Record(
        code="documents",
        title="Documents of the council and its partners",
        about="What was asked for, what was sent in, and who of the team has read it. A file that "
        f"nobody confirms is destroyed after {retention.in_words(retention.UNCONFIRMED)}.",
        why="So that the team can prepare.",
        who="The team. The council’s contact until the end of “On site”, an agency’s contact until "
        "its beginning: what their own side sent in. Who of the team has read a document: nobody; how "
        "many have, the review manager. A file that nobody has confirmed: whoever uploaded it.",
        council="the list of documents that were asked for, and those that it sent in",
        life=Life.CLOSE,
        tie=Tie.STAFF,
        person="Whoever a document speaks of, who sent it in, and who of the team has read it.",
        rows=(
            # A file that nobody has confirmed is not the review's yet.
            Rows("reviews.DocumentRequest"),
            Rows("reviews.Document", moves=Q(versions__number__gt=0)),
            Rows("reviews.DocumentVersion", moves=Q(number__gt=0)),
            Rows("reviews.DocumentRead"),
            Rows("reviews.NoSuchDocument", "request__review"),
        ),
        moves=True,
    ),
    Record(
        code="preparation",
        title="Figures and hypotheses",
        about="Performance figures of the council, and what the team wants to find out.",
        why="So that the team knows what to ask.",
        who="The team. Figures: until the end of “On site” the council’s contact too.",
        council="the performance figures, and no hypothesis",
        life=Life.CLOSE,
        tie=Tie.NOBODY,
        person="Figures are of services. A hypothesis names no author.",
        rows=(
            *labelled("reviews.Hypothesis", "reviews.Figure"),
            Rows("reviews.PendingFigures", moves=None),
        ),
        moves=True,
    ),
    Record(
        code="messages",
        title="Messages",
        about="Letters to people on the review and in the timetable. Letters with questionnaire links "
        "are not kept at all.",
        why="So that the review manager can see what went out.",
        who="The review manager; each letter, whoever it was sent to.",
        council="the letters to its own people, in its mailboxes",
        life=Life.CLOSE,
        tie=Tie.STAFF,
        person="The letters to somebody on the review or in the timetable, with their address.",
        # What waits to be sent stays: nobody is written to by a move. So does a letter with an
        # address in it that is its reader's secret.
        rows=(
            Rows("reviews.Message", moves=Q(state=Delivery.SENT) & ~_HOLDS_AN_ADDRESS),
            Rows(
                "reviews.MailBatch",
                moves=Q(released_at__isnull=False) & ~_HOLDS_AN_ADDRESS,
            ),
            Rows("reviews.MailRule"),
        ),
        moves=True,
    ),
    Record(
        code="links",
        title="Links and background work",
        about="Links to the briefing note and to calendars, counts that have not entered the audit "
        "trail yet, and what the worker has to do.",
        why="So that the product works.",
        who="Links to the briefing note: the review manager. A calendar’s link: its owner. The rest: "
        "the program alone.",
        council="the links to the briefing note and to calendars that are for its own people",
        life=Life.CLOSE,
        tie=Tie.ON_REVIEW,
        person="Whose calendar a link is for.",
        rows=(
            *labelled("reviews.BriefingAddress", "reviews.PlanFeed"),
            Rows("reviews.SpeechCount", "review_ref"),
            # The close is a piece of background work itself, and goes last.
            Rows("reviews.Job", only=~Q(kind="reviews.tasks.close_review")),
        ),
        # Secret addresses, and work: neither means anything elsewhere.
        moves=False,
    ),
    Record(
        code="accounts",
        title="Accounts",
        about="Name, email address, telephone number and second factor of people who sign in. For "
        f"{retention.in_words(retention.DIGESTS)} that they were reminded of what is due, and letters "
        "about their sign-in.",
        why="So that people can sign in.",
        who="Each person: their own. Name, email address and telephone number: those who can open the "
        "list of who is on a review with that person. Whoever runs the system.",
        council="its people’s own accounts, each to its owner; with the list of who is on the review, "
        "how to reach them",
        life=Life.ACCOUNT,
        tie=Tie.ON_REVIEW,
        person="Name, email address and telephone number of whoever signs in.",
        rows=labelled(
            "reviews.User",
            "reviews.Digest",
            "account.EmailAddress",
            "account.EmailConfirmation",
            "mfa.Authenticator",
            "sessions.Session",
            "auth.Permission",
            "auth.Group",
            "contenttypes.ContentType",
            review="",
        ),
        # Accounts are of the installation: they are found by address there, or made.
        moves=False,
    ),
    Record(
        code="installation",
        title="What the installation needs",
        about="Frameworks, the queue of background work, the installation’s own audit trail, those of "
        "reviews that were deleted as a mistake, and the last line of each review that was destroyed.",
        why="So that the product works, and the destruction of a review stays known.",
        who="Frameworks: whoever may make a review. The rest: whoever runs the system.",
        council="what its review takes from its framework",
        life=Life.INSTALLATION,
        tie=Tie.ON_REVIEW,
        person="Who made which version of a framework or deleted a review, whose account was opened, "
        "and who did something in a review that was deleted.",
        rows=labelled(
            "reviews.FrameworkPack",
            "reviews.PackVersion",
            "reviews.DestroyedReview",
            "django_q.Task",
            "django_q.Success",
            "django_q.Failure",
            "django_q.Schedule",
            "django_q.OrmQ",
            review="",
        ),
        moves=False,
    ),
)


def every_record() -> tuple[Record, ...]:
    """All classes of record."""
    found = [*_OWN, *records.of_apps_above()]
    return tuple(sorted(found, key=lambda each: _ORDER.index(each.life)))


# What stays longest first, then what people said.
_ORDER = (
    *(Life.RECORD, Life.WORDS, Life.RELEASE, Life.ADDRESSES, Life.SOURCES, Life.ROSTER),
    *(Life.CLOSE, Life.ACCOUNT, Life.INSTALLATION),
)


def of_a_review() -> list[Record]:
    return [each for each in every_record() if each.of_a_review]


def moving_rows(review: Review) -> tuple[list[str], list[str]]:
    """What there is that goes along when the whole review moves, and what never does."""
    mine = of_a_review()
    numbers = {each.code: _moving(each, review) for each in mine if each.moves}
    return (
        [
            f"{each.moves_as or each.title}: {counted_to_tens(numbers[each.code])}"
            for each in mine
            if numbers.get(each.code)
        ],
        [each.title for each in mine if not each.moves],
    )


def _moving(record: Record, review: Review) -> int:
    moving = [rows for rows in record.rows if rows.moves is not None]
    return sum(rows.moving(review).count() for rows in moving)


def going() -> list[Record]:
    """What a close destroys."""
    return [each for each in of_a_review() if not each.kept]


# Until when what outlives the close is held.
KEPT_UNTIL = (
    f"{retention.counted(retention.RECORD_YEARS, 'year').capitalize()} after the close"
)
