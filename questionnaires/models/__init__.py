"""Questionnaires, links and answers. No table of what people said has a moment, an order, a
user or a machine in it; the columns are those of the non-attribution specification 2.2.
"""

from questionnaires.models.answers import AnswerBox, DraftBox, SpentLink
from questionnaires.models.invitations import (
    Bounce,
    Invitation,
    OpenLink,
    PendingImport,
)
from questionnaires.models.proofs import Proof
from questionnaires.models.questionnaire import (
    LONGEST_OPEN,
    Question,
    Questionnaire,
    Section,
)
from questionnaires.models.releases import (
    Comment,
    EarlierResults,
    FiledResult,
    Release,
    ReleasedAnswer,
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
