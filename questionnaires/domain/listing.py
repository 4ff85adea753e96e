"""The list of people while it is drawn up: files that are read, confirmed or thrown away, single
people added and taken off. An open questionnaire's list is locked.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from questionnaires.domain.building import list_must_be_open
from questionnaires.domain.inviting import Invitee, invite
from questionnaires.domain.trail import record
from questionnaires.models import Invitation, PendingImport, Questionnaire
from reviews import background, retention
from reviews.access import own_agency
from reviews.models import Agency, Job, User
from reviews.refusals import Refusal

READS = "questionnaires.tasks.read_list"
ADDS = "questionnaires.tasks.add_list"
State = PendingImport.State


class NothingToImport(Refusal):
    sentence = "There is no row to add. Mend the list and choose the file again."


class NotReadYet(Refusal):
    sentence = "The list is still being read or added. Wait a moment."


class OnTheListAlready(Refusal):
    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is on the list already.")


class NotYourAgency(Refusal):
    def __init__(self, agency: Agency) -> None:
        super().__init__(f"You can only add people of {agency.name}.")


def agency_of(questionnaire: Questionnaire, user: User) -> Agency | None:
    """The one agency that somebody may add people of; None where it may be any."""
    member = questionnaire.review.memberships.select_related("agency").get(user=user)
    return own_agency(member)


# Lists


@transaction.atomic
def receive_list(
    *, questionnaire: Questionnaire, content: bytes, by: User, on: dt.date
) -> PendingImport:
    """Keep the file sealed and have the worker read it. It takes the place of one of the same person."""
    list_must_be_open(questionnaire)
    pending = _make_room(questionnaire, by, on)
    pending.file = content
    pending.job = background.enqueue(
        READS, questionnaire.pk, review=questionnaire.review
    )
    pending.save(force_insert=True)
    return pending


def _make_room(questionnaire: Questionnaire, by: User, on: dt.date) -> PendingImport:
    """Raises NotReadYet while a list of the same person is being added."""
    earlier = questionnaire.pending_imports.filter(uploaded_by=by)
    if any(each.state == State.ADDING and _is_going_on(each) for each in earlier):
        raise NotReadYet
    earlier.delete()
    return PendingImport(
        questionnaire=questionnaire,
        uploaded_by=by,
        uploaded_on=on,
        rows=[],
        faults=[],
        ignored=[],
    )


def _is_going_on(pending: PendingImport) -> bool:
    return pending.job is not None and not pending.job.is_over


@transaction.atomic
def keep_reading(
    *,
    pending: PendingImport,
    rows: Sequence[Invitee],
    faults: Sequence[Any],
    ignored: Sequence[str] = (),
) -> None:
    """In the worker: what the file holds, until somebody confirms it; the file itself is gone.

    A list that was thrown away or replaced meanwhile stays away.
    """
    pending.rows = [[row.agency, row.job_group, row.email, row.name] for row in rows]
    pending.faults = [list(fault) for fault in faults]
    pending.ignored = list(ignored)
    pending.state, pending.file, pending.refusal = State.READ, None, ""
    _save_if_there(pending)


@transaction.atomic
def refuse_list(*, pending: PendingImport, sentence: str) -> None:
    """In the worker: the file cannot be used, and is gone."""
    pending.state, pending.file, pending.refusal = State.REFUSED, None, sentence[:300]
    _save_if_there(pending)


def _save_if_there(pending: PendingImport) -> None:
    if PendingImport.objects.select_for_update().filter(pk=pending.pk).exists():
        pending.save(force_update=True)


@transaction.atomic
def confirm_list(*, pending: PendingImport) -> None:
    """Have the worker add everybody on the list. Raises NothingToImport, NotReadYet."""
    list_must_be_open(pending.questionnaire)
    pending = PendingImport.objects.select_for_update().get(pk=pending.pk)
    broke_off = pending.state == State.ADDING and not _is_going_on(pending)
    if pending.state != State.READ and not broke_off:
        raise NotReadYet
    if not pending.rows:
        raise NothingToImport
    questionnaire = pending.questionnaire
    pending.state = State.ADDING
    pending.job = background.enqueue(
        ADDS, questionnaire.pk, review=questionnaire.review
    )
    pending.save(update_fields=["state", "job"])


@transaction.atomic
def add_confirmed(*, pending: PendingImport, at: dt.datetime) -> int:
    """In the worker: everybody at once or nobody, and the pending list is gone."""
    questionnaire = pending.questionnaire
    only = agency_of(questionnaire, pending.uploaded_by)
    rows = [Invitee(*row) for row in pending.rows]
    if only:
        rows = [row for row in rows if row.agency == only.code]
    added = invite(
        questionnaire=questionnaire, rows=rows, by=pending.uploaded_by, at=at
    )
    pending.delete()
    return added


@transaction.atomic
def throw_away(*, pending: PendingImport) -> None:
    """The list as it was read goes; nobody on it was added. Raises NotReadYet while they are."""
    pending = PendingImport.objects.select_for_update().get(pk=pending.pk)
    if pending.state == State.ADDING and _is_going_on(pending):
        raise NotReadYet
    pending.delete()


def pending_of(job: Job) -> PendingImport | None:
    """The list that a job is about; None where it was thrown away meanwhile."""
    return (
        PendingImport.objects.filter(job=job)
        .select_related("questionnaire__review", "uploaded_by")
        .first()
    )


def forget_pending(*, today: dt.date) -> int:
    """Lists that nobody confirmed go by themselves."""
    old = PendingImport.objects.filter(
        uploaded_on__lt=today - retention.UNCONFIRMED_LIST
    )
    number, _ = old.exclude(state=State.ADDING).delete()
    return number


# Single people


@transaction.atomic
def add_person(
    *, questionnaire: Questionnaire, row: Invitee, by: User, at: dt.datetime
) -> None:
    """Raises OnTheListAlready, NotYourAgency."""
    only = agency_of(questionnaire, by)
    if only and only.code != row.agency:
        raise NotYourAgency(only)
    if not invite(questionnaire=questionnaire, rows=[row], by=by, at=at):
        raise OnTheListAlready(row.email)


@transaction.atomic
def remove_person(*, invitation: Invitation, by: User, at: dt.datetime) -> None:
    """Take somebody off a draft's list."""
    questionnaire = invitation.questionnaire
    list_must_be_open(questionnaire)
    agency = invitation.leaf.partition("/")[0]
    number, _ = questionnaire.invitations.filter(pk=invitation.pk).delete()
    if number:
        record("invitations.removed", questionnaire, by, at, number=1, agency=agency)
