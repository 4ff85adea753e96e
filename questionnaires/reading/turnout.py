"""How many have answered, as far as it may be known (the specification 2.6): nothing of a person.

Whatever a page tells is made of what its table shows, so that no total gives away a row that the
table keeps to itself. Of a late round the same holds for how many it asks: it is worked out once
from the first round's table (``left_of``), never from its list.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from questionnaires.models import OpenLink, Questionnaire
from reviews.access import Action, Sight, can, sees
from reviews.models import Delivery, Membership
from reviews.pages import say

# A group of fewer is never told apart; of a larger one no count below T, and none so near to all.
SMALLEST, T = 10, 3
STEP = 10


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
    """The table of the team, with counts, or of the council, with rates in steps of ten."""

    rows: tuple[TurnoutRow, ...]
    exact: bool
    target: int
    left_out: bool
    answered: str
    share: int


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
class _Group:
    title: str
    invited: int
    answered: int
    leaves: tuple[str, ...] = ()

    @property
    def tells(self) -> bool:
        return self.invited >= SMALLEST

    @property
    def few(self) -> bool:
        return self.answered < T

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
            return (T - 1) / 2
        return self.invited - (T - 1) / 2 if self.nearly_all else self.answered


def _by_leaf(questionnaire: Questionnaire) -> dict[str, tuple[int, int]]:
    """Invited and counted in of each leaf: one query, however many people there are."""
    rows = (
        questionnaire.invitations.order_by()
        .values("leaf")
        .annotate(n=Count("pk"), back=Count("pk", filter=Q(counted_in=True)))
    )
    return {row["leaf"]: (row["n"], row["back"]) for row in rows}


def _sum(title: str, leaves: Iterable[str], of: dict[str, tuple[int, int]]) -> _Group:
    leaves = tuple(leaves)
    pairs = [of.get(leaf, (0, 0)) for leaf in leaves]
    return _Group(
        title, sum(n for n, _ in pairs), sum(back for _, back in pairs), leaves
    )


def _groups(questionnaire: Questionnaire) -> tuple[list[_Group], _Group | None]:
    """The groups that are told of, and those too small for it together."""
    counts = _by_leaf(questionnaire)
    if questionnaire.is_late:
        return _late_groups(questionnaire, counts)
    leaves = [
        _sum(leaf.title, [leaf.key], counts)
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
    together = _Group(
        f"Groups of fewer than {SMALLEST}, together",
        sum(leaf.invited for leaf in small),
        sum(leaf.answered for leaf in small),
        tuple(leaf for each in small for leaf in each.leaves),
    )
    return ([*told, together], None) if together.tells else (told, together)


def _late_groups(
    questionnaire: Questionnaire, counts: dict[str, tuple[int, int]]
) -> tuple[list[_Group], _Group | None]:
    """Whom it asks as ``late_counts`` says; which groups are told of was settled there too."""
    known = questionnaire.late_counts
    told = []
    for group in known["groups"]:
        answered = _sum("", group["leaves"], counts).answered
        told.append(
            _Group(group["title"], group["invited"], answered, tuple(group["leaves"]))
        )
    rest = known["invited"] - sum(group.invited for group in told)
    if rest <= 0:
        return told, None
    everybody = sum(back for _, back in counts.values())
    others = _Group(
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
            surely += group.invited - (T - 1)
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
    )


def _with_count(group: _Group) -> TurnoutRow:
    if group.few:
        return TurnoutRow(group.title, group.invited, f"fewer than {T}", "–", None)
    if group.nearly_all:
        return TurnoutRow(group.title, group.invited, "nearly all", "–", 100)
    share = round(100 * group.answered / group.invited)
    return TurnoutRow(
        group.title, group.invited, str(group.answered), f"{share}%", share
    )


def _of_the_council(questionnaire: Questionnaire, membership: Membership) -> Turnout:
    counts = _by_leaf(questionnaire)
    own = membership.agency.code if membership.agency else ""
    every = sees(membership, Sight.OTHER_AGENCIES)
    agencies = [
        _sum(agency.title, agency.leaves(), counts)
        for agency in questionnaire.root.children
        if every or agency.key == own
    ]
    agencies.sort(key=lambda agency: agency.title)
    return Turnout(
        tuple(_with_rate(each) for each in agencies if each.tells),
        exact=False,
        target=questionnaire.target,
        left_out=any(each.invited and not each.tells for each in agencies),
        answered="",
        share=0,
    )


def _with_rate(group: _Group) -> TurnoutRow:
    """A rate in steps of ten; at either end a step that holds at least three counts."""
    step = _step_of(group.invited)
    share = round(10 * group.answered / group.invited) * STEP
    if group.few or share < STEP:
        return TurnoutRow(group.title, 0, "", f"under {step}%", None)
    if group.nearly_all or share > 100 - STEP:
        return TurnoutRow(group.title, 0, "", f"over {100 - step}%", 100)
    return TurnoutRow(group.title, 0, "", f"{share}%", share)


def _step_of(invited: int) -> int:
    """The least step of ten below which at least three counts lie."""
    return max(STEP, -(-(100 * T) // invited // STEP) * STEP)


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
    reachable = states[Delivery.SENT] + states[Delivery.UNKNOWN]
    number = max(0, reachable - all_.counted)
    if questionnaire.is_late:
        number = max(0, all_.invited - all_.counted)
    return ReminderTo(
        people="everybody who is not counted"
        if all_.untold
        else f"{'' if all_.exact else 'about '}"
        + say.counted(number if all_.exact else round(number, -1), "person", "people"),
        counted=all_.words,
        number=questionnaire.reminders + 1,
        most=questionnaire.most_reminders,
        nobody=reachable == 0,
    )


def saved_drafts(questionnaire: Questionnaire) -> str:
    """How many have saved answers without sending them, in steps of five; "" for too few to say."""
    number = questionnaire.drafts.count() // 5 * 5
    return f"{number} or more" if number else ""


def places_left(remaining: int) -> str:
    """Of an open link, in tens."""
    tens = remaining // 10 * 10
    return f"{tens} or more" if tens else "fewer than 10"
