"""A child at risk: who was told, and when. Of all that is promised this alone comes first."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.template.loader import render_to_string

from casemapping.models import RiskAlert
from reviews.mail import mailer
from reviews.models import AccessRole, Membership, Review, Stage, User
from reviews.refusals import Refusal
from reviews.trail import audit


class ReviewClosed(Refusal):
    def __init__(self, duty_contact: str) -> None:
        super().__init__(
            "This review is closed, and nothing was recorded. Tell the duty team at once: "
            f"{duty_contact}"
        )


@transaction.atomic
def record_risk(
    *,
    review: Review,
    case_code: str,
    person_told: str,
    by: User,
    at: dt.datetime,
) -> RiskAlert:
    """Keep who was told and when, and alert the review manager and the team leader.

    Raises ReviewClosed: its archive is sealed, so nobody would ever read it there.
    """
    Review.objects.lock(review.pk)
    if Review.objects.get(pk=review.pk).stage == Stage.CLOSED:
        raise ReviewClosed(review.duty_contact)
    alert = RiskAlert(
        review=review,
        case_code=case_code,
        raised_by=by,
        person_told=person_told,
        told_at=at,
    )
    alert.save(force_insert=True)
    # Who was told rests sealed in the alert itself.
    audit.record("child may be at risk", review=review, by=by, at=at)
    text = render_to_string(
        "casemapping/email/child_at_risk.txt",
        {"review": review, "alert": alert, "by": by},
    )
    about = case_code or "not about a mapped case"
    for member in review.memberships.filter(
        access_role__in=[AccessRole.RM, AccessRole.TL],
        # Whoever is only invited is told nothing yet.
        answer=Membership.Answer.ACCEPTED,
    ).select_related("user"):
        mailer.queue(
            review=review,
            kind="child at risk",
            to=member.user.email,
            subject=f"A child may be at risk: {about}",
            text=text,
            at=at,
        )
    return alert
