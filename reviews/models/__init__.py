"""Everything that the other modules know of the rows of a review."""

from reviews.models.briefing import BriefingAddress, SpeakRequest
from reviews.models.closing import Certificate, Closing, DestroyedReview
from reviews.models.documents import (
    Document,
    DocumentRead,
    DocumentRequest,
    DocumentVersion,
    Need,
    NoSuchDocument,
    TitleScreening,
)
from reviews.models.hypotheses import Hypothesis
from reviews.models.mail import Delivery, Message
from reviews.models.outbox import MailBatch, MailRule
from reviews.models.packs import FrameworkPack, PackVersion
from reviews.models.performance import Figure, PendingFigures
from reviews.models.plan import Digest, PlanFeed
from reviews.models.regulator import (
    AnnouncedInspection,
    BlockedPeriod,
    RegulatorNotice,
)
from reviews.models.review import (
    HOST,
    TEAM,
    AccessRole,
    Agency,
    Job,
    KeyQuestion,
    Membership,
    MembershipQuerySet,
    Milestone,
    Review,
    ReviewQuerySet,
    Stage,
    User,
    UserManager,
)
from reviews.models.team import Departure, Interest, ProfileDecision, Roster
from reviews.models.terms import SignOff, Terms
from reviews.models.trail import AuditEvent, EarlierTrail, SpeechCount

__all__ = [
    "HOST",
    "TEAM",
    "AccessRole",
    "Agency",
    "AnnouncedInspection",
    "AuditEvent",
    "BlockedPeriod",
    "BriefingAddress",
    "Certificate",
    "Closing",
    "Delivery",
    "Departure",
    "DestroyedReview",
    "Digest",
    "Document",
    "DocumentRead",
    "DocumentRequest",
    "DocumentVersion",
    "EarlierTrail",
    "Figure",
    "FrameworkPack",
    "Hypothesis",
    "Interest",
    "Job",
    "KeyQuestion",
    "MailBatch",
    "MailRule",
    "Membership",
    "MembershipQuerySet",
    "Message",
    "Milestone",
    "Need",
    "NoSuchDocument",
    "PackVersion",
    "PendingFigures",
    "PlanFeed",
    "ProfileDecision",
    "RegulatorNotice",
    "Review",
    "ReviewQuerySet",
    "Roster",
    "SignOff",
    "SpeakRequest",
    "SpeechCount",
    "Stage",
    "Terms",
    "TitleScreening",
    "User",
    "UserManager",
]
