"""The title of a document that the council sent in, as the team reads it and as its sender does."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews import background
from reviews.models import Document, Job, Review, Stage, User
from reviews.models.documents import TitleScreening
from reviews.screening import roster
from tests.make import move
from tests.make_documents import PDF

SignIn = Callable[[User], Client]
# Heard in private: on the roster, and a name by no shape.
KEPT = "Zanthe Quorndon"
TITLE = "minutes taken by Quorndon"


def url(name: str, *ids: Any) -> str:
    return reverse(f"reviews:{name}", args=ids)


def words(response: Any) -> str:
    """The page, without the token that is drawn anew."""
    return re.sub(r'Token" value="[^"]*"', "", response.content.decode(), flags=re.I)


@pytest.fixture
def sent(review: Review, organiser: User, sign_in: SignIn) -> Document:
    """Sent in by the council's organiser, who was told nothing of its title."""
    roster.add(review, people=[(KEPT, "")])
    move(review, Stage.LEAD_IN)
    file = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
    agency = review.agencies.filter(kind="council").first()
    assert agency is not None
    answer = sign_in(organiser).post(
        url("document-upload", review.pk),
        {"file": file, "title": TITLE, "looked": "on", "agency": str(agency.pk)},
    )
    assert answer.status_code == 302
    return Document.objects.get()


def work() -> None:
    for job in Job.objects.filter(state=Job.State.QUEUED):
        background.run(job.pk)


def of_team(review: Review, document: Document) -> list[str]:
    return [
        url("documents", review.pk),
        url("document-list", review.pk),
        url("document", review.pk, document.pk),
        url("reading", review.pk),
    ]


def test_the_team_reads_no_name_of_the_roster_and_the_sender_reads_their_own_title(
    review: Review, sent: Document, organiser: User, analyst: User, sign_in: SignIn
) -> None:
    own = url("document", review.pk, sent.pk)
    sender, reader = sign_in(organiser), sign_in(analyst)
    before = words(sender.get(own))
    for page in of_team(review, sent)[:2]:
        assert "[hidden]" in words(reader.get(page)), page

    work()

    sent.refresh_from_db()
    assert sent.screening == TitleScreening.MARKED
    for page in of_team(review, sent):
        assert "[hidden]" in words(reader.get(page)), page
    version = sent.versions.get()
    download = reader.get(url("document-download", review.pk, version.pk))
    assert "Quorndon" not in download["Content-Disposition"]
    assert TITLE in before
    assert words(sender.get(own)) == before


def test_what_the_team_calls_it_is_the_teams_alone(
    review: Review, sent: Document, organiser: User, analyst: User, sign_in: SignIn
) -> None:
    work()
    own, page = (
        url(each, review.pk, sent.pk) for each in ("document", "document-title")
    )
    sender, reader = sign_in(organiser), sign_in(analyst)
    before = words(sender.get(own))

    assert f'href="{page}"' in words(reader.get(own))
    asked = reader.post(page, {"title": TITLE})
    assert "Title may name somebody" in words(asked)
    reader.post(page, {"title": "minutes of the panel"})

    assert "minutes of the panel" in words(reader.get(own))
    assert words(sender.get(own)) == before
    assert sender.get(page).status_code == 403


def test_a_title_that_names_nobody_of_the_roster_is_read_as_it_is(
    review: Review, sent: Document, analyst: User, sign_in: SignIn
) -> None:
    review.documents.update(title="minutes of the panel")
    work()
    sent.refresh_from_db()

    assert sent.screening == TitleScreening.CLEAR
    page = words(sign_in(analyst).get(url("document", review.pk, sent.pk)))
    assert "minutes of the panel" in page
