"""Verbs that set up and move a review: create, staff, plan, and pass from stage to stage."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F
from django.db.models.deletion import Collector, ProtectedError

from reviews import packs
from reviews.apps_above import visit_moves
from reviews.domain.documents import ask_as_framework_says, move_with_visit
from reviews.models import (
    AccessRole,
    Agency,
    KeyQuestion,
    Membership,
    Milestone,
    Review,
    Stage,
    User,
)
from reviews.pages import say
from reviews.pages.concurrency import save_if_unchanged
from reviews.reading.asked import still_asked
from reviews.reading.review import key_questions_print
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.rules import lead_in
from reviews.screening import roster
from reviews.secrets import boxes, keystore
from reviews.secrets.sealing import SCOPES, key_name
from reviews.trail import audit


class HasMembers(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} has a contact on this review. Remove that person first."
        )


class AgencyNamed(Refusal):
    def __init__(self, name: str, where: Sequence[str]) -> None:
        super().__init__(
            f"{name} cannot be removed: {say.listed(where)} of this review name it."
        )


class SpeechIsGone(Refusal):
    sentence = (
        "What people said in this review was destroyed on its day, so it takes in nothing new and "
        "its visit does not move. For a visit on another day, export the set-up and make a new "
        "review of it."
    )


class DestroysTonight(Refusal):
    def __init__(self, until: dt.date) -> None:
        super().__init__(
            f"What people said would then have to be destroyed on {say.day(until)}, which is past. "
            "Choose a later day."
        )


class StageBlocked(Refusal):
    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))


@transaction.atomic
def create_review(
    *,
    pack: packs.Pack,
    council: str,
    day_zero: dt.date,
    duty_contact: str,
    by: User,
    at: dt.datetime,
    contact_phone: str = "",
    demonstration: bool = False,
) -> Review:
    """A review on its own frozen copy of ``pack``, with its plan, agencies, keys and manager."""
    review = Review.objects.create(
        council=council,
        programme=pack.programme,
        day_zero=day_zero,
        on_site_days=pack.on_site_days,
        pack_code=pack.code,
        pack_version=pack.version,
        framework=packs.as_mapping(pack),
        duty_contact=duty_contact,
        contact_name=by.full_name,
        contact_email=by.email,
        contact_phone=contact_phone,
        demonstration=demonstration,
    )
    make_keys(review)
    Agency.objects.bulk_create(
        Agency(review=review, code=a.code, name=a.name, kind=a.kind)
        for a in pack.agencies
        if a.usual
    )
    ask_as_framework_says(review)
    Milestone.objects.bulk_create(
        Milestone(
            review=review,
            code=item.template.code,
            title=item.template.title,
            owner_role=item.template.owner,
            offset_days=item.offset,
            due_on=item.due_on,
        )
        for item in lead_in.milestones(day_zero, pack.milestones)
    )
    manager = pack.manager_role
    # Nobody is invited to what they make themselves.
    Membership.objects.create(
        review=review,
        user=by,
        role=manager.code,
        access_role=AccessRole.RM,
        answer=Membership.Answer.ACCEPTED,
        answered_at=at,
    )
    roster.add(review, people=[(by.full_name, manager.title)])
    audit.record("review.created", review=review, by=by, at=at)
    return review


def make_keys(review: Review) -> None:
    # Whoever had this number before never was: killed before its rows held, with keys left behind.
    for name in keystore.names():
        if name.startswith(f"review-{review.pk}-"):
            keystore.destroy(name)
    for scope in SCOPES:
        keystore.create(key_name(scope, review.pk))
    private, public = boxes.new_pair()
    keystore.create(f"review-{review.pk}-sources", worker_only=True, value=private)
    keystore.create(f"review-{review.pk}-sources-public", value=public)


@transaction.atomic
def set_key_questions(
    *,
    review: Review,
    questions: Sequence[str],
    by: User,
    at: dt.datetime,
    seen: str | None = None,
) -> None:
    """Replace the wording of the key questions; a question keeps its row while it keeps its number.

    ``seen`` is the fingerprint of the questions that the person began with; without one nobody
    was shown any. Raises ChangedMeanwhile.
    """
    # Two managers at once: the second waits, and then sees what the first saved.
    Review.objects.lock(review.pk)
    there = list(review.key_questions.values_list("text", flat=True))
    if seen is not None and key_questions_print(there) != seen:
        raise ChangedMeanwhile
    before = _numbered(there)
    for number, text in enumerate(questions, start=1):
        KeyQuestion.objects.update_or_create(
            review=review, number=number, defaults={"text": text}
        )
    review.key_questions.filter(number__gt=len(questions)).delete()
    after = _numbered(questions)
    blank = dict.fromkeys(before.keys() - after.keys(), "")
    if before != after:
        audit.record(
            "review.key_questions_set",
            review=review,
            by=by,
            at=at,
            detail=audit.differences(before, after | blank),
        )


def _numbered(texts: Iterable[str]) -> dict[str, str]:
    return {f"question {number}": text for number, text in enumerate(texts, start=1)}


@transaction.atomic
def add_agency(
    *, review: Review, name: str, kind: str, code: str, by: User, at: dt.datetime
) -> Agency:
    agency = Agency.objects.create(review=review, name=name, kind=kind, code=code)
    audit.record(
        "agency.added",
        review=review,
        by=by,
        at=at,
        object_kind="agency",
        object_id=agency.pk,
        detail={"name": name},
    )
    return agency


def agency_stays(agency: Agency) -> HasMembers | AgencyNamed | None:
    """Why the agency cannot be removed; None if it can."""
    if agency.review.memberships.filter(agency=agency).exists():
        return HasMembers(agency.name)
    try:
        Collector(using=DEFAULT_DB_ALIAS, origin=agency).collect([agency])
    except ProtectedError as error:
        kinds = {str(row._meta.verbose_name_plural) for row in error.protected_objects}
        return AgencyNamed(agency.name, sorted(kinds))
    return None


@transaction.atomic
def remove_agency(*, review: Review, agency: Agency, by: User, at: dt.datetime) -> None:
    """Remove an agency that nothing stands on. Raises HasMembers, AgencyNamed."""
    if refusal := agency_stays(agency):
        raise refusal
    audit.record(
        "agency.removed",
        review=review,
        by=by,
        at=at,
        object_kind="agency",
        object_id=agency.pk,
        detail={"name": agency.name},
    )
    agency.delete()


@dataclass(frozen=True)
class MilestoneMove:
    """One line of "before and after" when the first on-site day moves."""

    milestone: Milestone
    before: dt.date
    after: dt.date


@dataclass(frozen=True)
class VisitMove:
    """What follows the visit: milestones with both dates, and the rest in sentences."""

    milestones: list[MilestoneMove]
    lines: list[visit_moves.Line]

    @property
    def going(self) -> list[visit_moves.Line]:
        return [line for line in self.lines if not line.stays]

    @property
    def staying(self) -> list[visit_moves.Line]:
        return [line for line in self.lines if line.stays]


def planned_moves(*, review: Review, day_zero: dt.date) -> VisitMove:
    """What would happen if the visit began on ``day_zero``; writes nothing."""
    return VisitMove(
        _milestone_moves(review, day_zero),
        [
            *_documents_line(review),
            *_destruction_line(review, day_zero),
            *visit_moves.lines(review, day_zero),
        ],
    )


def _destruction_line(review: Review, day_zero: dt.date) -> list[visit_moves.Line]:
    """The day is counted from the visit, so it moves with it: not made more, but later."""
    after = day_zero + review.words_kept
    if after == review.words_until:
        return []
    said = (
        f"The day on which what people say is destroyed, from {say.day(review.words_until)} to "
        f"{say.day(after)}."
    )
    return [visit_moves.Line(said)]


def _documents_line(review: Review) -> list[visit_moves.Line]:
    """What is still asked for moves with the visit."""
    asked = len(still_asked(review))
    if not asked:
        return []
    verb = "is" if asked == 1 else "are"
    said = f"{say.counted(asked, 'document')} that {verb} still asked for."
    return [visit_moves.Line(said)]


def _milestone_moves(review: Review, day_zero: dt.date) -> list[MilestoneMove]:
    """Each open milestone, one set by hand by as many days as it was set apart."""
    return [
        MilestoneMove(
            milestone,
            milestone.due_on,
            lead_in.due_on(
                day_zero,
                milestone.days_from_visit,
                keeps_weekend=review.pack.milestone_keeps_weekend(milestone.code),
            ),
        )
        for milestone in review.milestones.all()
        if milestone.is_open
    ]


@transaction.atomic
def move_day_zero(
    *, review: Review, day_zero: dt.date, version: int, by: User, at: dt.datetime
) -> None:
    """Move the visit, every open milestone, and what the other apps hold of its days.

    Raises ChangedMeanwhile, SpeechIsGone, DestroysTonight.
    """
    if not keystore.exists(key_name("speech", review.pk)):
        raise SpeechIsGone
    moves = _milestone_moves(review, day_zero)
    before, today = review.day_zero, review.today(at)
    if review.words_until > today >= day_zero + review.words_kept:
        raise DestroysTonight(day_zero + review.words_kept)
    review.day_zero = day_zero
    save_if_unchanged(review, version=version, fields=["day_zero"])
    for move in moves:
        move.milestone.due_on = move.after
    moved = [move.milestone for move in moves]
    Milestone.objects.bulk_update(moved, ["due_on"])
    numbers = [milestone.pk for milestone in moved]
    # Whoever has one of them open is told that it changed.
    review.milestones.filter(pk__in=numbers).update(version=F("version") + 1)
    move_with_visit(review)
    visit_moves.move(review, before, day_zero)
    audit.record(
        "review.visit_moved",
        review=review,
        by=by,
        at=at,
        detail={"from": before.isoformat(), "to": day_zero.isoformat()},
    )


def set_due(milestone: Milestone, due_on: dt.date) -> None:
    """Put a milestone on a day by hand, and remember how far that is from the framework's."""
    if due_on == milestone.due_on:
        return
    review = milestone.review
    milestone.due_on = due_on
    milestone.shift_days = lead_in.shift_days(
        review.day_zero,
        milestone.offset_days,
        due_on,
        keeps_weekend=review.pack.milestone_keeps_weekend(milestone.code),
    )


@transaction.atomic
def change_milestone(
    *,
    milestone: Milestone,
    version: int,
    due_on: dt.date,
    owner_role: str,
    status: str,
    evidence: str,
    today: dt.date,
    by: User,
    at: dt.datetime,
) -> None:
    """Save one milestone. Raises ChangedMeanwhile."""
    names = ("due_on", "owner_role", "status", "evidence")
    before = audit.values_of(milestone, names)
    set_due(milestone, due_on)
    milestone.owner_role = owner_role
    milestone.status = status
    milestone.evidence = evidence
    done = status == Milestone.Status.DONE
    milestone.done_on = (milestone.done_on or today) if done else None
    save_if_unchanged(
        milestone,
        version=version,
        fields=[
            "due_on",
            "shift_days",
            "owner_role",
            "status",
            "evidence",
            "done_on",
        ],
    )
    audit.record(
        "milestone.changed",
        review=milestone.review,
        by=by,
        at=at,
        object_kind="milestone",
        object_id=milestone.code,
        detail=audit.differences(before, audit.values_of(milestone, names)),
    )


# One step on at a time; the last step, closing, destroys keys and has its own verb.
NEXT_STAGE = {
    Stage.SET_UP: Stage.LEAD_IN,
    Stage.LEAD_IN: Stage.PRE_SITE,
    Stage.PRE_SITE: Stage.ON_SITE,
    Stage.ON_SITE: Stage.REPORTING,
    Stage.REPORTING: Stage.FEEDBACK,
}


@transaction.atomic
def move_stage(
    *,
    review: Review,
    to: Stage,
    blockers: Sequence[str],
    by: User,
    at: dt.datetime,
) -> None:
    """Pass to the next stage. ``blockers`` are the other apps' reasons against it.

    Raises StageBlocked with those reasons, or when the review has moved on already.
    """
    if blockers:
        raise StageBlocked(blockers)
    before = Stage(review.stage)
    moved = NEXT_STAGE.get(before) == to and Review.objects.filter(
        pk=review.pk, stage=before
    ).update(stage=to)
    if not moved:
        now = Stage(Review.objects.values_list("stage", flat=True).get(pk=review.pk))
        raise StageBlocked([f"The review is already at “{now.label}”."])
    review.stage = to
    audit.record(
        "review.stage_moved",
        review=review,
        by=by,
        at=at,
        detail={"from": int(before), "to": int(to)},
    )
