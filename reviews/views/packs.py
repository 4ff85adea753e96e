"""Pages of framework packs: read, copied, imported, edited part by part, compared."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from reviews import domain, packs
from reviews.access import (
    MemberRequest,
    member_view,
)
from reviews.apps_above.pack_use import sample_week
from reviews.forms.packs import (
    CopyForm,
    ImportForm,
)
from reviews.models import FrameworkPack, User
from reviews.packs.words import table_of
from reviews.pages.saving import save
from reviews.reading import packs as reading
from reviews.views.pack_parts import compared, edit, part_of


def _creates(user: User) -> bool:
    return user.may_create_reviews


def _found(code: str, number: int | None = None) -> reading.Whole:
    found = reading.find(code, number)
    if found is None:
        raise Http404
    return found


def as_file(pack: packs.Pack) -> HttpResponse:
    response = HttpResponse(packs.write(pack), content_type="application/yaml")
    name = f"{pack.code}-{pack.version}.yaml"
    safe = "".join(
        c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name
    )
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@member_view(_creates)
def pack_list(request: MemberRequest) -> HttpResponse:
    return render(
        request,
        "reviews/packs.html",
        {"shipped": reading.shipped_rows(), "own": reading.own_rows()},
    )


@member_view(_creates)
def pack(request: MemberRequest, code: str, number: int | None = None) -> HttpResponse:
    """The parts of a framework in a list, or all of them on one page."""
    whole = _found(code, number)
    return render(
        request,
        "reviews/packs_read.html",
        {
            **_of_whole(whole),
            "lines": reading.part_lines(whole.pack),
            "tables": reading.tables(whole.pack) if "whole" in request.GET else [],
            "read_url": _read_address(whole, number),
            "source": whole.own and reading.source_of(whole.own),
            "week": None if "whole" in request.GET else sample_week(whole.pack),
        },
    )


def _of_whole(whole: reading.Whole) -> dict[str, Any]:
    newest = whole.own is None or whole.version == whole.own.newest
    return {
        "whole": whole,
        "pack": whole.pack,
        "newest": newest,
        "may_change": whole.own is not None and newest,
    }


def _read_address(whole: reading.Whole, number: int | None) -> str:
    if number is None:
        return reverse("reviews:pack", args=[whole.pack.code])
    return reverse("reviews:pack-version", args=[whole.pack.code, number])


@member_view(_creates)
def pack_read(
    request: MemberRequest, code: str, slug: str, number: int | None = None
) -> HttpResponse:
    """One part of a framework."""
    whole = _found(code, number)
    part = part_of(slug)
    return render(
        request,
        "reviews/packs_read_part.html",
        {
            **_of_whole(whole),
            "table": table_of(part, whole.pack),
            "week": sample_week(whole.pack) if part.shapes_the_week else None,
            "whole_url": _read_address(whole, number),
        },
    )


@member_view(_creates)
def pack_file(
    request: MemberRequest, code: str, number: int | None = None
) -> HttpResponse:
    return as_file(_found(code, number).pack)


@member_view(_creates)
def pack_copy(request: MemberRequest, code: str) -> HttpResponse:
    whole = _found(code)
    form = CopyForm(
        request.POST or None,
        initial={"title": f"{whole.pack.title} (copy)", "code": ""},
    )
    attempt = save(
        form,
        lambda: domain.copy_pack(
            source=whole.pack,
            code=form.cleaned_data["code"],
            title=form.cleaned_data["title"],
            by=request.user,
            at=timezone.now(),
        ),
        beside="code",
    )
    if attempt.done:
        return redirect("reviews:pack", attempt.made.pack.code)
    return render(request, "reviews/packs_copy.html", {"form": form, "whole": whole})


@member_view(_creates)
def pack_import(request: MemberRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    attempt = save(
        form,
        lambda: domain.import_pack(
            pack=form.cleaned_data["file"],
            code=form.cleaned_data["code"].strip(),
            by=request.user,
            at=timezone.now(),
        ),
        beside="file",
    )
    if attempt.done:
        messages.success(request, f"Version {attempt.made.label} was imported.")
        return redirect("reviews:pack", attempt.made.pack.code)
    return render(request, "reviews/packs_import.html", {"form": form})


@member_view(_creates)
def pack_versions(request: MemberRequest, code: str) -> HttpResponse:
    own = get_object_or_404(FrameworkPack, code=code)
    versions = list(reversed(own.versions.all()))
    return render(
        request,
        "reviews/packs_versions.html",
        {"own": own, "versions": versions, "source": reading.source_of(own)},
    )


SOURCE = "source"


@member_view(_creates)
def pack_compare(request: MemberRequest, code: str) -> HttpResponse:
    """Two versions of one's own framework, or one of them and what it was copied from."""
    own = get_object_or_404(FrameworkPack, code=code)
    versions = list(own.versions.all())
    source = reading.source_of(own)
    by_number = {str(each.number): each for each in versions}
    right = by_number.get(request.GET.get("to", ""), versions[-1])
    before = [each for each in versions if each.number < right.number]
    left = by_number.get(
        request.GET.get("from", ""), before[-1] if before else versions[0]
    )
    from_source = source is not None and (
        request.GET.get("from") == SOURCE or (not before and "from" not in request.GET)
    )
    found = reading.comparison(
        source if from_source and source else left.content(), right.content()
    )
    return render(
        request,
        "reviews/packs_compare.html",
        {
            "own": own,
            "versions": list(reversed(versions)),
            "source": source,
            "from_source": from_source,
            "left": left,
            "right": right,
            **compared(
                found,
                source.title if from_source and source else f"Version {left.label}",
                f"Version {right.label}",
            ),
        },
    )


@member_view(_creates)
def pack_part(request: MemberRequest, code: str, slug: str) -> HttpResponse:
    own = get_object_or_404(FrameworkPack, code=code)
    part = part_of(slug)

    def save(value: Any, lines: dict[Any, int], seen: str) -> None:
        before = own.newest.number
        made = domain.save_part(
            own=own,
            part=part,
            value=value,
            lines=lines,
            seen=seen,
            by=request.user,
            at=timezone.now(),
        )
        if made.number == before:
            messages.info(request, "Nothing was different, so there is no new version.")
        else:
            messages.success(request, f"Saved as version {made.label}.")

    return edit(
        request,
        part,
        current=lambda: own.newest.content(),
        save=save,
        done=reverse("reviews:pack-read", args=[own.code, part.slug]),
        context={
            "own": own,
            "submit": f"Save as version {reading.next_label(own)}",
        },
    )
