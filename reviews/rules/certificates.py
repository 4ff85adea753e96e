"""What the certificate of a closed review states, and how it is said. Pure.

The statement is what is signed. The page (``templates/reviews/certificate_document.html``) and the
command that checks a certificate say the same, from ``page``. What is ``NotRequired`` was stated by
later versions than the first: a certificate without it is read too.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import (
    Any,
    Literal,
    NotRequired,
    TypedDict,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from reviews.pages import say
from reviews.refusals import Refusal


class StatedBy(TypedDict):
    """Whose installation it is, where, and whom to ask; "" for what is not set."""

    organisation: str
    address: str
    contact: str


class Person(TypedDict):
    """Who asked for the closing, or confirmed it. ``at`` is a moment with its offset, in ISO."""

    name: str
    role: str
    at: str


class Destroyed(TypedDict):
    """``count`` is said to the nearest ten: an exact number of answers would be a turnout."""

    title: str
    about: NotRequired[str]
    count: str


class Kept(TypedDict):
    title: str
    about: NotRequired[str]
    count: str
    until: str


class DestroyedKey(TypedDict):
    title: str
    fingerprint: str
    destroyed_at: str


class Archive(TypedDict):
    """``holds`` and ``never`` are sentences on what is in it and what is not."""

    sha256: str
    bytes: int
    holds: NotRequired[list[str]]
    never: NotRequired[str]


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
    stated_by: NotRequired[StatedBy]
    review: NotRequired[int]
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
    """``numbers`` are the columns that are set to the right. ``notes`` stand under the first cell of
    each row; ``codes``: they are long codes."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    codes: bool = False

    @property
    def noted(self) -> list[tuple[tuple[str, ...], str]]:
        """Each row with its note, "" for none."""
        notes = self.notes or ("",) * len(self.rows)
        return list(zip(self.rows, notes, strict=True))


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
KEYS_BACKUP, DATABASE_BACKUP = "Backups of the keys", "Backups of the database"
DESTROYED = "What is listed here as destroyed has been destroyed in this system."
LAPSED = (
    "The last backup that could hold one of these keys has lapsed: the time for which it is kept is "
    "over. Deleting it is the duty of whoever runs the installation."
)
UNLESS = (
    "neither here nor in a backup of the database, unless somebody keeps a backup of the keys for "
    "longer than they should."
)
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
            and kind.__required_keys__ <= value.keys() <= hints.keys()
            and all(_fits(value[name], hints[name]) for name in value)
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
            lead=_lead(statement),
            sections=tuple(_sections(statement, fingerprint)),
        )
    except ValueError as error:
        # A day or a moment that is none.
        raise NotAStatement from error


def _sections(statement: Statement, fingerprint: str) -> Iterable[Section]:
    if "stated_by" in statement:
        yield _stated_by(statement["stated_by"])
    yield _review(statement)
    yield _destroyed(statement["destroyed"])
    yield _keys(statement)
    yield _kept(statement["kept"])
    yield _archive(statement)
    if statement["archive"] and statement["archive"].get("holds"):
        yield Section(
            "What the archive holds", points=tuple(statement["archive"]["holds"])
        )
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


def _lead(statement: Statement) -> tuple[str, ...]:
    if statement["kind"] == "final":
        return DESTROYED, LAPSED
    return (
        DESTROYED,
        f"Until {_keys_lapse(statement)} a copy of a destroyed key may lie in a backup. The final "
        "certificate is made after that.",
    )


def _keys_lapse(statement: Statement) -> str:
    """The day on which the last backup of the keys lapses."""
    days = [
        _day(each["lapse_on"])
        for each in statement["backups"]
        if each["title"] == KEYS_BACKUP
    ]
    return days[0] if days else "the last backup of the keys has lapsed"


def _stated_by(stated: StatedBy) -> Section:
    facts = (
        ("Stated by", stated["organisation"]),
        ("Address of the installation", stated["address"]),
        ("Whom to ask", stated["contact"]),
    )
    return Section(
        "Who states this",
        (
            "The installation signs the text file that goes with this page, with a key of its own. "
            "Nobody signs it by hand.",
        ),
        facts=tuple((label, value) for label, value in facts if value),
    )


def _review(statement: Statement) -> Section:
    facts = [
        *(
            [("Number of the review", str(statement["review"]))]
            if "review" in statement
            else []
        ),
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
    notes = tuple(each.get("about", "") for each in destroyed)
    table = Table(("What", "Records"), rows, numbers=(1,), notes=notes)
    return Section(title, table=table)


def _keys(statement: Statement) -> Section:
    title, keys = "Keys that were destroyed", statement["keys"]
    if not keys:
        return Section(title, ("No key is listed as destroyed.",))
    days = [_day_of(each["destroyed_at"]) for each in keys]
    same = len({*days}) == 1
    sentences = (
        *((f"All of them were destroyed on {days[0]}.",) if same else ()),
        "The last backup of these keys has lapsed. "
        f"Nobody can read what they sealed, {UNLESS}"
        if statement["kind"] == "final"
        else f"Until {_keys_lapse(statement)} a copy of these keys may lie in a backup. "
        f"After that nobody can read what they sealed, {UNLESS}",
        "Under each key stands its fingerprint, which tells it from all others.",
    )
    rows = tuple(
        (each["title"],) if same else (each["title"], day)
        for each, day in zip(keys, days, strict=True)
    )
    table = Table(
        ("Key",) if same else ("Key", "Destroyed on"),
        rows,
        notes=tuple(_in_fours(each["fingerprint"]) for each in keys),
        codes=True,
    )
    return Section(title, sentences, table=table)


def _kept(kept: list[Kept]) -> Section:
    title = "What is kept"
    if not kept:
        return Section(title, ("Nothing is listed as kept.",))
    days = [_day(each["until"]) for each in kept]
    notes = tuple(each.get("about", "") for each in kept)
    if len({*days}) == 1:
        rows = tuple((each["title"], each["count"]) for each in kept)
        table = Table(("What", "Records"), rows, numbers=(1,), notes=notes)
        return Section(title, (f"All of it is kept until {days[0]}.",), table=table)
    longer = tuple(
        (each["title"], day, each["count"])
        for each, day in zip(kept, days, strict=True)
    )
    table = Table(("What", "Until", "Records"), longer, numbers=(2,), notes=notes)
    return Section(title, table=table)


def _archive(statement: Statement) -> Section:
    archive = statement["archive"]
    if archive is None:
        return Section("The archive", ("This certificate names no archive.",))
    return Section(
        "The archive",
        (
            "It opens with two passphrases together, and with neither alone. Each was shown to one "
            "person. This certificate holds neither, and if one is lost the archive is lost.",
            *((archive["never"],) if archive.get("never") else ()),
        ),
        facts=(
            (
                "First passphrase, the outer one, was shown to",
                _who(statement["asked_by"]),
            ),
            (
                "Second passphrase, the inner one, was shown to",
                _who(statement["confirmed_by"]),
            ),
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
            found += _table_lines(section.table)
        found += [f"  - {point}" for point in section.points]
    return found


def _table_lines(table: Table) -> Iterable[str]:
    for (first, *rest), note in ((table.headings, ""), *table.noted):
        yield f"  - {first}: {', '.join(rest)}" if rest else f"  - {first}"
        if note:
            yield f"    {note}"


def _moment(iso: str) -> dt.datetime:
    return dt.datetime.fromisoformat(iso)


def _day_of(iso: str) -> str:
    return say.day_of(_moment(iso))


def _day(iso: str) -> str:
    return say.day(dt.date.fromisoformat(iso))


def _person(person: Person) -> str:
    return f"{_who(person)}, {_day_of(person['at'])}"


def _who(person: Person) -> str:
    return f"{person['name']}, {person['role']}"


def _in_fours(code: str) -> str:
    """A long code as it can be read aloud and compared."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))
