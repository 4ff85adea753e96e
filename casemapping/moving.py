"""What a move of the whole review needs of this app; found by name by the app that moves it."""

from typing import Any

from reviews.apps_above.moving import Ids
from reviews.models import Review

SHAPES: dict[str, Any] = {}
CODES: dict[str, str] = {}
TURNED: dict[str, Any] = {}


def settle(review: Review, ids: Ids) -> list[str]:
    return []


def stage_faults(review: Review) -> list[str]:
    """Of cases only codes move."""
    return []


def names(review: Review) -> list[tuple[str, str]]:
    return []
