"""Background work of findings and the report."""

from django.utils import timezone

from feedback.domain import forgetting, reports, sources
from feedback.files import pdf
from reviews.background import task
from reviews.models import Job, Review, Stage


@task(resumable=True)
def nightly(subject: str, job: Job) -> None:
    """In the night after a gathering the sources of all findings are counted, and at no other
    time. On the day of what people said the words of excerpts go."""
    now = timezone.now()
    for review in Review.objects.all():
        if review.outlives_what_was_said(review.today(now)):
            forgetting.forget_excerpts(review=review)
        elif review.stage in (Stage.ON_SITE, Stage.REPORTING):
            sources.triangulate(review=review)


@task(resumable=True)
def render_pdf(subject: str, job: Job) -> None:
    """``subject`` is the report version's id."""
    reports.prepare_pdf(version_id=subject, draw=pdf.draw)
