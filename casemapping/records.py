"""What this app holds of a review, by class of record."""

from django.db.models import Q

from reviews.apps_above.records import Life, Record, Rows, Tie, labelled

RECORDS = (
    Record(
        code="cases",
        title="Case mapping",
        about="Cases under a code, with what each agency did and when, counted from the case’s first "
        "month. It asks for no child’s name, date of birth, address or school.",
        why="So that the team and the agencies see how they worked together.",
        who="The team. The council’s contact and an agency’s contact: their own sheets, until the "
        "visit.",
        council="the case sheets that its own people write, until the visit",
        life=Life.WORDS,
        tie=Tie.ON_REVIEW,
        person="Which peers look after a case, and who set part of it aside. A sheet names its agency.",
        rows=(
            Rows(
                "casemapping.CaseMap",
                moves=Q(status="purged"),
                husks=Q(status="purged"),
            ),
            *labelled(
                "casemapping.PreparationSheet",
                "casemapping.AgencyInvolvement",
                "casemapping.TimelineEvent",
                "casemapping.DecisionPoint",
                "casemapping.Factor",
                "casemapping.ChildVoice",
                "casemapping.Learning",
                review="case__review",
                moves=None,
            ),
        ),
        # Of a case that was destroyed its code: how many were mapped is counted by it, also at the
        # close. No word of a case, and none that stands.
        moves_as="Codes of cases that were destroyed",
        moves=True,
    ),
    Record(
        code="alerts",
        title="Alerts that a child may be at risk",
        about="When somebody on the review told the duty team, who, and whom they told. The case’s "
        "code, where there is one.",
        why="So that it can be shown that the duty to act was met.",
        who="Whoever raised it, and review manager and team leader by letter, until the close. Then "
        "two people together, from the archive.",
        council="the alerts that its own people raise, each to whoever raised it",
        life=Life.RECORD,
        tie=Tie.STAFF,
        person="Who raised it, and whom of the duty team they told.",
        rows=(Rows("casemapping.RiskAlert"),),
        moves=True,
    ),
)
