"""Pages of the rooms, the buildings that they are in, and the way between these."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reviews.access import Action, ReviewRequest, review_view
from reviews.models import Review
from reviews.pages.saving import press, save
from scheduling.domain import rooms as verbs
from scheduling.domain import week
from scheduling.forms.rooms import MainBuildingForm, RoomForm, SiteForm, TravelForm
from scheduling.models import Room, Site
from scheduling.reading import places, releases


def _data(request: ReviewRequest) -> QueryDict | None:
    return cast(QueryDict, request.POST) or None


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def rooms(request: ReviewRequest, review: Review) -> HttpResponse:
    """The list, and the minutes between the buildings, which are saved here."""
    if "begin" in request.POST:
        week.ensure_rooms(review=review)
        return redirect("scheduling:rooms", review.pk)
    ways = places.ways(review)
    form = TravelForm(_data(request) if ways else None, ways=ways)
    attempt = save(
        form,
        lambda: verbs.set_travel(
            review=review, minutes=form.minutes(), by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        messages.success(request, "The minutes between the buildings are saved.")
        return redirect("scheduling:rooms", review.pk)
    return render(
        request,
        "scheduling/rooms.html",
        {
            "found": places.rooms_page(request.membership),
            "form": form,
            "main": releases.main_building(review),
        },
    )


def _room(review: Review, room_id: int) -> Room:
    room = get_object_or_404(review.rooms.select_related("site"), pk=room_id)
    room.review = review
    return room


def _site(review: Review, site_id: int) -> Site:
    site = get_object_or_404(review.sites, pk=site_id)
    site.review = review
    return site


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def room_new(request: ReviewRequest, review: Review) -> HttpResponse:
    form = RoomForm(_data(request), review=review)
    attempt = save(
        form,
        lambda: verbs.add_room(
            review=review, values=form.values(), by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        messages.success(request, f"{attempt.made.title} is in the list.")
        return redirect("scheduling:rooms", review.pk)
    return render(request, "scheduling/room_form.html", {"form": form})


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: ReviewRequest, review: Review, room_id: int) -> HttpResponse:
    found = _room(review, room_id)
    form = RoomForm(_data(request), review=review, room=found)
    attempt = save(
        form,
        lambda: verbs.change_room(
            room=found,
            version=form.cleaned_data["version"],
            values=form.values(),
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: _room(review, room_id),
    )
    if attempt.done:
        messages.success(request, f"{found.title} is saved.")
        return redirect("scheduling:rooms", review.pk)
    return _form_page(request, "room", form, room=found, theirs=attempt.theirs)


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def room_retire(request: ReviewRequest, review: Review, room_id: int) -> HttpResponse:
    found = _room(review, room_id)
    press(
        request,
        lambda: verbs.retire_room(
            room=found, member=request.membership, at=timezone.now()
        ),
        says=f"{found.title} is taken out. It can be put back.",
    )
    return redirect("scheduling:rooms", review.pk)


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def room_restore(request: ReviewRequest, review: Review, room_id: int) -> HttpResponse:
    found = _room(review, room_id)
    press(
        request,
        lambda: verbs.restore_room(room=found, by=request.user, at=timezone.now()),
        says=f"{found.title} is back in the list.",
    )
    return redirect("scheduling:rooms", review.pk)


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def main_building(request: ReviewRequest, review: Review) -> HttpResponse:
    there = releases.main_building(review)
    initial = {"title": there.title, "address": there.address} if there else {}
    form = MainBuildingForm(
        request.POST if request.method == "POST" else None, initial=initial
    )
    attempt = save(
        form,
        lambda: verbs.set_main_building(
            review=review, values=form.cleaned_data, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        messages.success(
            request, "The main building is saved. The next release tells people of it."
        )
        return redirect("scheduling:rooms", review.pk)
    return render(request, "scheduling/main_building.html", {"form": form})


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def site_new(request: ReviewRequest, review: Review) -> HttpResponse:
    form = SiteForm(_data(request))
    attempt = save(
        form,
        lambda: verbs.add_site(
            review=review, values=form.values(), by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        messages.success(
            request, f"{attempt.made.title} is in the list. Say below how far it is."
        )
        return redirect("scheduling:rooms", review.pk)
    return render(request, "scheduling/site_form.html", {"form": form})


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: ReviewRequest, review: Review, site_id: int) -> HttpResponse:
    found = _site(review, site_id)
    form = SiteForm(_data(request), site=found)
    attempt = save(
        form,
        lambda: verbs.change_site(
            site=found,
            version=form.cleaned_data["version"],
            values=form.values(),
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: _site(review, site_id),
    )
    if attempt.done:
        messages.success(request, f"{found.title} is saved.")
        return redirect("scheduling:rooms", review.pk)
    return _form_page(request, "site", form, site=found, theirs=attempt.theirs)


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def site_remove(request: ReviewRequest, review: Review, site_id: int) -> HttpResponse:
    found = _site(review, site_id)
    press(
        request,
        lambda: verbs.remove_site(site=found, by=request.user, at=timezone.now()),
        says=f"{found.title} is taken out.",
    )
    return redirect("scheduling:rooms", review.pk)


def _form_page(
    request: ReviewRequest, name: str, form: RoomForm | SiteForm, **more: Any
) -> HttpResponse:
    return render(request, f"scheduling/{name}_form.html", {"form": form, **more})
