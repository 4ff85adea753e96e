"""Titles of documents as the team reads them until somebody has looked. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable

from reviews.access import Sight, sees
from reviews.models import Document, Membership, Review
from reviews.screening import roster, scan
from reviews.screening.marks import HIDDEN, Mark
from reviews.screening.names import Roster

OF_ROSTER = ("roster name", "roster title")


def named(title: str, review: Review, names: Roster) -> tuple[Mark, ...]:
    """What whoever typed it could not be told of: names and posts of the whole roster."""
    found = scan.find(title, roster=names, case_reference=review.case_reference)
    return tuple(mark for mark in found if mark.rule in OF_ROSTER)


def as_read_by(member: Membership, documents: Iterable[Document]) -> list[Document]:
    """The documents with the titles that this member reads; whoever sent one in reads their own.

    In the rows alone: whoever saves one saves the fields that they name.
    """
    found = list(documents)
    if not sees(member, Sight.KEPT_NAMES):
        return found
    names = None
    for document in found:
        if document.team_title:
            document.title = document.team_title
        elif document.waits:
            names = names or roster.load(member.review)
            marks = named(document.title, member.review, names)
            # An empty roster has been destroyed: nobody can tell any more what was marked.
            masked = scan.masked(document.title, marks) if names.names else HIDDEN
            document.title = masked
    return found
