"""Editing one part of a framework, a pack's or a review's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from reviews import packs
from reviews.forms.packs import (
    MOST_ROWS,
    RowsForm,
    TextForm,
    ValuesForm,
    WordsForm,
)
from reviews.packs.parts import BY_SLUG, Part
from reviews.pages.line_diff import Row, counts
from reviews.reading import packs as reading
from reviews.refusals import ChangedMeanwhile, Refusal


def part_of(slug: str) -> Part:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def compared(found: reading.Comparison, left: str, right: str) -> dict[str, Any]:
    went, came = counts(found.rows)
    return {
        "parts": found.parts,
        "rows": found.rows,
        "went": went,
        "came": came,
        "left_title": left,
        "right_title": right,
    }


@dataclass
class Editing:
    """What a person sent of one part, in boxes or as text."""

    form: Any
    as_text: bool

    def refuse(self, fault: packs.PackFault) -> None:
        if isinstance(self.form, RowsForm):
            self.form.tell(fault.found)
        else:
            name = "text" if self.as_text else None
            for each in fault.faults[:50]:
                self.form.add_error(name, each)

    @property
    def lines(self) -> dict[Any, int]:
        return self.form.lines if self.as_text else {}


def _form_of(request: HttpRequest, part: Part, pack: packs.Pack) -> Editing:
    wanted = request.POST.get("as") or request.GET.get("as")
    many = part.is_rows and len(part.items(pack)) > MOST_ROWS
    as_text = part.nested or many or wanted == "text"
    data = request.POST if request.method == "POST" else None
    if as_text:
        return Editing(TextForm(data, part=part, pack=pack), True)
    if part.is_rows:
        return Editing(RowsForm(data, part=part, pack=pack), False)
    kind: Any = ValuesForm if part.names else WordsForm
    return Editing(kind(data, part=part, pack=pack), False)


def edit(
    request: HttpRequest,
    part: Part,
    *,
    current: Callable[[], packs.Pack],
    save: Callable[[Any, dict[Any, int], str], None],
    done: str,
    context: dict[str, Any],
) -> HttpResponse:
    """One part of a framework, in boxes or as text, whoever's it is."""
    pack = current()
    editing = _form_of(request, part, pack)
    seen = request.POST.get("seen", "") or part.fingerprint(pack)
    refusal: Refusal | None = None
    theirs: list[Row] = []
    if request.method == "POST" and editing.form.is_valid():
        value = editing.form.value()
        try:
            save(value, editing.lines, seen)
        except packs.PackFault as fault:
            editing.refuse(fault)
        except ChangedMeanwhile as error:
            # Their words stand beside; the next save has seen them.
            refusal, saved = error, current()
            seen = part.fingerprint(saved)
            theirs = reading.part_diff(part, saved, _comparable(part, saved, value))
        except Refusal as error:
            refusal = error
        else:
            return redirect(done)
    return render(
        request,
        "reviews/packs_part.html",
        {
            "part": part,
            "pack": pack,
            "form": editing.form,
            "as_text": editing.as_text,
            "rows": isinstance(editing.form, RowsForm),
            "may_choose": not part.nested,
            "seen": seen,
            "refusal": refusal,
            "theirs": theirs,
            "done_url": done,
            **context,
        },
    )


def _comparable(part: Part, saved: packs.Pack, value: Any) -> Any:
    """What was typed, written as the saved one is; as it came where it cannot stand there."""
    try:
        return part.of(part.put(saved, value))
    except packs.PackFault:
        return value
