"""Questionnaires, links and answers. No table of what people said has a moment, an order, a
user or a machine in it; the columns are those of the non-attribution specification 2.2.
"""

from questionnaires.models.questionnaire import (
    LONGEST_OPEN,
    AnswerBox,
    Bounce,
    Comment,
    DraftBox,
    EarlierResults,
    FiledResult,
    Invitation,
    OpenLink,
    PendingImport,
    Proof,
    Question,
    Questionnaire,
    Release,
    ReleasedAnswer,
    Section,
    SpentLink,
)

__all__ = [
    "LONGEST_OPEN",
    "AnswerBox",
    "Bounce",
    "Comment",
    "DraftBox",
    "EarlierResults",
    "FiledResult",
    "Invitation",
    "OpenLink",
    "PendingImport",
    "Proof",
    "Question",
    "Questionnaire",
    "Release",
    "ReleasedAnswer",
    "Section",
    "SpentLink",
]
