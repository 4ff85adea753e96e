"""What a release publishes: figures of atoms, rounded once. Pure; section 3 of the specification.

``values`` is plain and is all that stays of the figures::

    outcome, base, replies_to_tens, invited_to_tens, fifty_or_more, atoms: [{key, title, base}]
    questions: {code: {kind, fifty_or_more, all: {...}, groups: [{key, title, ...}]}}

where ``...`` are the fields of ``disclosure.Shown`` for statements and of ``Chosen`` for answers
to choose from. ``published`` reads them back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from questionnaires.rules import disclosure
from questionnaires.rules.asking import Item
from questionnaires.rules.disclosure import Atom, Chosen, Node, Shown
from questionnaires.rules.kinds import Publish

FIFTY = 50
# What became of the answers: figures, own words alone, or nothing because so few answered.
FIGURES, WORDS, NOTHING = "figures", "words", "nothing"
Payload = Mapping[str, Any]


def to_tens(number: int) -> int:
    return round(number / 10) * 10


def values_of(
    items: Iterable[Item],
    payloads: Sequence[Payload],
    partition: Sequence[Atom],
    *,
    root: Node,
    k: int,
    invited: int,
) -> dict[str, Any]:
    """All that is published of these answers; without a partition next to nothing.

    No payloads at all stand for so few answers that they were thrown away unread.
    """
    whole = bool(partition)
    few = WORDS if payloads else NOTHING
    values: dict[str, Any] = {
        "outcome": FIGURES if whole else few,
        "base": disclosure.band(len(payloads)) if whole else "",
        "replies_to_tens": to_tens(len(payloads)) if whole else None,
        "invited_to_tens": to_tens(invited),
        "fifty_or_more": whole and len(payloads) >= FIFTY,
        "atoms": [],
        "questions": {},
    }
    if not whole:
        return values
    atom_of = {leaf: atom for atom in partition for leaf in atom.leaves}
    sizes = Counter(atom_of[each["leaf"]].key for each in payloads)
    values["atoms"] = [
        {"key": atom.key, "title": atom.title, "base": disclosure.band(sizes[atom.key])}
        for atom in partition
    ]
    tree = disclosure.atom_tree(partition, root)
    for item in items:
        publish = item.how.publish
        if publish is None:
            continue
        given = [
            (atom_of[each["leaf"]].key, each["closed"][item.code])
            for each in payloads
            if item.code in each["closed"]
        ]
        published = _question(item, publish, given, tree, partition, k)
        if published:
            values["questions"][item.code] = published
    return values


def _question(
    item: Item,
    publish: Publish,
    given: Sequence[tuple[str, Any]],
    tree: Node,
    partition: Sequence[Atom],
    k: int,
) -> dict[str, Any] | None:
    """One question, folded again by who answered it; None where too few did."""
    titles = {atom.key: atom.title for atom in partition}
    counts = Counter(key for key, _ in given)
    groups, parts = [], []
    for group in disclosure.atoms(tree, counts, k=k):
        answers = [answer for key, answer in given if key in group.leaves]
        part = publish(item.options, answers, item.reversed)
        parts.append(part)
        title = titles.get(group.key, group.title)
        groups.append({"key": group.key, "title": title, **asdict(part)})
    if not parts:
        return None
    return {
        "kind": item.kind,
        # Asked of some alone, a question may have fewer answers than there are replies.
        "fifty_or_more": len(given) >= FIFTY,
        "all": asdict(_together(parts)),
        "groups": groups,
    }


def _together(parts: Sequence[Shown | Chosen]) -> Shown | Chosen:
    statements = [part for part in parts if isinstance(part, Shown)]
    if statements:
        return disclosure.together(statements)
    return disclosure.all_chosen([part for part in parts if isinstance(part, Chosen)])
