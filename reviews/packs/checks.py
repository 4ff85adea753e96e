"""What has to hold between the parts of a pack, beyond the shape of each."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from string import Template
from typing import Any

from reviews.packs.model import Pack
from reviews.packs.reader import MOST_NUMBER, PackFault, Reader
from reviews.packs.vocabulary import (
    ACCESS_ROLES,
    ASKS_FOR,
    BRIEFING_FIELDS,
    BRIEFING_LISTS,
    CATEGORIES,
    HOLDS,
    LEANINGS,
    MILESTONE_EVENTS,
    MILESTONE_PAGES,
    NEEDS,
    QUALITY_CHECKS,
    RECORDS,
    TERMS_FIELDS,
)


def checked(mapping: Any, lines: Mapping[tuple[Any, ...], int]) -> Pack:
    reader = Reader(lines)
    pack = reader.shape(Pack, mapping, ())
    if pack is not None:
        for check in CHECKS:
            check(pack, reader)
    if reader.faults or pack is None:
        by_line = sorted(reader.faults, key=lambda fault: fault.line or MOST_NUMBER)
        raise PackFault(by_line)
    return pack


def _lists(pack: Pack) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
    """Every list of the pack with its place, but for lists inside items."""
    for path, part in (
        ((), pack),
        (("questionnaire",), pack.questionnaire),
        (("case_map",), pack.case_map),
    ):
        for field in dataclasses.fields(part):
            value = getattr(part, field.name)
            if isinstance(value, tuple):
                yield (*path, field.name), value
    for number, theme in enumerate(pack.themes):
        yield ("themes", number, "lines"), theme.lines


def _unique_codes(pack: Pack, reader: Reader) -> None:
    bank = pack.questionnaire
    once: list[tuple[str, Iterable[tuple[tuple[Any, ...], Any]]]] = [
        (
            "code",
            [((*path, n), item) for n, item in enumerate(items) if _has(item, "code")],
        )
        for path, items in _lists(pack)
    ]
    once += [
        (
            "code",
            [
                (("themes", t, "lines", n), line)
                for t, theme in enumerate(pack.themes)
                for n, line in enumerate(theme.lines)
            ],
        ),
        (
            "code",
            [
                (("questionnaire", name, n), question)
                for name in ("statements", "free_texts")
                for n, question in enumerate(getattr(bank, name))
            ],
        ),
        ("number", [(("themes", n), theme) for n, theme in enumerate(pack.themes)]),
        ("name", [(("agencies", n), each) for n, each in enumerate(pack.agencies)]),
    ]
    told: set[tuple[Any, ...]] = set()
    for name, items in once:
        seen: set[Any] = set()
        for path, item in items:
            value = getattr(item, name)
            if value in seen and (*path, name) not in told:
                told.add((*path, name))
                reader.fault((*path, name), f"“{value}” is there twice")
            seen.add(value)
    for n, milestone in enumerate(pack.milestones):
        if len(set(milestone.offsets)) < len(milestone.offsets):
            reader.fault(("milestones", n, "offsets"), "has a day twice")
    if len(set(pack.levels)) < len(pack.levels):
        reader.fault(("levels",), "has a level twice")


def _has(item: Any, name: str) -> bool:
    return dataclasses.is_dataclass(item) and hasattr(item, name)


def _known_codes(pack: Pack, reader: Reader) -> None:
    roles = {role.code for role in pack.roles}
    themes = {theme.code for theme in pack.themes}
    types = {each.code for each in pack.session_types}
    rooms = {each.code for each in pack.rooms}
    strands = {each.code for each in pack.strands}
    classes = {each.code for each in pack.source_classes}

    def known(path: tuple[Any, ...], code: str, codes: set[str], what: str) -> None:
        if code not in codes:
            reader.fault(path, f"“{code}” is not a {what} of this pack")

    for n, milestone in enumerate(pack.milestones):
        known(("milestones", n, "owner"), milestone.owner, roles, "role")
    for n, statement in enumerate(pack.questionnaire.statements):
        path = ("questionnaire", "statements", n, "theme")
        known(path, statement.theme, themes, "theme")
    for n, strand in enumerate(pack.strands):
        for role in strand.roles:
            known(("strands", n, "roles"), role, roles, "role")
    for n, session in enumerate(pack.sessions):
        known(("sessions", n, "type"), session.type, types, "session type")
        known(("sessions", n, "room"), session.room, rooms, "room")
        known(("sessions", n, "strand"), session.strand, strands, "strand")
        for theme in session.themes:
            known(("sessions", n, "themes"), theme, themes, "theme")
        if session.source_class:
            where = ("sessions", n, "source_class")
            known(where, session.source_class, classes, "source class")


def _backgrounds_are_roles(pack: Pack, reader: Reader) -> None:
    known = {role.background for role in pack.roles}
    for n, each in enumerate(pack.source_classes):
        if each.background and each.background not in known:
            sentence = f"no role of this pack has the background “{each.background}”"
            reader.fault(("source_classes", n, "background"), sentence)


def _documents_are_askable(pack: Pack, reader: Reader) -> None:
    roles = {role.code for role in pack.roles}
    themes = {theme.code for theme in pack.themes}
    for n, asked in enumerate(pack.document_requests):
        path = ("document_requests", n)
        if asked.owner not in roles:
            sentence = f"“{asked.owner}” is not a role of this pack"
            reader.fault((*path, "owner"), sentence)
        if asked.need not in NEEDS:
            reader.fault((*path, "need"), "must be must, should or reference")
        for theme in asked.themes:
            if theme not in themes:
                sentence = f"“{theme}” is not a theme of this pack"
                reader.fault((*path, "themes"), sentence)


def _briefing_can_be_written(pack: Pack, reader: Reader) -> None:
    codes = {milestone.code for milestone in pack.milestones}
    for n, section in enumerate(pack.briefing):
        path = ("briefing", n)
        if section.lists not in BRIEFING_LISTS:
            known = ", ".join(name for name in BRIEFING_LISTS if name)
            reader.fault((*path, "lists"), f"must be one of: {known}")
        for code in section.milestones:
            if code not in codes:
                sentence = f"“{code}” is not a milestone of this pack"
                reader.fault((*path, "milestones"), sentence)
        for name in ("title", "text", "after"):
            template = Template(getattr(section, name))
            unknown = sorted(set(template.get_identifiers()) - set(BRIEFING_FIELDS))
            if unknown or not template.is_valid():
                fields = ", ".join(f"${each}" for each in BRIEFING_FIELDS)
                reader.fault((*path, name), f"may hold {fields} and no other")


def _terms_can_be_written(pack: Pack, reader: Reader) -> None:
    for n, section in enumerate(pack.terms):
        template = Template(section.text)
        unknown = set(template.get_identifiers()) - set(TERMS_FIELDS)
        if unknown or not template.is_valid():
            fields = ", ".join(f"${each}" for each in TERMS_FIELDS)
            reader.fault(("terms", n, "text"), f"may hold {fields} and no other")


def _checks_are_known(pack: Pack, reader: Reader) -> None:
    for n, check in enumerate(pack.quality_checks):
        path = ("quality_checks", n)
        if check.code not in QUALITY_CHECKS:
            known = ", ".join(QUALITY_CHECKS)
            reader.fault((*path, "code"), f"must be one of: {known}")
        elif check.least and not QUALITY_CHECKS[check.code]:
            sentence = "is only for a check that counts something"
            reader.fault((*path, "least"), sentence)
        reader.within((*path, "least"), check.least, 0, 100)


def _known_words(pack: Pack, reader: Reader) -> None:
    owners = {role.code for role in pack.roles if role.has_account}
    for n, role in enumerate(pack.roles):
        if role.access_role not in ACCESS_ROLES:
            reader.fault(
                ("roles", n, "access_role"),
                f"“{role.access_role}” is not an access role",
            )
        for each in role.stands_for:
            if role.access_role or each not in {*ACCESS_ROLES, *owners}:
                reader.fault(
                    ("roles", n, "stands_for"),
                    "names access roles or roles that have one, of a role that has none itself",
                )
        if role.most is not None and role.most < role.least:
            reader.fault(("roles", n, "most"), "is less than the least")
    if not any(role.manages for role in pack.roles):
        reader.fault(("roles",), "must have a role with the access role RM")


def _listed_words(pack: Pack, reader: Reader) -> None:
    """Words that the product knows, since they say what it does with an item."""
    bank = pack.questionnaire
    words: list[tuple[str, tuple[str, ...], Sequence[Any], tuple[str, ...]]] = [
        ("category", CATEGORIES, bank.scale, ("questionnaire", "scale")),
        ("asks_for", ASKS_FOR, bank.free_texts, ("questionnaire", "free_texts")),
        ("kind", ("council", "partner"), pack.agencies, ("agencies",)),
        ("records", RECORDS, pack.case_map.steps, ("case_map", "steps")),
        ("page", (*MILESTONE_PAGES, ""), pack.milestones, ("milestones",)),
        ("done_by", (*MILESTONE_EVENTS, ""), pack.milestones, ("milestones",)),
        ("holds", (*HOLDS, ""), pack.report, ("report",)),
    ]
    for name, allowed, items, path in words:
        for n, item in enumerate(items):
            if getattr(item, name) not in allowed:
                listed = ", ".join(filter(None, allowed))
                reader.fault((*path, n, name), f"must be one of {listed}")
    for n, kind in enumerate(pack.note_kinds):
        if kind.leaning not in LEANINGS:
            listed = ", ".join(LEANINGS)
            reader.fault(("note_kinds", n, "counts_as"), f"must be one of {listed}")
    for n, text in enumerate(bank.free_texts):
        if text.theme and text.theme not in {each.code for each in pack.themes}:
            path = ("questionnaire", "free_texts")
            reader.fault(
                (*path, n, "theme"), f"“{text.theme}” is not a theme of this pack"
            )


_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]*")
PACK_CODE = re.compile(r"[a-z0-9][a-z0-9-]*")
_SLUG = re.compile(r"[A-Za-z0-9_-]+")
# How long a name may be, by the column that it is copied into.
_LONGEST = {
    "title": 200,
    "name": 200,
    "label": 100,
    "band": 60,
    "programme": 200,
    "text": 500,
}
_LONGEST_IN = {
    "report": {"text": 4000},
    "briefing": {"text": 4000},
    "terms": {"text": 4000},
    "rooms": {"title": 100},
}
LONGEST_CODE = 20
_NEVER_EMPTY = ("title", "name", "label", "band", "text", "version")


def _sane_words(pack: Pack, reader: Reader) -> None:
    """Codes are short words without spaces, and what is copied into a column fits it."""
    if not PACK_CODE.fullmatch(pack.code) or len(pack.code) > 100:
        reader.fault(("code",), "must be small letters, digits and hyphens")
    if len(pack.version) > 40:
        reader.fault(("version",), "must be at most 40 characters")
    if len(pack.questionnaire.free_text_hint) > 300:
        place = ("questionnaire", "free_text_hint")
        reader.fault(place, "must be at most 300 characters")


def _fitting_words(pack: Pack, reader: Reader) -> None:
    named: list[tuple[tuple[Any, ...], Any]] = [
        ((), pack),
        (("questionnaire",), pack.questionnaire),
    ]
    named += [
        ((*path, n), item)
        for path, items in _lists(pack)
        for n, item in enumerate(items)
        if dataclasses.is_dataclass(item)
    ]
    for path, item in named:
        longest = _LONGEST | _LONGEST_IN.get(path[0] if path else "", {})
        if path and hasattr(item, "code"):
            pattern = _SLUG if path[0] == "agencies" else _CODE
            if not pattern.fullmatch(item.code) or len(item.code) > LONGEST_CODE:
                reader.fault(
                    (*path, "code"),
                    f"must be 1 to {LONGEST_CODE} letters, digits, dots or hyphens",
                )
        for field in dataclasses.fields(item):
            value = getattr(item, field.name)
            if not isinstance(value, str):
                continue
            if len(value) > longest.get(field.name, 4000):
                most = longest[field.name]
                reader.fault((*path, field.name), f"must be at most {most} characters")
            required = field.default is dataclasses.MISSING
            if required and field.name in _NEVER_EMPTY and not value.strip():
                reader.fault((*path, field.name), "must not be empty")


def _sane_values(pack: Pack, reader: Reader) -> None:
    within = reader.within
    for n, session in enumerate(pack.sessions):
        path = ("sessions", n)
        if not _is_clock(session.start):
            reader.fault((*path, "start"), "must be a time such as “09:15”")
        within((*path, "day"), session.day, -7, max(pack.on_site_days, 1) - 1)
        within((*path, "minutes"), session.minutes, 5, 600)
        within((*path, "people"), session.people, 0, 1000)
    within(("on_site_days",), pack.on_site_days, 1, 10)
    for n, role in enumerate(pack.roles):
        within(("roles", n, "least"), role.least, 0, 100)
        within(("roles", n, "most"), 1 if role.most is None else role.most, 1, 100)
    for n, milestone in enumerate(pack.milestones):
        for offset in milestone.offsets:
            within(("milestones", n, "offsets"), offset, -366, 731)
    for n, asked in enumerate(pack.document_requests):
        within(("document_requests", n, "offset"), asked.offset, -366, 731)


def _sane_places(pack: Pack, reader: Reader) -> None:
    within = reader.within
    for n, room in enumerate(pack.rooms):
        within(("rooms", n, "places"), room.places, 0, 10_000)
    for n, step in enumerate(pack.case_map.steps):
        within(("case_map", "steps", n, "minutes"), step.minutes, 0, 600)


def _enough_of_each(pack: Pack, reader: Reader) -> None:
    bank = pack.questionnaire
    for path, items in (
        (("themes",), pack.themes),
        (("source_classes",), pack.source_classes),
        (("note_kinds",), pack.note_kinds),
        (("session_types",), pack.session_types),
        (("strands",), pack.strands),
        (("rooms",), pack.rooms),
        (("report",), pack.report),
        (("questionnaire", "statements"), bank.statements),
    ):
        if not items:
            reader.fault(path, "must have at least one item")
    for category in ("favourable", "unfavourable"):
        if all(option.category != category for option in bank.scale):
            place = ("questionnaire", "scale")
            reader.fault(place, f"must have an answer that is {category}")
    tops = [n for n, each in enumerate(pack.source_classes) if not each.parent]
    for n in tops[1:]:
        sentence = "is missing: only one class stands above all others"
        reader.fault(("source_classes", n, "parent"), sentence)


def _is_clock(text: str) -> bool:
    hours, _, minutes = text.partition(":")
    digits = (hours + minutes).isdecimal() and len(text) == 5
    return digits and int(hours) < 24 and int(minutes) < 60


def _classes_have_no_loop(pack: Pack, reader: Reader) -> None:
    parents = {each.code: each.parent for each in pack.source_classes}
    for n, each in enumerate(pack.source_classes):
        path = ("source_classes", n, "parent")
        seen, code = set(), each.code
        while code:
            if code in seen:
                reader.fault(path, "leads back to itself")
                break
            seen.add(code)
            if code not in parents:
                reader.fault(path, f"“{code}” is not a source class of this pack")
                break
            code = parents[code]


CHECKS: tuple[Callable[[Pack, Reader], None], ...] = (
    _unique_codes,
    _known_codes,
    _backgrounds_are_roles,
    _documents_are_askable,
    _briefing_can_be_written,
    _terms_can_be_written,
    _checks_are_known,
    _known_words,
    _listed_words,
    _sane_words,
    _fitting_words,
    _sane_values,
    _sane_places,
    _enough_of_each,
    _classes_have_no_loop,
)
