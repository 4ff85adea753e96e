"""Who is asked: the list, links for whole agencies, the groups of the results, and the opening."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count

from questionnaires import links
from questionnaires.domain.building import must_be_draft
from questionnaires.domain.trail import record
from questionnaires.models import Invitation, OpenLink, PendingImport, Questionnaire
from reviews import background, boxes, keystore, roster
from reviews.models import Agency, Stage, User
from reviews.refusals import Refusal

SMALLEST_LEAF = 5
# The reporting group of those who answer by an agency's open link.
OPEN = "open"


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


class NothingAsked(Refusal):
    def __init__(self) -> None:
        super().__init__("There is no question to ask yet.")


class SmallGroupsNotAgreed(Refusal):
    def __init__(self, k: int) -> None:
        super().__init__(
            f"Results for groups of {k} people need the agreement of a second person of "
            "the team."
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
def keep_pending(
    *, questionnaire: Questionnaire, rows: Sequence[Invitee], faults: Sequence[Any]
) -> PendingImport:
    """Hold a list that was read until somebody confirms it; a newer one takes its place."""
    must_be_draft(questionnaire)
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
    must_be_draft(questionnaire)
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
    must_be_draft(questionnaire)
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
    must_be_draft(questionnaire)
    number, _ = questionnaire.invitations.all().delete()
    record("invitations.removed", questionnaire, by, at, number=number)


def addresses(questionnaire: Questionnaire) -> set[str]:
    invitations = questionnaire.invitations.select_related("questionnaire")
    return {invitation.email for invitation in invitations}


# Links for whole agencies

MOST_PLACES = 5_000


@transaction.atomic
def set_open_link(
    *,
    questionnaire: Questionnaire,
    agency: Agency,
    places: int,
    by: User,
    at: dt.datetime,
) -> None:
    """Let people of an agency without addresses answer by one link, at most ``places`` of them.

    0 takes the link away. The group is one of its own in the results.
    """
    must_be_draft(questionnaire)
    leaf = f"{agency.code}/{OPEN}"
    if places:
        questionnaire.open_links.update_or_create(
            leaf=leaf, defaults={"remaining": places}
        )
    else:
        questionnaire.open_links.filter(leaf=leaf).delete()
    record(
        "questionnaire.open_link_set",
        questionnaire,
        by,
        at,
        agency=agency.name,
        places=places,
    )


class NotOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("The questionnaire is not open.")


@transaction.atomic
def make_open_link(*, link: OpenLink, by: User, at: dt.datetime) -> str:
    """A new link, told to whoever asked and stored as a digest; an earlier one ends. Raises NotOpen."""
    questionnaire = link.questionnaire
    if questionnaire.state != Questionnaire.State.OPEN:
        raise NotOpen
    made = links.random_token()
    OpenLink.objects.filter(pk=link.pk).update(link_hash=links.link_hash(made))
    record("questionnaire.open_link_made", questionnaire, by, at, group=link.leaf)
    return made


# The opening


@transaction.atomic
def ask_to_open(
    *,
    questionnaire: Questionnaire,
    closes_on: dt.date,
    by: User,
    at: dt.datetime,
    today: dt.date,
) -> None:
    """Lock questions, groups and list, make the keys, and have the worker make the links."""
    if questionnaire.review.stage != Stage.LEAD_IN:
        raise NotAtLeadIn  # links open nothing at any other stage
    must_be_draft(questionnaire)
    questionnaire = Questionnaire.objects.select_related("review").get(
        pk=questionnaire.pk
    )
    if not questionnaire.asked().exists():
        raise NothingAsked
    if (
        questionnaire.k < Questionnaire.SMALL_K
        and questionnaire.small_k_agreed_by_id is None
    ):
        raise SmallGroupsNotAgreed(questionnaire.k)
    places = sum(questionnaire.open_links.values_list("remaining", flat=True))
    invited = questionnaire.invitations.count()
    if invited + places < questionnaire.k:
        raise NobodyInvited(questionnaire.k)
    if closes_on <= today:
        raise ClosesTooSoon
    questionnaire.state = Questionnaire.State.OPENING
    questionnaire.closes_on = questionnaire.first_closes_on = closes_on
    questionnaire.opened_on = today
    questionnaire.edition = uuid.uuid4()
    questionnaire.tree = _fix_tree(questionnaire)
    questionnaire.version += 1
    questionnaire.save()
    questionnaire.questions.filter(left_out=True).delete()
    questionnaire.pending_imports.all().delete()
    private, public = boxes.new_pair()
    keystore.create(questionnaire.key("link"), worker_only=True)
    keystore.create(questionnaire.key("box"), worker_only=True, value=private)
    keystore.create(questionnaire.key("box-public"), value=public)
    keystore.create(questionnaire.key("null"))
    keystore.create(questionnaire.key("state"))
    record(
        "questionnaire.opened",
        questionnaire,
        by,
        at,
        invited=invited,
        k=questionnaire.k,
        **({"places": places} if places else {}),
    )
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
    bands[OPEN] = "By the open link"
    counts = Counter(
        dict(
            questionnaire.invitations.order_by()
            .values_list("leaf")
            .annotate(n=Count("pk"))
        )
    )
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
    for link in questionnaire.open_links.all():
        counts[link.leaf] = link.remaining
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


def _slug(band: str) -> str:
    return band.lower().replace(" ", "-")
