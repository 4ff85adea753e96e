"""Pages of a review's own framework: read, tailored, compared, moved to another version."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from reviews import domain
from reviews.access import (
    Action,
    ReviewRequest,
    can,
    review_view,
)
from reviews.apps_above.pack_use import sample_week, uses
from reviews.forms.packs import (
    VersionForm,
)
from reviews.models import Review
from reviews.packs.words import table_of
from reviews.reading import packs
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.views.pack_parts import compared, edit, part_of
from reviews.views.packs import as_file


@review_view(Action.READ_PLAN)
def framework(request: ReviewRequest, review: Review) -> HttpResponse:
    may_change = can(request.membership, Action.CONFIGURE_REVIEW)
    origin = packs.origin_of(review)
    return render(
        request,
        "reviews/framework.html",
        {
            "pack": review.pack,
            "lines": packs.part_lines(
                review.pack, uses(review) if may_change else None
            ),
            "tables": packs.tables(review.pack) if "whole" in request.GET else [],
            "may_change": may_change,
            "tailored": origin is not None and origin != review.pack,
            "newer": packs.versions_of(review) if may_change else [],
            "week": sample_week(review.pack) if may_change else None,
        },
    )


@review_view(Action.READ_PLAN)
def framework_read(request: ReviewRequest, review: Review, slug: str) -> HttpResponse:
    """One part of the review's own copy."""
    part = part_of(slug)
    may_change = can(request.membership, Action.CONFIGURE_REVIEW)
    return render(
        request,
        "reviews/framework_read.html",
        {
            "pack": review.pack,
            "table": table_of(part, review.pack),
            "locked": uses(review).locked.get(part.slug, "") if may_change else "",
            "may_change": may_change,
            "week": sample_week(review.pack)
            if may_change and part.shapes_the_week
            else None,
        },
    )


@review_view(Action.READ_PLAN)
def framework_compare(request: ReviewRequest, review: Review) -> HttpResponse:
    """What was tailored: the review's copy beside the framework that it came from."""
    origin = packs.origin_of(review)
    if origin is None:
        raise Http404
    return render(
        request,
        "reviews/framework_compare.html",
        compared(
            packs.comparison(origin, review.pack),
            f"Version {origin.version} of the framework",
            "This review",
        ),
    )


@review_view(Action.CONFIGURE_REVIEW)
def framework_file(request: ReviewRequest, review: Review) -> HttpResponse:
    return as_file(review.pack)


@review_view(Action.CONFIGURE_REVIEW)
def framework_part(request: ReviewRequest, review: Review, slug: str) -> HttpResponse:
    part = part_of(slug)
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

    return edit(
        request,
        part,
        current=lambda: packs.copy_now(review),
        save=save,
        done=reverse("reviews:framework-read", args=[review.pk, part.slug]),
        context={"submit": "Save for this review"},
    )


@review_view(Action.CONFIGURE_REVIEW)
def framework_version(request: ReviewRequest, review: Review) -> HttpResponse:
    """Choose another version, see what it would do, and move when it is confirmed."""
    there = {each.label: each for each in packs.versions_of(review)}
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
    origin = packs.origin_of(review)
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
