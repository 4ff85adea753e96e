"""Verbs of frameworks: copy, bring in, change by part; and a review's own copy of one."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from reviews import packs
from reviews.apps_above.pack_use import Uses, uses
from reviews.domain.pack_documents import DocumentStep, ask_as_ticked, document_steps
from reviews.models import (
    AccessRole,
    FrameworkPack,
    Milestone,
    PackVersion,
    Review,
    User,
)
from reviews.packs.parts import BY_SLUG, PARTS, Part, label_of, shown
from reviews.reading.packs import next_label
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.rules import lead_in
from reviews.trail import audit

# Of a large change the trail keeps the beginning.
MOST_TOLD = 30


class CodeTaken(Refusal):
    def __init__(self, code: str) -> None:
        super().__init__(
            f"There is a framework with the code {code} already. Choose another code."
        )


class ShippedPack(Refusal):
    def __init__(self, code: str) -> None:
        super().__init__(
            f"{code} is supplied with the product and does not change. "
            "Copy it, or import the file under another code."
        )


class VersionThere(Refusal):
    def __init__(self, label: str, same: bool) -> None:
        differs = "and says the same" if same else "and says something else"
        super().__init__(
            f"Version {label} is here already, {differs}. "
            "Nothing was changed. A file with other words needs another version: "
            "change the line that begins with “version:” in it."
        )


class PartLocked(Refusal):
    def __init__(self, part: Part, why: str) -> None:
        super().__init__(f"{part.title} cannot be changed. {why}")


class CodesInUse(Refusal):
    def __init__(self, part: Part, held: Mapping[str, str]) -> None:
        listed = "; ".join(f"{code} (in {what})" for code, what in held.items())
        super().__init__(
            f"{part.title}: these are in use on this review and must stay: {listed}."
        )


class NothingNewer(Refusal):
    def __init__(self) -> None:
        super().__init__("The review works with this version already.")


def _is_shipped(code: str) -> bool:
    return any(pack.code == code for pack in packs.shipped())


# Frameworks of one's own


@transaction.atomic
def copy_pack(
    *, source: packs.Pack, code: str, title: str, by: User, at: dt.datetime
) -> PackVersion:
    """A framework of one's own that begins as ``source``. Raises CodeTaken, PackFault."""
    fresh = packs.with_part(source, (), {"code": code, "version": "1", "title": title})
    version = _begin(fresh, reason=f"Copied from {source.title}", by=by, at=at)
    own = version.pack
    own.source_code, own.source_version = source.code, source.version
    own.save(update_fields=["source_code", "source_version"])
    return version


@transaction.atomic
def import_pack(
    *, pack: packs.Pack, code: str = "", by: User, at: dt.datetime
) -> PackVersion:
    """A framework from a file: a new one, or a new version of one's own of that code.

    Raises ShippedPack, VersionThere, PackFault.
    """
    if code and code != pack.code:
        pack = packs.with_part(pack, ("code",), code)
    if _is_shipped(pack.code):
        raise ShippedPack(pack.code)
    own = FrameworkPack.objects.select_for_update().filter(code=pack.code).first()
    reason = "Imported from a file"
    if own is None:
        return _begin(pack, reason=reason, by=by, at=at)
    there = own.versions.filter(label=pack.version).first()
    if there:
        raise VersionThere(pack.version, same=there.text == packs.write(pack))
    return _add(own, pack, reason=reason, by=by, at=at)


@transaction.atomic
def save_part(
    *,
    own: FrameworkPack,
    part: Part,
    value: Any,
    lines: dict[Any, int] | None = None,
    seen: str,
    reason: str = "",
    by: User,
    at: dt.datetime,
) -> PackVersion:
    """A new version of ``own`` with one part changed. Raises ChangedMeanwhile, PackFault.

    ``seen`` is the fingerprint of the part that the person began with: who changes another part
    at the same time is in nobody's way.
    """
    own = FrameworkPack.objects.select_for_update().get(pk=own.pk)
    newest = own.newest
    before = newest.content()
    if part.fingerprint(before) != seen:
        raise ChangedMeanwhile
    after = part.put(before, value, lines)
    if after == before:
        return newest
    labelled = packs.with_part(after, ("version",), next_label(own))
    return _add(own, labelled, reason=reason or part.title, by=by, at=at)


def _begin(pack: packs.Pack, *, reason: str, by: User, at: dt.datetime) -> PackVersion:
    if _is_shipped(pack.code) or FrameworkPack.objects.filter(code=pack.code).exists():
        raise CodeTaken(pack.code)
    try:
        with transaction.atomic():
            own = FrameworkPack.objects.create(code=pack.code, title=pack.title)
    except IntegrityError as error:  # somebody was quicker
        raise CodeTaken(pack.code) from error
    return _add(own, pack, reason=reason, by=by, at=at)


def _add(
    own: FrameworkPack, pack: packs.Pack, *, reason: str, by: User, at: dt.datetime
) -> PackVersion:
    last = own.versions.last()
    version = PackVersion.objects.create(
        pack=own,
        number=last.number + 1 if last else 1,
        label=pack.version,
        text=packs.write(pack),
        reason=reason,
        made_at=at,
        made_by=by,
        made_by_name=by.full_name,
    )
    own.title = pack.title
    own.save(update_fields=["title"])
    audit.record(
        "framework.version_made",
        review=None,
        by=by,
        at=at,
        object_kind="framework",
        object_id=own.code,
        detail={"version": pack.version, "number": version.number},
    )
    return version


# A review's own copy


@transaction.atomic
def tailor(
    *,
    review: Review,
    part: Part,
    value: Any,
    lines: dict[Any, int] | None = None,
    seen: str,
    by: User,
    at: dt.datetime,
) -> None:
    """Change one part of the review's own copy.

    Raises PartLocked, ChangedMeanwhile, CodesInUse, PackFault.
    """
    Review.objects.lock(review.pk)
    fresh = Review.objects.get(pk=review.pk)
    used = uses(fresh)
    if part.slug in used.locked:
        raise PartLocked(part, used.locked[part.slug])
    before = fresh.pack
    if part.fingerprint(before) != seen:
        raise ChangedMeanwhile
    after = part.put(before, value, lines)
    if part.is_rows:
        there = _codes(part, after)
        gone = {c: what for c, what in used.of(part.slug).items() if c not in there}
        if gone:
            raise CodesInUse(part, gone)
    if after == before:
        return
    _adopt(fresh, before, after)
    audit.record(
        "review.framework_tailored",
        review=review,
        by=by,
        at=at,
        object_kind="framework",
        object_id=fresh.pack_code,
        detail={"part": part.slug, **part_differences(part, before, after)},
    )


def part_differences(
    part: Part, before: packs.Pack, after: packs.Pack
) -> dict[str, Any]:
    """For the trail: what each field of the part said, and says now."""
    if part.names:
        return audit.differences(part.of(before), part.of(after))
    old, new = _cells(part, before), _cells(part, after)
    gone = dict.fromkeys(old.keys() - new.keys(), "")
    found = audit.differences(old, new | gone)
    listed = list(found.get("changed", {}).items())
    return {"changed": dict(listed[:MOST_TOLD])} if listed else {}


def _cells(part: Part, pack: packs.Pack) -> dict[str, str]:
    """Every field of every row by what it is called, for instance "RM, Title"."""
    if part.is_words:
        return {"List": shown(part.items(pack))}
    return {
        f"{getattr(item, 'code', getattr(item, 'number', ''))}, "
        f"{label_of(each.name).lower()}": words
        for item in part.items(pack)
        for each in dataclasses.fields(item)
        if (words := _cell(getattr(item, each.name)))
    }


def _cell(value: Any) -> str:
    if isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
        return "; ".join(_said(each, str(each.code)) for each in value)
    return shown(value)


def _codes(part: Part, pack: packs.Pack) -> set[str]:
    return {str(getattr(item, "code", "")) for item in part.items(pack)}


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
            _said(new[code], code)
            for code in new
            if code in old and new[code] != old[code]
        ),
        new=tuple(_said(new[code], code) for code in new if code not in old),
        gone=tuple(
            _said(old[code], code)
            for code in old
            if code not in new and code not in held
        ),
        kept=tuple(
            f"{_said(old[code], code)} (in {held[code]})"
            for code in old
            if code not in new and code in held
        ),
    )


def _said(item: Any, code: str) -> str:
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
    mapping = json.loads(json.dumps(packs.as_mapping(target)))
    old = json.loads(json.dumps(packs.as_mapping(before)))
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
    manager = next(r.code for r in pack.roles if r.access_role == AccessRole.RM)
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


def _adopt(review: Review, before: packs.Pack, after: packs.Pack) -> None:
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
    _adopt(fresh, before, move.after)
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
            **({"documents": asked} if asked else {}),
        },
    )
