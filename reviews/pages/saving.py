"""How a page saves: a valid form, one verb of the domain, and what is said of it.

A view with a form asks ``save``; one that asks once more before its button does something asks
``confirm``; both then lead on or show the page again. A view with a button alone asks ``press``.
So no refusal is lost, and each stands where the person looks.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from reviews.pages.form import PageForm
from reviews.pages.merging import Theirs
from reviews.refusals import ChangedMeanwhile, Refusal

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Saved(NamedTuple, Generic[T]):
    """It is done; ``made`` is what the verb gave back."""

    made: T
    done: Literal[True] = True


class Shown(NamedTuple):
    """The page has to be shown (again). ``theirs``: what somebody else saved meanwhile;
    ``refusal``: why it was not done, where no form says it."""

    theirs: list[Theirs] | None = None
    refusal: Refusal | None = None
    done: Literal[False] = False


def save(
    form: PageForm,
    verb: Callable[[], T],
    *,
    beside: str = "",
    saved: Callable[[], Model | Mapping[str, Any]] | None = None,
    leaves: tuple[type[Refusal], ...] = (),
) -> Saved[T] | Shown:
    """Do ``verb`` if the form is valid.

    A refusal is said beside the field ``beside``, else above the form. Where somebody saved
    first, ``saved`` gives what stands now, and the form shows both versions. Refusals named in
    ``leaves`` are the view's own to answer and are raised.
    """
    if not form.is_valid():
        return Shown()
    try:
        return Saved(verb())
    except leaves:
        raise
    except Refusal as refusal:
        if saved and isinstance(refusal, ChangedMeanwhile):
            return Shown(form.keep_both(saved(), refusal))
        form.refuse(refusal, beside)
    return Shown()


def confirm(request: HttpRequest, verb: Callable[[], T]) -> Saved[T] | Shown:
    """Do ``verb`` once its button was pressed; the page that asks says why it was not done."""
    if request.method != "POST":
        return Shown()
    try:
        return Saved(verb())
    except Refusal as refusal:
        return Shown(refusal=refusal)


def press(
    request: HttpRequest,
    verb: Callable[[], T],
    *,
    says: str | Callable[[T], str] = "",
    level: int = messages.ERROR,
    leaves: tuple[type[Refusal], ...] = (),
) -> bool:
    """Do what a button asks; what was done, or refused, is said on the page that follows.

    ``says`` are the words for what was done, or make them of what the verb gave back.
    """
    try:
        made = verb()
    except leaves:
        raise
    except Refusal as refusal:
        messages.add_message(request, level, str(refusal))
        return False
    if words := says(made) if callable(says) else says:
        messages.success(request, words)
    return True


def read_again(row: M) -> M:
    """The row as it stands now: our copy may hold words that were not saved."""
    row.refresh_from_db()
    return row


def mixed_anew(
    request: HttpRequest, where: str, name: str, *args: object
) -> HttpResponse:
    """What this address led to has another one now, or is gone: as unknown as what never was.

    ``where`` and the address called ``name`` are where to choose it again.
    """
    told = {"where": where, "address": reverse(name, args=args)}
    return render(request, "mixed_anew.html", told, status=404)
