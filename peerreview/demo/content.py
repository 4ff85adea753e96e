"""Reads the demonstration's texts and figures from ``content/`` into typed values.

Nothing here touches the database; what the people of the demonstration are called is in ``people``.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "content"

MARKS = {
    "+": "strength",
    "-": "area",
    "~": "context",
    "?": "follow_up",
    "*": "practice",
}
_NOTE = re.compile(r"(\S+) ([-+~?*])(!?)([A-Z]\d\d)? (.+)")
_COMMENT = re.compile(r"(FT\d) (\S+) (.+)")


@dataclass(frozen=True)
class NoteText:
    """One point that a peer heard in ``session``; ``finding`` is what it bears on."""

    session: str
    line: str
    mark: str
    finding: str
    against: bool
    text: str
    rightly_marked: bool

    @property
    def theme(self) -> str:
        return f"T{self.line[0]}"


@dataclass(frozen=True)
class CommentText:
    question: str
    agency: str
    text: str
    rightly_marked: bool


@dataclass(frozen=True)
class ExcerptText:
    session: str
    begins: str
    says: str


@dataclass(frozen=True)
class FindingText:
    code: str
    theme: str
    kind: str
    title: str
    text: str
    consider: str
    results: tuple[str, ...]
    cases: tuple[str, ...]
    questions: tuple[int, ...]
    excerpts: tuple[ExcerptText, ...]

    @property
    def whole_text(self) -> str:
        """The finding as the team writes it: the evidence first, then what to consider."""
        return "\n\n".join(part for part in (self.text, self.consider) if part)


@dataclass(frozen=True)
class StatementModel:
    """How one statement was answered: percentages, moved up or down by agency."""

    code: str
    agree: int
    disagree: int
    apart: int
    by: dict[str, int]


@dataclass(frozen=True)
class Group:
    """One reporting group: how many were invited and how many answered."""

    agency: str
    job_group: str
    invited: int
    answered: int


@dataclass(frozen=True)
class Persona:
    key: str
    role: str
    name: str
    home: str
    agency: str
    telephone: str = ""
    administrator: bool = False

    @property
    def email(self) -> str:
        return address(self.name, "personas")


@dataclass(frozen=True)
class ReviewFacts:
    council: str
    first_day: dt.date
    duty_contact: str
    contact_phone: str


@dataclass(frozen=True)
class Met:
    """People whom the peers meet in one session: so many of one post."""

    number: int
    post: str
    agency: str
    persona: str


def address(name: str, organisation: str) -> str:
    """An address in the reserved domain: no message can ever reach anybody."""
    local = re.sub(r"[^a-z]+", ".", name.lower()).strip(".")
    return f"{local}@{organisation.lower()}.example"


@cache
def _yaml(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


@cache
def notes() -> tuple[NoteText, ...]:
    found = []
    for path in sorted((FOLDER / "notes").glob("*.txt")):
        line_of_enquiry = path.name.split("-", 1)[0]
        for line in _lines(path):
            match = _NOTE.fullmatch(line)
            if match is None:
                raise ValueError(f"{path.name}: {line}")
            session, mark, against, finding, text = match.groups()
            text, rightly_marked = _planted(text)
            found.append(
                NoteText(
                    session=session,
                    line=line_of_enquiry,
                    mark=MARKS[mark],
                    finding=finding or "",
                    against=bool(against),
                    text=text,
                    rightly_marked=rightly_marked,
                )
            )
    return tuple(found)


def _planted(text: str) -> tuple[str, bool]:
    """A text that ends in ^ does name somebody or a day: marking it is no mistake."""
    return text.removesuffix(" ^"), text.endswith(" ^")


@cache
def comments() -> tuple[CommentText, ...]:
    found = []
    for line in _lines(FOLDER / "comments.txt"):
        match = _COMMENT.fullmatch(line)
        if match is None:
            raise ValueError(line)
        question, agency, text = match.groups()
        found.append(CommentText(question, agency, *_planted(text)))
    return tuple(found)


def _paragraphs(text: str) -> str:
    return text.strip()


@cache
def findings() -> tuple[FindingText, ...]:
    return tuple(
        FindingText(
            code=each["code"],
            theme=each["theme"],
            kind=each["kind"],
            title=each["title"],
            text=_paragraphs(each["text"]),
            consider=_paragraphs(each.get("consider", "")),
            results=tuple(each.get("results", ())),
            cases=tuple(each.get("cases", ())),
            questions=tuple(each.get("questions", ())),
            excerpts=tuple(_excerpt(entry) for entry in each["excerpts"]),
        )
        for each in _yaml("findings.yaml")
    )


def _excerpt(entry: dict[str, str]) -> ExcerptText:
    session, begins = entry["from"].split(" ", 1)
    return ExcerptText(session=session, begins=begins, says=entry["says"])


def note_of(excerpt: ExcerptText) -> NoteText:
    """The one note that the excerpt paraphrases."""
    [note] = [
        each
        for each in notes()
        if each.session == excerpt.session and each.text.startswith(excerpt.begins)
    ]
    return note


def cases() -> list[dict[str, Any]]:
    """The three cases, as they stand in the file."""
    return list(_yaml("cases.yaml"))


def papers() -> dict[str, list[dict[str, Any]]]:
    """Documents, figures and hypotheses, as they stand in the file."""
    return dict(_yaml("documents.yaml"))


def report() -> dict[str, Any]:
    """The words of the report that are not findings."""
    return dict(_yaml("report.yaml"))


@cache
def groups() -> tuple[Group, ...]:
    return tuple(
        Group(agency, job_group, invited, answered)
        for agency, job_groups in _yaml("questionnaire.yaml")["groups"].items()
        for job_group, (invited, answered) in job_groups.items()
    )


@cache
def statements() -> tuple[StatementModel, ...]:
    return tuple(
        StatementModel(
            code=code,
            agree=each["agree"],
            disagree=each["disagree"],
            apart=each["apart"],
            by=dict(each.get("by", {})),
        )
        for code, each in _yaml("questionnaire.yaml")["statements"].items()
    )


def facts(name: str) -> ReviewFacts:
    """``review`` or ``second_review``."""
    each = _yaml("people.yaml")[name]
    return ReviewFacts(
        council=each["council"],
        first_day=each["first_day"],
        duty_contact=each["duty_contact"],
        contact_phone=each["contact_phone"],
    )


@cache
def personas() -> dict[str, Persona]:
    """Everybody with an account, by key."""
    people = _yaml("people.yaml")
    entries = [*people["personas"], *people["others"], *people["second_personas"]]
    return {
        each["key"]: Persona(
            key=each["key"],
            role=each.get("role", ""),
            name=each["name"],
            home=each.get("home", ""),
            agency=each.get("agency", ""),
            telephone=each.get("telephone", ""),
            administrator=each.get("administrator", False),
        )
        for each in entries
        if "name" in each
    }


def members(group: str) -> list[tuple[str, str]]:
    """(persona's key, role code) of ``personas`` or ``second_personas``, in order."""
    return [(each["key"], each["role"]) for each in _yaml("people.yaml")[group]]


@cache
def met() -> dict[str, tuple[Met, ...]]:
    """By session code, whom the peers meet there."""
    return {
        code: tuple(Met(*row, *[""] * (4 - len(row))) for row in rows)
        for code, rows in _yaml("sessions.yaml").items()
    }


@cache
def name_groups() -> tuple[tuple[int, tuple[str, ...], tuple[str, ...]], ...]:
    """(weight, forenames, surnames) of each group of names."""
    return tuple(
        (each["weight"], tuple(each["forenames"]), tuple(each["surnames"]))
        for each in _yaml("people.yaml")["names"]
    )
