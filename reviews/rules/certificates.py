"""What the certificate of a closed review states, and how it is said. Pure.

The statement is what is signed. The page (``templates/reviews/certificate_document.html``) and the
command that checks a certificate say the same, from ``page``.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    TypedDict,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from reviews.pages import say
from reviews.refusals import Refusal


class Person(TypedDict):
    """Who asked for the closing, or confirmed it. ``at`` is a moment with its offset, in ISO."""

    name: str
    role: str
    at: str


class Destroyed(TypedDict):
    """``count`` is said to the nearest ten: an exact number of answers would be a turnout."""

    title: str
    count: str


class Kept(TypedDict):
    title: str
    count: str
    until: str


class DestroyedKey(TypedDict):
    title: str
    fingerprint: str
    destroyed_at: str


class Archive(TypedDict):
    sha256: str
    bytes: int


class Samples(TypedDict):
    taken: int
    found: int


class Backup(TypedDict):
    title: str
    lapse_on: str


class Interim(TypedDict):
    number: str
    sha256: str


class Statement(TypedDict):
    """All of it. ``interim`` is what a final certificate completes."""

    kind: Literal["interim", "final"]
    number: str
    council: str
    programme: str
    visit: str
    asked_by: Person
    confirmed_by: Person
    finished_at: str
    made_at: str
    destroyed: list[Destroyed]
    kept: list[Kept]
    keys: list[DestroyedKey]
    archive: Archive | None
    samples: Samples
    audit_head: str
    backups: list[Backup]
    interim: Interim | None
    cannot_reach: list[str]


class NotAStatement(Refusal):
    sentence = "This certificate states something that this version of Critical Friend does not know."


@dataclass(frozen=True)
class Table:
    """``numbers`` are the columns that are set to the right, ``codes`` those of long codes."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    codes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading, and under it sentences, facts (label and value), a table and points."""

    title: str
    sentences: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    table: Table | None = None
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """``made_on`` is the day of the certificate, in ISO."""

    kind: str
    council: str
    made_on: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def title(self) -> str:
        return f"{self.kind}: {self.council}"


KINDS = {
    "interim": "Interim certificate of destruction",
    "final": "Final certificate of destruction",
}
LEAD = {
    "interim": (
        "What is listed here as destroyed has been destroyed in this system.",
        "Until the last backup of the keystore has lapsed, a destroyed key may still exist in a backup.",
    ),
    "final": (
        "What is listed here as destroyed has been destroyed in this system.",
        "The last backup of the keystore that could hold one of these keys has lapsed: the time for "
        "which it is kept is over. Deleting it is the duty of whoever runs the installation.",
    ),
}
CHECKING = (
    "This page is for reading. The certificate is the text file that goes with it, and whoever has "
    "that file can check it without the installation: manage.py verify_certificate FILE --key "
    "FINGERPRINT.",
    "A page can be forged. Compare the fingerprint with one that reached you another way.",
)


def as_statement(said: Mapping[str, Any]) -> Statement:
    """What was read, once it is a statement with every part it should have. Raises NotAStatement."""
    if not _fits(said, Statement):
        raise NotAStatement
    return cast(Statement, said)


def _fits(value: object, kind: Any) -> bool:
    """Whether a value that was read from JSON is of that kind, to its last part."""
    if is_typeddict(kind):
        hints = get_type_hints(kind)
        return (
            isinstance(value, Mapping)
            and value.keys() == hints.keys()
            and all(_fits(value[name], hint) for name, hint in hints.items())
        )
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    if get_origin(kind) is UnionType:
        return any(_fits(value, each) for each in get_args(kind))
    if get_origin(kind) is list:
        (inside,) = get_args(kind)
        return isinstance(value, list) and all(_fits(each, inside) for each in value)
    return type(value) is kind if kind is not NoneType else value is None


def page(said: Mapping[str, Any], *, fingerprint: str = "") -> Page:
    """The certificate in words. ``fingerprint`` is of the key that signs it. Raises NotAStatement."""
    statement = as_statement(said)
    try:
        return Page(
            kind=KINDS[statement["kind"]],
            council=statement["council"],
            made_on=say.local_day(_moment(statement["made_at"])).isoformat(),
            lead=LEAD[statement["kind"]],
            sections=tuple(_sections(statement, fingerprint)),
        )
    except ValueError as error:
        # A day or a moment that is none.
        raise NotAStatement from error


def _sections(statement: Statement, fingerprint: str) -> Iterable[Section]:
    yield _review(statement)
    yield _destroyed(statement["destroyed"])
    yield _keys(statement["keys"])
    yield _kept(statement["kept"])
    yield _archive(statement["archive"])
    yield _proof(statement)
    yield _backups(statement["backups"])
    if statement["cannot_reach"]:
        yield Section(
            "What this certificate does not cover",
            points=tuple(statement["cannot_reach"]),
        )
    if fingerprint:
        yield Section(
            "How to check it",
            CHECKING,
            facts=(("Fingerprint of the key that signs", fingerprint),),
        )


def _review(statement: Statement) -> Section:
    facts = [
        ("Council", statement["council"]),
        ("Programme", statement["programme"]),
        ("Visit", statement["visit"]),
        ("Closing asked for by", _person(statement["asked_by"])),
        ("Closing confirmed by", _person(statement["confirmed_by"])),
        ("Destruction finished on", _day_of(statement["finished_at"])),
        ("Certificate made on", _day_of(statement["made_at"])),
        ("Certificate number", statement["number"]),
    ]
    if statement["interim"]:
        interim = statement["interim"]
        facts += [
            ("Completes the interim certificate", interim["number"]),
            ("SHA-256 of that certificate", interim["sha256"]),
        ]
    return Section("The review", facts=tuple(facts))


def _destroyed(destroyed: list[Destroyed]) -> Section:
    title = "What was destroyed"
    if not destroyed:
        return Section(title, ("Nothing is listed as destroyed.",))
    rows = tuple((each["title"], each["count"]) for each in destroyed)
    table = Table(("What", "Records"), rows, numbers=(1,))
    return Section(title, table=table)


def _keys(keys: list[DestroyedKey]) -> Section:
    title = "Keys that were destroyed"
    if not keys:
        return Section(title, ("No key is listed as destroyed.",))
    rows = tuple(
        (each["title"], _day_of(each["destroyed_at"]), each["fingerprint"])
        for each in keys
    )
    headings = ("Key", "Destroyed on", "Fingerprint")
    return Section(
        title,
        (
            "What a key has sealed cannot be read without it, neither here nor in a backup.",
        ),
        table=Table(headings, rows, codes=(2,)),
    )


def _kept(kept: list[Kept]) -> Section:
    title = "What is kept"
    if not kept:
        return Section(title, ("Nothing is listed as kept.",))
    rows = tuple((each["title"], _day(each["until"]), each["count"]) for each in kept)
    headings = ("What", "Until", "Records")
    return Section(title, table=Table(headings, rows, numbers=(2,)))


def _archive(archive: Archive | None) -> Section:
    if archive is None:
        return Section("The archive", ("This certificate names no archive.",))
    return Section(
        "The archive",
        ("It opens with two passphrases together, and with neither alone.",),
        facts=(
            ("Size", f"{archive['bytes']:,} bytes"),
            ("SHA-256", archive["sha256"]),
        ),
    )


def _proof(statement: Statement) -> Section:
    samples = statement["samples"]
    if samples["taken"]:
        sentence = (
            f"{say.counted(samples['taken'], 'sample')} of what was destroyed "
            f"{'was' if samples['taken'] == 1 else 'were'} looked for afterwards. "
            f"Found: {samples['found']:,}."
        )
    else:
        sentence = "No sample of what was destroyed was looked for."
    facts = (("Head of the audit trail", statement["audit_head"]),)
    return Section("What was looked for afterwards", (sentence,), facts)


def _backups(backups: list[Backup]) -> Section:
    title = "Backups"
    if not backups:
        return Section(title, ("This certificate names no backups.",))
    rows = tuple((each["title"], _day(each["lapse_on"])) for each in backups)
    table = Table(("Backup", "Lapses on"), rows)
    return Section(title, table=table)


def lines(said: Mapping[str, Any]) -> list[str]:
    """The certificate as plain lines, for a terminal. Raises NotAStatement."""
    shown = page(said)
    found = [shown.title, "", *shown.lead]
    for section in shown.sections:
        found += ["", section.title, *(f"  {each}" for each in section.sentences)]
        found += [f"  {label}: {value}" for label, value in section.facts]
        if section.table:
            rows = (section.table.headings, *section.table.rows)
            found += [f"  - {first}: {', '.join(rest)}" for first, *rest in rows]
        found += [f"  - {point}" for point in section.points]
    return found


def _moment(iso: str) -> dt.datetime:
    return dt.datetime.fromisoformat(iso)


def _day_of(iso: str) -> str:
    return say.day_of(_moment(iso))


def _day(iso: str) -> str:
    return say.day(dt.date.fromisoformat(iso))


def _person(person: Person) -> str:
    return f"{person['name']}, {person['role']}, {_day_of(person['at'])}"
