"""What findings and reports hold of the review's framework."""

from feedback.models import Finding, ReportVersion
from reviews.apps_above.pack_use import Uses, use
from reviews.models import Review


def uses(review: Review) -> Uses:
    themes = Finding.objects.filter(review=review).values_list("theme", flat=True)
    locked = {}
    if ReportVersion.objects.filter(review=review).exists():
        locked["report"] = "A version of the report was built with it."
    return Uses((use("themes", themes, "findings"),), locked)
