"""Letters of case mapping: which agencies are asked for a preparation sheet, and by when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from casemapping.models import CaseMap
from reviews.mail import mailer
from reviews.mail.kinds import CASE_SHEETS
from reviews.mail.mailer import Recipient
from reviews.models import AccessRole, Agency, MailBatch, Membership, Review, Stage
from reviews.pages import say

# What the framework calls the page that its milestone of the sheets belongs to.
SHEETS_PAGE = "sheets"


@dataclass(frozen=True)
class Asked:
    """What became of asking: how many letters, and the agencies with nobody to write to.

    ``batch`` is where the letters wait; None when there are none, or when they went at once.
    ``too_late`` when nobody was written to, because the agencies can no longer open their sheets.
    """

    letters: int = 0
    batch: MailBatch | None = None
    nobody_at: list[str] = field(default_factory=list)
    too_late: bool = False


def contacts_of(review: Review) -> dict[int, list[Membership]]:
    """Who fills in each agency's sheets, by the agency's key; agencies with nobody are left out.

    A contact of the council who is tied to no agency speaks for the council's own services.
    """
    council = [
        agency.pk
        for agency in review.agencies.all()
        if agency.kind == Agency.Kind.COUNCIL
    ]
    found: dict[int, list[Membership]] = {}
    members = review.memberships.filter(
        access_role__in=[AccessRole.PC, AccessRole.CC], user__is_active=True
    )
    for member in members.select_related("user"):
        for agency in [member.agency_id] if member.agency_id else council:
            found.setdefault(agency, []).append(member)
    return found


def is_too_late(review: Review) -> bool:
    """From the visit on the team alone fills in sheets: a letter would lead to a closed page."""
    return review.stage >= Stage.ON_SITE


def sheets_due(review: Review) -> dt.date | None:
    """By when the plan wants the sheets, if it says so."""
    days = [
        milestone.due_on
        for milestone in review.milestones.all()
        if review.pack.milestone_page(milestone.code) == SHEETS_PAGE
    ]
    return min(days, default=None)


def ask_for_sheets(
    *, case: CaseMap, agencies: Sequence[Agency], at: dt.datetime
) -> Asked:
    """One letter to each person, however many of the agencies they speak for."""
    review = case.review
    if is_too_late(review):
        return Asked(too_late=bool(agencies))
    contacts = contacts_of(review)
    readers = {
        member.user.email: Recipient(
            member.user.email, {"name": member.name, "agency": agency.name}
        )
        for agency in agencies
        for member in contacts.get(agency.pk, [])
    }
    nobody = [each.name for each in agencies if each.pk not in contacts]
    if not readers:
        return Asked(nobody_at=nobody)
    due = sheets_due(review)
    until = f" by {say.day(due)}" if due else ""
    address = reverse("casemapping:sheets", args=[review.pk])
    text = render_to_string(
        "casemapping/email/sheet_asked.txt",
        {"case": case, "until": until, "address": settings.SITE_ADDRESS + address},
    )
    batch = mailer.write(
        review=review,
        kind=f"{CASE_SHEETS} {case.code}",
        recipients=list(readers.values()),
        subject=f"Case {case.code}: hand in your preparation sheet{until}",
        text=text,
        at=at,
    )
    return Asked(len(readers), batch, nobody)
