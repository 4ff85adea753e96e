"""Background work of findings and the report."""

from feedback import domain, pdf
from reviews.background import task
from reviews.models import Job, Review


@task()
def triangulate(subject: str, job: Job) -> None:
    """``subject`` is the review's number. Run by each gathering of notes, nothing else."""
    domain.triangulate(review=Review.objects.get(pk=subject))


@task(resumable=True)
def render_pdf(subject: str, job: Job) -> None:
    """``subject`` is the report version's id."""
    domain.prepare_pdf(version_id=subject, draw=pdf.draw)
