"""From the framework's bank to an open questionnaire: tailor, invite, fix the groups, open."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from questionnaires import links
from questionnaires.models import Invitation, PendingImport, Question, Questionnaire
from reviews import audit, background, boxes, keystore, roster
from reviews.models import Review, Stage, User
from reviews.refusals import Refusal

SMALLEST_LEAF = 5


class NotADraft(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "The questionnaire has been opened. Its questions, groups and list are locked."
        )


class NotAtLeadIn(Refusal):
    def __init__(self) -> None:
        super().__init__(
            f"People can answer while the review is at “{Stage.LEAD_IN.label}”. "
            "Move it to that stage first."
        )


class NobodyInvited(Refusal):
    def __init__(self, least: int) -> None:
        super().__init__(
            f"Invite at least {least} people first. With fewer, no result could ever be shown."
        )


class ClosesTooSoon(Refusal):
    def __init__(self) -> None:
        super().__init__("The closing date must be after today.")


class NothingToImport(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "There is no row to import. Mend the list and choose it again."
        )


@dataclass(frozen=True)
class Invitee:
    """A row of an import that is in order."""

    agency: str
    job_group: str
    email: str
    name: str


@transaction.atomic
def make_from_pack(*, review: Review, by: User, at: dt.datetime) -> Questionnaire:
    """The review's questionnaire with the framework's own questions."""
    bank = review.pack.questionnaire
    questionnaire = Questionnaire.objects.create(
        review=review,
        title=bank.title,
        introduction=bank.introduction,
        free_text_hint=bank.free_text_hint,
        scale=[
            {"code": option.code, "label": option.label, "category": option.category}
            for option in bank.scale
        ],
    )
    questions = [
        Question(
            code=each.code,
            theme=each.theme,
            kind=Question.Kind.STATEMENT,
            text=each.text,
            reversed=each.reversed,
        )
        for each in bank.statements
    ] + [
        Question(
            code=each.code, theme=each.theme, kind=Question.Kind.TEXT, text=each.text
        )
        for each in bank.free_texts
    ]
    for position, question in enumerate(questions):
        question.questionnaire = questionnaire
        question.position = position
    Question.objects.bulk_create(questions)
    record("questionnaire.made", questionnaire, by, at)
    return questionnaire


@transaction.atomic
def change_wording(
    *,
    questionnaire: Questionnaire,
    title: str,
    introduction: str,
    left_out: Sequence[str],
    by: User,
    at: dt.datetime,
) -> None:
    """Tailor the draft: its title, its introduction, and which questions are not asked."""
    _must_be_draft(questionnaire)
    questionnaire.title = title
    questionnaire.introduction = introduction
    questionnaire.save(update_fields=["title", "introduction"])
    questionnaire.questions.filter(code__in=left_out).delete()
    record("questionnaire.tailored", questionnaire, by, at, left_out=len(left_out))


@transaction.atomic
def keep_pending(
    *, questionnaire: Questionnaire, rows: Sequence[Invitee], faults: Sequence[Any]
) -> PendingImport:
    """Hold a list that was read until somebody confirms it; a newer one takes its place."""
    _must_be_draft(questionnaire)
    questionnaire.pending_imports.all().delete()
    pending = PendingImport(
        questionnaire=questionnaire,
        rows=[[row.agency, row.job_group, row.email, row.name] for row in rows],
        faults=[list(fault) for fault in faults],
    )
    pending.save(force_insert=True)
    return pending


@transaction.atomic
def confirm_import(*, pending: PendingImport, by: User, at: dt.datetime) -> int:
    """Add everybody on the pending list; returns how many. Raises NothingToImport."""
    questionnaire = pending.questionnaire
    _must_be_draft(questionnaire)
    rows = [Invitee(*row) for row in pending.rows]
    if not rows:
        raise NothingToImport
    added = invite(questionnaire=questionnaire, rows=rows, by=by, at=at)
    pending.delete()
    return added


@transaction.atomic
def invite(
    *, questionnaire: Questionnaire, rows: Sequence[Invitee], by: User, at: dt.datetime
) -> int:
    """Add people to the list, without those whose address is on it already."""
    _must_be_draft(questionnaire)
    review = questionnaire.review
    bands = {group.code: _slug(group.band) for group in review.pack.job_groups}
    known = addresses(questionnaire)
    fresh = []
    for row in rows:
        email = row.email.lower()
        if email in known:
            continue
        known.add(email)
        fresh.append(
            Invitation(
                questionnaire=questionnaire,
                name=row.name,
                email=email,
                leaf=f"{row.agency}/{bands[row.job_group]}",
            )
        )
    Invitation.objects.bulk_create(fresh, batch_size=500)
    roster.add(review, people=[(each.name, "") for each in fresh if each.name])
    record("invitations.added", questionnaire, by, at, number=len(fresh))
    return len(fresh)


@transaction.atomic
def empty_list(*, questionnaire: Questionnaire, by: User, at: dt.datetime) -> None:
    """Take everybody off the list of a draft."""
    _must_be_draft(questionnaire)
    number, _ = questionnaire.invitations.all().delete()
    record("invitations.removed", questionnaire, by, at, number=number)


def addresses(questionnaire: Questionnaire) -> set[str]:
    invitations = questionnaire.invitations.select_related("questionnaire")
    return {invitation.email for invitation in invitations}


@transaction.atomic
def ask_to_open(
    *,
    questionnaire: Questionnaire,
    closes_on: dt.date,
    k: int,
    by: User,
    at: dt.datetime,
    today: dt.date,
) -> None:
    """Lock questions, groups and list, make the keys, and have the worker make the links."""
    if questionnaire.review.stage != Stage.LEAD_IN:
        raise NotAtLeadIn  # links open nothing at any other stage
    invited = questionnaire.invitations.count()
    if invited < k:
        raise NobodyInvited(k)
    if closes_on <= today:
        raise ClosesTooSoon
    locked = Questionnaire.objects.filter(
        pk=questionnaire.pk, state=Questionnaire.State.DRAFT
    ).update(state=Questionnaire.State.OPENING)
    if not locked:
        raise NotADraft
    questionnaire.state = Questionnaire.State.OPENING
    questionnaire.closes_on = closes_on
    questionnaire.opened_on = today
    questionnaire.k = k
    questionnaire.tree = _fix_tree(questionnaire)
    questionnaire.save()
    questionnaire.pending_imports.all().delete()
    private, public = boxes.new_pair()
    keystore.create(questionnaire.key("link"), worker_only=True)
    keystore.create(questionnaire.key("box"), worker_only=True, value=private)
    keystore.create(questionnaire.key("box-public"), value=public)
    keystore.create(questionnaire.key("null"))
    keystore.create(questionnaire.key("state"))
    record("questionnaire.opened", questionnaire, by, at, invited=invited, k=k)
    background.enqueue(
        "questionnaires.tasks.open_links",
        questionnaire.pk,
        review=questionnaire.review,
    )


def _fix_tree(questionnaire: Questionnaire) -> dict[str, Any]:
    """Agency, then band. A leaf with fewer than 5 invited is merged with its neighbours."""
    review = questionnaire.review
    names = {agency.code: agency.name for agency in review.agencies.all()}
    bands = {_slug(group.band): group.band for group in review.pack.job_groups}
    counts = Counter(questionnaire.invitations.values_list("leaf", flat=True))
    for agency in {leaf.split("/")[0] for leaf in counts}:
        small = [
            leaf
            for leaf, n in counts.items()
            if leaf.startswith(f"{agency}/") and n < SMALLEST_LEAF
        ]
        if small:
            merged = f"{agency}/others"
            questionnaire.invitations.filter(leaf__in=small).update(leaf=merged)
            counts[merged] = sum(counts.pop(leaf) for leaf in small)
    agencies = []
    for code in sorted({leaf.split("/")[0] for leaf in counts}):
        name = names.get(code, code)
        leaves = sorted(leaf for leaf in counts if leaf.startswith(f"{code}/"))
        agencies.append(
            {
                "key": code,
                "title": name,
                "leaves": [
                    {
                        "key": leaf,
                        "title": f"{name}: {bands.get(leaf.split('/')[1], 'Others').lower()}",
                        "invited": counts[leaf],
                    }
                    for leaf in leaves
                ],
            }
        )
    return {"agencies": agencies}


def open_links(*, questionnaire: Questionnaire, at: dt.datetime) -> None:
    """In the worker: what stands for each link, then the doors open. Safe to do twice."""
    key = keystore.read(questionnaire.key("link"))
    waiting = list(
        questionnaire.invitations.filter(link_hash=None).only("pk", "generation")
    )
    for invitation in waiting:
        made = links.token(key, invitation.pk, invitation.generation)
        invitation.link_hash = links.link_hash(made)
    with transaction.atomic():
        Invitation.objects.bulk_update(waiting, ["link_hash"], batch_size=200)
        Questionnaire.objects.filter(
            pk=questionnaire.pk, state=Questionnaire.State.OPENING
        ).update(state=Questionnaire.State.OPEN)


@transaction.atomic
def move_closing_date(
    *,
    questionnaire: Questionnaire,
    closes_on: dt.date,
    by: User,
    at: dt.datetime,
    today: dt.date,
) -> None:
    """The one thing that may still move once it is open."""
    if closes_on <= today:
        raise ClosesTooSoon
    questionnaire.closes_on = closes_on
    questionnaire.save(update_fields=["closes_on"])
    record(
        "questionnaire.closing_date_moved",
        questionnaire,
        by,
        at,
        to=closes_on.isoformat(),
    )


def _must_be_draft(questionnaire: Questionnaire) -> None:
    if questionnaire.state != Questionnaire.State.DRAFT:
        raise NotADraft


def _slug(band: str) -> str:
    return band.lower().replace(" ", "-")


def record(
    action: str,
    questionnaire: Questionnaire,
    by: User | None,
    at: dt.datetime,
    **detail: Any,
) -> None:
    audit.record(
        action,
        review=questionnaire.review,
        by=by,
        at=at,
        object_kind="questionnaire",
        object_id=questionnaire.pk,
        detail=detail,
    )
