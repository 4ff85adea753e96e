"""The forms of the plan: many milestones at once. Nothing is saved here."""

from typing import Any, cast

from django import forms

from reviews.models import Milestone, Review
from reviews.page_form import PageForm

FURTHEST = 365


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
        error_messages={
            "min_value": f"Days to move must be {FURTHEST} or fewer",
            "max_value": f"Days to move must be {FURTHEST} or fewer",
        },
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = cast(forms.ChoiceField, self.fields["owner_role"])
        status = cast(forms.ChoiceField, self.fields["status"])
        stays = [("", "Leave as it is")]
        owner.choices = stays + [(role.code, role.title) for role in review.pack.roles]
        status.choices = stays + list(Milestone.Status.choices)


def ticked(values: Any) -> list[int]:
    """The numbers of the rows that are ticked, or of all that were shown."""
    words = (
        values.get("shown", "").split(",")
        if values.get("all")
        else values.getlist("tick")
    )
    return [int(word) for word in words if word.isascii() and word.isdigit()][:1000]
