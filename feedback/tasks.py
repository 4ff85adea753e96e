"""Background work of findings and the report."""

from django.utils import timezone

from feedback.domain import forgetting, reports, sources
from feedback.files import pdf
from reviews.background import task
from reviews.models import Job, Review, Stage


@task(resumable=True)
def nightly(subject: str, job: Job) -> None:
    """In the night after a gathering the sources of all findings are counted, and at no other
    time; what they are counted with, and the words of excerpts, go on their day."""
    now = timezone.now()
    for review in Review.objects.filter(stage__gte=Stage.ON_SITE):
        today = review.today(now)
        if review.stage <= Stage.REPORTING:
            sources.triangulate(review=review)
        forgetting.forget_what_counts(review=review, today=today)
        if review.outlives_what_was_said(today):
            forgetting.forget_excerpts(review=review)


@task(resumable=True)
def render_pdf(subject: str, job: Job) -> None:
    """``subject`` is the report version's id."""
    reports.prepare_pdf(version_id=subject, draw=pdf.draw)
