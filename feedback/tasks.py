"""Background work of findings and the report."""

from feedback.domain import findings, reports
from feedback.files import pdf
from reviews.background import task
from reviews.models import Job, Review


@task(of_speech=True)
def triangulate(subject: str, job: Job) -> None:
    """``subject`` is the review's number. Run by each gathering of notes, nothing else."""
    findings.triangulate(review=Review.objects.get(pk=subject))


@task(resumable=True)
def render_pdf(subject: str, job: Job) -> None:
    """``subject`` is the report version's id."""
    reports.prepare_pdf(version_id=subject, draw=pdf.draw)
