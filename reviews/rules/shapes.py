"""Of what kind each value of an exported review has to be. Pure."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from reviews import retention

MOST_ROWS = 500


def figure_faults(given: Mapping[str, Any]) -> list[str]:
    faults = []
    days = given["on_site_days"]
    if not is_number(days) or not 1 <= days <= 10:
        faults.append("The days on site must be a number from 1 to 10.")
    weeks, (least, most) = given["keep_words_weeks"], retention.WORDS_WEEKS
    if not is_number(weeks) or not least <= weeks <= most:
        faults.append(
            "The weeks for which what people say is kept must be a number "
            f"from {least} to {most}."
        )
    if not faults and dt.timedelta(weeks=weeks).days < days:
        faults.append("What people say must be kept until the visit is over.")
    return faults


def is_list(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_ROWS


def is_shape(value: Any, shape: Mapping[str, Callable[[Any], bool]]) -> bool:
    """Exactly these names, each with what it should be."""
    return (
        isinstance(value, dict)
        and value.keys() == shape.keys()
        and all(fits(value[name]) for name, fits in shape.items())
    )


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_day(value: Any) -> bool:
    return day(value) is not None


def is_day_or_none(value: Any) -> bool:
    return value is None or is_day(value)


def are_texts(value: Any) -> bool:
    return is_list(value) and all(isinstance(each, str) for each in value)


# What an item of each list is called, what it says, and of what kind its values are.
SHAPES: dict[str, tuple[str, str, dict[str, Callable[[Any], bool]]]] = {
    "agencies": (
        "Agency",
        "its code, name and kind",
        dict.fromkeys(("code", "name", "kind"), is_text),
    ),
    "milestones": (
        "Milestone",
        "what, who and when",
        {
            **dict.fromkeys(
                ("code", "title", "owner_role", "status", "evidence"), is_text
            ),
            "offset_days": is_number,
            "due_on": is_day,
            "done_on": is_day_or_none,
        },
    ),
    "document_requests": (
        "Document",
        "what is asked for, of whom and by when",
        {
            **dict.fromkeys(("code", "title", "need", "owner_role", "agency"), is_text),
            "themes": are_texts,
            "offset_days": is_number,
            "due_on": is_day,
        },
    ),
    "blocked_periods": (
        "Blocked period",
        "what it is and when",
        {
            **dict.fromkeys(("kind", "title"), is_text),
            **dict.fromkeys(("first", "last"), is_day),
        },
    ),
    "notices": (
        "Notice",
        "who was told what and when",
        {
            **dict.fromkeys(("told_by", "told_to", "how", "said", "reply"), is_text),
            "told_on": is_day,
            "replied_on": is_day_or_none,
        },
    ),
    "mail_rules": (
        "Mail rule",
        "which kind of mail goes by itself",
        {"kind": is_text, "by_itself": lambda value: isinstance(value, bool)},
    ),
    "terms": (
        "Section of the terms",
        "its code, title and text",
        dict.fromkeys(("code", "title", "text"), is_text),
    ),
}


def day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


# To be put together


Fits = Callable[[Any], bool]


def list_of(fits: Fits) -> Fits:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def values_of(fits: Fits) -> Fits:
    """Any names, each with such a value."""
    return lambda value: isinstance(value, dict) and all(map(fits, value.values()))


def having(**fields: Fits) -> Fits:
    """At least these names, each with what it should be."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() >= fields.keys()
        and all(fits(value[name]) for name, fits in fields.items())
    )


def row_of(*kinds: Fits) -> Fits:
    """A list of just so many, each of its own kind."""
    return lambda value: (
        isinstance(value, list)
        and len(value) == len(kinds)
        and all(fits(each) for fits, each in zip(kinds, value, strict=True))
    )


def either(*kinds: Fits) -> Fits:
    return lambda value: any(fits(value) for fits in kinds)


def is_empty(value: Any) -> bool:
    return value in ({}, [], "", None)


def is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def readable(read: Callable[[Any], Any]) -> Fits:
    """What is read of it on pages can be read."""

    def fits(value: Any) -> bool:
        try:
            read(value)
        except (
            *(ArithmeticError, AttributeError, LookupError, RecursionError),
            *(TypeError, ValueError),
        ):
            return False
        return True

    return fits
