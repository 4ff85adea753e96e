"""Two people saving the same row: the second is told, and nothing is overwritten."""

from collections.abc import Sequence
from typing import Any, cast

from django.db import models
from django.db.models import F

from reviews.refusals import ChangedMeanwhile


def save_if_unchanged(
    instance: models.Model, *, version: int, fields: Sequence[str]
) -> None:
    """Write ``fields`` of ``instance`` if its row still has ``version``, and raise the version.

    Sealed fields are sealed on the way, as ``save`` would do it.
    Raises ChangedMeanwhile, leaving the row alone, when somebody saved in between.
    """
    model = type(instance)
    values = {}
    for name in fields:
        field = cast("models.Field[Any, Any]", model._meta.get_field(name))
        values[field.attname] = field.pre_save(instance, add=False)
    rows = model._base_manager.filter(pk=instance.pk, version=version)
    if not rows.update(**values, version=F("version") + 1):
        raise ChangedMeanwhile
    instance.version = version + 1  # type: ignore[attr-defined]
