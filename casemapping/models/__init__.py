"""A case as a code, a line of relative months and what was learnt. Never a child's data.

Nothing here holds a name, a birth date, a place or a calendar date of the case; every word that
somebody typed is sealed. Which code is which child is known to the council alone, on paper.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models

from casemapping.models.lines import (
    EARLIEST_MONTH,
    LATEST_MONTH,
    CaseRecord,
    Certainty,
    Dated,
    Season,
    SetAside,
    Typed,
    month_known,
    month_words,
)
from reviews.access import Action, Sight, can, sees
from reviews.models import Agency, Membership, Review
from reviews.secrets.sealing import SealedTextField

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

__all__ = [
    "EARLIEST_MONTH",
    "LATEST_MONTH",
    "AgencyInvolvement",
    "CaseMap",
    "CaseRecord",
    "Certainty",
    "ChildVoice",
    "DecisionPoint",
    "Factor",
    "Learning",
    "PreparationSheet",
    "RiskAlert",
    "Season",
    "TimelineEvent",
    "Typed",
    "month_words",
    "words_of",
]


def words_of(review: Review, vocabulary: str, code: str) -> str:
    """The framework's title for a code of one of its case mapping lists."""
    choices = getattr(review.pack.case_map, vocabulary)
    return next((each.title for each in choices if each.code == code), code)


class CaseMapQuerySet(models.QuerySet["CaseMap"]):
    def facilitated_by(self, membership: Membership) -> CaseMapQuerySet:
        return self.filter(facilitators=membership)

    def open_to(self, membership: Membership, action: Action) -> CaseMapQuerySet:
        """The review's cases on which this member may do it now.

        The review manager writes on every case, another team member on those that they
        facilitate; the whole team reads every map once reading is open. Host people have
        sheets, never cases.
        """
        mine = self.filter(review_id=membership.review_id)
        if not sees(membership, Sight.CASES):
            return mine.none()
        if not can(membership, action):
            return mine.none()
        if action == Action.READ_CASE_MAP or sees(membership, Sight.EVERY_CASE):
            return mine
        return mine.facilitated_by(membership)

    def standing(self) -> CaseMapQuerySet:
        """Without cases that are set aside because wrong data slipped in, or purged."""
        return self.filter(set_aside_by__isnull=True).exclude(status="purged")


class CaseMap(SetAside):
    class Status(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        CHOSEN = "chosen", "Chosen"
        PREPARED = "prepared", "Prepared"
        MAPPED = "mapped", "Mapped"
        DISCUSSED = "discussed", "Discussed"
        PURGED = "purged", "Purged"

    class Mode(models.TextChoices):
        PRE_VISIT = "pre-visit", "Workshop before the visit"
        ON_SITE = "on-site", "Workshop during the visit"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="case_maps"
    )
    number = models.PositiveSmallIntegerField()
    category = models.CharField(max_length=60)
    age_band = models.CharField(max_length=20)
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.PRE_VISIT)
    workshop_on = models.DateField(null=True, blank=True)
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.PROPOSED
    )
    # None once what was said is destroyed; of the case its code stays.
    selection_reason = SealedTextField(scope="speech", null=True)
    attendance = SealedTextField(scope="speech", default="", null=True)
    facilitators = models.ManyToManyField(Membership, related_name="+", blank=True)

    objects: ClassVar[models.Manager[CaseMap]] = CaseMapQuerySet.as_manager()

    if TYPE_CHECKING:
        sheets: RelatedManager[PreparationSheet]
        involvements: RelatedManager[AgencyInvolvement]
        events: RelatedManager[TimelineEvent]
        decisions: RelatedManager[DecisionPoint]
        factors: RelatedManager[Factor]
        voices: RelatedManager[ChildVoice]
        learning: RelatedManager[Learning]

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "number"], name="case_code_once_in_a_review"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    status__in=[
                        "proposed",
                        "chosen",
                        "prepared",
                        "mapped",
                        "discussed",
                        "purged",
                    ]
                ),
                name="case_status_known",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"CM-{self.number:02d}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id

    @property
    def category_title(self) -> str:
        return words_of(self.review, "categories", self.category)

    @property
    def age_title(self) -> str:
        return words_of(self.review, "age_bands", self.age_band)


class PreparationSheetQuerySet(models.QuerySet["PreparationSheet"]):
    def of_host(self, membership: Membership) -> PreparationSheetQuerySet:
        """The sheets of this host person's own agency, and of no other.

        A council contact who is tied to no agency speaks for the council's own services.
        """
        if sees(membership, Sight.CASES) or not (
            can(membership, Action.WRITE_CASE_SHEET)
        ):
            return self.none()
        mine = self.filter(
            case__review_id=membership.review_id, case__set_aside_by__isnull=True
        ).exclude(case__status="purged")
        if membership.agency_id:
            return mine.filter(agency_id=membership.agency_id)
        if sees(membership, Sight.OTHER_AGENCIES):
            return mine.filter(agency__kind=Agency.Kind.COUNCIL)
        return mine.none()


class PreparationSheet(models.Model):
    """One agency's own account of a case, asked for before the workshop."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(CaseMap, on_delete=models.CASCADE, related_name="sheets")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    is_in = models.BooleanField("handed in", default=False)

    objects: ClassVar[models.Manager[PreparationSheet]] = (
        PreparationSheetQuerySet.as_manager()
    )

    if TYPE_CHECKING:
        involvements: RelatedManager[AgencyInvolvement]
        events: RelatedManager[TimelineEvent]

    class Meta:
        ordering: ClassVar[list[str]] = ["agency__kind", "agency__name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "agency"], name="one_sheet_an_agency_and_case"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case.code}, {self.agency.name}"


class AgencyInvolvement(CaseRecord, Typed):
    """One bar: an agency's role group, from one month to another or until now."""

    words = "role_group"

    case = models.ForeignKey(
        CaseMap, on_delete=models.CASCADE, related_name="involvements"
    )
    sheet = models.ForeignKey(
        PreparationSheet,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="involvements",
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    role_group = SealedTextField(scope="speech")
    start_month = models.SmallIntegerField(null=True, blank=True)
    start_certainty = models.CharField(
        max_length=7, choices=Certainty.choices, default=Certainty.EXACT
    )
    end_month = models.SmallIntegerField(null=True, blank=True)
    end_certainty = models.CharField(
        max_length=7, choices=Certainty.choices, default=Certainty.EXACT
    )
    lead_professional = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[Any]] = [
            models.F("start_month").asc(nulls_last=True),
            "position",
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(start_month__isnull=True)
                | models.Q(end_month__isnull=True)
                | models.Q(end_month__gte=models.F("start_month")),
                name="involvement_ends_after_it_starts",
            )
        ]

    def __str__(self) -> str:
        return f"Involvement {self.pk}"

    @property
    def span(self) -> str:
        start = month_words(self.start_month, self.start_certainty)
        if self.end_month is None and self.end_certainty == Certainty.EXACT:
            return f"from {start}, still involved"
        return f"from {start} to {month_words(self.end_month, self.end_certainty)}"


class TimelineEvent(CaseRecord, Dated, Typed):
    words = "text"
    case = models.ForeignKey(CaseMap, on_delete=models.CASCADE, related_name="events")
    sheet = models.ForeignKey(
        PreparationSheet,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    type = models.CharField(max_length=60)
    text = SealedTextField(scope="speech")

    class Meta:
        ordering: ClassVar[list[Any]] = [
            models.F("month").asc(nulls_last=True),
            "position",
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = month_known("event")

    def __str__(self) -> str:
        return f"Event {self.pk}"


class DecisionPoint(CaseRecord, Dated):
    class Sought(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        UNCLEAR = "unclear", "Unclear"

    case = models.ForeignKey(
        CaseMap, on_delete=models.CASCADE, related_name="decisions"
    )
    question = SealedTextField(scope="speech")
    known_then = SealedTextField(scope="speech", default="")
    decision = SealedTextField(scope="speech")
    alternatives = SealedTextField(scope="speech", default="")
    agencies = models.ManyToManyField(Agency, related_name="+", blank=True)
    view_sought = models.CharField(max_length=7, choices=Sought.choices)
    effect = models.CharField(max_length=20)

    class Meta:
        ordering: ClassVar[list[Any]] = [
            models.F("month").asc(nulls_last=True),
            "position",
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = month_known("decision")

    def __str__(self) -> str:
        return f"Decision point {self.pk}"


class Factor(CaseRecord):
    class Direction(models.TextChoices):
        HELPED = "helped", "Helped"
        HINDERED = "hindered", "Hindered"

    case = models.ForeignKey(CaseMap, on_delete=models.CASCADE, related_name="factors")
    decision_point = models.ForeignKey(
        DecisionPoint,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="factors",
    )
    direction = models.CharField(max_length=8, choices=Direction.choices)
    kind = models.CharField(max_length=60)
    text = SealedTextField(scope="speech")

    class Meta:
        ordering: ClassVar[list[str]] = ["direction", "position"]

    def __str__(self) -> str:
        return f"Factor {self.pk}"


class ChildVoice(CaseRecord, Dated):
    case = models.ForeignKey(CaseMap, on_delete=models.CASCADE, related_name="voices")
    source = models.CharField(max_length=60)
    text = SealedTextField(scope="speech")
    acted_on = models.BooleanField()

    class Meta:
        ordering: ClassVar[list[Any]] = [
            models.F("month").asc(nulls_last=True),
            "position",
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = month_known("voice")

    def __str__(self) -> str:
        return f"Child’s voice {self.pk}"


class Learning(CaseRecord):
    """Learning points are the only words of a case that leave it: they become evidence."""

    class Kind(models.TextChoices):
        IMPACT = "impact", "Impact on the child"
        LEARNING = "learning", "Learning point"

    class Direction(models.TextChoices):
        STRENGTH = "strength", "Strength"
        AREA = "area", "Area for further consideration"

    case = models.ForeignKey(CaseMap, on_delete=models.CASCADE, related_name="learning")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.LEARNING)
    theme = models.CharField(max_length=20)
    direction = models.CharField(max_length=8, choices=Direction.choices)
    text = SealedTextField(scope="speech")

    class Meta:
        ordering: ClassVar[list[str]] = ["kind", "theme", "position"]

    def __str__(self) -> str:
        return f"Learning {self.pk}"


class RiskAlert(models.Model):
    """Somebody saw that a child may be at risk now, and told the duty team.

    Names and times stand here on purpose: the duty to act goes before non-attribution.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="risk_alerts"
    )
    case_code = models.CharField(max_length=10, blank=True)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # It outlives what was said: the duty to act goes before.
    person_told = SealedTextField(scope="report")
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-told_at"]

    def __str__(self) -> str:
        return f"Child may be at risk, {self.case_code or 'no mapped case'}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id
