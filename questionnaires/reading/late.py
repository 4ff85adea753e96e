"""Whether those who have not answered can be asked once more, and what a page says of it."""

from __future__ import annotations

from dataclasses import dataclass

from questionnaires.models import OpenLink, Questionnaire
from questionnaires.reading.turnout import Left, left_of, number_words
from reviews.models import Stage

# Of fewer answers nothing is ever released.
LEAST = 5
State = Questionnaire.State


@dataclass(frozen=True)
class LateOffer:
    """``why_not`` says what stands in the way, "" where nothing does; ``made`` is the late round.

    ``by_link``: agencies had open links, and nobody knows who has used them.
    """

    why_not: str
    people: str
    by_link: bool
    left: Left
    made: Questionnaire | None = None

    @property
    def only_by_link(self) -> bool:
        return self.by_link and not self.people


def late_offer(questionnaire: Questionnaire) -> LateOffer:
    left = left_of(questionnaire)
    leaves = questionnaire.root.leaves()
    links = [leaf for leaf in leaves if leaf.partition("/")[2] == OpenLink.GROUP]
    only_links = len(links) == len(leaves)
    number = number_words(left.invited, exact=left.exact)
    return LateOffer(
        why_not=_why_not(questionnaire, left, only_links=only_links),
        people="" if only_links else f"{number} people",
        by_link=bool(links),
        left=left,
        made=Questionnaire.objects.filter(late_of=questionnaire).first(),
    )


def _why_not(questionnaire: Questionnaire, left: Left, *, only_links: bool) -> str:
    if questionnaire.is_late:
        return "This is a late round already. There is one late round, and no second."
    if questionnaire.state != State.RELEASED:
        return "Those who have not answered are known once the results are released."
    if questionnaire.review.stage not in (Stage.LEAD_IN, Stage.PRE_SITE):
        return "The visit has begun, so nobody can be asked any more."
    if Questionnaire.objects.filter(late_of=questionnaire).exists():
        return "There is a late round already."
    if questionnaire.remind_everybody:
        return (
            "Reminders of this questionnaire went to everybody, so that no letter says who has "
            "answered. The letter of a late round would."
        )
    if only_links:
        return ""
    if not questionnaire.invitations.exists():
        return (
            "Those who have not answered cannot be asked any more: their names and addresses "
            "were destroyed after the release, as was promised."
        )
    if left.surely < LEAST:
        return (
            f"Too few people have not answered. A late round of fewer than {LEAST} could never "
            "be released."
        )
    return ""
