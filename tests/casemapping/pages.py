"""What the tests of case mapping's pages ask and press."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from reviews.models import User

SignIn = Callable[[User], Client]
NOW = dt.datetime(2013, 1, 20, 10, tzinfo=dt.UTC)


def url(name: str, *ids: Any) -> str:
    return reverse(f"casemapping:{name}", args=ids)


def words(response: Any) -> str:
    return str(response.content.decode())
