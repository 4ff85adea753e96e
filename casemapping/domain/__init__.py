"""What can be done to a case. Every text is screened here, wherever it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from casemapping import mail
from casemapping.domain import screening
from casemapping.mail import Asked
from casemapping.models import (
    CaseMap,
    CaseRecord,
    PreparationSheet,
    Typed,
)
from casemapping.rules import steps, texts
from reviews import background
from reviews.apps_above import known_names
from reviews.models import Agency, Membership, Review, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.reading import speech
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.secrets.sealing import SealedTextField
from reviews.trail import audit


class NotReady(Refusal):
    """The case cannot move on yet."""


class AsksFirst(Refusal):
    """Nothing stands in the way, but somebody should look: ``doubts`` are sentences."""

    def __init__(self, doubts: Sequence[str]) -> None:
        super().__init__(" ".join(doubts))
        self.doubts = doubts


class WrongMove(Refusal):
    def __init__(self, case: CaseMap) -> None:
        super().__init__(
            f"{case.code} is {case.get_status_display().lower()} now, "
            "so it cannot take this step. Somebody else may have moved it."
        )


class NotOnTheTeam(Refusal):
    def __init__(self) -> None:
        super().__init__("Only people of the peer team facilitate a case.")


class SheetIsIn(Refusal):
    sentence = (
        "This sheet has been handed in, so it can no longer be changed here. "
        "Ask the review manager to open it again."
    )


class SecondPersonNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Somebody else has to destroy what you set aside: it takes two people."
        )


class OnlyTheirs(Refusal):
    sentence = "Only the person who set it aside can put it back."


# --- the case -------------------------------------------------------------------------


@transaction.atomic
def create_case(
    *,
    review: Review,
    values: Mapping[str, Any],
    by: User,
    at: dt.datetime,
    confirmed: str = "",
) -> CaseMap:
    """A case with the next free code of the review. Raises NamesSomebody, SpeechGone."""
    Review.objects.lock(review.pk)
    speech.must_be_heard(review)
    last = review.case_maps.aggregate(Max("number"))["number__max"] or 0
    case = CaseMap(review=review, number=last + 1, **values)
    _screen(case, values, confirmed=confirmed, by=by, at=at)
    case.save(force_insert=True)
    _note("case created", case, by=by, at=at)
    return case


@transaction.atomic
def change_case(
    *,
    case: CaseMap,
    version: int,
    values: Mapping[str, Any],
    by: User,
    at: dt.datetime,
    confirmed: str = "",
) -> None:
    """Raises NamesSomebody, ChangedMeanwhile."""
    for name, value in values.items():
        setattr(case, name, value)
    _screen(case, values, confirmed=confirmed, by=by, at=at)
    save_if_unchanged(case, version=version, fields=list(values))
    _note("case changed", case, by=by, at=at)


@transaction.atomic
def set_facilitators(
    *,
    case: CaseMap,
    members: Iterable[Membership],
    seen: str | None = None,
    by: User,
    at: dt.datetime,
) -> None:
    """``seen`` stands for the people whom the page showed (see ``who_facilitates``).

    Raises NotOnTheTeam, ChangedMeanwhile.
    """
    members = list(members)
    if not all(each.is_peer_of(case.review_id) for each in members):
        raise NotOnTheTeam
    _refuse_if_unseen(case, seen, who_facilitates)
    case.facilitators.set(members)
    _note("case facilitators set", case, by=by, at=at)


def who_facilitates(case: CaseMap) -> str:
    """Stands for the case's facilitators in a form, so that the second of two people is told."""
    return _keys(case.facilitators.values_list("pk", flat=True))


def who_is_asked(case: CaseMap) -> str:
    """Stands for the agencies asked for a sheet, likewise."""
    return _keys(case.sheets.values_list("agency_id", flat=True))


def _keys(keys: Iterable[int]) -> str:
    return " ".join(str(key) for key in sorted(keys))


def _refuse_if_unseen(
    case: CaseMap, seen: str | None, now: Callable[[CaseMap], str]
) -> None:
    CaseMap.objects.select_for_update().get(pk=case.pk)
    if seen is not None and seen != now(case):
        raise ChangedMeanwhile


@transaction.atomic
def ask_agencies(
    *,
    case: CaseMap,
    agencies: Iterable[Agency],
    seen: str | None = None,
    by: User,
    at: dt.datetime,
) -> Asked:
    """Ask these agencies for a sheet. A sheet with something on it is never taken back.

    A letter to the contacts of each agency that is asked anew waits in the outbox. ``seen`` stands
    for the agencies that the page showed (see ``who_is_asked``). Raises ChangedMeanwhile.
    """
    _refuse_if_unseen(case, seen, who_is_asked)
    wanted = {agency.pk: agency for agency in agencies}
    for sheet in case.sheets.all():
        if sheet.agency_id in wanted:
            del wanted[sheet.agency_id]
        elif not (sheet.is_in or sheet.events.exists() or sheet.involvements.exists()):
            sheet.delete()
    PreparationSheet.objects.bulk_create(
        [PreparationSheet(case=case, agency=agency) for agency in wanted.values()]
    )
    _note("case sheets asked for", case, by=by, at=at)
    return mail.ask_for_sheets(case=case, agencies=list(wanted.values()), at=at)


@transaction.atomic
def move(
    *, case: CaseMap, to: str, confirmed: bool = False, by: User, at: dt.datetime
) -> None:
    """Raises WrongMove, NotReady, and AsksFirst unless ``confirmed``."""
    locked = CaseMap.objects.select_for_update().get(pk=case.pk)
    if to not in steps.MOVES[locked.status]:
        raise WrongMove(locked)
    if missing := steps.what_is_missing(locked, to):
        raise NotReady(missing)
    doubts = steps.what_is_unusual(locked, to)
    if doubts and not confirmed:
        raise AsksFirst(doubts)
    before = locked.status
    case.status = locked.status = to
    locked.save(update_fields=["status"])
    _note("case moved", case, by=by, at=at, before=before, after=to)


# --- its records ----------------------------------------------------------------------


@transaction.atomic
def add_record(
    *,
    kind: str,
    case: CaseMap,
    values: Mapping[str, Any],
    by: User,
    at: dt.datetime,
    confirmed: str = "",
    sheet: PreparationSheet | None = None,
) -> CaseRecord:
    """One more line of the map, or of a sheet. Raises NamesSomebody, SheetIsIn."""
    model = steps.KINDS[kind]
    plain, related = _split(model, values)
    if sheet is not None:
        _refuse_if_in(sheet)
        plain |= {"sheet": sheet, "agency": sheet.agency}
    rows = model.objects.filter(case=case)
    last = rows.aggregate(Max("position"))["position__max"] or 0
    record: CaseRecord = model(case=case, position=last + 1, **plain)
    _screen(record, plain, confirmed=confirmed, by=by, at=at)
    screening.set_state(record, by)
    record.save(force_insert=True)
    _set_related(record, related)
    return record


@transaction.atomic
def change_record(
    *,
    record: CaseRecord,
    version: int,
    values: Mapping[str, Any],
    by: User,
    at: dt.datetime,
    confirmed: str = "",
    on_sheet: bool = False,
) -> None:
    """Raises NamesSomebody, ChangedMeanwhile, SheetIsIn.

    What a facilitator changes is the map's from then on; the agency's sheet stays as it was
    written, so that whoever wrote it cannot tell what was found in it.
    """
    plain, related = _split(type(record), values)
    on_map_alone = isinstance(record, Typed) and record.sheet_id and not on_sheet  # type: ignore[attr-defined]
    if on_sheet:
        _refuse_if_in(record.sheet)  # type: ignore[attr-defined]
    if on_map_alone:
        record, written = screening.twin_for_map(record), record
    for name, value in plain.items():
        setattr(record, name, value)
    _screen(record, plain, confirmed=confirmed, by=by, at=at)
    screening.set_state(record, by)
    if on_map_alone:
        screening.leave_to_sheet(written, version=version)
        record.save(force_insert=True)
    else:
        fields = [*plain, *(["screening"] if isinstance(record, Typed) else [])]
        save_if_unchanged(record, version=version, fields=fields)
    _set_related(record, related)


@transaction.atomic
def remove_record(*, record: CaseRecord, on_sheet: bool = False) -> None:
    """Raises SheetIsIn. What a facilitator takes out stays on the agency's sheet."""
    if on_sheet:
        _refuse_if_in(record.sheet)  # type: ignore[attr-defined]
    elif isinstance(record, Typed) and record.sheet_id:  # type: ignore[attr-defined]
        screening.leave_to_sheet(record)
        return
    record.delete()


def _refuse_if_in(sheet: PreparationSheet) -> None:
    if PreparationSheet.objects.select_for_update().get(pk=sheet.pk).is_in:
        raise SheetIsIn


def _split(
    model: type[Any], values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    many = {field.name for field in model._meta.many_to_many}
    plain = {name: value for name, value in values.items() if name not in many}
    return plain, {name: value for name, value in values.items() if name in many}


def _set_related(record: CaseRecord, related: Mapping[str, Any]) -> None:
    for name, rows in related.items():
        getattr(record, name).set(rows)


def _screen(
    row: CaseMap | CaseRecord,
    values: Mapping[str, Any],
    *,
    confirmed: str,
    by: User,
    at: dt.datetime,
) -> None:
    """Refuse texts that could give somebody away, or note who confirmed that they do not."""
    case = row if isinstance(row, CaseMap) else row.case
    typed = {
        field.name: values[field.name]
        for field in type(row)._meta.get_fields()
        if isinstance(field, SealedTextField) and values.get(field.name)
    }
    rules = texts.check(
        typed,
        # Of whoever is not on the team, never the whole roster: see ``known_names``.
        roster=known_names.roster_for_user(case.review, by),
        case_reference=case.review.case_reference,
        confirmed=confirmed,
    )
    if rules:
        # As with a sheet: of whoever is of an agency the code would say which case it dealt with.
        audit.record(
            "case text confirmed",
            review=case.review,
            by=by,
            at=at,
            detail={"rules": rules},
        )


# --- sheets ---------------------------------------------------------------------------


@transaction.atomic
def hand_in(*, sheet: PreparationSheet, by: User, at: dt.datetime) -> None:
    """Raises SheetIsIn, NotReady."""
    _refuse_if_in(sheet)
    if not sheet.involvements.filter(set_aside_by__isnull=True).exists():
        raise NotReady(
            "Say first who in your agency was involved, and from when to when."
        )
    sheet.is_in = True
    sheet.save(update_fields=["is_in"])
    # With the whole roster, for the facilitators, and out of sight and time of whoever presses.
    background.enqueue(screening.TASK, sheet.case.review_id, review=sheet.case.review)
    _note_sheet("case sheet handed in", sheet, by=by, at=at)


@transaction.atomic
def reopen_sheet(*, sheet: PreparationSheet, by: User, at: dt.datetime) -> None:
    sheet.is_in = False
    sheet.save(update_fields=["is_in"])
    _note_sheet("case sheet reopened", sheet, by=by, at=at)


def _note_sheet(
    action: str, sheet: PreparationSheet, *, by: User, at: dt.datetime
) -> None:
    """Who did it, and neither the case nor the agency: with the council's paper list of codes the
    trail, which stays, would say which agency dealt with which child."""
    audit.record(action, review=sheet.case.review, by=by, at=at)


# --- wrong data -----------------------------------------------------------------------


@transaction.atomic
def set_aside(*, row: CaseMap | CaseRecord, by: User, at: dt.datetime) -> None:
    """Hide it from everybody at once, on the map and on the agency's sheet.

    The trail keeps the kind alone.
    """
    for each in _places_of(row):
        if each is row or not each.is_set_aside:
            each.set_aside_by = by
            each.save(update_fields=["set_aside_by"])
    _note_kind("wrong data set aside", row, at=at)


def _places_of(row: CaseMap | CaseRecord) -> Sequence[CaseMap | CaseRecord]:
    return [row] if isinstance(row, CaseMap) else screening.places_of(row)


@transaction.atomic
def put_back(*, row: CaseMap | CaseRecord, by: User, at: dt.datetime) -> None:
    """Raises OnlyTheirs."""
    if row.set_aside_by_id != by.pk:
        raise OnlyTheirs
    for each in _places_of(row):
        if each.set_aside_by_id == by.pk:
            each.set_aside_by = None
            each.save(update_fields=["set_aside_by"])
    _note_kind("wrong data put back", row, at=at)


@transaction.atomic
def destroy(*, row: CaseMap | CaseRecord, by: User, at: dt.datetime) -> None:
    """The second person's word. Raises SecondPersonNeeded.

    Of a case only its code stays, so that no code ever stands for two cases.
    """
    if row.set_aside_by_id is None or row.set_aside_by_id == by.pk:
        raise SecondPersonNeeded
    _note_kind("wrong data destroyed", row, at=at)
    if isinstance(row, CaseMap):
        _empty(row)
        return
    for each in screening.places_of(row):
        # What whoever destroys has set aside themselves waits for somebody else.
        if each.set_aside_by_id not in (None, by.pk):
            each.delete()


def _empty(case: CaseMap) -> None:
    """Its code stays, so that none is given twice; nothing else of it does."""
    rows: tuple[type[Any], ...] = (*steps.KINDS.values(), PreparationSheet)
    for model in rows:
        model._base_manager.filter(case=case).delete()
    case.selection_reason = case.attendance = None
    case.category = case.age_band = ""
    case.mode, case.workshop_on = CaseMap.Mode.PRE_VISIT, None
    case.facilitators.clear()
    case.status, case.set_aside_by = CaseMap.Status.PURGED, None
    case.save()


@transaction.atomic
def forget_cases(*, review: Review, on: dt.date) -> int:
    """Their day has come: of every case only its code stays."""
    cases = list(review.case_maps.exclude(status=CaseMap.Status.PURGED))
    for case in cases:
        _empty(case)
    if cases:
        audit.record_speech("cases.destroyed", review=review, on=on, count=len(cases))
    return len(cases)


def _note_kind(action: str, row: CaseMap | CaseRecord, *, at: dt.datetime) -> None:
    review = row.review if isinstance(row, CaseMap) else row.case.review
    kind = row._meta.verbose_name
    audit.record_speech(f"{action}: {kind}", review=review, on=at.date(), count=1)


def _note(
    action: str, case: CaseMap, *, by: User, at: dt.datetime, **detail: Any
) -> None:
    audit.record(
        action,
        review=case.review,
        by=by,
        at=at,
        object_kind="case",
        object_id=case.code,
        detail=detail,
    )
