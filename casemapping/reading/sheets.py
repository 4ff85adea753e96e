"""Preparation sheets as the agencies see them. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from casemapping import mail
from casemapping.models import PreparationSheet
from casemapping.reading.map import NOUNS, Group, Map, standing
from casemapping.reading.masks import masked_rows
from casemapping.rules import steps
from reviews.models import Membership, Review
from reviews.pages import say


def sheets_of(membership: Membership) -> list[PreparationSheet]:
    """The sheets that a host person has to fill in, in one query."""
    return list(
        PreparationSheet.objects.of_host(membership)
        .select_related("case", "agency")
        .order_by("case__number", "agency__name")
    )


@dataclass(frozen=True)
class SheetsPage:
    """A host person's sheets, with by when and for whom they answer."""

    rows: list[PreparationSheet]
    due: dt.date | None
    for_council: bool


def asked_words(asked: mail.Asked) -> str:
    """What became of asking the agencies, for the page that follows; empty when nothing did."""
    words = []
    if asked.too_late:
        words.append(
            "No letter was written, because the agencies can no longer open their sheets. "
            "Fill in here what they tell you."
        )
    if asked.letters:
        letters = say.counted(asked.letters, "letter")
        words.append(
            f"{letters} to the agencies’ contacts wait{'s' * (asked.letters == 1)} "
            "in the outbox. Nothing is sent until it is released there."
            if asked.batch
            else f"{letters} to the agencies’ contacts {'is' if asked.letters == 1 else 'are'} on the way."
        )
    if asked.nobody_at:
        words.append(
            f"Nobody can be written to at {say.listed(asked.nobody_at)}: "
            "no contact is named there yet."
        )
    return " ".join(words)


def sheets_due(review: Review) -> dt.date | None:
    return mail.sheets_due(review)


def sheets_page(membership: Membership) -> SheetsPage:
    return SheetsPage(
        sheets_of(membership),
        sheets_due(membership.review),
        for_council=membership.agency_id is None,
    )


def sheet_groups(sheet: PreparationSheet, *, for_team: bool) -> list[Group]:
    """What the agency wrote on its own sheet, and nothing else of the case.

    The agency reads its own words, whatever was found in them and whatever became of them.
    """
    involvements, events = standing(sheet.involvements), standing(sheet.events)
    if for_team:
        involvements = masked_rows(sheet.case, involvements)
        events = masked_rows(sheet.case, events)
    whole = Map(
        case=sheet.case,
        involvements=involvements,
        events=events,
        decisions=[],
        voices=[],
        factors=[],
        learning=[],
    )
    for row in [*whole.involvements, *whole.events]:
        row.case = sheet.case
    return [Group(kind, NOUNS[kind], whole.lines(kind)) for kind in steps.SHEET_KINDS]
