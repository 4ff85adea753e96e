"""What a framework pack says of a kind of review: its parts, and the words they may hold."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reviews.packs.vocabulary import (
    HOST_ROLES,
    QUALITY_CHECKS,
    TEAM_ROLES,
)


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
    def in_team(self) -> bool:
        return self.access_role in TEAM_ROLES

    @property
    def is_host(self) -> bool:
        """At the council or one of its agencies."""
        return self.access_role in HOST_ROLES

    @property
    def manages(self) -> bool:
        return self.access_role == "RM"

    @property
    def for_an_agency(self) -> bool:
        """Whoever has it answers for one agency."""
        return self.access_role == "PC"

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

    @cached_property
    def text(self) -> str:
        """As JSON, written once: taking a pack apart costs 18 ms, and every new review needs it."""
        return json.dumps(dataclasses.asdict(self))

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
    def manager_role(self) -> Role:
        """The role that runs the review; every framework has one."""
        return next(role for role in self.roles if role.manages)

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
