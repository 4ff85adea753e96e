"""Forms of a framework: its parts as boxes or as text, a copy, a file. They save nothing."""

from __future__ import annotations

import dataclasses
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from django import forms

from reviews import packs
from reviews.packs import parts, yaml_file
from reviews.packs.parts import Part
from reviews.packs.words import CHOICES, REFERS
from reviews.pages.form import PageForm
from reviews.refusals import Refusal

EMPTY_ROWS = 3
FROM_ZERO = "0 is the first day on site, and minus is before it"
MOST_ROWS = 120
# Fields whose text is longer than a line.
_LONG = ("text", "introduction", "after")
_BLANK = [("", "None")]
# A list with nothing before its first choice sends that choice, and the row is no longer empty.
_CHOOSE = [("", "Choose one")]


def _choices(name: str, pack: packs.Pack) -> list[tuple[str, str]] | None:
    if name in CHOICES:
        return list(CHOICES[name])
    if name in REFERS:
        items = getattr(pack, REFERS[name])
        return [(each.code, f"{each.code}: {each.title}") for each in items]
    return None


def field_for(
    name: str, hint: Any, required: bool, pack: packs.Pack, *, new: bool = False
) -> forms.Field:
    """The box of one field of a row, by what it holds; nothing is chosen yet in a ``new`` row."""
    label = parts.label_of(name)
    missing = {"required": f"“{label}” must not be empty"}
    if hint is bool:
        return forms.BooleanField(label=label, required=False)
    if hint is int or (
        get_origin(hint) in (Union, UnionType) and int in get_args(hint)
    ):
        return forms.IntegerField(
            label=label,
            required=required and hint is int,
            error_messages=missing,
            help_text=FROM_ZERO if name in ("offset", "day") else "",
        )
    if get_origin(hint) is tuple:
        return forms.CharField(
            label=label,
            required=False,
            help_text=FROM_ZERO if name == "offsets" else "With commas between them",
        )
    choices = _choices(name, pack)
    if choices is not None:
        blank = _BLANK
        if required and choices:
            blank = _CHOOSE if new else []
        return forms.ChoiceField(
            label=label,
            required=required,
            choices=[*blank, *choices],
            error_messages=missing,
        )
    widget = forms.Textarea(attrs={"rows": 3}) if name in _LONG else None
    return forms.CharField(
        label=label,
        required=required,
        widget=widget,
        error_messages=missing,
        empty_value="",
        strip=True,
        max_length=4000 if name in _LONG else None,
    )


def _plain_text(value: str) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n")


class RowForm(PageForm):
    """One item of a list. An empty one is left out; a ticked one is taken out."""

    remove = forms.BooleanField(label="Take this out", required=False)

    def __init__(
        self, *args: Any, part: Part, pack: packs.Pack, there: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        assert part.item is not None  # noqa: S101 - told apart by the caller
        hints = get_type_hints(part.item)
        self.hints = {f.name: hints[f.name] for f in dataclasses.fields(part.item)}
        self.there = there
        for field in dataclasses.fields(part.item):
            required = field.default is dataclasses.MISSING
            self.fields[field.name] = field_for(
                field.name, self.hints[field.name], required, pack, new=not there
            )
        if there:
            self.order_fields([*self.hints, "remove"])
        else:
            del self.fields["remove"]
        self.empty_permitted = not there

    @property
    def is_left_out(self) -> bool:
        data = self.cleaned_data
        return bool(data.get("remove")) or not any(data.get(n) for n in self.hints)

    def item(self) -> dict[str, Any]:
        """The row as a file would say it."""
        found: dict[str, Any] = {}
        for name, hint in self.hints.items():
            value = self.cleaned_data.get(name)
            if get_origin(hint) is tuple:
                words = [each.strip() for each in str(value or "").split(",")]
                whole = get_args(hint)[0] is int
                found[name] = [
                    _number(each) if whole else each for each in words if each
                ]
            elif isinstance(value, str):
                found[name] = _plain_text(value)
            elif value is not None:
                found[name] = value
        return found


def _number(word: str) -> Any:
    try:
        return int(word)
    except ValueError:
        return word  # the framework's own check says what is wrong


class RowsForm:
    """A whole list as boxes. ``faults`` are told beside the box that they are about."""

    def __init__(self, data: Any, *, part: Part, pack: packs.Pack) -> None:
        items = [_initial(item) for item in part.items(pack)]
        filled = len(items)
        if data is not None:
            given = str(data.get("rows", ""))
            filled = min(int(given), MOST_ROWS) if given.isdecimal() else filled
        items = (items + [{}] * filled)[:filled]
        self.filled = filled
        self.rows = [
            RowForm(
                data,
                part=part,
                pack=pack,
                there=number < filled,
                initial=items[number] if number < filled else None,
                prefix=str(number),
                auto_id="id_%s",
            )
            for number in range(filled + EMPTY_ROWS)
        ]
        self.part = part
        self.is_bound = data is not None
        self.refusals: list[str] = []
        self._kept: list[RowForm] = []

    def is_valid(self) -> bool:
        fine = all([row.is_valid() or self._is_removed(row) for row in self.rows])
        self._kept = [
            row for row in self.rows if row.is_valid() and not row.is_left_out
        ]
        return fine

    @staticmethod
    def _is_removed(row: RowForm) -> bool:
        return bool(row.cleaned_data.get("remove"))

    def value(self) -> list[dict[str, Any]]:
        return [row.item() for row in self._kept]

    def tell(self, faults: tuple[packs.Fault, ...]) -> None:
        depth = len(self.part.path)
        for fault in faults:
            rest = fault.path[depth:]
            mine = fault.path[:depth] == self.part.path
            if mine and len(rest) > 1 and isinstance(rest[0], int):
                row, name = self._kept[rest[0]], str(rest[1])
                if name in row.fields:
                    label = parts.label_of(name)
                    row.add_error(name, f"{label} {fault.sentence}")
                    continue
            self.refusals.append(str(fault))

    @property
    def errors(self) -> bool:
        """Whether the page's title says that something is wrong."""
        return self.is_bound and (
            bool(self.refusals) or any(bool(row.errors) for row in self.rows)
        )

    @property
    def existing(self) -> list[RowForm]:
        return self.rows[: self.filled]

    @property
    def empty(self) -> list[RowForm]:
        return self.rows[self.filled :]


def _initial(item: Any) -> dict[str, Any]:
    found = {}
    for field in dataclasses.fields(item):
        value = getattr(item, field.name)
        if isinstance(value, tuple):
            value = ", ".join(str(each) for each in value)
        found[field.name] = value
    return found


class ValuesForm(PageForm):
    """The single values of a part."""

    def __init__(self, *args: Any, part: Part, pack: packs.Pack, **kwargs: Any) -> None:
        kwargs.setdefault("initial", part.of(pack))
        super().__init__(*args, **kwargs)
        place: Any = packs.QuestionnaireTemplate if part.path else packs.Pack
        hints = get_type_hints(place)
        for name in part.names:
            self.fields[name] = field_for(
                name, hints[name], name != "free_text_hint", pack
            )

    def value(self) -> dict[str, Any]:
        return {
            name: _plain_text(value) if isinstance(value, str) else value
            for name, value in self.cleaned_data.items()
        }


class WordsForm(PageForm):
    """A list of words, one on a line."""

    words = forms.CharField(
        label="One on each line", widget=forms.Textarea(attrs={"rows": 8})
    )

    def __init__(self, *args: Any, part: Part, pack: packs.Pack, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"words": "\n".join(part.items(pack))})
        super().__init__(*args, **kwargs)

    def value(self) -> list[str]:
        lines = self.cleaned_data["words"].splitlines()
        return [line.strip() for line in lines if line.strip()]


class TextForm(PageForm):
    """A part as text, read as a file would be, with the line of every fault."""

    text = forms.CharField(
        label="This part as text",
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 30, "class": "packs-text", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, part: Part, pack: packs.Pack, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"text": yaml_file.write(part.of(pack))})
        super().__init__(*args, **kwargs)
        self.lines: dict[Any, int] = {}
        self._value: Any = None

    def clean_text(self) -> str:
        text = _plain_text(self.cleaned_data["text"])
        try:
            self._value, self.lines = yaml_file.read(text.encode("utf-8", "replace"))
        except yaml_file.Unreadable as error:
            raise forms.ValidationError(list(error.faults)) from error
        return text

    def value(self) -> Any:
        return self._value


class CopyForm(PageForm):
    submit_label = "Make the copy"

    title = forms.CharField(
        label="Title of the copy",
        error_messages={"required": "Enter the title of the copy"},
        max_length=200,
    )
    code = forms.CharField(
        label="Code of the copy",
        error_messages={"required": "Enter the code of the copy"},
        max_length=100,
        help_text="Small letters, digits and hyphens, for example our-review-2026",
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not packs.PACK_CODE.fullmatch(code):
            raise forms.ValidationError(
                "The code must be small letters, digits and hyphens"
            )
        return code


class ImportForm(PageForm):
    submit_label = "Import the framework"

    file = forms.FileField(
        label="The framework’s file",
        help_text="A file that ends in .yaml, smaller than 300kB",
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
    )
    code = forms.CharField(
        label="Code, if it should not be the one in the file",
        required=False,
        max_length=100,
    )

    def clean_file(self) -> packs.Pack:
        file: Any = self.cleaned_data["file"]
        try:
            return packs.read(file.read(yaml_file.MOST_BYTES + 1))
        except packs.PackFault as fault:
            raise forms.ValidationError(list(fault.faults[:50])) from fault

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        """What the file says was read before; a fault by now is of the code."""
        if isinstance(refusal, packs.PackFault):
            self.add_error("code", "; ".join(refusal.faults))
        else:
            super().refuse(refusal, beside)


class VersionForm(PageForm):
    """To which version of its framework a review moves. ``choices`` are (label, words)."""

    submit_label = "Show what would change"

    label = forms.ChoiceField(
        label="Version",
        error_messages={"required": "Select a version"},
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["label"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            field.initial = choices[0][0]
