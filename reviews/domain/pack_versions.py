"""A review moves to another version of its framework: what that changes, and doing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from reviews import packs
from reviews.apps_above.pack_use import Uses, uses
from reviews.domain.pack_documents import DocumentStep, ask_as_ticked, document_steps
from reviews.models import (
    Milestone,
    Review,
    User,
)
from reviews.packs.parts import BY_SLUG, PARTS, Part
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.rules import lead_in
from reviews.trail import audit

# Of a large change the trail keeps the beginning.
MOST_TOLD = 30


class NothingNewer(Refusal):
    sentence = "The review works with this version already."


# Parts of which the review keeps a list of its own: the framework's is only what it began with.
OWN_LISTS = ("agencies", "documents")


@dataclass(frozen=True)
class PartMove:
    """What happens to one part: items by code that change, come, or stay because they are used."""

    part: Part
    changed: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # each with what uses it
    locked: str = ""


@dataclass(frozen=True)
class MilestoneStep:
    """``what``: "moves", "new" or "orphaned"."""

    what: str
    code: str
    title: str
    before: dt.date | None
    after: dt.date | None


@dataclass(frozen=True)
class VersionMove:
    """Everything that moving a review to ``target`` does; computed, never written here."""

    target: packs.Pack
    after: packs.Pack
    parts: tuple[PartMove, ...]
    milestones: tuple[MilestoneStep, ...]
    documents: tuple[DocumentStep, ...] = ()
    agencies: tuple[str, ...] = field(default=())


def planned_version_move(*, review: Review, target: packs.Pack) -> VersionMove:
    """What moves, what is new and what would be orphaned. Raises PackFault when they do not fit."""
    before, used = review.pack, uses(review)
    after = _merged(before, target, used)
    moves = []
    for part in PARTS:
        if part.slug in OWN_LISTS:
            continue
        if part.slug in used.locked:
            if part.of(before) != part.of(target):
                moves.append(PartMove(part, locked=used.locked[part.slug]))
            continue
        move = _part_move(part, before, target, used)
        if move:
            moves.append(move)
    listed = {agency.name for agency in review.agencies.all()}
    return VersionMove(
        target,
        after,
        tuple(moves),
        tuple(milestone_steps(review, after)),
        tuple(document_steps(review, target)),
        tuple(a.name for a in target.agencies if a.usual and a.name not in listed),
    )


def _part_move(
    part: Part, before: packs.Pack, target: packs.Pack, used: Uses
) -> PartMove | None:
    if part.of(before) == part.of(target):
        return None
    if not part.is_rows:
        return PartMove(part, changed=(part.title,))
    name = "number" if part.slug == "case-steps" else "code"
    old = {str(getattr(item, name)): item for item in part.items(before)}
    new = {str(getattr(item, name)): item for item in part.items(target)}
    held = used.of(part.slug)
    return PartMove(
        part,
        changed=tuple(
            said_of(new[code], code)
            for code in new
            if code in old and new[code] != old[code]
        ),
        new=tuple(said_of(new[code], code) for code in new if code not in old),
        gone=tuple(
            said_of(old[code], code)
            for code in old
            if code not in new and code not in held
        ),
        kept=tuple(
            f"{said_of(old[code], code)} (in {held[code]})"
            for code in old
            if code not in new and code in held
        ),
    )


def said_of(item: Any, code: str) -> str:
    words = next(
        (
            str(getattr(item, name))
            for name in ("title", "name", "label", "text")
            if getattr(item, name, "")
        ),
        "",
    )
    return f"{code} {words}".strip()


def _merged(before: packs.Pack, target: packs.Pack, used: Uses) -> packs.Pack:
    """The new version, with what this review uses of the old one kept beside it."""
    mapping = packs.as_mapping(target)
    old = packs.as_mapping(before)
    for part in PARTS:
        if part.slug not in used.locked or part.slug in OWN_LISTS:
            continue
        for name in part.names:
            _at(mapping, part.path)[name] = _at(old, part.path)[name]
        if not part.names:
            _at(mapping, part.path[:-1])[part.path[-1]] = _at(old, part.path)
    held = {part.slug: set(used.of(part.slug)) for part in PARTS}
    _hold_references(mapping, held)
    for slug in _CARRIED:
        _carry(slug, mapping, old, held)
    return packs.parse(mapping)


# In this order: what is carried may need what comes after it.
_CARRIED = (
    "strands",
    "source-classes",
    "themes",
    "roles",
    "session-types",
    "rooms",
    "note-kinds",
)


def _carry(slug: str, mapping: Any, old: Any, held: dict[str, set[str]]) -> None:
    """Put behind the new items those old ones that are held and would be gone."""
    (name,) = BY_SLUG[slug].path
    items, olds = mapping[name], {item["code"]: item for item in old[name]}
    wanted = held[slug]
    if slug == "source-classes":
        wanted = _with_parents(wanted, olds)
    wanted -= {item["code"] for item in items}
    for code, item in olds.items():
        if code not in wanted:
            continue
        carried = dict(item)
        if slug == "themes":
            carried["number"] = max((each["number"] for each in items), default=0) + 1
        elif slug == "strands":
            held["roles"] |= set(carried["roles"])
        elif slug == "source-classes" and not carried["parent"]:
            tops = [each["code"] for each in items if not each["parent"]]
            carried["parent"] = tops[0] if tops else ""
        items.append(carried)


def _at(mapping: Any, path: Sequence[str]) -> Any:
    for name in path:
        mapping = mapping[name]
    return mapping


def _hold_references(mapping: Any, held: dict[str, set[str]]) -> None:
    """What parts that stay as they are refer to has to stay too."""
    for session in mapping["sessions"]:
        for name, slug in (
            ("type", "session-types"),
            ("strand", "strands"),
            ("room", "rooms"),
            ("source_class", "source-classes"),
        ):
            held[slug] |= {session[name]} - {""}
        held["themes"] |= set(session["themes"])
    for statement in mapping["questionnaire"]["statements"]:
        held["themes"].add(statement["theme"])
    for text in mapping["questionnaire"]["free_texts"]:
        held["themes"] |= {text["theme"]} - {""}
    for asked in mapping["document_requests"]:
        held["themes"] |= set(asked["themes"])
        held["roles"].add(asked["owner"])


def _with_parents(codes: set[str], items: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for each in codes:
        code = each
        while code and code in items and code not in found:
            found.add(code)
            code = items[code]["parent"]
    return found


def _matched(
    review: Review, pack: packs.Pack
) -> tuple[list[tuple[Milestone, lead_in.Planned | None]], list[lead_in.Planned]]:
    """Each milestone with what the framework plans for it, and what is planned besides."""
    planned = {
        (item.template.code, item.offset): item
        for item in lead_in.milestones(review.day_zero, pack.milestones)
    }
    rows = list(review.milestones.all())
    found = {row.pk: planned.pop((row.code, row.offset_days), None) for row in rows}
    for row in rows:
        # The same step on another day: it moves, unless it is done.
        if found[row.pk] is None and row.is_open:
            key = next((key for key in planned if key[0] == row.code), None)
            found[row.pk] = planned.pop(key) if key else None
    return [(row, found[row.pk]) for row in rows], list(planned.values())


def milestone_steps(review: Review, pack: packs.Pack) -> list[MilestoneStep]:
    """What the plan of ``pack`` does to the review's milestones."""
    matched, new = _matched(review, pack)
    steps = []
    for row, item in matched:
        if item is None:
            steps.append(
                MilestoneStep("orphaned", row.code, row.title, row.due_on, None)
            )
            continue
        template = item.template
        same = (row.offset_days, row.title, row.owner_role) == (
            item.offset,
            template.title,
            template.owner,
        )
        if row.is_open and not same:
            after = row.due_on if item.offset == row.offset_days else item.due_on
            steps.append(
                MilestoneStep("moves", row.code, template.title, row.due_on, after)
            )
    steps += [
        MilestoneStep("new", item.template.code, item.template.title, None, item.due_on)
        for item in new
    ]
    return steps


def _keep_plan(review: Review, pack: packs.Pack) -> None:
    """Rows follow the framework; what is done stays, what it no longer knows stays too."""
    roles = {role.code for role in pack.roles}
    manager = pack.manager_role.code
    matched, new = _matched(review, pack)
    for row, item in matched:
        if item and row.is_open:
            if item.offset != row.offset_days:
                row.offset_days, row.due_on = item.offset, item.due_on
                row.shift_days = 0
            row.title, row.owner_role = item.template.title, item.template.owner
        if row.owner_role not in roles:
            row.owner_role = manager
    Milestone.objects.bulk_update(
        [row for row, _ in matched],
        ["title", "owner_role", "offset_days", "shift_days", "due_on"],
    )
    Milestone.objects.bulk_create(
        Milestone(
            review=review,
            code=item.template.code,
            title=item.template.title,
            owner_role=item.template.owner,
            offset_days=item.offset,
            due_on=item.due_on,
        )
        for item in new
    )


def adopt(review: Review, before: packs.Pack, after: packs.Pack) -> None:
    """Write the review's copy, and let the plan follow where its part changed."""
    review.framework = packs.as_mapping(after)
    review.on_site_days = after.on_site_days
    if review.programme == before.programme:
        review.programme = after.programme
    review.pack_version = after.version
    review.version += 1
    review.save(
        update_fields=[
            "framework",
            "on_site_days",
            "programme",
            "pack_version",
            "version",
        ]
    )
    review.__dict__.pop("pack", None)
    if before.milestones != after.milestones or before.roles != after.roles:
        _keep_plan(review, after)


@transaction.atomic
def move_to_version(
    *,
    review: Review,
    target: packs.Pack,
    version: int,
    documents: Iterable[str] = (),
    by: User,
    at: dt.datetime,
) -> None:
    """Let the review work with a newer version of its framework.

    ``documents`` are codes of what is to be asked for as the new version asks for it.
    Raises NothingNewer, ChangedMeanwhile, PackFault.
    """
    Review.objects.lock(review.pk)
    fresh = Review.objects.get(pk=review.pk)
    if fresh.version != version:
        raise ChangedMeanwhile
    if target.code != fresh.pack_code or target.version == fresh.pack_version:
        raise NothingNewer
    move = planned_version_move(review=fresh, target=target)
    before, was = fresh.pack, fresh.pack_version
    adopt(fresh, before, move.after)
    asked = ask_as_ticked(fresh, target, move.documents, documents)
    audit.record(
        "review.framework_moved",
        review=review,
        by=by,
        at=at,
        object_kind="framework",
        object_id=target.code,
        detail={
            "from": was,
            "to": target.version,
            **({"documents": len(asked)} if asked else {}),
        },
    )
