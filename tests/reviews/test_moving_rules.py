"""Values on their way into a file of a whole review and out of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import OrderedDict
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from django.db import models

from reviews.reading.moving_fields import plan
from reviews.rules.moving import MOST_TEXT, from_plain, has_unfit_text, to_plain

EXTREMES: tuple[Any, ...] = (
    *("9999-12-31", "0001-01-01", "9999-12-31T23:59:59+00:00", 10**30, -(10**30)),
    *("0001-01-01T00:00:00+14:00", "1E+999999", "NaN", "", None, [], {}, True, 1.5),
)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (dt.date(2013, 2, 4), "2013-02-04"),
        (dt.time(9, 30), "09:30:00"),
        (Decimal("1.50"), "1.50"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (OrderedDict(a=1), {"a": 1}),
        ("text", "text"),
    ],
)
def test_a_value_is_said_in_plain(value: Any, plain: Any) -> None:
    assert to_plain(value) == plain


@pytest.mark.parametrize(
    ("field", "plain", "value"),
    [
        (models.UUIDField(), str(uuid.UUID(int=1)), uuid.UUID(int=1)),
        (models.DecimalField(), "1.50", Decimal("1.50")),
        (models.TimeField(), "09:30:00", dt.time(9, 30)),
        (models.DateField(null=True), None, None),
        (models.BooleanField(), True, True),
        (models.SmallIntegerField(), -32_767, -32_767),
        (models.JSONField(), {"a": [1]}, {"a": [1]}),
        (
            models.DateTimeField(),
            "2013-02-04T10:00:00+00:00",
            dt.datetime(2013, 2, 4, 10, tzinfo=dt.UTC),
        ),
    ],
)
def test_a_plain_value_is_read_again(
    field: models.Field[Any, Any], plain: Any, value: Any
) -> None:
    assert from_plain(field, plain) == value


@pytest.mark.parametrize(
    ("field", "plain", "says"),
    [
        (models.CharField(), 1, "must be a text"),
        (models.CharField(), None, "must not be empty"),
        (models.DateTimeField(), "2013-02-04T10:00:00", "with its time zone"),
        (models.DateTimeField(), "9999-12-31T10:00:00+00:00", "from 1900 to 2199"),
        (models.DateField(), "0001-01-01", "from 1900 to 2199"),
        (models.DateField(), 20130204, "a day such as"),
        (models.DecimalField(), "NaN", "a number in digits"),
        (models.DecimalField(), "Infinity", "a number in digits"),
        (models.DecimalField(), "one", "a number in digits"),
        (models.BooleanField(), 1, "true or false"),
        (models.IntegerField(), "1", "must be a number"),
        (models.IntegerField(), 2_147_483_648, "up to 2,147,483,647"),
        (models.PositiveSmallIntegerField(), 32_768, "up to 32,767"),
        (models.UUIDField(), "1", "a random number"),
        (models.TimeField(), "24:01", "a time such as"),
    ],
)
def test_a_value_of_another_kind_is_a_sentence(
    field: models.Field[Any, Any], plain: Any, says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        from_plain(field, plain)


def test_every_column_that_moves_takes_any_value_or_says_why_not() -> None:
    """Whatever stands in its place in a file, nothing but a sentence comes of it."""
    said = []
    for moving in plan():
        for field in moving.values:
            for value in EXTREMES:
                try:
                    from_plain(field, value)
                except ValueError as error:
                    said.append(str(error))

    assert len(said) > 500
    assert [each for each in said if not each.startswith("it must")] == []


@pytest.mark.parametrize(
    "value",
    [
        "a\0b",
        {"\ud800": 1},
        ["x" * (MOST_TEXT + 1)],
        {"a": [{"b": 10**10}]},
        [-(10**10)],
        [1e300],
    ],
)
def test_what_no_text_or_number_is_is_found_however_deep(value: Any) -> None:
    assert has_unfit_text(value)


def test_texts_and_numbers_as_people_write_them_are_fit() -> None:
    assert not has_unfit_text({"a": ["b", 1, None, True, 1.5, {"c": 2_147_483_647}]})
