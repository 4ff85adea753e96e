"""Who must be seen, as the page shows it. Nothing here writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.access import Action, Sight, can, sees
from reviews.models import Membership, Review
from reviews.pages import say
from scheduling.models import Need, Session
from scheduling.reading.places import when


def people_of_need(need: Need) -> list[tuple[str, str, str]]:
    """(name, post, address) of each."""
    return [(name, post, email) for name, post, email in json.loads(need.people)]


def reads_questions(membership: Membership) -> bool:
    """Key questions are the team's: neither the council nor an agency reads them."""
    return can(membership, Action.READ_HYPOTHESES)


def needs_for(membership: Membership) -> QuerySet[Need]:
    """Those whom this member knows of. Whom the team meets by itself is not in others' list at all:
    a line without a name would still have a kind, a class and an agency."""
    rows = membership.review.needs.select_related("agency", "site", "session")
    if sees(membership, Sight.KEPT_NAMES):
        return rows
    return rows.filter(names_kept=False)


def questions_of(need: Need) -> list[str]:
    """What the council asked, the team's hypotheses, and what it wants to know besides."""
    own = [line.strip() for line in need.questions.splitlines() if line.strip()]
    return [
        *(f"Key question {each.number}: {each}" for each in need.key_questions.all()),
        *(str(each.text) for each in need.hypotheses.all()),
        *own,
    ]


def asked_in(session: Session, membership: Membership) -> list[str]:
    """The key questions of a session, for the team."""
    if not reads_questions(membership):
        return []
    need = Need.objects.filter(session=session).first()
    return questions_of(need) if need else []


def is_planned(need: Need) -> bool:
    return need.session is not None and not need.session.cancelled


@dataclass(frozen=True)
class NeedLine:
    """One line of the list."""

    need: Need
    who: str
    kind: str
    number: int
    names: list[str]
    wishes: list[str]
    questions: list[str]
    planned: str


@dataclass(frozen=True)
class NeedsPage:
    lines: list[NeedLine]
    number: int
    left: int
    only_left: bool
    reads_questions: bool

    @property
    def summary(self) -> str:
        planned = self.number - self.left
        words = f"{self.number} to be seen: {planned} planned"
        return f"{words}, {self.left} not yet." if self.left else f"{words}."


def needs_page(membership: Membership, *, only_left: bool = False) -> NeedsPage:
    """In a number of queries that never grows."""
    review, shows = membership.review, reads_questions(membership)
    rows = needs_for(membership)
    needs = list(
        rows.prefetch_related("key_questions", "hypotheses") if shows else rows
    )
    for each in needs:
        each.review = review
    left = sum(not is_planned(each) for each in needs)
    return NeedsPage(
        lines=[
            _line(each, shows=shows)
            for each in needs
            if not (only_left and is_planned(each))
        ],
        number=len(needs),
        left=left,
        only_left=only_left,
        reads_questions=shows,
    )


def _line(need: Need, *, shows: bool) -> NeedLine:
    pack = need.review.pack
    classes = {each.code: each.title for each in pack.source_classes}
    who = classes.get(need.source_class, "")
    people = people_of_need(need)
    return NeedLine(
        need=need,
        who=f"{need.agency.name}: {who}" if need.agency else who,
        kind=f"{pack.session_type(need.type).title}, {say.counted(need.minutes, 'minute')}",
        number=max(need.people_expected, len(people)),
        names=[", ".join(filter(None, each[:2])) for each in sorted(people)],
        wishes=_wishes(need),
        questions=questions_of(need) if shows else [],
        planned=when(need.session) if need.session and is_planned(need) else "",
    )


def _wishes(need: Need) -> list[str]:
    """What the planning has to heed, each in a few words."""
    strands = {each.code: each.title for each in need.review.pack.strands}
    themes = [t for t in need.review.pack.themes if t.code in need.themes]
    found = []
    if need.priority != Need.Priority.NEEDED:
        found.append(need.get_priority_display())
    if need.hard_to_get:
        found.append("Hard to get")
    if need.background:
        found.append(f"A peer who knows {need.background}")
    if need.strand in strands:
        found.append(strands[need.strand])
    if need.on_the_move:
        found.append("Where the people are")
    elif need.site:
        found.append(need.site.title)
    if themes:
        noun = "Theme" if len(themes) == 1 else "Themes"
        found.append(f"{noun} {say.listed([str(each.number) for each in themes])}")
    return found


def backgrounds(review: Review) -> list[str]:
    """What peers of this framework know, each once."""
    known = (role.background for role in review.pack.roles)
    return list(dict.fromkeys(each for each in known if each))


def own_themes(review: Review, codes: Sequence[str]) -> list[str]:
    return [each.code for each in review.pack.themes if each.code in codes]
