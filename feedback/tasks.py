"""Background work of findings and the report."""

from feedback.domain import findings, reports
from feedback.files import pdf
from reviews.background import task
from reviews.models import Job, Review, Stage


@task(resumable=True)
def nightly(subject: str, job: Job) -> None:
    """In the night after a gathering the sources of all findings are counted, and at no other time."""
    for review in Review.objects.filter(stage__in=[Stage.ON_SITE, Stage.REPORTING]):
        findings.triangulate(review=review)


@task(resumable=True)
def render_pdf(subject: str, job: Job) -> None:
    """``subject`` is the report version's id."""
    reports.prepare_pdf(version_id=subject, draw=pdf.draw)
