"""What each way of hearing people hands to the findings: no field can hold a person or a moment."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Ways of hearing; each is evidence of its own kind."""

    NOTE = "note"
    RESULT = "result"
    COMMENT = "comment"
    CASE = "case"


class Polarity(StrEnum):
    STRENGTH = "strength"
    AREA = "area"
    CONTEXT = "context"
    FOLLOW_UP = "follow-up"
    PRACTICE = "practice"


@dataclass(frozen=True)
class EvidenceItem:
    """One piece of evidence. ``key`` is the random id of its row, ``themes`` codes of the pack.

    ``source_class`` is a title such as "Health practitioners", never a post or a place.
    """

    key: str
    kind: Kind
    themes: tuple[str, ...]
    polarity: Polarity
    text: str
    source_class: str
    line_of_enquiry: str = ""
