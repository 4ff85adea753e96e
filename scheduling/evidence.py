"""What notes hand to the findings: texts without people, and one word of strength.

No row of a note leaves this module. ``strengths`` opens the source boxes and runs in the worker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils import timezone

from reviews.evidence_item import EvidenceItem, Kind, Polarity
from reviews.models import Review
from reviews.secrets import keystore
from reviews.trail import audit
from scheduling.models import notebooks
from scheduling.rules import source_classes

ENOUGH_SOURCES = LEAST_NOTES = 3
MOST_CLASSES = 3


@dataclass(frozen=True)
class Strength:
    """How broad the notes behind a finding are. ``classes`` is 1, 2 or 3 (three or more).

    With fewer than three notes nothing is opened, and it says "not enough" and 1.
    """

    enough: bool
    classes: int


def evidence_for(review: Review) -> list[EvidenceItem]:
    """Every note that nothing stands against, by its random id."""
    titles = {each.code: each.title for each in review.pack.source_classes}
    with keystore.held():
        notes = [(note, note.said) for note in review.notes.all() if not note.is_marked]
    return [
        EvidenceItem(
            key=str(note.pk),
            kind=Kind.NOTE,
            themes=said.themes,
            polarity=Polarity(review.pack.note_kind(said.kind).leaning),
            text=said.text,
            source_class=titles.get(note.source_class, ""),
            line_of_enquiry=said.line,
        )
        for note, said in notes
    ]


def session_count(review: Review) -> int:
    """How many meetings with people took place, as the council's own timetable shows too."""
    return sum(
        session.meets_people for session in review.sessions.filter(cancelled=False)
    )


def strengths(
    review: Review, groups: Mapping[int, Sequence[str]]
) -> dict[int, Strength]:
    """For each group of note ids, whether three sessions or more speak. Worker only.

    Raises KeyGone on a web node, and once the report is agreed.
    """
    private = notebooks.private_half(review)
    wanted = {key for keys in groups.values() for key in keys}
    sources = {
        str(note.pk): notebooks.open_source(private, note.source_box)
        for note in review.notes.all()
        if str(note.pk) in wanted
    }
    tree = review.pack.source_classes
    tops = {
        session.pk: source_classes.top_level(session.source_class, tree)
        for session in review.sessions.all()
    }
    found = {
        group: _strength([sources[key] for key in set(keys) if key in sources], tops)
        for group, keys in groups.items()
    }
    audit.record_speech(
        "notes.triangulated",
        review=review,
        on=review.today(timezone.now()),
        count=len(groups),
    )
    return found


def _strength(sessions: list[int], tops: Mapping[int, str]) -> Strength:
    if len(sessions) < LEAST_NOTES:
        return Strength(enough=False, classes=1)
    kinds = {tops[session] for session in sessions if session in tops}
    return Strength(
        enough=len(set(sessions)) >= ENOUGH_SOURCES,
        classes=min(max(len(kinds), 1), MOST_CLASSES),
    )
