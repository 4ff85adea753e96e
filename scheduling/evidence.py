"""What notes hand to the findings: texts without people, and one word of strength.

No row of a note leaves this module. ``strengths`` opens the source boxes and runs in the worker.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from reviews.evidence_item import EvidenceItem, Kind, Polarity
from reviews.models import Review
from reviews.secrets import keystore
from reviews.trail import audit
from scheduling.models import SourceCount, notebooks
from scheduling.rules import source_classes

# Of sessions that speak; of notes that a finding needs before anything is counted.
ENOUGH_SOURCES, LEAST_NOTES = 3, 5
MOST_CLASSES = 3
# Each run answers something of each finding, so there are few, and only in the night after a
# gathering.
MOST_RUNS = 8
# A set of notes that differs by fewer from one counted before keeps that one's answer: else two
# findings that differ by a note would tell of that note.
LEAST_DIFFERENCE = 3


class NotDue(Exception):
    """Nothing was gathered since the last count, or it was the last that there is."""


@dataclass(frozen=True)
class Strength:
    """How broad the notes behind a finding are. ``classes`` is 0, 1, 2 or 3 (three or more)."""

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
    """How many meetings with people the council's own timetable has.

    Private ones are not among them: the council reads those as the team's own time, and the
    difference between two numbers would tell how many there are.
    """
    rows = review.sessions.filter(cancelled=False, names_kept=False)
    return sum(session.meets_people for session in rows)


def is_count_due(review: Review) -> bool:
    """Whether ``strengths`` may be asked tonight."""
    count = SourceCount.objects.filter(review=review).first()
    return (
        count is not None
        and count.is_due
        and count.times < MOST_RUNS
        and keystore.exists(f"review-{review.pk}-sources")
    )


@transaction.atomic
def strengths(
    review: Review, groups: Mapping[int, Sequence[str]]
) -> dict[int, Strength]:
    """For each group of note ids, whether three sessions or more speak. Worker only.

    A group with fewer than five notes has no answer. Raises NotDue; KeyGone on a web node, and
    once the report is agreed.
    """
    if not is_count_due(review):
        raise NotDue
    count = SourceCount.objects.select_for_update().get(review=review)
    private = notebooks.private_half(review)
    notes = _Notes(review, private)
    known = [
        (frozenset(marks), Strength(enough, classes))
        for marks, enough, classes in (
            notebooks.open_counted(private, count.counted) if count.counted else []
        )
    ]
    found = {}
    for group, keys in groups.items():
        marks = frozenset(notes.mark[key] for key in keys if key in notes.mark)
        if len(marks) < LEAST_NOTES:
            continue
        before = [each for each in known if len(each[0] ^ marks) < LEAST_DIFFERENCE]
        if before:
            found[group] = min(before, key=lambda each: len(each[0] ^ marks))[1]
        else:
            found[group] = notes.strength(marks)
            known.append((marks, found[group]))
    count.counted = notebooks.seal_counted(
        review, [[sorted(marks), each.enough, each.classes] for marks, each in known]
    )
    count.is_due, count.times = False, count.times + 1
    count.save(update_fields=["counted", "is_due", "times"])
    audit.record_speech("notes.triangulated", review=review, on=None, count=1)
    return found


class _Notes:
    """Where each note was heard. ``mark`` stands for a note, also after notes were mixed anew."""

    def __init__(self, review: Review, private: bytes) -> None:
        self.tree = review.pack.source_classes
        self.mark: dict[str, str] = {}
        self.session: dict[str, int] = {}
        self.told_as: dict[str, str] = {}
        with keystore.held():
            for note in review.notes.all():
                box = note.source_box
                mark = hashlib.sha256(box).hexdigest()[:16]
                self.mark[str(note.pk)] = mark
                self.session[mark] = notebooks.open_source(private, box)
                self.told_as[mark] = note.source_class

    def strength(self, marks: Collection[str]) -> Strength:
        """Of classes only what the notes themselves say is counted."""
        apart = source_classes.groups_apart(
            {self.told_as[each] for each in marks}, self.tree
        )
        return Strength(
            enough=len({self.session[each] for each in marks}) >= ENOUGH_SOURCES,
            classes=min(apart, MOST_CLASSES),
        )
