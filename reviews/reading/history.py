"""Who changed what and when, for the block at the foot of a page. It is read from the audit trail.

Events about what people said carry no object, so none can stand here.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from reviews import audit
from reviews.access import Action
from reviews.models import AuditEvent, Review

SHOWN = 50

# Which page's history is read by whoever may do one of these.
READERS: dict[str, tuple[Action, ...]] = {
    "details": (Action.CONFIGURE_REVIEW,),
    "agencies": (Action.CONFIGURE_REVIEW,),
    "milestone": (Action.CONFIGURE_REVIEW,),
    "team": (Action.MANAGE_TEAM,),
    "questionnaire": (Action.RUN_QUESTIONNAIRE,),
    "session": (Action.WRITE_TIMETABLE,),
    "report version": (Action.BUILD_REPORT, Action.APPROVE_REPORT),
}
_DETAILS = (
    "review.created",
    "review.details_changed",
    "review.key_questions_set",
    "review.visit_moved",
    "review.stage_moved",
)


@dataclass(frozen=True)
class Change:
    at: dt.datetime | None
    who: str
    what: str


def history_of(review: Review, subject: str, key: object = "") -> list[Change]:
    """The newest changes of one object of the review."""
    if subject == "milestone":
        return _milestone(review, str(key))
    wanted = {
        "details": Q(action__in=_DETAILS),
        "agencies": Q(object_kind="agency"),
        # Interests are between a peer, the leader and the manager: not in a list of changes.
        "team": Q(action__startswith="member."),
    }.get(subject, Q(object_kind=subject, object_id=str(key)))
    events = audit.events(review).filter(wanted)[:SHOWN]
    names = _names(review, subject)
    return [_change(event, names.get(event.object_id, "")) for event in events]


def _milestone(review: Review, code: str) -> list[Change]:
    alone = Q(object_kind="milestone", object_id=code)
    found = audit.events(review).filter(
        alone | Q(action__in=["milestones.changed", "review.visit_moved"])
    )
    mine = (
        event
        for event in found
        if event.action != "milestones.changed" or code in event.detail.get("codes", ())
    )
    changes = []
    for event in mine:
        if event.action == "milestones.changed":
            # Many were changed at once; of the others this page says nothing.
            event.detail = {k: v for k, v in event.detail.items() if k != "codes"}
        changes.append(_change(event, ""))
    return changes[:SHOWN]


def _names(review: Review, subject: str) -> dict[str, str]:
    """What stands for an object's number."""
    if subject == "agencies":
        return {str(agency.pk): agency.name for agency in review.agencies.all()}
    if subject == "team":
        members = review.memberships.select_related("user")
        return {str(member.user_id): member.user.full_name for member in members}
    return {}


def _change(event: AuditEvent, name: str) -> Change:
    parts = [event.words]
    if name and event.actor_name != name:
        parts.append(name)
    if event.detail:
        parts.append(event.detail_words)
    return Change(event.at, event.actor_name or "By itself", ", ".join(parts))
