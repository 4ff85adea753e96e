"""What the tests of frameworks ask and press."""

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain, packs
from reviews.models import (
    PackVersion,
    User,
)
from reviews.packs.parts import BY_SLUG
from tests.make import PACK

SignIn = Callable[[User], Client]


def copy(code: str, by: User) -> PackVersion:
    return domain.copy_pack(
        source=packs.load(PACK), code=code, title="Ours", by=by, at=timezone.now()
    )


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def seen(slug: str, pack: packs.Pack) -> str:
    return BY_SLUG[slug].fingerprint(pack)


def boxes(slug: str, pack: packs.Pack, **changes: str) -> dict[str, str]:
    """What a browser sends of a part's boxes when nothing but ``changes`` was touched."""
    sent = {"seen": seen(slug, pack), "rows": str(len(BY_SLUG[slug].items(pack)))}
    for number, item in enumerate(BY_SLUG[slug].items(pack)):
        for name, value in vars(item).items():
            if isinstance(value, tuple):
                sent[f"{number}-{name}"] = ", ".join(str(each) for each in value)
            elif value is True:
                sent[f"{number}-{name}"] = "on"
            elif value not in (None, False):
                sent[f"{number}-{name}"] = str(value)
    return sent | {name.replace("__", "-"): value for name, value in changes.items()}
