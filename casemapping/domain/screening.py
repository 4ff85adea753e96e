"""What agencies typed is held against the whole roster once it is handed in, and looked at by the team.

Nothing of it reaches whoever typed it: no word, no state and no time of their pages depends on it.
"""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.db.models import Q

from casemapping.models import AgencyInvolvement, CaseRecord, TimelineEvent, Typed
from casemapping.rules import texts
from reviews.access import Sight, sees
from reviews.models import Review, User
from reviews.refusals import ChangedMeanwhile
from reviews.screening import roster

TASK = "casemapping.tasks.screen_sheets"
Screening = Typed.Screening
# Every kind of line that an agency types.
TYPED: tuple[type[Any], ...] = (AgencyInvolvement, TimelineEvent)


def set_state(record: CaseRecord, by: User) -> None:
    """The team's words were held against the whole roster as they were typed; nobody else's were."""
    if isinstance(record, Typed):
        member = record.case.review.memberships.filter(user=by).first()
        of_team = member is not None and sees(member, Sight.KEPT_NAMES)
        record.screening = Screening.CLEAR if of_team else Screening.UNREAD


# What a line of the map has of its own, beside the one that it was made of.
_OWN = ("id", "sheet", "version", "off_map", "screening", "made_of")


def twin_for_map(record: CaseRecord) -> CaseRecord:
    """The same line as the map's own, not saved yet."""
    model: type[Any] = type(record)
    values = {
        field.name: getattr(record, field.name)
        for field in model._meta.concrete_fields
        if field.name not in _OWN
    }
    return cast(CaseRecord, model(**values, made_of=record))


def places_of(record: CaseRecord) -> list[CaseRecord]:
    """The line itself, and where it also stands: on the map, or on its agency's sheet.

    Held, so that no twin is made of it meanwhile.
    """
    model: type[Any] = type(record)
    rows = model._base_manager.select_for_update()
    rows.filter(pk=record.pk).first()
    if not isinstance(record, Typed):
        return [record]
    twins = Q(pk=record.made_of_id) | Q(made_of=record.pk)  # type: ignore[attr-defined]
    return [record, *rows.filter(twins, case=record.case)]


def leave_to_sheet(record: Any, *, version: int | None = None) -> None:
    """From now on the line is on its agency's sheet alone. Raises ChangedMeanwhile.

    Its version stays, since the agency's form shows it.
    """
    rows = type(record).objects.filter(pk=record.pk, off_map=False).standing()
    if version is not None:
        rows = rows.filter(version=version)
    if not rows.update(off_map=True) and version is not None:
        raise ChangedMeanwhile


def screen_sheets(*, review: Review) -> None:
    """In the worker: every line of a sheet that is in, if nobody has looked at it."""
    names = roster.load(review)
    for model in TYPED:
        rows = model.objects.filter(
            case__review=review, screening=Screening.UNREAD, sheet__is_in=True
        )
        for row in rows.select_related("case__review"):
            marks = texts.named(
                getattr(row, model.words),
                roster=names,
                case_reference=review.case_reference,
            )
            state = Screening.MARKED if marks else Screening.CLEAR
            # Only as it was read, and without its version: the agency's form shows that.
            model.objects.filter(
                pk=row.pk, version=row.version, screening=Screening.UNREAD
            ).update(screening=state)


@transaction.atomic
def clear_line(*, record: CaseRecord) -> bool:
    """Somebody of the team has looked, and the line names nobody; says whether it waited."""
    model: type[Any] = type(record)
    return bool(
        model.objects.filter(pk=record.pk, screening__in=Typed.WAITING).update(
            screening=Screening.CLEARED
        )
    )
