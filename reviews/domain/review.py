"""Verbs that set up and move a review: create, staff, plan, and pass from stage to stage."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from reviews import audit, boxes, keystore, lead_in, packs, roster
from reviews.concurrency import save_if_unchanged
from reviews.domain.documents import ask_as_framework_says, move_with_visit
from reviews.models import (
    HOST,
    TEAM,
    AccessRole,
    Agency,
    KeyQuestion,
    Membership,
    Milestone,
    Review,
    Stage,
    User,
)
from reviews.organisations import same_organisation
from reviews.refusals import Refusal

REVIEW_DETAILS = (
    "council",
    "programme",
    "scope",
    "duty_contact",
    "case_reference",
    "contact_name",
    "contact_email",
    "contact_phone",
    "council_contact_name",
    "council_contact_title",
    "council_contact_email",
    "council_contact_phone",
    "second_contact_name",
    "second_contact_title",
    "second_contact_email",
    "second_contact_phone",
)


class RoleTaken(Refusal):
    def __init__(self, title: str) -> None:
        super().__init__(
            f"There is already a {title.lower()} on this review. "
            "Remove that person first, or choose another role."
        )


class AlreadyOnReview(Refusal):
    def __init__(self, name: str, title: str) -> None:
        super().__init__(
            f"{name} is already on this review as {title.lower()}. "
            "One person has one role, and nobody from the council is on the team."
        )


class FromTheCouncil(Refusal):
    def __init__(self, council: str) -> None:
        super().__init__(
            f"A peer comes from another organisation. {council} is the council under review."
        )


class NeedsAgency(Refusal):
    def __init__(self) -> None:
        super().__init__("Choose the agency that this person is the contact for.")


class LastManager(Refusal):
    def __init__(self) -> None:
        super().__init__("A review needs a review manager. Add another one first.")


class HasMembers(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} has a contact on this review. Remove that person first."
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
    _make_keys(review)
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
    manager = next(role for role in pack.roles if role.access_role == AccessRole.RM)
    Membership.objects.create(
        review=review, user=by, role=manager.code, access_role=AccessRole.RM
    )
    roster.add(review, people=[(by.full_name, manager.title)])
    audit.record("review.created", review=review, by=by, at=at)
    return review


def _make_keys(review: Review) -> None:
    for scope in ("text", "people", "files"):
        keystore.create(f"review-{review.pk}-{scope}")
    private, public = boxes.new_pair()
    keystore.create(f"review-{review.pk}-sources", worker_only=True, value=private)
    keystore.create(f"review-{review.pk}-sources-public", value=public)


def forget_sources(review: Review) -> None:
    """The report is agreed: from now on no note leads to the session that it was heard in."""
    keystore.destroy(f"review-{review.pk}-sources")


@transaction.atomic
def change_details(
    *, review: Review, version: int, by: User, at: dt.datetime, **details: str
) -> None:
    """Save the review's own words. Raises ChangedMeanwhile."""
    before = audit.values_of(review, details)
    changed = [name for name in details if before[name] != details[name]]
    for name in changed:
        setattr(review, name, details[name])
    save_if_unchanged(review, version=version, fields=changed)
    if changed:
        audit.record(
            "review.details_changed",
            review=review,
            by=by,
            at=at,
            detail=audit.differences(before, details),
        )


@transaction.atomic
def set_key_questions(
    *, review: Review, questions: Sequence[str], by: User, at: dt.datetime
) -> None:
    """Replace the wording of the key questions; a question keeps its row while it keeps its number."""
    before = _numbered(each.text for each in review.key_questions.all())
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


@transaction.atomic
def remove_agency(*, review: Review, agency: Agency, by: User, at: dt.datetime) -> None:
    """Remove an agency that nobody is the contact for. Raises HasMembers."""
    if review.memberships.filter(agency=agency).exists():
        raise HasMembers(agency.name)
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


@transaction.atomic
def add_member(
    *,
    review: Review,
    user: User,
    role_code: str,
    by: User,
    at: dt.datetime,
    home_organisation: str = "",
    agency: Agency | None = None,
    on_site: bool = True,
) -> Membership:
    """Give ``user`` a role. Raises RoleTaken, AlreadyOnReview, FromTheCouncil, NeedsAgency."""
    # Two managers at once: the second waits, and then sees who has the role.
    Review.objects.select_for_update().get(pk=review.pk)
    role = review.pack.role(role_code)
    there = review.memberships.filter(user=user).first()
    if there:
        raise AlreadyOnReview(user.full_name, there.role_title)
    holders = review.memberships.filter(role=role_code).count()
    if role.most is not None and holders >= role.most:
        raise RoleTaken(role.title)
    home = home_organisation.strip()
    if role.access_role in TEAM and same_organisation(home, review.council):
        raise FromTheCouncil(review.council)
    if role.access_role == AccessRole.PC and agency is None:
        raise NeedsAgency
    try:
        member = Membership.objects.create(
            review=review,
            user=user,
            role=role.code,
            access_role=role.access_role,
            agency=agency if role.access_role in HOST else None,
            home_organisation=home,
            on_site=on_site,
        )
    except IntegrityError as error:  # the other manager was quicker
        raise AlreadyOnReview(user.full_name, role.title) from error
    roster.add(review, people=[(user.full_name, role.title)])
    audit.record(
        "member.added",
        review=review,
        by=by,
        at=at,
        object_kind="user",
        object_id=user.pk,
        detail={"role": role.code},
    )
    return member


@transaction.atomic
def remove_member(
    *, review: Review, member: Membership, by: User, at: dt.datetime
) -> None:
    """Take a person off the review. Raises LastManager."""
    managers = review.memberships.filter(access_role=AccessRole.RM)
    if member.access_role == AccessRole.RM and managers.count() == 1:
        raise LastManager
    audit.record(
        "member.removed",
        review=review,
        by=by,
        at=at,
        object_kind="user",
        object_id=member.user_id,
        detail={"role": member.role},
    )
    member.delete()


@dataclass(frozen=True)
class MilestoneMove:
    """One line of "before and after" when the first on-site day moves."""

    milestone: Milestone
    before: dt.date
    after: dt.date


def planned_moves(*, review: Review, day_zero: dt.date) -> list[MilestoneMove]:
    """Where each open milestone would go if the visit began on ``day_zero``; writes nothing."""
    return [
        MilestoneMove(
            milestone,
            milestone.due_on,
            lead_in.due_on(
                day_zero,
                milestone.offset_days,
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
    """Move the visit and every open milestone with it. Raises ChangedMeanwhile."""
    moves = planned_moves(review=review, day_zero=day_zero)
    before = review.day_zero
    review.day_zero = day_zero
    save_if_unchanged(review, version=version, fields=["day_zero"])
    for move in moves:
        move.milestone.due_on = move.after
    Milestone.objects.bulk_update([move.milestone for move in moves], ["due_on"])
    move_with_visit(review)
    audit.record(
        "review.visit_moved",
        review=review,
        by=by,
        at=at,
        detail={"from": before.isoformat(), "to": day_zero.isoformat()},
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
    milestone.due_on = due_on
    milestone.owner_role = owner_role
    milestone.status = status
    milestone.evidence = evidence
    done = status == Milestone.Status.DONE
    milestone.done_on = (milestone.done_on or today) if done else None
    save_if_unchanged(
        milestone,
        version=version,
        fields=["due_on", "owner_role", "status", "evidence", "done_on"],
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
