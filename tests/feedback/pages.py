"""What the tests of findings and report ask."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from reviews.models import User

SignIn = Callable[[User], Client]


def url(name: str, *ids: Any) -> str:
    return reverse(f"feedback:{name}", args=ids)


def words(response: Any) -> str:
    return str(response.content.decode())
