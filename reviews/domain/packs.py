"""What can be done to framework packs: copied, imported, changed; and a review's own, tailored."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from reviews import packs
from reviews.apps_above.pack_use import uses
from reviews.domain.pack_versions import MOST_TOLD, adopt, said_of
from reviews.models import (
    FrameworkPack,
    PackVersion,
    Review,
    User,
)
from reviews.packs.parts import Part, label_of, shown
from reviews.reading.packs import next_label
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.trail import audit


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


def _is_shipped(code: str) -> bool:
    return any(pack.code == code for pack in packs.shipped())


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
    if _is_shipped(pack.code):
        raise CodeTaken(pack.code)
    try:
        with transaction.atomic():
            own = FrameworkPack.objects.create(code=pack.code, title=pack.title)
    except IntegrityError as error:
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
    adopt(fresh, before, after)
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
        return "; ".join(said_of(each, str(each.code)) for each in value)
    return shown(value)


def _codes(part: Part, pack: packs.Pack) -> set[str]:
    return {str(getattr(item, "code", "")) for item in part.items(pack)}
