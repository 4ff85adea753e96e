"""What has happened on a review, here and in the apps above, and which milestones that may mark."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from reviews import apps_above, packs
from reviews.apps_above.facts import Facts, known, told
from reviews.mail.kinds import BRIEFING
from reviews.models import TEAM, DocumentVersion, Milestone, Review, SignOff, Stage
from reviews.pages import say
from reviews.reading import terms
from reviews.reading.asked import still_asked
from reviews.reading.team import team_of
from reviews.trail import audit


def facts_of(review: Review) -> Facts:
    """Everything that every app knows."""
    found = _own(review)
    for module in apps_above.modules("facts"):
        found |= module.facts(review)
    return found


def _own(review: Review) -> Facts:
    notice = review.regulator_notices.first()
    briefing = (
        review.mail_batches.filter(kind=BRIEFING)
        .exclude(released_at=None)
        .order_by("released_at")
        .first()
    )
    return known(
        regulator_told=notice.told_on if notice else None,
        scope_approved=terms.agreed_on(review, SignOff.Subject.SCOPE),
        terms_signed=terms.agreed_on(review, SignOff.Subject.TERMS),
        profiles_accepted=_profiles_accepted(review),
        interests_declared=_interests_declared(review),
        documents_asked=_documents_asked(review),
        documents_in=_documents_in(review),
        briefing_sent=briefing.released_at.date()
        if briefing and briefing.released_at
        else None,
    )


def _profiles_accepted(review: Review) -> dt.date | None:
    peers = review.team_members().count()
    accepted = review.profile_decisions.filter(
        accepted=True, membership__access_role__in=TEAM
    ).order_by("-decided_at")
    if not peers or accepted.count() < peers or team_of(review).vacancies:
        return None
    return accepted[0].decided_at.date()


def _interests_declared(review: Review) -> dt.date | None:
    peers = review.team_members().count()
    declared = review.interests.filter(membership__access_role__in=TEAM).order_by(
        "-declared_at"
    )
    if not peers or declared.count() < peers or team_of(review).vacancies:
        return None
    return declared[0].declared_at.date()


def _documents_asked(review: Review) -> dt.date | None:
    """From the lead-in on the council and its agencies see the list and may send."""
    if review.stage < Stage.LEAD_IN or not review.document_requests.exists():
        return None
    moved = audit.events(review).filter(action="review.stage_moved").last()
    return moved.on if moved else None


def _documents_in(review: Review) -> dt.date | None:
    if not review.document_requests.exists() or still_asked(review):
        return None
    last = (
        DocumentVersion.objects.filter(review=review, number__gt=0)
        .order_by("-uploaded_at")
        .first()
    )
    return last.uploaded_at.date() if last else told(review, "document.none_exists")


@dataclass(frozen=True)
class Suggestion:
    """An open milestone of which the product knows that it is done, and since when."""

    milestone: Milestone
    sentence: str
    day: dt.date


def suggestions(review: Review, milestones: Sequence[Milestone]) -> list[Suggestion]:
    """For those of ``milestones`` that are open. In a fixed number of queries."""
    waiting = [
        (row, template)
        for row in milestones
        if row.is_open
        and (template := review.pack.milestone(row.code))
        and template.done_by
    ]
    if not waiting:
        return []
    facts = facts_of(review)
    return [
        Suggestion(
            row,
            packs.MILESTONE_EVENTS[template.done_by].format(
                day=say.day(facts[template.done_by])
            ),
            facts[template.done_by],
        )
        for row, template in waiting
        if template.done_by in facts
    ]
