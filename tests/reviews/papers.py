"""What the tests of documents ask and send."""

import re
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews.models import (
    Agency,
    Review,
    User,
)
from tests.make_documents import PDF

SignIn = Callable[[User], Client]


def at(name: str, review: Review, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=[review.pk, *numbers])


def words(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", response.content.decode()).split())


def pdf(name: str = "policy.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def theirs_of(review: Review, user: User) -> Agency:
    agency = review.memberships.get(user=user).agency
    assert agency
    return agency
