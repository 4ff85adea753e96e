"""What a newer version of a framework asks for, beside what its review has asked for already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from reviews import packs
from reviews.models import DocumentRequest, Review
from reviews.packs import parts
from reviews.packs.words import Words
from reviews.rules import lead_in


@dataclass(frozen=True)
class DocumentStep:
    """What the new version says of a document that is asked for.

    ``what``: "new" and "changed" are offered, to be ticked; "orphaned" stays on the list.
    ``ticked``: whether it is offered as chosen, which it is unless somebody changed it by hand.
    """

    what: str
    code: str
    title: str
    details: tuple[str, ...] = ()
    ticked: bool = True

    @property
    def is_offered(self) -> bool:
        return self.what != "orphaned"


_ASKED = ("title", "need", "owner", "themes", "offset")


def _asked(item: packs.DocumentTemplate | DocumentRequest) -> dict[str, Any]:
    """What is asked for, of whom and when, whether the framework or the review says it."""
    if isinstance(item, packs.DocumentTemplate):
        return {**vars(item), "themes": sorted(item.themes)}
    return {
        "title": item.title,
        "need": item.need,
        "owner": item.owner_role,
        "themes": sorted(item.themes),
        "offset": item.offset_days,
    }


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one[name] == other[name] for name in _ASKED)


def document_steps(review: Review, target: packs.Pack) -> list[DocumentStep]:
    """What the list of ``target`` would add to or change of what the review asks for."""
    before = {each.code: each for each in review.pack.document_requests}
    rows = {
        row.code: row for row in review.document_requests.all() if row.code in before
    }
    steps = []
    for each in target.document_requests:
        row = rows.pop(each.code, None)
        if row is None:
            if each.code not in before:
                steps.append(DocumentStep("new", each.code, each.title))
            continue
        if _same(_asked(each), _asked(row)) or _same(
            _asked(each), _asked(before[each.code])
        ):
            continue
        by_hand = not _same(_asked(row), _asked(before[each.code]))
        details = _document_details(row, each, target)
        steps.append(
            DocumentStep("changed", each.code, row.title, details, ticked=not by_hand)
        )
    return steps + [
        DocumentStep("orphaned", row.code, row.title) for row in rows.values()
    ]


def _document_details(
    row: DocumentRequest, template: packs.DocumentTemplate, pack: packs.Pack
) -> tuple[str, ...]:
    words = Words(pack)
    old, new = _asked(row), _asked(template)
    return tuple(
        f"{parts.label_of(name)}: {_line(words, name, old)} becomes "
        f"{_line(words, name, new)}"
        for name in _ASKED
        if old[name] != new[name]
    )


def _line(words: Words, name: str, values: dict[str, Any]) -> str:
    value = values[name]
    said = words.say(name, tuple(value) if isinstance(value, list) else value)
    return said.replace("\n", "; ")


@transaction.atomic
def ask_as_ticked(
    review: Review,
    target: packs.Pack,
    steps: Iterable[DocumentStep],
    codes: Iterable[str],
) -> list[str]:
    """Take over what was ticked of the new version's list; says which documents."""
    chosen = set(codes)
    offered = {s.code: s for s in steps if s.is_offered and s.code in chosen}
    taken = set(review.document_requests.values_list("code", flat=True))
    for template in target.document_requests:
        step = offered.get(template.code)
        if step is None:
            continue
        values = {
            "title": template.title,
            "themes": list(template.themes),
            "need": template.need,
            "owner_role": template.owner,
            "offset_days": template.offset,
            "due_on": lead_in.due_on(
                review.day_zero, template.offset, keeps_weekend=False
            ),
        }
        if step.what == "changed":
            rows = review.document_requests.filter(code=template.code)
            rows.update(**values, version=F("version") + 1)
        else:
            # Somebody may have asked for another document under this code by hand.
            code = _free(template.code, taken)
            taken.add(code)
            review.document_requests.create(code=code, **values)
    return [each.title for each in offered.values()]


def _free(code: str, taken: set[str]) -> str:
    found, number = code, 2
    while found in taken:
        found, number = f"{code[:16]}-{number}", number + 1
    return found
