"""What this app holds of a review, by class of record."""

from django.db.models import Q

from reviews.apps_above.records import NONE, PRINTED, Life, Record, Rows, Tie, labelled

ISSUED = Q(issued_on__isnull=False)

RECORDS = (
    Record(
        code="report",
        title="The report as it was issued",
        about="Each version that the council was given, as PDF and as its words.",
        why="It is what the review was for.",
        who="Until the close the team; then of it the review manager and the team leader. The "
        "council’s sponsor and the council’s contact.",
        council="every issued version of the report",
        life=Life.RECORD,
        tie=Tie.ON_REVIEW,
        person="Who approved a version.",
        rows=(Rows("feedback.ReportVersion", only=ISSUED),),
        moves=True,
    ),
    Record(
        code="findings",
        title="Findings",
        about="What the team says of each theme, in its own words.",
        why="The report is built from them.",
        who="Until the end of “Reporting” the team; after the close two people together, from the "
        "archive. What the report prints of them: whoever reads it.",
        council=PRINTED,
        life=Life.RECORD,
        tie=Tie.NOBODY,
        person="A finding keeps no author. Who wrote it stands in the trail.",
        rows=labelled("feedback.Finding"),
        moves=True,
    ),
    Record(
        code="excerpts",
        title="Evidence under findings",
        about="Short paraphrases, of use once a second person has cleared them, and sentences on "
        "figures. Figures and learning points among them that the report prints stay until the close.",
        why="So that each finding can be tested against what it rests on.",
        who="The team.",
        council=PRINTED,
        life=Life.WORDS,
        tie=Tie.ON_REVIEW,
        person="Which peer proposed it, until another has cleared it. It keeps no name of whoever was "
        "heard.",
        rows=labelled("feedback.Excerpt"),
        # Without what people said: of their words only those that the report prints. A finding is
        # seen to rest on what was cleared, though its words are gone.
        moves_as="Evidence under findings, without what people said",
        moves=True,
    ),
    Record(
        code="report drafts",
        title="Texts and versions of the report that were not issued",
        about="The team’s words for sections of the report, and versions that were built and not "
        "issued.",
        why="So that the report can be written and approved.",
        who="The team.",
        council=NONE,
        life=Life.CLOSE,
        tie=Tie.ON_REVIEW,
        person="Who approved a version.",
        rows=(
            Rows("feedback.ReportText"),
            # One that was never finished is work.
            Rows("feedback.ReportVersion", only=~ISSUED, moves=~Q(state="preparing")),
        ),
        moves=True,
    ),
)
