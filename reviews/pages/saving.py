"""How a page saves: a valid form, one verb of the domain, and what is said of it.

A view with a form asks ``save`` and then either leads on or shows the page again; a view with a
button alone asks ``press``. So no refusal is lost, and each stands where the person looks.
"""

from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest

from reviews.pages.form import PageForm
from reviews.pages.merging import Theirs
from reviews.refusals import ChangedMeanwhile, Refusal

T = TypeVar("T")


class Saved(NamedTuple, Generic[T]):
    """It is done; ``made`` is what the verb gave back."""

    made: T
    done: Literal[True] = True


class Shown(NamedTuple):
    """The form has to be shown (again). ``theirs``: what somebody else saved meanwhile."""

    theirs: list[Theirs] | None = None
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

    A refusal is said beside the field ``beside``, else above the form. Where somebody saved first, ``saved`` gives what stands
    now, and the form shows both versions. Refusals named in ``leaves`` are the view's own to
    answer and are raised.
    """
    if not form.is_valid():
        return Shown()
    try:
        return Saved(verb())
    except leaves:
        raise
    except ChangedMeanwhile as refusal:
        if saved is None:
            form.refuse(refusal, beside)
            return Shown()
        return Shown(form.keep_both(saved(), refusal))
    except Refusal as refusal:
        form.refuse(refusal, beside)
    return Shown()


def press(request: HttpRequest, verb: Callable[[], object], *, says: str = "") -> bool:
    """Do what a button asks; what was done, or refused, is said on the page that follows."""
    try:
        verb()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    if says:
        messages.success(request, says)
    return True
