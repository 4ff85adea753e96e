"""What pages tell of a number that grows by single people, and how it moves (specification 2.6).

``Questionnaire.told`` holds it: it is written at each count and at no other time.
"""

from __future__ import annotations

from typing import Any

from questionnaires.models import OpenLink, Questionnaire
from questionnaires.reading.turnout import agencies_now, groups_now
from questionnaires.rules.turnout import LEAST_NEW, step


def next_told(questionnaire: Questionnaire, *, final: bool) -> dict[str, Any]:
    """What pages tell from this count on, as it is kept in ``Questionnaire.told``.

    ``final``: the questionnaire is closed, and the team's counts are those of everybody.
    """
    before = questionnaire.told
    found, _ = groups_now(questionnaire)
    now = {
        "groups": {each.key: each.answered for each in found},
        "agencies": {each.key: each.answered for each in agencies_now(questionnaire)},
        "links": _taken(questionnaire),
    }
    told: dict[str, Any] = {
        name: {
            key: step(before.get(name, {}).get(key, 0), number)
            for key, number in numbers.items()
        }
        for name, numbers in now.items()
    }
    told["drafts"] = step(before.get("drafts", 0), questionnaire.drafts.count())
    told["final"] = final or bool(before.get("final"))
    return told


def _taken(questionnaire: Questionnaire) -> dict[str, int]:
    """Of each open link, how many places are taken by now."""
    places = places_of(questionnaire)
    links = questionnaire.open_links.values_list("leaf", "remaining")
    return {leaf: places.get(leaf, left) - left for leaf, left in links}


def places_of(questionnaire: Questionnaire) -> dict[str, int]:
    """Of each open link, how many places it opened with."""
    return {
        leaf["key"]: leaf["invited"]
        for agency in questionnaire.tree.get("agencies", [])
        for leaf in agency["leaves"]
    }


def saved_drafts(questionnaire: Questionnaire) -> str:
    """How many have saved answers without sending them, as last told."""
    number = questionnaire.told.get("drafts", 0)
    return f"about {number}" if number else f"fewer than {LEAST_NEW}"


def places_left(questionnaire: Questionnaire, link: OpenLink) -> str:
    """Of an open link, as last told: never more than so many, since some may be taken since."""
    places = places_of(questionnaire).get(link.leaf, link.remaining)
    taken = questionnaire.told.get("links", {}).get(link.leaf, 0)
    if questionnaire.state == Questionnaire.State.DRAFT:
        return str(places)
    return f"{places - taken} or fewer" if places > taken else "none"
