"""The parts of a framework that somebody opens, reads and changes one by one. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from reviews import packs


@dataclass(frozen=True)
class Part:
    """``path`` leads to it in a pack; ``item`` is the shape of a row, None for single values."""

    slug: str
    title: str
    about: str
    path: tuple[str, ...]
    item: type | None = None
    names: tuple[str, ...] = ()
    nested: bool = False  # too much for boxes: changed as text only

    @property
    def is_rows(self) -> bool:
        return self.item is not None

    @property
    def shapes_the_week(self) -> bool:
        """What notes of the sample week could say depends on it."""
        return self.slug in ("source-classes", "sessions", "session-types")

    @property
    def is_words(self) -> bool:
        """A plain list of words."""
        return self.item is None and not self.names

    def of(self, pack: packs.Pack) -> Any:
        """Its plain values in ``pack``, without what only repeats a default."""
        place: Any = pack
        for name in self.path:
            place = getattr(place, name)
        if self.names:
            return {name: getattr(place, name) for name in self.names}
        return packs.plain(place)

    def items(self, pack: packs.Pack) -> tuple[Any, ...]:
        place: Any = pack
        for name in self.path:
            place = getattr(place, name)
        return tuple(place)

    def put(
        self, pack: packs.Pack, value: Any, lines: dict[Any, int] | None = None
    ) -> packs.Pack:
        """``pack`` with this part changed. Raises PackFault."""
        if self.names:
            unknown = sorted(set(value) - set(self.names)) if _is_named(value) else []
            if not _is_named(value) or unknown:
                named = ", ".join(self.names)
                raise packs.PackFault([f"This part has only {named}."])
            for name in self.names:
                if name not in value:
                    raise packs.PackFault([f"{name} is missing."])
                own = {
                    path[1:]: line
                    for path, line in (lines or {}).items()
                    if path[:1] == (name,)
                }
                pack = packs.with_part(pack, (*self.path, name), value[name], own)
            return pack
        return packs.with_part(pack, self.path, value, lines)

    def fingerprint(self, pack: packs.Pack) -> str:
        """Tells whether somebody changed it in between."""
        text = json.dumps(self.of(pack), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def _is_named(value: Any) -> bool:
    return isinstance(value, dict)


PARTS: tuple[Part, ...] = (
    Part(
        "about",
        "Title and length",
        "What the framework is called, and how many days its team is on site.",
        (),
        names=("title", "programme", "on_site_days"),
    ),
    Part(
        "roles",
        "Roles",
        "Who takes part. A role without an access role owns milestones and has no account.",
        ("roles",),
        packs.Role,
    ),
    Part(
        "themes",
        "Themes",
        "What the team looks at, in the order of the report, with lines of enquiry and probes.",
        ("themes",),
        packs.Theme,
        nested=True,
    ),
    Part(
        "milestones",
        "Milestones",
        "The dated steps, from before the visit to what follows it.",
        ("milestones",),
        packs.MilestoneTemplate,
    ),
    Part(
        "documents",
        "Documents asked for",
        "What the council and its agencies send before the visit.",
        ("document_requests",),
        packs.DocumentTemplate,
    ),
    Part(
        "agencies",
        "Agencies",
        "Who may take part. The usual ones are on a new review’s list.",
        ("agencies",),
        packs.AgencyTemplate,
    ),
    Part(
        "job-groups",
        "Job groups",
        "The kinds of work that people who answer do; results are shown by band.",
        ("job_groups",),
        packs.JobGroup,
    ),
    Part(
        "levels",
        "Levels",
        "Levels of an organisation, from the front line.",
        ("levels",),
    ),
    Part(
        "questionnaire",
        "Questionnaire: title and introduction",
        "What people read before the first question.",
        ("questionnaire",),
        names=("title", "introduction", "free_text_hint"),
    ),
    Part(
        "scale",
        "Questionnaire: answers",
        "The answers to choose from, and how each one counts.",
        ("questionnaire", "scale"),
        packs.ScaleOption,
    ),
    Part(
        "statements",
        "Questionnaire: statements",
        "What people agree or disagree with.",
        ("questionnaire", "statements"),
        packs.Statement,
    ),
    Part(
        "own-words",
        "Questionnaire: questions in own words",
        "What people answer in their own words.",
        ("questionnaire", "free_texts"),
        packs.FreeText,
    ),
    Part(
        "session-types",
        "Kinds of session",
        "What happens on site. Notes come of sessions where people are met.",
        ("session_types",),
        packs.SessionType,
    ),
    Part(
        "strands",
        "Strands",
        "Who of the team goes together.",
        ("strands",),
        packs.Strand,
    ),
    Part("rooms", "Rooms", "Where sessions take place.", ("rooms",), packs.Room),
    Part(
        "source-classes",
        "Kinds of people heard",
        "What a note may say of whom it comes from: a tree, never a post or a place.",
        ("source_classes",),
        packs.SourceClass,
    ),
    Part(
        "sessions",
        "Sample week",
        "The sessions that a new timetable begins with.",
        ("sessions",),
        packs.SessionTemplate,
        nested=True,
    ),
    Part(
        "note-kinds",
        "Kinds of note",
        "What a peer says that a note is, and what it counts as among the evidence.",
        ("note_kinds",),
        packs.NoteKind,
    ),
    *(
        Part(
            f"case-{slug}",
            f"Case mapping: {title.lower()}",
            about,
            ("case_map", name),
            shape,
        )
        for slug, name, title, about, shape in (
            (
                "categories",
                "categories",
                "Reasons",
                "Why a case is chosen.",
                packs.Choice,
            ),
            ("ages", "age_bands", "Ages", "Ages of children, as bands.", packs.Choice),
            (
                "events",
                "event_types",
                "Events",
                "What happens on a case.",
                packs.Choice,
            ),
            (
                "factors",
                "factor_kinds",
                "What shaped the work",
                "What helps and what gets in the way.",
                packs.Choice,
            ),
            (
                "voices",
                "voice_sources",
                "How the child is heard",
                "Where the child’s voice comes from.",
                packs.Choice,
            ),
            (
                "effects",
                "effects",
                "Effects",
                "What changed for the child.",
                packs.Choice,
            ),
            (
                "steps",
                "steps",
                "Steps of the workshop",
                "What the workshop does, in order, and what is taken down.",
                packs.Step,
            ),
        )
    ),
    Part(
        "briefing",
        "Briefing note",
        "What staff and partners are told before the visit, section by section.",
        ("briefing",),
        packs.BriefingSection,
    ),
    Part(
        "terms",
        "Terms",
        "What the council and the team agree on before the review, and sign.",
        ("terms",),
        packs.TermsSection,
    ),
    Part(
        "quality-checks",
        "Quality checks",
        "What a review of this kind is held to. The set-up page lists what is missing.",
        ("quality_checks",),
        packs.QualityCheck,
    ),
    Part(
        "report",
        "Report",
        "Its sections in order. $council, $programme, $dates and $sessions are filled in; $rests says how broad the evidence is.",
        ("report",),
        packs.ReportSection,
    ),
)

BY_SLUG = {part.slug: part for part in PARTS}


def holding(path: tuple[Any, ...]) -> Part | None:
    """The part that a place in a pack belongs to."""
    whole = [
        part for part in PARTS if not part.names and part.path == path[: len(part.path)]
    ]
    if whole:
        return whole[0]
    return next(
        (
            part
            for part in PARTS
            if part.names and part.path == path[:-1] and path and path[-1] in part.names
        ),
        None,
    )


# What the fields of rows are called on pages.
LABELS = {
    "code": "Code",
    "title": "Title",
    "number": "Number",
    "name": "Name",
    "programme": "Name of the programme",
    "on_site_days": "Days on site",
    "access_role": "What they may do here",
    "least": "At least",
    "most": "At most",
    "background": "Background",
    "stands_for": "Stands for",
    "owner": "Who sees to it",
    "offsets": "Days from the visit",
    "offset": "Days from the visit",
    "produces": "What comes of it",
    "evidence": "How we know it is done",
    "keeps_weekend": "May fall on a weekend",
    "page": "Page on which it is done",
    "done_by": "What shows that it is done",
    "themes": "Themes",
    "theme": "Theme",
    "need": "How much it is needed",
    "kind": "Council or partner",
    "usual": "On a new review’s list",
    "band": "Band",
    "introduction": "Introduction",
    "free_text_hint": "Hint at questions in own words",
    "label": "Answer",
    "category": "Counts as",
    "text": "Text",
    "reversed": "Agreeing is the unfavourable answer",
    "asks_for": "Asks for",
    "meets_people": "People are met",
    "pause": "A pause",
    "roles": "Roles",
    "places": "Places",
    "on_the_move": "Away from the building",
    "parent": "Part of",
    "day": "Day",
    "start": "Starts",
    "minutes": "Minutes",
    "type": "Kind of session",
    "strand": "Strand",
    "room": "Room",
    "source_class": "People heard",
    "people": "People expected",
    "counts_as": "Counts as",
    "records": "Takes down",
    "holds": "Holds",
    "lists": "Lists",
    "milestones": "Milestones",
    "after": "Text after the list",
    "about": "What it is about",
    "lines": "Lines of enquiry",
    "probes": "Probes",
}


def label_of(name: str) -> str:
    return LABELS.get(name, name.replace("_", " ").capitalize())


def shown(value: Any) -> str:
    """A value of a row as its file says it, in one line."""
    if value is True:
        return "Yes"
    if value is False or value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(str(each) for each in value)
    return str(value)
