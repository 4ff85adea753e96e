"""Who is asked: the list, links for whole agencies, the groups of the results, and the opening."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from questionnaires.domain.building import LateGroups, list_must_be_open, must_be_draft
from questionnaires.domain.trail import record
from questionnaires.models import Invitation, OpenLink, PendingImport, Questionnaire
from questionnaires.rules import links
from reviews import background
from reviews.models import Agency, Job, Review, Stage, User
from reviews.pages import say
from reviews.reading import speech
from reviews.refusals import Refusal
from reviews.screening import roster
from reviews.secrets import boxes, keystore

SMALLEST_LEAF = 5
# Rows of one short transaction, so that nobody who answers waits for it.
AT_ONCE = 1_000


class NotAtLeadIn(Refusal):
    sentence = (
        f"People can answer while the review is at “{Stage.LEAD_IN.label}”, and a late "
        f"round until the end of “{Stage.PRE_SITE.label}”."
    )


class NobodyInvited(Refusal):
    def __init__(self, least: int) -> None:
        super().__init__(
            f"Invite at least {least} people first. With fewer, no figure could ever be shown."
        )


class NobodyLeft(Refusal):
    sentence = (
        "The names and addresses of those who had not answered have been destroyed, as they "
        "were promised. This late round cannot be opened any more."
    )


class NothingAsked(Refusal):
    sentence = "There is no question to ask yet."


class SmallGroupsNotAgreed(Refusal):
    def __init__(self, k: int) -> None:
        super().__init__(
            f"Results for groups of {k} people need the agreement of a second person of "
            "the team."
        )


class ClosesTooSoon(Refusal):
    sentence = "The closing date must be after today."


class ClosesAfterItsDay(Refusal):
    def __init__(self, until: dt.date) -> None:
        super().__init__(
            f"What people say in this review is destroyed on {say.day(until)}. Choose a closing date "
            "before it, with time to release the answers: whatever is not released by then is "
            "destroyed unread."
        )


class ListBeingAdded(Refusal):
    sentence = "A list is being added just now. Open it once everybody is in."


class NoRoomForKeys(Refusal):
    sentence = (
        "The server could not store the keys of this questionnaire: its disk may be full. "
        "Nothing was opened. Tell whoever runs this service."
    )


class OnlyLater(Refusal):
    def __init__(self, day: dt.date) -> None:
        super().__init__(
            f"People were told that they can answer until {say.day(day)}. The date can only "
            "move to a later day."
        )


@dataclass(frozen=True)
class Invitee:
    """A row of an import that is in order."""

    agency: str
    job_group: str
    email: str
    name: str


@transaction.atomic
def invite(
    *, questionnaire: Questionnaire, rows: Sequence[Invitee], by: User, at: dt.datetime
) -> int:
    """Add people to the list, without those whose address is on it already."""
    list_must_be_open(questionnaire)
    review = questionnaire.review
    bands = {group.code: _slug(group.band) for group in review.pack.job_groups}
    fresh = []
    with keystore.held():
        known = addresses(questionnaire)
        for row in rows:
            if row.email.lower() in known:
                continue
            known.add(row.email.lower())
            fresh.append(
                Invitation(
                    questionnaire=questionnaire,
                    name=row.name,
                    email=row.email,
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
    list_must_be_open(questionnaire)
    number, _ = questionnaire.invitations.all().delete()
    record("invitations.removed", questionnaire, by, at, number=number)


def addresses(questionnaire: Questionnaire) -> set[str]:
    """All addresses on the list, in small letters."""
    rows = questionnaire.invitations.only("email", "questionnaire")
    with keystore.held():
        return {each.email.lower() for each in rows}


# Links for whole agencies

MOST_PLACES = 5_000


@transaction.atomic
def set_open_links(
    *,
    questionnaire: Questionnaire,
    places: Mapping[Agency, int],
    by: User,
    at: dt.datetime,
) -> None:
    """How many people of each agency may answer by one link of their agency; 0 for none.

    Each is a group of its own in the results.
    """
    must_be_draft(questionnaire)
    before = {each.leaf: each.remaining for each in questionnaire.open_links.all()}
    for agency, number in places.items():
        leaf = open_leaf(agency)
        if number and not questionnaire.may_have_link(leaf):
            raise LateGroups
        if before.get(leaf, 0) == number:
            continue
        if number:
            questionnaire.open_links.update_or_create(
                leaf=leaf, defaults={"remaining": number}
            )
        else:
            questionnaire.open_links.filter(leaf=leaf).delete()
        record(
            "questionnaire.open_link_set",
            questionnaire,
            by,
            at,
            agency=agency.name,
            places=number,
        )


def set_open_link(
    *,
    questionnaire: Questionnaire,
    agency: Agency,
    places: int,
    by: User,
    at: dt.datetime,
) -> None:
    """The same for one agency."""
    set_open_links(questionnaire=questionnaire, places={agency: places}, by=by, at=at)


def open_leaf(agency: Agency) -> str:
    return f"{agency.code}/{OpenLink.GROUP}"


class NotOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("The questionnaire is not open.")


class MadeAlready(Refusal):
    sentence = "The link was made already, and was shown once. If nobody kept it, make a new one."


@transaction.atomic
def make_open_link(
    *, link: OpenLink, by: User, at: dt.datetime, seen: str | None = None
) -> str:
    """A new link, told to whoever asked and stored as a digest; an earlier one ends.

    ``seen`` is the mark of the link that the person saw: a page that is sent again must not end
    the link that hangs on the wall. Raises NotOpen, MadeAlready.
    """
    questionnaire = link.questionnaire
    if questionnaire.state != Questionnaire.State.OPEN:
        raise NotOpen
    row = OpenLink.objects.select_for_update().get(pk=link.pk)
    if seen is not None and seen != mark_of(row):
        raise MadeAlready
    made = links.random_token()
    OpenLink.objects.filter(pk=link.pk).update(link_hash=links.link_hash(made))
    record("questionnaire.open_link_made", questionnaire, by, at, group=link.leaf)
    return made


def mark_of(link: OpenLink) -> str:
    """Tells one link of an agency from the next, and opens nothing."""
    return (link.link_hash or "")[:12]


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
    # Respondents are told how long their words are kept, so it is not being changed meanwhile.
    Review.objects.lock(questionnaire.review_id)
    speech.must_be_heard(questionnaire.review)
    _refuse_after_its_day(questionnaire.review, closes_on, today)
    if questionnaire.review.stage not in questionnaire.answered_at:
        raise NotAtLeadIn  # links open nothing at any other stage
    must_be_draft(questionnaire)
    questionnaire = Questionnaire.objects.select_related("review").get(
        pk=questionnaire.pk
    )
    adding = questionnaire.pending_imports.filter(state=PendingImport.State.ADDING)
    if adding.exclude(job__state=Job.State.FAILED).exists():
        raise ListBeingAdded
    if not questionnaire.asked().exists():
        raise NothingAsked
    if (
        questionnaire.k < Questionnaire.SMALL_K
        and questionnaire.small_k_agreed_by_id is None
    ):
        raise SmallGroupsNotAgreed(questionnaire.k)
    places = sum(questionnaire.open_links.values_list("remaining", flat=True))
    invited = questionnaire.invitations.count()
    if questionnaire.is_late:
        _enough_for_late_round(questionnaire, invited, places)
    elif invited + places < questionnaire.k:
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
    _make_keys(questionnaire)
    record(
        "questionnaire.opened",
        questionnaire,
        by,
        at,
        k=questionnaire.k,
        # How many a late round asks would say how many had answered.
        **({} if questionnaire.is_late else {"invited": invited}),
        **({"places": places} if places else {}),
    )
    background.enqueue(
        "questionnaires.tasks.open_links",
        questionnaire.pk,
        review=questionnaire.review,
    )


def _refuse_after_its_day(review: Review, closes_on: dt.date, today: dt.date) -> None:
    """Answers that are not released by their day are destroyed unread."""
    if today < review.words_until <= closes_on:
        raise ClosesAfterItsDay(review.words_until)


def _enough_for_late_round(
    questionnaire: Questionnaire, invited: int, places: int
) -> None:
    """Its list had five people or more when it was made; it may have been destroyed since."""
    if invited:
        return
    if questionnaire.late_counts["invited"] and not places:
        raise NobodyLeft
    if places < questionnaire.k:
        raise NobodyInvited(questionnaire.k)


def _make_keys(questionnaire: Questionnaire) -> None:
    """All or none. Called under the row's lock and for a draft, so older ones belong to an opening
    that came to nothing. Raises NoRoomForKeys."""
    private, public = boxes.new_pair()
    wanted: list[tuple[str, bool, bytes | None]] = [
        ("link", True, None),
        ("box", True, private),
        ("box-public", False, public),
        ("null", False, None),
        ("state", False, None),
    ]
    try:
        for part, worker_only, value in wanted:
            keystore.destroy(questionnaire.key(part))
            keystore.create(
                questionnaire.key(part), worker_only=worker_only, value=value
            )
    except OSError as error:
        for part, _, _ in wanted:
            keystore.destroy(questionnaire.key(part))
        raise NoRoomForKeys from error


def _fix_tree(questionnaire: Questionnaire) -> dict[str, Any]:
    """Agency, then band. A leaf with fewer than 5 invited is merged with its neighbours.

    A late round has the tree of the first: one of its own would tell how many are left in each.
    """
    if questionnaire.is_late:
        return _with_places(questionnaire)
    review = questionnaire.review
    names = {agency.code: agency.name for agency in review.agencies.all()}
    bands = {_slug(group.band): group.band for group in review.pack.job_groups}
    bands[OpenLink.GROUP] = "By the open link"
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


def _with_places(questionnaire: Questionnaire) -> dict[str, Any]:
    """The first round's tree; of each open link the places that it has now."""
    places = {each.leaf: each.remaining for each in questionnaire.open_links.all()}
    tree: dict[str, Any] = questionnaire.tree
    for agency in tree["agencies"]:
        for leaf in agency["leaves"]:
            if leaf["key"] in places:
                leaf["invited"] = places[leaf["key"]]
    return tree


def open_links(
    *,
    questionnaire: Questionnaire,
    at: dt.datetime,
    progress: Callable[[int], None] = lambda percent: None,
) -> None:
    """In the worker: what stands for each link, then the doors open. Safe to do twice."""
    opening = Questionnaire.objects.filter(
        pk=questionnaire.pk, state=Questionnaire.State.OPENING
    )
    if not opening.exists():
        return
    key = keystore.read(questionnaire.key("link"))
    waiting = list(
        questionnaire.invitations.filter(link_hash=None).values_list("pk", "generation")
    )
    for start in range(0, len(waiting), AT_ONCE):
        part = waiting[start : start + AT_ONCE]
        hash_of = {
            pk: links.link_hash(links.token(key, pk, generation))
            for pk, generation in part
        }
        write_hashes(hash_of)
        progress(100 * (start + len(part)) // len(waiting))
    opening.update(state=Questionnaire.State.OPEN)


def write_hashes(hash_of: Mapping[uuid.UUID, str]) -> None:
    """Each invitation's digest in one go: ``bulk_update`` takes ten times as long."""
    key = Invitation._meta.pk
    rows = [
        [digest, key.get_db_prep_value(pk, connection)]
        for pk, digest in hash_of.items()
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE questionnaires_invitation SET link_hash = %s WHERE id = %s", rows
        )


@transaction.atomic
def move_closing_date(
    *,
    questionnaire: Questionnaire,
    closes_on: dt.date,
    by: User,
    at: dt.datetime,
    today: dt.date,
) -> None:
    """The one thing that may still move once it is open, and only to a later day.

    Raises ClosesTooSoon, ClosesAfterItsDay, OnlyLater, NotOpen.
    """
    questionnaire = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if questionnaire.state not in (
        Questionnaire.State.OPENING,
        Questionnaire.State.OPEN,
    ):
        raise NotOpen
    if closes_on <= today:
        raise ClosesTooSoon
    announced = questionnaire.closes_on
    if announced and closes_on < announced:
        raise OnlyLater(announced)
    _refuse_after_its_day(questionnaire.review, closes_on, today)
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
