"""Documents for tests, through the domain's own verbs."""

from django.utils import timezone

from reviews.domain import documents as domain
from reviews.models import (
    Agency,
    Document,
    DocumentRequest,
    DocumentVersion,
    Review,
    User,
)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer <<>>\n%%EOF\n"


def make_document(
    review: Review,
    *,
    by: User,
    title: str = "A document",
    agency: Agency | None = None,
    request: DocumentRequest | None = None,
    content: bytes = PDF,
    name: str = "a.pdf",
    themes: tuple[str, ...] = (),
    need: str = "should",
) -> Document:
    version: DocumentVersion = domain.upload(
        review=review,
        name=name,
        content=content,
        title=title,
        agency=agency,
        request=request,
        themes=themes,
        need=need,
        by=by,
        at=timezone.now(),
    )
    return version.document
