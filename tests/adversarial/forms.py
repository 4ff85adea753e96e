"""Every form of a page as a browser would send it, filled in by rule and not by hand."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.make_documents import PDF

# What a crawler must not press.
_LEFT_OUT = ("/account/",)
Values = dict[str, list[str]]
# Of a page with a button for each free place so many are pressed.
ALIKE = 2


@dataclass
class _Box:
    """One field: what it holds, what it could hold, and whether somebody types in it freely."""

    name: str
    kind: str
    value: str = ""
    numeric: bool = False
    checked: bool = False
    options: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form that posts, on the page where it stands. ``presses``: its buttons that have a name."""

    action: str
    boxes: list[_Box] = field(default_factory=list)
    presses: list[tuple[str, str]] = field(default_factory=list)

    @property
    def free(self) -> list[str]:
        """The names of the boxes in which somebody types whatever they like."""
        return [each.name for each in self.boxes if _is_free(each)]

    def filled(self, words: str) -> dict[str, object]:
        """As sent by somebody who writes ``words`` wherever they may and fills in the rest."""
        sent: dict[str, object] = {}
        several: Values = {}
        for box in self.boxes:
            if box.kind == "file":
                sent[box.name] = SimpleUploadedFile("a.pdf", PDF, "application/pdf")
            elif box.kind in ("radio", "checkbox"):
                several.setdefault(box.name, [])
                if box.checked:
                    several[box.name].append(box.value)
            else:
                sent[box.name] = _value_of(box, words)
        firsts = {
            box.name: box.value
            for box in reversed(self.boxes)
            if box.kind in ("radio", "checkbox")
        }
        for name, values in several.items():
            sent[name] = values or [firsts[name]]
        return sent

    def sendings(self, words: str) -> Iterator[dict[str, object]]:
        """One for each button that says what it does, or one; of many buttons of one name, two."""
        sent = self.filled(words)
        known = Counter[str]()
        for name, value in self.presses or [("", "")]:
            known[name] += 1
            if known[name] > ALIKE:
                continue
            yield {**sent, name: value} if name else sent


def _is_free(box: _Box) -> bool:
    if box.kind == "textarea":
        return True
    return box.kind in ("text", "search") and not (
        box.numeric or box.name in _BY_NAME or _PART_OF_DATE.search(box.name)
    )


_PART_OF_DATE = re.compile(r"_[012]$")
_DATE = {"0": "4", "1": "2", "2": "2013"}
# What has a form of its own, and would be refused for that alone.
_BY_NAME: Mapping[str, str] = {
    "start": "10:15",
    "begins": "9am",
    "ends": "10am",
    "month": "3",
    "from": "0",
    "end": "",
}


def _value_of(box: _Box, words: str) -> object:
    if box.options:
        return box.chosen or [each for each in box.options if each][:1]
    if box.kind == "email":
        return box.value or "somebody.new@example.org"
    if box.name in _BY_NAME:
        return box.value or _BY_NAME[box.name]
    if _PART_OF_DATE.search(box.name) and box.kind == "text":
        return box.value or _DATE[box.name[-1]]
    if box.numeric:
        return box.value or "30"
    return words if _is_free(box) else box.value


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found = page, list[Form]()
        self.form: Form | None = None
        self.select: _Box | None = None
        self.area: _Box | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        names = {name for name, _ in attrs}
        if tag == "form" and given.get("method", "").lower() == "post":
            self.form = Form(urljoin(self.page, given.get("action") or self.page))
        if self.form is None:
            return
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "button" and name:
            self.form.presses.append((name, value))
        elif tag == "input" and name:
            kind = given.get("type", "text")
            value = value or ("on" if kind == "checkbox" else "")
            numeric = given.get("inputmode") == "numeric" or kind == "number"
            box = _Box(name, kind, value, numeric, "checked" in names)
            self.form.boxes.append(box)
        elif tag == "textarea" and name:
            self.area = _Box(name, "textarea")
            self.form.boxes.append(self.area)
        elif tag == "select" and name:
            self.select = _Box(name, "select")
            self.form.boxes.append(self.select)
        elif tag == "option" and self.select:
            self.select.options.append(value)
            if "selected" in names:
                self.select.chosen.append(value)

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form is not None:
            if not urlsplit(self.form.action).path.startswith(_LEFT_OUT):
                self.found.append(self.form)
            self.form = None
        elif tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None


def forms_of(page: str, content: bytes) -> list[Form]:
    """The forms of a page that post, in their order."""
    reader = _Reader(page)
    reader.feed(content.decode())
    return reader.found
