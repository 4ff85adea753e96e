"""What the lines of a case share: their order, their month, what is set aside, what waits for a look."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models

# What a row may hold. Forms take no month before the first contact, which is month 0.
EARLIEST_MONTH, LATEST_MONTH = -12, 240


class Certainty(models.TextChoices):
    EXACT = "exact", "exact"
    ABOUT = "about", "about"
    UNKNOWN = "unknown", "unknown"


class Season(models.TextChoices):
    SPRING = "spring", "Spring"
    SUMMER = "summer", "Summer"
    AUTUMN = "autumn", "Autumn"
    WINTER = "winter", "Winter"


def month_words(month: int | None, certainty: str) -> str:
    """ "month 7", "about month 7" or "month not known"."""
    if month is None:
        return "month not known"
    return f"about month {month}" if certainty == Certainty.ABOUT else f"month {month}"


class SetAside(models.Model):
    """Wrong data slipped in: the row is hidden at once, and two people destroy it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.PositiveIntegerField(default=1)
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        abstract = True

    @property
    def is_set_aside(self) -> bool:
        return self.set_aside_by_id is not None


class CaseRecordQuerySet(models.QuerySet[Any]):
    def standing(self) -> CaseRecordQuerySet:
        return self.filter(set_aside_by__isnull=True)

    def on_map(self) -> CaseRecordQuerySet:
        """Without what is set aside, and without what is on its agency's sheet alone."""
        found = self.standing()
        return found.filter(off_map=False) if issubclass(self.model, Typed) else found


class CaseRecord(SetAside):
    """One line of a case map. ``position`` keeps the order in which lines were added."""

    position = models.PositiveSmallIntegerField(default=1)
    # Of a copy in which something is hidden (``reading.masks``).
    is_masked = False

    objects: ClassVar[models.Manager[Any]] = CaseRecordQuerySet.as_manager()

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        case: models.ForeignKey[Any]  # each kind of line says to which

    @property
    def sealed_review_id(self) -> int:
        number: int = self.case.review_id
        return number


class Dated(models.Model):
    """A relative month: 0 is the first contact. The season only as somebody said it."""

    month = models.SmallIntegerField(null=True, blank=True)
    certainty = models.CharField(
        max_length=7, choices=Certainty.choices, default=Certainty.EXACT
    )
    season = models.CharField(max_length=6, choices=Season.choices, blank=True)

    class Meta:
        abstract = True

    @property
    def when(self) -> str:
        words = month_words(self.month, self.certainty)
        return f"{words}, in {self.season}" if self.season else words


class Typed(models.Model):
    """A line that an agency may have typed: held against the whole roster once it is handed in.

    Whoever typed it learns nothing of that. So the line stays on their sheet as they wrote it,
    whatever the team makes of it on the map.
    """

    class Screening(models.TextChoices):
        UNREAD = "unread", "Not looked at yet"
        CLEAR = "clear", "Nothing found"
        MARKED = "marked", "May name somebody"
        CLEARED = "cleared", "Looked at"

    # Hidden in part from the team: until the worker has looked, and where it found something.
    WAITING = (Screening.UNREAD, Screening.MARKED)
    # The field that holds its words.
    words: ClassVar[str]

    screening = models.CharField(
        max_length=7, choices=Screening.choices, default=Screening.CLEAR
    )
    # The team has put its own words in place of it, or taken it out: it is on the sheet alone.
    off_map = models.BooleanField(default=False)
    # Of a line of the map alone: the one on its agency's sheet that it was made of.
    made_of = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


def month_known(name: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            condition=models.Q(certainty="unknown", month__isnull=True)
            | (~models.Q(certainty="unknown") & models.Q(month__isnull=False)),
            name=f"{name}_month_or_unknown",
        ),
        models.CheckConstraint(
            condition=models.Q(month__isnull=True)
            | models.Q(month__range=(EARLIEST_MONTH, LATEST_MONTH)),
            name=f"{name}_month_sane",
        ),
    ]
