"""What has happened with the report, for the plan to offer."""

from feedback.models import ReportVersion
from reviews.apps_above.facts import Facts, known
from reviews.models import Review


def facts(review: Review) -> Facts:
    made = ReportVersion.objects.filter(review=review).order_by("number").first()
    issued = (
        ReportVersion.objects.filter(review=review)
        .exclude(issued_on=None)
        .order_by("issued_on")
        .first()
    )
    return known(
        report_drafted=made.made_on if made else None,
        report_issued=issued.issued_on if issued else None,
    )
