"""Two people with the same form: what each of them changed, told by fingerprints. Pure.

The page carries a fingerprint of every value that it was shown with. When somebody else saved in
between, a value is taken from whoever changed it; only where both did is there a choice to make.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms

SEEN = "seen_before"
_LENGTH = 16


class Theirs(NamedTuple):
    """What the other person saved in one field. ``taken``: nobody else changed it, so it stands
    in the form now."""

    label: str
    words: str
    taken: bool


def as_sent(field: forms.Field, value: Any) -> Any:
    """A value as the browser would send it: texts, lists of texts, or a truth."""
    prepared = field.prepare_value(value)
    widget = field.widget
    if isinstance(widget, forms.CheckboxInput):
        return bool(prepared)
    if isinstance(widget, forms.MultiWidget):
        parts = prepared if isinstance(prepared, list) else widget.decompress(prepared)
        return ["" if part is None else str(part) for part in parts or ()]
    if isinstance(widget, forms.SelectMultiple | forms.CheckboxSelectMultiple):
        return [str(each) for each in prepared or ()]
    return "" if prepared is None else str(prepared)


def fingerprint(field: forms.Field, sent: Any) -> str:
    """Of what was sent; the order of ticks, spaces at the ends and line endings do not count."""
    if isinstance(sent, list | tuple):
        parts = ["" if each is None else str(each).strip() for each in sent]
        if not isinstance(field.widget, forms.MultiWidget):
            parts.sort()
        text = "\0".join(parts)
    else:
        text = "" if sent is None else str(sent).replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def written(prints: Mapping[str, str]) -> str:
    """Fingerprints as one hidden value."""
    return ";".join(f"{name}={each}" for name, each in prints.items())


def read(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text[:10_000].split(";"))
    return {name: each for name, _, each in pairs if name and each}


def put(data: Any, name: str, field: forms.Field, sent: Any) -> None:
    """Write ``sent`` into form data as if the browser had sent it."""
    if isinstance(field.widget, forms.MultiWidget):
        suffixes: Sequence[str] = field.widget.widgets_names  # type: ignore[attr-defined]
        for suffix, part in zip(suffixes, sent, strict=True):
            data[f"{name}{suffix}"] = part
    elif isinstance(sent, list):
        data.setlist(name, sent)
    elif isinstance(sent, bool):
        data.pop(name, None)
        if sent:
            data[name] = "on"
    else:
        data[name] = sent
