"""How many have answered, as far as it may be known (the specification 2.6): nothing of a person.

Figures are those that were told at the last count (``Questionnaire.told``), which move by five
people or more; ``told.py`` says how. Whatever a page tells is made of what
its table shows, so that no total gives away a row that the table keeps to itself. Of a late round
the same holds for how many it asks: it is worked out once from the first round's table
(``left_of``), never from its list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q

from questionnaires.models import OpenLink, Questionnaire
from questionnaires.rules.turnout import (
    LEAST_NEW,
    SMALLEST,
    SMALLEST_AGENCY,
    T,
    quarter,
)
from reviews.access import Action, Sight, can, sees
from reviews.models import Membership
from reviews.pages import say


@dataclass(frozen=True)
class TurnoutRow:
    """A group: in words, and the length of its bar from 0 to 100, None where none is drawn."""

    title: str
    invited: int
    answered: str
    share: str
    bar: int | None


@dataclass(frozen=True)
class Turnout:
    """The table of the team, with counts (``exact``), or of the council, with rates in words.

    ``final``: everybody who answered is counted, and nothing moves any more.
    """

    rows: tuple[TurnoutRow, ...]
    exact: bool
    target: int
    left_out: bool
    answered: str
    share: int
    final: bool


@dataclass(frozen=True)
class Heads:
    """How many of all who were invited are counted in. Not ``exact``: to the nearest ten.

    Of a late round not even the number of those invited need be ``sure``, and it may be ``untold``.
    """

    invited: int
    counted: int
    exact: bool
    sure: bool = True
    untold: bool = False

    @property
    def words(self) -> str:
        """As in 74 of 412, or about 70 of 412."""
        invited = number_words(self.invited, exact=self.sure)
        if self.untold:
            return f"an unknown number of {invited}"
        return f"{self.about(self.counted)} of {invited}"

    def about(self, number: int) -> str:
        if self.exact:
            return f"{number:,}"
        tens = round(number, -1)
        return f"about {tens:,}" if tens else "hardly any"

    @property
    def share(self) -> int:
        return round(100 * self.counted / self.invited) if self.invited else 0


def number_words(number: int, *, exact: bool) -> str:
    """As in 37, about 40, or fewer than 10."""
    if exact:
        return f"{number:,}"
    tens = round(number, -1)
    return f"about {tens:,}" if tens else "fewer than 10"


@dataclass(frozen=True)
class Group:
    """``few_under``: a count under it is told in words. ``key`` is its name in ``told``."""

    key: str
    title: str
    invited: int
    answered: int
    leaves: tuple[str, ...] = ()
    few_under: int = T

    @property
    def tells(self) -> bool:
        return self.invited >= SMALLEST

    @property
    def few(self) -> bool:
        return self.answered < self.few_under

    @property
    def nearly_all(self) -> bool:
        return self.invited - self.answered < T

    @property
    def is_exact(self) -> bool:
        """Its count stands in the table as it is."""
        return not self.few and not self.nearly_all

    @property
    def left(self) -> int:
        return self.invited - self.answered

    @property
    def shown(self) -> float:
        """What stands for its count in any sum: the count where it is shown, else its middle."""
        if self.few:
            return (self.few_under - 1) / 2
        return self.invited - (T - 1) / 2 if self.nearly_all else self.answered


def _by_leaf(questionnaire: Questionnaire) -> dict[str, tuple[int, int]]:
    """Invited and counted in of each leaf: one query, however many people there are."""
    rows = (
        questionnaire.invitations.order_by()
        .values("leaf")
        .annotate(n=Count("pk"), back=Count("pk", filter=Q(counted_in=True)))
    )
    return {row["leaf"]: (row["n"], row["back"]) for row in rows}


def _sum(
    key: str, title: str, leaves: Iterable[str], of: dict[str, tuple[int, int]]
) -> Group:
    leaves = tuple(leaves)
    pairs = [of.get(leaf, (0, 0)) for leaf in leaves]
    return Group(
        key, title, sum(n for n, _ in pairs), sum(back for _, back in pairs), leaves
    )


# The name in ``told`` of what has no leaf of its own to be named by.
_TOGETHER = "together"


def _groups(questionnaire: Questionnaire) -> tuple[list[Group], Group | None]:
    """The groups that are told of, and those too small for it together, as they were told last."""
    found, hidden = groups_now(questionnaire)
    told = questionnaire.told
    if told.get("final"):
        return found, hidden
    counts = told.get("groups", {})
    return [
        replace(each, answered=counts.get(each.key, 0), few_under=LEAST_NEW)
        for each in found
    ], hidden and replace(hidden, answered=0)


def groups_now(questionnaire: Questionnaire) -> tuple[list[Group], Group | None]:
    """The same with whoever is counted in by now, which no page tells before the close."""
    counts = _by_leaf(questionnaire)
    if questionnaire.is_late:
        return _late_groups(questionnaire, counts)
    leaves = [
        _sum(leaf.key, leaf.title, [leaf.key], counts)
        for agency in questionnaire.root.children
        for leaf in agency.children
        if leaf.key.partition("/")[2]
        != OpenLink.GROUP  # nobody was invited to an open link
    ]
    leaves.sort(key=lambda leaf: leaf.title)
    told = [leaf for leaf in leaves if leaf.tells]
    small = [leaf for leaf in leaves if leaf.invited and not leaf.tells]
    if not small:
        return told, None
    together = Group(
        _TOGETHER,
        f"Groups of fewer than {SMALLEST}, together",
        sum(leaf.invited for leaf in small),
        sum(leaf.answered for leaf in small),
        tuple(leaf for each in small for leaf in each.leaves),
    )
    return ([*told, together], None) if together.tells else (told, together)


def _late_groups(
    questionnaire: Questionnaire, counts: dict[str, tuple[int, int]]
) -> tuple[list[Group], Group | None]:
    """Whom it asks as ``late_counts`` says; which groups are told of was settled there too."""
    known = questionnaire.late_counts
    told = []
    for group in known["groups"]:
        key, *_ = group["leaves"]
        row = _sum(key, group["title"], group["leaves"], counts)
        told.append(replace(row, invited=group["invited"]))
    rest = known["invited"] - sum(group.invited for group in told)
    if rest <= 0:
        return told, None
    everybody = sum(back for _, back in counts.values())
    others = Group(
        _TOGETHER,
        "All other groups, together" if told else "All groups together",
        rest,
        everybody - sum(group.answered for group in told),
    )
    if known["exact"] and others.tells:
        return [*told, others], None
    return told, others


@dataclass(frozen=True)
class Left:
    """How many have not answered, as far as the table tells. ``surely``: at least so many.

    ``groups`` are those of which exactly so many are known to be left, and enough to be told of.
    """

    invited: int
    exact: bool
    surely: int
    groups: tuple[dict[str, Any], ...]


def left_of(questionnaire: Questionnaire) -> Left:
    """Made of the rows of the team's table alone, so that a late round tells nothing that it hid."""
    told, _ = _groups(questionnaire)
    all_ = heads(questionnaire)
    surely = 0
    for group in told:
        if group.is_exact:
            surely += group.left
        elif group.few:
            surely += group.invited - (group.few_under - 1)
    return Left(
        invited=max(0, all_.invited - all_.counted),
        exact=all_.exact,
        surely=surely,
        groups=tuple(
            {
                "title": group.title,
                "leaves": list(group.leaves),
                "invited": group.left,
            }
            for group in told
            if group.is_exact and group.left >= SMALLEST
        ),
    )


def invited(questionnaire: Questionnaire) -> int:
    """How many were invited; of a late round as far as it may be known."""
    if questionnaire.is_late:
        return int(questionnaire.late_counts["invited"])
    return questionnaire.invitations.count()


def people_words(questionnaire: Questionnaire, number: int) -> str:
    """As in 37 people or about 40 people, where ``number`` are on the list."""
    if not questionnaire.is_late:
        return say.counted(number, "person", "people")
    known = questionnaire.late_counts
    return f"{number_words(known['invited'], exact=known['exact'])} people"


def heads(questionnaire: Questionnaire) -> Heads:
    """What may be said of all together: exact only where that tells nothing new."""
    told, hidden = _groups(questionnaire)
    invited = sum(each.invited for each in told) + (hidden.invited if hidden else 0)
    sure = not questionnaire.is_late or bool(questionnaire.late_counts["exact"])
    if hidden is None and sure and all(each.is_exact for each in told):
        return Heads(invited, sum(each.answered for each in told), exact=True)
    known = sum(each.invited for each in told)
    shown = sum(each.shown for each in told)
    share = shown / known if known else 0
    return Heads(
        invited,
        round(shown + (hidden.invited * share if hidden else 0)),
        exact=False,
        sure=sure,
        untold=questionnaire.is_late and not told,
    )


def turnout(questionnaire: Questionnaire, membership: Membership) -> Turnout | None:
    """The table that somebody may see; None while there is none for them, or nobody invited."""
    if not questionnaire.invitations.exists():
        return None
    if can(membership, Action.READ_TURNOUT):
        return _of_the_team(questionnaire)
    if can(membership, Action.READ_RESPONSE_RATE) and not questionnaire.is_late:
        # A rate of a late round would tell how many of an agency had answered before.
        return _of_the_council(questionnaire, membership)
    return None


def _of_the_team(questionnaire: Questionnaire) -> Turnout:
    told, hidden = _groups(questionnaire)
    all_ = heads(questionnaire)
    return Turnout(
        tuple(_with_count(each) for each in told),
        exact=True,
        target=questionnaire.target,
        left_out=hidden is not None,
        answered=all_.words,
        share=all_.share if all_.exact else round(all_.share, -1),
        final=bool(questionnaire.told.get("final")),
    )


def _with_count(group: Group) -> TurnoutRow:
    if group.few:
        few = f"fewer than {group.few_under}"
        return TurnoutRow(group.title, group.invited, few, "–", None)
    if group.nearly_all:
        return TurnoutRow(group.title, group.invited, "nearly all", "–", 100)
    share = round(100 * group.answered / group.invited)
    return TurnoutRow(
        group.title, group.invited, str(group.answered), f"{share}%", share
    )


def agencies_now(questionnaire: Questionnaire) -> list[Group]:
    """Each agency with whoever is counted in by now."""
    counts = _by_leaf(questionnaire)
    return [
        _sum(agency.key, agency.title, agency.leaves(), counts)
        for agency in questionnaire.root.children
    ]


def _of_the_council(questionnaire: Questionnaire, membership: Membership) -> Turnout:
    """A rate moves at the close as on any night, by five people or not: words stay words."""
    own = membership.agency.code if membership.agency else ""
    every = sees(membership, Sight.OTHER_AGENCIES)
    counts = questionnaire.told.get("agencies", {})
    agencies = [
        each for each in agencies_now(questionnaire) if every or each.key == own
    ]
    agencies.sort(key=lambda agency: agency.title)
    large = [each for each in agencies if each.invited >= SMALLEST_AGENCY]
    return Turnout(
        tuple(
            TurnoutRow(
                each.title, 0, "", quarter(counts.get(each.key, 0), each.invited), None
            )
            for each in large
        ),
        exact=False,
        target=questionnaire.target,
        left_out=any(each.invited and each not in large for each in agencies),
        answered="",
        share=0,
        final=bool(questionnaire.told.get("final")),
    )


@dataclass(frozen=True)
class ReminderTo:
    """Whom a reminder would go to, in words, and which one of how many it is."""

    people: str
    counted: str
    number: int
    most: int
    nobody: bool


def reminder_to(questionnaire: Questionnaire) -> ReminderTo:
    all_ = heads(questionnaire)
    states: Counter[str] = Counter(
        dict(
            questionnaire.invitations.order_by()
            .values_list("delivery_state")
            .annotate(n=Count("pk"))
        )
    )
    reachable = sum(states[state] for state in questionnaire.reminded)
    number = max(0, reachable - all_.counted)
    if questionnaire.is_late:
        number = max(0, all_.invited - all_.counted)
    return ReminderTo(
        people=_people_reminded(questionnaire, reachable, number, untold=all_.untold),
        counted=all_.words,
        number=questionnaire.reminders + 1,
        most=questionnaire.most_reminders,
        nobody=reachable == 0,
    )


def _people_reminded(
    questionnaire: Questionnaire, reachable: int, left: int, *, untold: bool
) -> str:
    """``left`` is what the table leaves over; who answered since it moved is left out too."""
    if questionnaire.remind_everybody:
        return (
            f"everybody who was invited, {say.counted(reachable, 'person', 'people')}"
        )
    tens = round(left, -1)
    if untold or not tens:
        return "those who are not counted in"
    return f"those who are not counted in, about {tens:,} people"
