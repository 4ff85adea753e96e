"""The forms of the plan: many milestones at once. Nothing is saved here."""

import re
from typing import Any, cast

from django import forms

from reviews.models import Milestone, Review
from reviews.pages.form import PageForm

FURTHEST = 365
MOST_ROWS = 1000
_DAYS = f"Days to move must be a number from -{FURTHEST} to {FURTHEST}"


class ManyMilestonesForm(PageForm):
    """What to do with the milestones that are ticked; what is left alone stays as it is."""

    submit_label = "Apply to the ticked milestones"

    owner_role = forms.ChoiceField(label="Who sees to it", required=False)
    status = forms.ChoiceField(label="Status", required=False)
    days = forms.IntegerField(
        label="Move by days",
        required=False,
        min_value=-FURTHEST,
        max_value=FURTHEST,
        error_messages={"min_value": _DAYS, "max_value": _DAYS},
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = cast(forms.ChoiceField, self.fields["owner_role"])
        status = cast(forms.ChoiceField, self.fields["status"])
        stays = [("", "Leave as it is")]
        owner.choices = stays + [(role.code, role.title) for role in review.pack.roles]
        status.choices = stays + list(Milestone.Status.choices)

    def chosen(self) -> dict[str, Any]:
        """What to change, empty where it stays as it is."""
        given = getattr(self, "cleaned_data", {})
        return {
            "owner_role": given.get("owner_role", ""),
            "status": given.get("status", ""),
            "days": given.get("days") or 0,
        }


_TICK = re.compile(r"(\d{1,9})\.(\d{1,9})", re.ASCII)


def ticked(values: Any) -> dict[int, int]:
    """The version that was shown of each row that is ticked, or of all rows, by its number."""
    words = (
        values.get("shown", "").split(",")
        if values.get("all")
        else values.getlist("tick")
    )
    found = (_TICK.fullmatch(word) for word in words[:MOST_ROWS])
    return {int(each[1]): int(each[2]) for each in found if each}
