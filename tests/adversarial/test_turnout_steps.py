"""T52: people answer one by one over nights, and no figure on any page moves for fewer than five."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from questionnaires import reading
from questionnaires.domain import answering, building, inviting, releasing
from questionnaires.models import DraftBox, Invitation, Questionnaire, SpentLink
from questionnaires.rules import links
from reviews.models import AccessRole, Agency, Membership, Review, User
from reviews.secrets import keystore
from tests.adversarial import crawl
from tests.make import make_membership
from tests.make_questionnaires import (
    again,
    answer,
    make_open,
    make_questionnaire,
    people,
)

LEAST = 5
# One job group of each band of the framework.
BANDS = ("SW", "TM", "SM", "SL")
# Every size of a leaf from the smallest that is not merged to one of which five are a fifth.
SIZES = range(5, 25)
SEED = 20121


@dataclass(frozen=True)
class Figure:
    """What a page says, and whom it counts: the beginning of their leaves, "" for everybody."""

    page: str
    of: tuple[str, ...]
    words: str


Look = Callable[[Questionnaire], Iterator[Figure]]


def moved_for_few(
    nights: list[tuple[Counter[str], list[Figure]]], least: int = LEAST
) -> list[str]:
    """Figures that moved though fewer people were counted since they last did.

    ``nights``: how many of each leaf were counted by then, and what was seen.
    """
    last: dict[tuple[str, tuple[str, ...]], tuple[str, int]] = {}
    found = []
    for counted, figures in nights:
        for figure in figures:
            key = (figure.page, figure.of)
            number = sum(n for leaf, n in counted.items() if leaf.startswith(figure.of))
            before = last.get(key)
            if before is None:
                last[key] = (figure.words, number)
            elif before[0] != figure.words:
                if number - before[1] < least:
                    found.append(f"{key}: {before} to {figure.words}, {number}")
                last[key] = (figure.words, number)
    return found


def counted(questionnaire: Questionnaire) -> Counter[str]:
    rows = questionnaire.invitations.filter(counted_in=True)
    return Counter(rows.values_list("leaf", flat=True))


def spend(invitation: Invitation, key: bytes) -> None:
    """What an answer leaves that the turnout looks at."""
    SpentLink.objects.create(
        questionnaire=invitation.questionnaire,
        nullifier=links.nullifier(key, invitation.pk),
    )


def leaves_of(questionnaire: Questionnaire) -> dict[str, tuple[str, ...]]:
    """The title of each row that there may be, and the leaves that it counts."""
    root = questionnaire.root
    found: dict[str, tuple[str, ...]] = {
        leaf.title: (leaf.key,) for agency in root.children for leaf in agency.children
    }
    found |= {agency.title: (f"{agency.key}/",) for agency in root.children}
    sizes = Counter(questionnaire.invitations.values_list("leaf", flat=True))
    # Sorted: a database hands rows out in the order that it likes, and this is a key.
    found["Groups of fewer than 10, together"] = tuple(
        sorted(leaf for leaf, number in sizes.items() if number < 10)
    )
    return found


def seen_by(*members: Membership) -> Look:
    """All figures of the turnout that the pages of these people are made of."""

    def look(questionnaire: Questionnaire) -> Iterator[Figure]:
        leaves = leaves_of(questionnaire)
        for member in members:
            table = reading.turnout(questionnaire, member)
            assert table is not None
            for row in table.rows:
                words = f"{row.answered} {row.share} {row.bar}"
                yield Figure(member.access_role, leaves[row.title], words)
            yield Figure(f"{member.access_role}, sum", ("",), table.answered)
        everybody = reading.reminder_to(questionnaire)
        yield Figure("reminder", ("",), f"{everybody.people} {everybody.counted}")
        yield Figure("card", ("",), str(reading.heads(questionnaire).share))

    return look


def careless(questionnaire: Questionnaire) -> Iterator[Figure]:
    """The control: what stands in the table tonight, and rates in steps of ten."""
    now = counted(questionnaire)
    sizes = Counter(questionnaire.invitations.values_list("leaf", flat=True))
    for leaf, size in sizes.items():
        yield Figure("count", (leaf,), str(now[leaf]))
        yield Figure("rate", (leaf,), f"{round(10 * now[leaf] / size)}0%")


@pytest.fixture
def of_every_size(review: Review, manager: User) -> Questionnaire:
    agencies = [each.code for each in review.agencies.order_by("pk")[:5]]
    places = [(agency, band) for agency in agencies for band in BANDS]
    groups = [(*place, size) for place, size in zip(places, SIZES, strict=True)]
    return make_open(review, by=manager, rows=people(groups))


def play(
    questionnaire: Questionnaire, looks: dict[str, Look]
) -> dict[str, list[tuple[Counter[str], list[Figure]]]]:
    """Everybody answers, one a night in an order of chance; each look of each night."""
    rows = list(questionnaire.invitations.select_related("questionnaire"))
    random.Random(SEED).shuffle(rows)
    key = keystore.read(questionnaire.key("null"))
    nights: dict[str, list[tuple[Counter[str], list[Figure]]]] = {n: [] for n in looks}
    for row in rows:
        spend(row, key)
        if (
            answering.count_turnout(questionnaire=again(questionnaire))
            or row is rows[0]
        ):
            now = again(questionnaire)
            for name, look in looks.items():
                nights[name].append((counted(now), list(look(now))))
    return nights


def test_no_figure_moves_for_fewer_than_five_of_whom_it_counts(
    of_every_size: Questionnaire, review: Review, manager: User, sponsor: User
) -> None:
    """Leaves of every size, and agencies of 26 to 90. The control looks at the same nights."""
    police = review.agencies.get(code="POL")
    made = make_membership(review, AccessRole.PC, agency=police)
    partner = Membership.objects.get(pk=made.pk)
    members = [
        Membership.objects.get(review=review, user=each) for each in (manager, sponsor)
    ]
    sizes = Counter(of_every_size.invitations.values_list("leaf", flat=True))
    assert sorted(sizes.values()) == list(SIZES)

    nights = play(
        of_every_size, {"ours": seen_by(*members, partner), "careless": careless}
    )

    assert moved_for_few(nights["ours"]) == []
    assert {key.page for key in nights["ours"][0][1]} >= {"RM", "CS", "PC", "card"}
    moved = {figure for _, seen in nights["ours"] for figure in seen}
    assert len(moved) > 2 * len(nights["ours"][0][1])
    found = moved_for_few(nights["careless"])
    assert any(each.startswith("('count'") for each in found)
    assert any(each.startswith("('rate'") for each in found)


def test_the_close_alone_counts_whoever_is_left_and_words_do_not_move_then(
    of_every_size: Questionnaire, review: Review, manager: User, sponsor: User
) -> None:
    rows = list(of_every_size.invitations.select_related("questionnaire"))
    key = keystore.read(of_every_size.key("null"))
    random.Random(SEED).shuffle(rows)
    for row in rows[:150]:
        spend(row, key)
    answering.count_turnout(questionnaire=again(of_every_size))
    for row in rows[150:154]:
        spend(row, key)
    team, council = (
        seen_by(Membership.objects.get(review=review, user=each))
        for each in (manager, sponsor)
    )

    def look(who: Look) -> set[Figure]:
        pages = ("RM", "CS")
        return {each for each in who(again(of_every_size)) if each.page in pages}

    before = look(team), look(council)
    releasing.close(questionnaire=again(of_every_size), by=None, at=timezone.now())
    answering.count_turnout(questionnaire=again(of_every_size), final=True)
    after = look(team), look(council)

    numbers = counted(of_every_size)
    told = {each.of: each.words.split()[0] for each in after[0]}
    assert sum(numbers.values()) == 154
    assert before[0] != after[0]
    assert before[1] == after[1]
    assert all(
        told[(leaf,)] == str(number)
        for leaf, number in numbers.items()
        if (leaf,) in told and told[(leaf,)].isdigit()
    )


# The pages themselves

GROUPS = (("CSC", "SW", 22), ("CSC", "TM", 11), ("POL", "PO", 21), ("SCH", "DSL", 9))


@pytest.fixture
def small(review: Review, manager: User) -> Questionnaire:
    """With an open link of 24 places, and whoever saves answers to come back to."""
    draft = make_questionnaire(review, by=manager)
    health = Agency.objects.filter(review=review).exclude(
        code__in=["CSC", "POL", "SCH"]
    )
    inviting.set_open_link(
        questionnaire=draft, agency=health[0], places=24, by=manager, at=timezone.now()
    )
    made = make_open(review, by=manager, rows=people(GROUPS), questionnaire=draft)
    Questionnaire.objects.filter(pk=made.pk).update(last_sent_on="2012-01-01")
    return again(made)


def pages_of(questionnaire: Questionnaire) -> list[str]:
    base = f"/reviews/{questionnaire.review_id}/"
    own = f"{base}questionnaires/{questionnaire.pk}/"
    names = ("", "remind/", "close/", "open-links/", "people/", "proof/", "preview/")
    return ["/", base, f"{base}questionnaires/?all=yes", *(own + n for n in names)]


def snapshot(browser: Client, questionnaire: Questionnaire) -> dict[str, bytes]:
    found = {}
    for where in pages_of(questionnaire):
        answer_ = browser.get(where)
        seen = crawl.Seen(where, "", answer_.status_code, "", answer_.content)
        found[where] = seen.constant
    return found


def test_no_page_changes_on_a_night_on_which_nothing_moved_by_five(
    small: Questionnaire,
    manager: User,
    sponsor: User,
    sign_in: Callable[[User], Client],
) -> None:
    """Sealed answers, by links of one person and of an agency, and drafts that come and go.

    Pages may change with ``told`` alone, and that moves by five or more. The control: on most nights
    somebody was counted while it stood still.
    """
    desks = [sign_in(manager), sign_in(sponsor)]
    rows = list(small.invitations.select_related("questionnaire__review"))
    door = small.open_links.get()
    luck = random.Random(SEED)
    luck.shuffle(rows)
    before = [snapshot(desk, small) for desk in desks]
    told, stood, moved = again(small).told, 0, 0

    for number, row in enumerate(rows):
        answer(row)
        if number % 3 == 0:
            type(door).objects.filter(pk=door.pk).update(remaining=24 - number // 3)
            DraftBox.objects.filter(questionnaire=small).delete()
            DraftBox.objects.bulk_create(
                DraftBox(questionnaire=small, locator=f"{n:032}", box=b"sealed")
                for n in range(luck.randrange(5) + (6 if number > 40 else 0))
            )
        if number % 5 != 4:
            continue
        newly = answering.count_turnout(questionnaire=again(small))
        now = again(small).told
        after = [snapshot(desk, small) for desk in desks]
        if without_final(now) == without_final(told):
            stood += bool(newly)
            assert after == before
        else:
            moved += after != before
            assert by_how_much(told, now) >= LEAST
        told, before = now, after

    assert stood
    assert moved > 3


def without_final(told: dict[str, object]) -> dict[str, object]:
    """With nothing told of a group that stands at nobody, as before the first count."""
    flat = {
        f"{name} {key}": number
        for name, numbers in told.items()
        if isinstance(numbers, dict)
        for key, number in numbers.items()
    } | {"drafts": told.get("drafts", 0)}
    return {key: number for key, number in flat.items() if number}


def by_how_much(one: dict[str, object], other: dict[str, object]) -> int:
    """The least step of those figures that moved."""
    before, after = without_final(one), without_final(other)
    steps = [
        abs(int(str(after.get(key, 0))) - int(str(before.get(key, 0))))
        for key in before.keys() | after.keys()
    ]
    return min(step for step in steps if step)


@pytest.mark.adversarial
def test_every_page_that_follows_from_the_turnout_is_looked_at_each_night(
    small: Questionnaire,
    manager: User,
    sponsor: User,
    sign_in: Callable[[User], Client],
) -> None:
    """Everything that both can reach, before anybody and after most have answered."""
    desks = [sign_in(manager), sign_in(sponsor)]

    def look() -> dict[str, tuple[int, bytes]]:
        found: dict[str, tuple[int, bytes]] = {}
        for number, desk in enumerate(desks):
            for where, seen in crawl.constant(crawl.everything(desk, "/")).items():
                found[f"{number} {where}"] = seen
        return found

    idle, before = look(), look()
    for row in list(small.invitations.select_related("questionnaire__review"))[:40]:
        answer(row)
    answering.count_turnout(questionnaire=again(small))
    after = look()

    changed = {
        name.partition(" ")[2]
        for name in before.keys() & after.keys()
        # Some forms hold a key that is drawn at each look.
        if before[name] != after[name] and idle[name] == before[name]
    }
    assert changed
    assert changed <= set(pages_of(small))


def test_a_copy_begins_with_nothing_told(small: Questionnaire, manager: User) -> None:
    for row in list(small.invitations.select_related("questionnaire__review"))[:20]:
        answer(row)
    answering.count_turnout(questionnaire=again(small))

    made = building.copy_questionnaire(
        questionnaire=again(small), by=manager, at=timezone.now()
    )

    assert again(small).told["groups"]
    assert again(made).told == {}
