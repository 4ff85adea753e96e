"""Pages of frameworks: the list, one of them, its parts and versions; and a review's own copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from reviews import domain, packs
from reviews.access import (
    Action,
    MemberRequest,
    ReviewRequest,
    can,
    member_view,
    review_view,
)
from reviews.apps_above.pack_use import uses
from reviews.forms.packs import (
    MOST_ROWS,
    CopyForm,
    ImportForm,
    RowsForm,
    TextForm,
    ValuesForm,
    VersionForm,
    WordsForm,
)
from reviews.models import FrameworkPack, Review, User
from reviews.packs.parts import BY_SLUG, Part
from reviews.packs.words import table_of
from reviews.pages.line_diff import Row, counts
from reviews.reading import packs as reading
from reviews.refusals import ChangedMeanwhile, Refusal


def _creates(user: User) -> bool:
    return user.may_create_reviews


def _found(code: str, number: int | None = None) -> reading.Whole:
    found = reading.find(code, number)
    if found is None:
        raise Http404
    return found


def _part(slug: str) -> Part:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def _as_file(pack: packs.Pack) -> HttpResponse:
    response = HttpResponse(packs.write(pack), content_type="application/yaml")
    name = f"{pack.code}-{pack.version}.yaml"
    safe = "".join(
        c if c.isascii() and (c.isalnum() or c in "-._") else "-" for c in name
    )
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


# Frameworks of this installation


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
    return render(
        request,
        "reviews/packs_read_part.html",
        {
            **_of_whole(whole),
            "table": table_of(_part(slug), whole.pack),
            "whole_url": _read_address(whole, number),
        },
    )


@member_view(_creates)
def pack_file(
    request: MemberRequest, code: str, number: int | None = None
) -> HttpResponse:
    return _as_file(_found(code, number).pack)


@member_view(_creates)
def pack_copy(request: MemberRequest, code: str) -> HttpResponse:
    whole = _found(code)
    form = CopyForm(
        request.POST or None,
        initial={"title": f"{whole.pack.title} (copy)", "code": ""},
    )
    if form.is_valid():
        try:
            made = domain.copy_pack(
                source=whole.pack,
                code=form.cleaned_data["code"],
                title=form.cleaned_data["title"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("code", str(refusal))
        else:
            return redirect("reviews:pack", made.pack.code)
    return render(request, "reviews/packs_copy.html", {"form": form, "whole": whole})


@member_view(_creates)
def pack_import(request: MemberRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            made = domain.import_pack(
                pack=form.cleaned_data["file"],
                code=form.cleaned_data["code"].strip(),
                by=request.user,
                at=timezone.now(),
            )
        except packs.PackFault as fault:
            form.add_error("code", "; ".join(fault.faults))
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, f"Version {made.label} was imported.")
            return redirect("reviews:pack", made.pack.code)
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
            **_compared(
                found,
                source.title if from_source and source else f"Version {left.label}",
                f"Version {right.label}",
            ),
        },
    )


def _compared(found: reading.Comparison, left: str, right: str) -> dict[str, Any]:
    went, came = counts(found.rows)
    return {
        "parts": found.parts,
        "rows": found.rows,
        "went": went,
        "came": came,
        "left_title": left,
        "right_title": right,
    }


@member_view(_creates)
def pack_part(request: MemberRequest, code: str, slug: str) -> HttpResponse:
    own = get_object_or_404(FrameworkPack, code=code)
    part = _part(slug)

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

    return _edit(
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


@dataclass
class _Editing:
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


def _form_of(request: HttpRequest, part: Part, pack: packs.Pack) -> _Editing:
    wanted = request.POST.get("as") or request.GET.get("as")
    many = part.is_rows and len(part.items(pack)) > MOST_ROWS
    as_text = part.nested or many or wanted == "text"
    data = request.POST if request.method == "POST" else None
    if as_text:
        return _Editing(TextForm(data, part=part, pack=pack), True)
    if part.is_rows:
        return _Editing(RowsForm(data, part=part, pack=pack), False)
    kind: Any = ValuesForm if part.names else WordsForm
    return _Editing(kind(data, part=part, pack=pack), False)


def _edit(
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


# A review's own copy


@review_view(Action.READ_PLAN)
def framework(request: ReviewRequest, review: Review) -> HttpResponse:
    may_change = can(request.membership, Action.CONFIGURE_REVIEW)
    origin = reading.origin_of(review)
    return render(
        request,
        "reviews/framework.html",
        {
            "pack": review.pack,
            "lines": reading.part_lines(
                review.pack, uses(review) if may_change else None
            ),
            "tables": reading.tables(review.pack) if "whole" in request.GET else [],
            "may_change": may_change,
            "tailored": origin is not None and origin != review.pack,
            "newer": reading.versions_of(review) if may_change else [],
        },
    )


@review_view(Action.READ_PLAN)
def framework_read(request: ReviewRequest, review: Review, slug: str) -> HttpResponse:
    """One part of the review's own copy."""
    part = _part(slug)
    may_change = can(request.membership, Action.CONFIGURE_REVIEW)
    return render(
        request,
        "reviews/framework_read.html",
        {
            "pack": review.pack,
            "table": table_of(part, review.pack),
            "locked": uses(review).locked.get(part.slug, "") if may_change else "",
            "may_change": may_change,
        },
    )


@review_view(Action.READ_PLAN)
def framework_compare(request: ReviewRequest, review: Review) -> HttpResponse:
    """What was tailored: the review's copy beside the framework that it came from."""
    origin = reading.origin_of(review)
    if origin is None:
        raise Http404
    return render(
        request,
        "reviews/framework_compare.html",
        _compared(
            reading.comparison(origin, review.pack),
            f"Version {origin.version} of the framework",
            "This review",
        ),
    )


@review_view(Action.CONFIGURE_REVIEW)
def framework_file(request: ReviewRequest, review: Review) -> HttpResponse:
    return _as_file(review.pack)


@review_view(Action.CONFIGURE_REVIEW)
def framework_part(request: ReviewRequest, review: Review, slug: str) -> HttpResponse:
    part = _part(slug)
    locked = uses(review).locked.get(part.slug)
    if locked and request.method != "POST":
        return render(
            request,
            "reviews/packs_locked.html",
            {"part": part, "why": locked, "table": table_of(part, review.pack)},
        )

    def save(value: Any, lines: dict[Any, int], seen: str) -> None:
        domain.tailor(
            review=review,
            part=part,
            value=value,
            lines=lines,
            seen=seen,
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, f"{part.title}: saved for this review.")

    return _edit(
        request,
        part,
        current=lambda: reading.copy_now(review),
        save=save,
        done=reverse("reviews:framework-read", args=[review.pk, part.slug]),
        context={"submit": "Save for this review"},
    )


@review_view(Action.CONFIGURE_REVIEW)
def framework_version(request: ReviewRequest, review: Review) -> HttpResponse:
    """Choose another version, see what it would do, and move when it is confirmed."""
    there = {each.label: each for each in reading.versions_of(review)}
    form = VersionForm(
        request.POST or None,
        choices=[(each.label, each.words) for each in there.values()],
    )
    move, refusal = None, None
    if form.is_valid():
        target = there[form.cleaned_data["label"]].pack
        form.secondary = True
        try:
            if request.POST.get("confirmed"):
                given = request.POST.get("version", "")
                domain.move_to_version(
                    review=review,
                    target=target,
                    version=int(given) if given.isdecimal() else 0,
                    documents=request.POST.getlist("document"),
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(
                    request, f"The review now works with version {target.version}."
                )
                return redirect("reviews:framework", review.pk)
            move = domain.planned_version_move(review=review, target=target)
        except ChangedMeanwhile:
            review.refresh_from_db()
            move = domain.planned_version_move(review=review, target=target)
            refusal = Refusal(
                "Somebody changed the review in between. Read the list again, then move it."
            )
        except Refusal as error:
            refusal = error
    origin = reading.origin_of(review)
    return render(
        request,
        "reviews/packs_move.html",
        {
            "form": form,
            "move": move,
            "refusal": refusal,
            "choices": there,
            "tailored": origin is not None and origin != review.pack,
        },
    )
