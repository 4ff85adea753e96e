"""Framework packs: one readable YAML file says how a kind of review runs.

Loading and checking only; a review keeps its own frozen copy (``as_mapping``). Every fault is
reported with its line. No code is run from a pack.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from reviews.refusals import Refusal

FOLDER = Path(__file__).parent / "frameworks"
ACCESS_ROLES = ("RM", "TL", "AP", "P", "CS", "CC", "PC", "")
MOST_ITEMS = 1000
MOST_BYTES = 1_000_000


class PackFault(Refusal):
    """The pack cannot be used; ``faults`` are sentences, each with its line."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(faults))


@dataclass(frozen=True)
class Role:
    """A role of the framework. Without an access role it owns milestones and has no account."""

    code: str
    title: str
    access_role: str = ""
    least: int = 0
    most: int | None = None
    background: str = ""

    @property
    def has_account(self) -> bool:
        return bool(self.access_role)

    @property
    def required(self) -> bool:
        return self.least > 0


@dataclass(frozen=True)
class Line:
    """A line of enquiry with its probes."""

    code: str
    title: str
    probes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Theme:
    code: str
    number: int
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class MilestoneTemplate:
    """``offsets`` are days from the first on-site day; one milestone for each of them."""

    code: str
    title: str
    owner: str
    offsets: tuple[int, ...]
    produces: str = ""
    evidence: str = ""
    keeps_weekend: bool = False


@dataclass(frozen=True)
class AgencyTemplate:
    """``usual`` agencies are put on a new review's list."""

    code: str
    name: str
    kind: str
    usual: bool = False


@dataclass(frozen=True)
class JobGroup:
    code: str
    title: str
    band: str


@dataclass(frozen=True)
class ScaleOption:
    """``category``: favourable, middle, unfavourable or apart (counted apart)."""

    code: str
    label: str
    category: str


@dataclass(frozen=True)
class Statement:
    """``reversed``: agreeing with it is the unfavourable answer."""

    code: str
    theme: str
    text: str
    reversed: bool = False


@dataclass(frozen=True)
class FreeText:
    code: str
    text: str
    theme: str = ""


@dataclass(frozen=True)
class QuestionnaireTemplate:
    title: str
    introduction: str
    free_text_hint: str
    scale: tuple[ScaleOption, ...]
    statements: tuple[Statement, ...]
    free_texts: tuple[FreeText, ...]


@dataclass(frozen=True)
class SessionType:
    """``meets_people``: somebody outside the team is heard, so notes can come of it."""

    code: str
    title: str
    meets_people: bool = False


@dataclass(frozen=True)
class Strand:
    code: str
    title: str
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Room:
    code: str
    title: str
    places: int
    on_the_move: bool = False


@dataclass(frozen=True)
class SourceClass:
    """A kind of people that a note may be said to come from; a tree, never a post or a place."""

    code: str
    title: str
    parent: str = ""


@dataclass(frozen=True)
class SessionTemplate:
    """A session of the sample week; ``day`` counts from the first on-site day, which is 0."""

    code: str
    day: int
    start: str
    minutes: int
    type: str
    strand: str
    room: str
    title: str
    themes: tuple[str, ...] = ()
    source_class: str = ""
    people: int = 0


@dataclass(frozen=True)
class Choice:
    code: str
    title: str


@dataclass(frozen=True)
class Step:
    """A step of the case mapping workshop."""

    number: int
    minutes: int
    title: str
    records: str


@dataclass(frozen=True)
class CaseMapForm:
    categories: tuple[Choice, ...]
    age_bands: tuple[Choice, ...]
    event_types: tuple[Choice, ...]
    factor_kinds: tuple[Choice, ...]
    voice_sources: tuple[Choice, ...]
    effects: tuple[Choice, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class ReportSection:
    """``text`` may hold ``$council`` and the like (string.Template), never code."""

    code: str
    title: str
    text: str = ""


@dataclass(frozen=True)
class Pack:
    """Everything that a review of this kind is made of."""

    code: str
    version: str
    title: str
    programme: str
    on_site_days: int
    roles: tuple[Role, ...]
    themes: tuple[Theme, ...]
    milestones: tuple[MilestoneTemplate, ...]
    agencies: tuple[AgencyTemplate, ...]
    job_groups: tuple[JobGroup, ...]
    levels: tuple[str, ...]
    questionnaire: QuestionnaireTemplate
    session_types: tuple[SessionType, ...]
    strands: tuple[Strand, ...]
    rooms: tuple[Room, ...]
    source_classes: tuple[SourceClass, ...]
    sessions: tuple[SessionTemplate, ...]
    note_kinds: tuple[Choice, ...]
    case_map: CaseMapForm
    report: tuple[ReportSection, ...]

    @cached_property
    def _by_code(self) -> dict[tuple[str, str], Any]:
        return {
            (name, item.code): item
            for name in ("roles", "themes", "session_types", "source_classes", "rooms")
            for item in getattr(self, name)
        }

    def role(self, code: str) -> Role:
        return self._by_code["roles", code]  # type: ignore[no-any-return]

    def theme(self, code: str) -> Theme:
        return self._by_code["themes", code]  # type: ignore[no-any-return]

    def session_type(self, code: str) -> SessionType:
        return self._by_code["session_types", code]  # type: ignore[no-any-return]

    def source_class(self, code: str) -> SourceClass:
        return self._by_code["source_classes", code]  # type: ignore[no-any-return]

    def line(self, code: str) -> Line | None:
        return next(
            (ln for theme in self.themes for ln in theme.lines if ln.code == code), None
        )

    def milestone_keeps_weekend(self, code: str) -> bool:
        return any(m.code == code and m.keeps_weekend for m in self.milestones)

    @property
    def owner_titles(self) -> dict[str, str]:
        return {role.code: role.title for role in self.roles}


@lru_cache(maxsize=8)
def load(code: str) -> Pack:
    """A shipped pack. Raises PackFault, also when there is none of that code."""
    file = FOLDER / f"{code}.yaml"
    if not code.replace("-", "").isalnum() or not file.is_file():
        raise PackFault([f"There is no framework called {code}."])
    return read(file.read_bytes())


@lru_cache(maxsize=1)
def shipped() -> tuple[Pack, ...]:
    return tuple(load(file.stem) for file in sorted(FOLDER.glob("*.yaml")))


def read(content: bytes) -> Pack:
    """A pack from the bytes of a YAML file. Raises PackFault with the line of every fault."""
    if len(content) > MOST_BYTES:
        raise PackFault(["The file must be smaller than 1MB."])
    try:
        text = content.decode()
        tokens = yaml.scan(text, Loader=yaml.SafeLoader)
        for token in tokens:
            if isinstance(token, yaml.AliasToken | yaml.AnchorToken):
                line = token.start_mark.line + 1
                raise PackFault([f"Line {line}: a pack may not use anchors or aliases."])
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        mapping = yaml.safe_load(text)
    except UnicodeDecodeError as error:
        raise PackFault(["The file is not text in UTF-8."]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1}: " if mark else ""
        problem = getattr(error, "problem", None) or "cannot be read"
        raise PackFault([f"{where}the YAML {problem}."]) from error
    except RecursionError as error:
        raise PackFault(["The file is nested too deeply."]) from error
    lines: dict[tuple[Any, ...], int] = {}
    if node is not None:
        _note_lines(node, (), lines)
    return _checked(mapping, lines)


def parse(mapping: Mapping[str, Any]) -> Pack:
    """A pack from plain values, as a review keeps them. Raises PackFault."""
    return _checked(mapping, {})


def as_mapping(pack: Pack) -> dict[str, Any]:
    """Plain values that ``parse`` reads back unchanged."""
    return dataclasses.asdict(pack)


def _note_lines(
    node: yaml.Node, path: tuple[Any, ...], lines: dict[tuple[Any, ...], int]
) -> None:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            _note_lines(value, (*path, key.value), lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _note_lines(value, (*path, number), lines)


Shape = TypeVar("Shape")


class _Reader:
    """Turns plain values into the dataclasses above and collects what does not fit."""

    def __init__(self, lines: Mapping[tuple[Any, ...], int]) -> None:
        self.lines = lines
        self.faults: list[str] = []

    def fault(self, path: tuple[Any, ...], sentence: str) -> None:
        known = path
        while known not in self.lines and known:
            known = known[:-1]
        where = f"Line {self.lines[known]}: " if known in self.lines else ""
        what = ".".join(str(part) for part in path)
        self.faults.append(f"{where}{what} {sentence}.")

    def shape(
        self, shape: type[Shape], value: Any, path: tuple[Any, ...]
    ) -> Shape | None:
        if not isinstance(value, Mapping):
            self.fault(path, "must be a group of named values")
            return None
        hints = get_type_hints(shape)
        fields = {f.name: f for f in dataclasses.fields(shape)}  # type: ignore[arg-type]
        for name in value:
            if name not in fields:
                self.fault((*path, name), "is not known")
        given: dict[str, Any] = {}
        for name, field in fields.items():
            if name in value:
                given[name] = self.value(hints[name], value[name], (*path, name))
            elif (
                field.default is dataclasses.MISSING
                and field.default_factory is dataclasses.MISSING
            ):
                self.fault((*path, name), "is missing")
        return shape(**given) if not self.faults else None

    def value(self, hint: Any, value: Any, path: tuple[Any, ...]) -> Any:
        if get_origin(hint) is tuple:
            return self.items(get_args(hint)[0], value, path)
        if get_origin(hint) in (Union, UnionType):
            if value is None:
                return None
            hint = next(arg for arg in get_args(hint) if arg is not type(None))
        if dataclasses.is_dataclass(hint):
            return self.shape(hint, value, path)  # type: ignore[arg-type]
        if hint is int and (not isinstance(value, int) or isinstance(value, bool)):
            self.fault(path, "must be a whole number")
        elif hint is bool and not isinstance(value, bool):
            self.fault(path, "must be true or false")
        elif hint is str and not isinstance(value, str):
            self.fault(path, "must be text (put it in quotes)")
        elif hint is str and len(value) > 4000:
            self.fault(path, "must be shorter than 4,000 characters")
        return value

    def items(self, hint: Any, value: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            self.fault(path, "must be a list")
            return ()
        if len(value) > MOST_ITEMS:
            self.fault(path, f"must have at most {MOST_ITEMS:,} items")
            return ()
        return tuple(
            self.value(hint, item, (*path, number)) for number, item in enumerate(value)
        )


def _checked(mapping: Any, lines: Mapping[tuple[Any, ...], int]) -> Pack:
    reader = _Reader(lines)
    pack = reader.shape(Pack, mapping, ())
    if pack is not None:
        for check in CHECKS:
            check(pack, reader)
    if reader.faults or pack is None:
        raise PackFault(reader.faults)
    return pack


def _unique_codes(pack: Pack, reader: _Reader) -> None:
    lists: list[tuple[tuple[Any, ...], Iterable[Any]]] = [
        ((field.name,), getattr(pack, field.name))
        for field in dataclasses.fields(pack)
        if isinstance(getattr(pack, field.name), tuple)
    ]
    lists += [
        (("questionnaire", name), getattr(pack.questionnaire, name))
        for name in ("scale", "statements", "free_texts")
    ]
    lists += [
        (("themes", number, "lines"), theme.lines)
        for number, theme in enumerate(pack.themes)
    ]
    for path, items in lists:
        seen: set[str] = set()
        for number, item in enumerate(items):
            code = getattr(item, "code", item)
            if code in seen:
                reader.fault((*path, number, "code"), f"“{code}” is there twice")
            seen.add(code)


def _known_codes(pack: Pack, reader: _Reader) -> None:
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
            path = ("sessions", n, "source_class")
            known(path, session.source_class, classes, "source class")


def _sane_values(pack: Pack, reader: _Reader) -> None:
    for n, role in enumerate(pack.roles):
        if role.access_role not in ACCESS_ROLES:
            reader.fault(
                ("roles", n, "access_role"), f"“{role.access_role}” is not an access role"
            )
    if not any(role.access_role == "RM" for role in pack.roles):
        reader.fault(("roles",), "must have a role with the access role RM")
    for n, option in enumerate(pack.questionnaire.scale):
        if option.category not in ("favourable", "middle", "unfavourable", "apart"):
            reader.fault(
                ("questionnaire", "scale", n, "category"),
                "must be favourable, middle, unfavourable or apart",
            )
    for n, agency in enumerate(pack.agencies):
        if agency.kind not in ("council", "partner"):
            reader.fault(("agencies", n, "kind"), "must be council or partner")
    for n, session in enumerate(pack.sessions):
        if not _is_clock(session.start):
            reader.fault(("sessions", n, "start"), "must be a time such as “09:15”")
    if not 1 <= pack.on_site_days <= 10:
        reader.fault(("on_site_days",), "must be between 1 and 10")
    if not pack.themes:
        reader.fault(("themes",), "must have at least one theme")


def _is_clock(text: str) -> bool:
    hours, _, minutes = text.partition(":")
    digits = (hours + minutes).isdecimal() and len(text) == 5
    return digits and int(hours) < 24 and int(minutes) < 60


def _classes_have_no_loop(pack: Pack, reader: _Reader) -> None:
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


CHECKS: tuple[Callable[[Pack, _Reader], None], ...] = (
    _unique_codes,
    _known_codes,
    _sane_values,
    _classes_have_no_loop,
)
