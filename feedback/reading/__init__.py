"""What the pages of evidence, findings and report show. Nothing here writes."""

from feedback.reading.desk import (
    changes_since,
    desk_of,
    gaps_of,
    material_of,
    printed_texts,
    section_of,
    sections_of,
    version_row,
    version_rows,
    versions_for,
)
from feedback.reading.evidence import (
    Narrowed,
    card_of,
    evidence_board,
    evidence_now,
    evidence_of,
    fingerprint,
)
from feedback.reading.findings import (
    excerpts_of,
    finding_choices,
    findings_page,
    questions_of,
    rests_on_one,
    row_of,
    use_of,
)
from feedback.reading.home import progress, stage_blockers, stage_warnings, to_do

__all__ = [
    "Narrowed",
    "card_of",
    "changes_since",
    "desk_of",
    "evidence_board",
    "evidence_now",
    "evidence_of",
    "excerpts_of",
    "finding_choices",
    "findings_page",
    "fingerprint",
    "gaps_of",
    "material_of",
    "printed_texts",
    "progress",
    "questions_of",
    "rests_on_one",
    "row_of",
    "section_of",
    "sections_of",
    "stage_blockers",
    "stage_warnings",
    "to_do",
    "use_of",
    "version_row",
    "version_rows",
    "versions_for",
]
