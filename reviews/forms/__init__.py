"""Forms of a review; they save nothing."""

from reviews.forms.review import (
    KEY_QUESTIONS,
    AgencyForm,
    DetailsForm,
    KeyQuestionsForm,
    MilestoneForm,
    MoveVisitForm,
    NewReviewForm,
)
from reviews.forms.team import MemberForm

__all__ = [
    "KEY_QUESTIONS",
    "AgencyForm",
    "DetailsForm",
    "KeyQuestionsForm",
    "MemberForm",
    "MilestoneForm",
    "MoveVisitForm",
    "NewReviewForm",
]
