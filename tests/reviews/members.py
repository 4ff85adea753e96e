"""What the tests of the team ask and do."""

import html
import re
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from reviews.models import (
    Membership,
    Review,
    User,
)

SignIn = Callable[[User], Client]


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    text = re.sub(r"<[^>]+>", " ", html.unescape(content.decode()))
    return re.sub(r" ([.,?])", r"\1", " ".join(text.split()))


def member_of(review: Review, user: User) -> Membership:
    return review.memberships.select_related("user", "review").get(user=user)


def profile_values(member: Membership, **changed: str) -> dict[str, str]:
    return {
        "version": str(member.version),
        "home_organisation": "Ashmere Council",
        "profile": "Assistant director for early help.",
        "attendance": "on_site",
        **changed,
    }
