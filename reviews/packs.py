"""Framework packs: one readable YAML file says how a kind of review runs.

Loading and checking only; a review keeps its own frozen copy (``as_mapping``). Every fault is
reported with its line. No code is run from a pack.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from string import Template
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from reviews import pack_file, retention
from reviews.evidence_item import Polarity
from reviews.refusals import Refusal

FOLDER = Path(__file__).parent / "frameworks"
ACCESS_ROLES = ("RM", "TL", "AP", "P", "CS", "CC", "PC", "")
NEEDS = ("must", "should", "reference")
# What the briefing note can list under a section's words, and what those may hold.
MILESTONE_PAGES = (
    "set-up",
    "scope",
    "terms",
    "team",
    "interests",
    "regulator",
    "briefing",
    "documents",
    "reading",
    "hypotheses",
    "questionnaire",
    "cases",
    "sheets",
    "timetable",
    "notes",
    "findings",
    "report",
)
# What the product can know to have happened, each said in a sentence with its day.
MILESTONE_EVENTS = {
    "regulator-told": "The regulator was told on {day}",
    "profiles-accepted": "Every role is filled and every profile accepted since {day}",
    "interests-declared": "Every peer has said what there is to declare since {day}",
    "scope-approved": "The scope and the key questions were approved on {day}",
    "terms-signed": "Both have signed the terms, the last on {day}",
    "documents-asked": "The list of documents has been open to the council since {day}",
    "documents-in": "Every document has come, or does not exist, since {day}",
    "briefing-sent": "The briefing note was sent on {day}",
    "questionnaire-opened": "The questionnaire was opened on {day}",
    "reminded-once": "A reminder was sent on {day}",
    "reminded-twice": "The second reminder was sent on {day}",
    "questionnaire-closed": "The questionnaire was closed on {day}",
    "results-released": "The results were released to the team on {day}",
    "timetable-seeded": "The timetable was filled from the sample week on {day}",
    "sheets-in": "Every agency has handed in its sheets since {day}",
    "cases-mapped": "Every case is mapped since {day}",
    "report-drafted": "The first draft of the report was made on {day}",
    "report-issued": "The report was issued on {day}",
    "words-destroyed": "Notes and case data were destroyed on {day}",
}
BRIEFING_LISTS = ("", "roles", "themes", "dates", "agencies", "contacts", "speak")
BRIEFING_FIELDS = (
    *("council", "programme", "dates", "days", "weeks"),
    *retention.by_name(),
)
# No date stands in the terms: they are signed, and the visit may still move.
TERMS_FIELDS = ("council", "programme", *retention.by_name())
# The standing checks that the product knows. Those that count something take a least number.
QUALITY_CHECKS = {
    "scope": False,
    "duty-contact": False,
    "council-contact": False,
    "key-questions": True,
    "scope-approved": False,
    "terms": False,
    "partner-agencies": True,
    "agency-contacts": True,
    "team": False,
    "peer-homes": False,
    "interests": False,
    "profiles": False,
    "milestones": False,
    "documents": False,
    "briefing": False,
    "regulator": False,
    "visit-dates": False,
}
MOST_ITEMS = 1000
MOST_NUMBER = 100_000
CATEGORIES = ("favourable", "middle", "unfavourable", "apart")
LEANINGS = tuple(each.value for each in Polarity)
ASKS_FOR = (Polarity.STRENGTH.value, Polarity.AREA.value, Polarity.CONTEXT.value)
# What the page of a workshop's step can take down, and what a report's section can be made of.
RECORDS = (
    "attendance",
    "involvement",
    "events",
    "decisions",
    "voices",
    "factors",
    "learning",
)
HOLDS = (
    "scope",
    "themes",
    "questions",
    "questionnaire",
    "cases",
    "recommendations",
    "contact",
)


@dataclass(frozen=True)
class Fault:
    """What does not fit, where (names and numbers from the top of the pack), and on which line."""

    path: tuple[Any, ...]
    sentence: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"Line {self.line}: " if self.line else ""
        place = place_words(self.path)
        return f"{where}{place} {self.sentence}." if place else self.sentence


def place_words(path: Sequence[Any]) -> str:
    """As in "roles, item 3, title"."""
    return ", ".join(
        f"item {each + 1}" if isinstance(each, int) else str(each) for each in path
    )


class PackFault(Refusal):
    """The pack cannot be used; ``faults`` are sentences, each with its line where it has one."""

    def __init__(self, faults: Sequence[str | Fault]) -> None:
        self.found = tuple(
            each if isinstance(each, Fault) else Fault((), each) for each in faults
        )
        self.faults = tuple(str(each) for each in self.found)
        super().__init__(" ".join(self.faults))


@dataclass(frozen=True)
class Role:
    """A role of the framework. Without an access role it owns milestones and has no account.

    ``stands_for``: access roles or roles of those whose milestones these are, as with "each
    peer" or with two who see to something together.
    """

    code: str
    title: str
    access_role: str = ""
    least: int = 0
    most: int | None = None
    background: str = ""
    stands_for: tuple[str, ...] = ()

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
    """``offsets`` are days from the first on-site day; one milestone for each of them.

    ``page`` names the page on which it is worked at, one of MILESTONE_PAGES. ``done_by`` names
    what shows that it is done, one of MILESTONE_EVENTS: then the plan offers to mark it.
    """

    code: str
    title: str
    owner: str
    offsets: tuple[int, ...]
    produces: str = ""
    evidence: str = ""
    keeps_weekend: bool = False
    page: str = ""
    done_by: str = ""


@dataclass(frozen=True)
class DocumentTemplate:
    """A document that the council or an agency is asked for. ``offset`` as with milestones."""

    code: str
    title: str
    owner: str
    themes: tuple[str, ...] = ()
    need: str = "should"
    offset: int = -28


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
    """``asks_for``: strength, area or context, which is what a comment then is evidence of."""

    code: str
    text: str
    theme: str = ""
    asks_for: str = "area"


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
    """``meets_people``: somebody outside the team is heard, so notes can come of it.

    ``pause``: nobody works, and the timetable draws it so.
    """

    code: str
    title: str
    meets_people: bool = False
    pause: bool = False


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
    """A kind of people that a note may be said to come from; a tree, never a post or a place.

    ``background``: what one of the two peers who meet them knows, as the roles say it.
    """

    code: str
    title: str
    parent: str = ""
    background: str = ""


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
class NoteKind:
    """A kind of note. ``counts_as``: what it is evidence of; without it, what its code says."""

    code: str
    title: str
    counts_as: str = ""

    @property
    def leaning(self) -> str:
        return self.counts_as or self.code


@dataclass(frozen=True)
class Step:
    """A step of the case mapping workshop; ``records`` is what its page takes down."""

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
    """``text`` may hold ``$council`` and the like (string.Template), never code.

    ``holds``: what the report puts there beside the words, such as the themes.
    """

    code: str
    title: str
    text: str = ""
    holds: str = ""


@dataclass(frozen=True)
class BriefingSection:
    """A section of the note for staff and partners. ``title`` and ``text`` may hold ``$council``.

    ``lists``: what of the review stands under the words; ``milestones`` are the days that are told.
    """

    code: str
    title: str
    text: str = ""
    lists: str = ""
    milestones: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True)
class TermsSection:
    """What the council and the team agree on before the review, under one heading.

    ``text`` may hold ``$council`` and ``$programme``; a line of its own is a paragraph.
    """

    code: str
    title: str
    text: str


@dataclass(frozen=True)
class QualityCheck:
    """One of the checks of QUALITY_CHECKS that a review of this kind is held to.

    ``least``: how many there must be, for those that count; 0 leaves it at one.
    """

    code: str
    title: str
    about: str = ""
    least: int = 0


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
    note_kinds: tuple[NoteKind, ...]
    case_map: CaseMapForm
    report: tuple[ReportSection, ...]
    # Packs that were frozen before documents were asked for have none.
    document_requests: tuple[DocumentTemplate, ...] = ()
    briefing: tuple[BriefingSection, ...] = ()
    terms: tuple[TermsSection, ...] = ()
    # A pack that names none is held to all of them.
    quality_checks: tuple[QualityCheck, ...] = ()

    @cached_property
    def _by_code(self) -> dict[tuple[str, str], Any]:
        return {
            (name, item.code): item
            for name in (
                "roles",
                "themes",
                "session_types",
                "source_classes",
                "rooms",
                "note_kinds",
            )
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

    def note_kind(self, code: str) -> NoteKind:
        return self._by_code["note_kinds", code]  # type: ignore[no-any-return]

    def line(self, code: str) -> Line | None:
        return next(
            (ln for theme in self.themes for ln in theme.lines if ln.code == code), None
        )

    def milestone_keeps_weekend(self, code: str) -> bool:
        return any(m.code == code and m.keeps_weekend for m in self.milestones)

    @property
    def checks(self) -> tuple[QualityCheck, ...]:
        """The standing checks of this kind of review; all of them where it names none."""
        return self.quality_checks or tuple(
            QualityCheck(
                code,
                code.replace("-", " ").capitalize(),
                least=3 if code == "key-questions" else 0,
            )
            for code in QUALITY_CHECKS
        )

    @property
    def owner_titles(self) -> dict[str, str]:
        return {role.code: role.title for role in self.roles}

    def owned_by(self, role: str, access_role: str) -> frozenset[str]:
        """The roles whose milestones are seen to by whoever has this role."""
        together = {
            each.code for each in self.roles if {role, access_role} & {*each.stands_for}
        }
        return frozenset(together | {role})

    def milestone(self, code: str) -> MilestoneTemplate | None:
        """What the framework says of a milestone; None of one that somebody added."""
        return next((m for m in self.milestones if m.code == code), None)

    def milestone_page(self, code: str) -> str:
        found = self.milestone(code)
        return found.page if found else ""


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
    try:
        mapping, lines = pack_file.read(content)
    except pack_file.Unreadable as error:
        raise PackFault(error.faults) from error
    return _checked(mapping, lines)


def write(pack: Pack) -> str:
    """The pack as a YAML file that ``read`` reads back unchanged."""
    return pack_file.write(plain(pack))


def parse(mapping: Mapping[str, Any]) -> Pack:
    """A pack from plain values, as a review keeps them. Raises PackFault and nothing else.

    Checking takes some 30 ms and every page needs its review's pack, so equal values are
    checked once; packs never change.
    """
    try:
        return _parsed(json.dumps(mapping))
    except (TypeError, ValueError, RecursionError) as error:
        raise PackFault(
            ["The pack holds something that is not text or a number."]
        ) from error


@lru_cache(maxsize=32)
def _parsed(text: str) -> Pack:
    return _checked(json.loads(text), {})


def as_mapping(pack: Pack) -> dict[str, Any]:
    """Plain values that ``parse`` reads back unchanged."""
    return dataclasses.asdict(pack)


def plain(item: Any) -> Any:
    """As ``as_mapping``, leaving out what says no more than its default."""
    if isinstance(item, tuple):
        return [plain(each) for each in item]
    if not dataclasses.is_dataclass(item):
        return item
    return {
        field.name: plain(value)
        for field in dataclasses.fields(item)
        if (value := getattr(item, field.name)) != field.default
    }


@lru_cache(maxsize=8)
def read_kept(text: str) -> Pack:
    """A pack from a text that was checked when it was kept."""
    return read(text.encode())


def with_part(
    pack: Pack, path: Sequence[str], value: Any, lines: pack_file.Lines | None = None
) -> Pack:
    """``pack`` with other values at ``path``. Raises PackFault.

    ``lines`` are those of a text that ``value`` was read from.
    """
    mapping = json.loads(json.dumps(as_mapping(pack)))
    place = mapping
    for name in path[:-1]:
        place = place[name]
    if path:
        place[path[-1]] = value
    else:
        place |= value
    return _checked(
        mapping, {(*path, *rest): line for rest, line in (lines or {}).items()}
    )


Shape = TypeVar("Shape")
# What YAML cannot hold as it is.
_UNWRITABLE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def _wrong_number(value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return "must be a whole number"
    return f"must be a number up to {MOST_NUMBER:,}" if abs(value) > MOST_NUMBER else ""


def _wrong_truth(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _wrong_text(value: Any) -> str:
    if not isinstance(value, str):
        return "must be text (put it in quotes)"
    if len(value) > 4000:
        return "must be shorter than 4,000 characters"
    if _UNWRITABLE.search(value):
        return "has a character that cannot stand in a file"
    return ""


# What is wrong with a value of each simple kind; nothing when it fits.
_SIMPLE: dict[Any, Callable[[Any], str]] = {
    int: _wrong_number,
    bool: _wrong_truth,
    str: _wrong_text,
}


class _Reader:
    """Turns plain values into the dataclasses above and collects what does not fit."""

    def __init__(self, lines: Mapping[tuple[Any, ...], int]) -> None:
        self.lines = lines
        self.faults: list[Fault] = []

    def fault(self, path: tuple[Any, ...], sentence: str) -> None:
        known = path
        while known not in self.lines and known:
            known = known[:-1]
        self.faults.append(Fault(path, sentence, self.lines.get(known)))

    def within(self, path: tuple[Any, ...], value: int, least: int, most: int) -> None:
        if not least <= value <= most:
            self.fault(path, f"must be between {least} and {most}")

    def shape(
        self, shape: type[Shape], value: Any, path: tuple[Any, ...]
    ) -> Shape | None:
        if not isinstance(value, Mapping):
            self.fault(path or ("the pack",), "must be a group of named values")
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
        wrong = _SIMPLE[hint](value)
        if wrong:
            self.fault(path, wrong)
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
        for field in dataclasses.fields(part):  # type: ignore[arg-type]
            value = getattr(part, field.name)
            if isinstance(value, tuple):
                yield (*path, field.name), value
    for number, theme in enumerate(pack.themes):
        yield ("themes", number, "lines"), theme.lines


def _unique_codes(pack: Pack, reader: _Reader) -> None:
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
            where = ("sessions", n, "source_class")
            known(where, session.source_class, classes, "source class")


def _backgrounds_are_roles(pack: Pack, reader: _Reader) -> None:
    known = {role.background for role in pack.roles}
    for n, each in enumerate(pack.source_classes):
        if each.background and each.background not in known:
            sentence = f"no role of this pack has the background “{each.background}”"
            reader.fault(("source_classes", n, "background"), sentence)


def _documents_are_askable(pack: Pack, reader: _Reader) -> None:
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


def _briefing_can_be_written(pack: Pack, reader: _Reader) -> None:
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


def _terms_can_be_written(pack: Pack, reader: _Reader) -> None:
    for n, section in enumerate(pack.terms):
        template = Template(section.text)
        unknown = set(template.get_identifiers()) - set(TERMS_FIELDS)
        if unknown or not template.is_valid():
            fields = ", ".join(f"${each}" for each in TERMS_FIELDS)
            reader.fault(("terms", n, "text"), f"may hold {fields} and no other")


def _checks_are_known(pack: Pack, reader: _Reader) -> None:
    for n, check in enumerate(pack.quality_checks):
        path = ("quality_checks", n)
        if check.code not in QUALITY_CHECKS:
            known = ", ".join(QUALITY_CHECKS)
            reader.fault((*path, "code"), f"must be one of: {known}")
        elif check.least and not QUALITY_CHECKS[check.code]:
            sentence = "is only for a check that counts something"
            reader.fault((*path, "least"), sentence)
        reader.within((*path, "least"), check.least, 0, 100)


def _known_words(pack: Pack, reader: _Reader) -> None:
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
    if not any(role.access_role == "RM" for role in pack.roles):
        reader.fault(("roles",), "must have a role with the access role RM")


def _listed_words(pack: Pack, reader: _Reader) -> None:
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


def _sane_words(pack: Pack, reader: _Reader) -> None:
    """Codes are short words without spaces, and what is copied into a column fits it."""
    if not PACK_CODE.fullmatch(pack.code) or len(pack.code) > 100:
        reader.fault(("code",), "must be small letters, digits and hyphens")
    if len(pack.version) > 40:
        reader.fault(("version",), "must be at most 40 characters")
    if len(pack.questionnaire.free_text_hint) > 300:
        place = ("questionnaire", "free_text_hint")
        reader.fault(place, "must be at most 300 characters")


def _fitting_words(pack: Pack, reader: _Reader) -> None:
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


def _sane_values(pack: Pack, reader: _Reader) -> None:
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


def _sane_places(pack: Pack, reader: _Reader) -> None:
    within = reader.within
    for n, room in enumerate(pack.rooms):
        within(("rooms", n, "places"), room.places, 0, 10_000)
    for n, step in enumerate(pack.case_map.steps):
        within(("case_map", "steps", n, "minutes"), step.minutes, 0, 600)


def _enough_of_each(pack: Pack, reader: _Reader) -> None:
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
