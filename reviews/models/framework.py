"""The column that holds a review's own copy of its framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from reviews.packs.kept import KeptFramework


class FrameworkField(models.JSONField):
    """JSON as ever in the database and in migrations; read as ``KeptFramework``."""

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if isinstance(value, str) and isinstance(expression, models.expressions.Col):
            return KeptFramework(value)
        return super().from_db_value(value, expression, connection)

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value(
            dict(value) if isinstance(value, Mapping) else value
        )
