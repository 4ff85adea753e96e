"""What the tests of the timetable's pages ask and press."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from reviews.models import User

SignIn = Callable[[User], Client]


def url(name: str, *ids: Any) -> str:
    return reverse(f"scheduling:{name}", args=ids)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())
