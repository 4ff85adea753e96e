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
from reviews.refusals import ChangedMeanwhile, Refusal
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
    form = TravelForm(_data(request), ways=places.ways(review))
    if form.ways and form.is_valid():
        verbs.set_travel(
            review=review, minutes=form.minutes(), by=request.user, at=timezone.now()
        )
        messages.success(request, "The minutes between the buildings are saved.")
        return redirect("scheduling:rooms", review.pk)
    return render(
        request,
        "scheduling/rooms.html",
        {
            "found": places.rooms_page(review),
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
    if form.is_valid():
        room = verbs.add_room(
            review=review, values=form.values(), by=request.user, at=timezone.now()
        )
        messages.success(request, f"{room.title} is in the list.")
        return redirect("scheduling:rooms", review.pk)
    return render(request, "scheduling/room_form.html", {"form": form})


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: ReviewRequest, review: Review, room_id: int) -> HttpResponse:
    found = _room(review, room_id)
    form, theirs = RoomForm(_data(request), review=review, room=found), None
    if form.is_valid():
        try:
            verbs.change_room(
                room=found,
                version=form.cleaned_data["version"],
                values=form.values(),
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            theirs = form.keep_both(_room(review, room_id), refusal)
        else:
            messages.success(request, f"{found.title} is saved.")
            return redirect("scheduling:rooms", review.pk)
    return _form_page(request, "room", form, room=found, theirs=theirs)


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def room_retire(request: ReviewRequest, review: Review, room_id: int) -> HttpResponse:
    found = _room(review, room_id)
    try:
        verbs.retire_room(room=found, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{found.title} is taken out. It can be put back.")
    return redirect("scheduling:rooms", review.pk)


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def room_restore(request: ReviewRequest, review: Review, room_id: int) -> HttpResponse:
    found = _room(review, room_id)
    verbs.restore_room(room=found, by=request.user, at=timezone.now())
    messages.success(request, f"{found.title} is back in the list.")
    return redirect("scheduling:rooms", review.pk)


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def main_building(request: ReviewRequest, review: Review) -> HttpResponse:
    there = releases.main_building(review)
    initial = {"title": there.title, "address": there.address} if there else {}
    form = MainBuildingForm(
        request.POST if request.method == "POST" else None, initial=initial
    )
    if form.is_valid():
        verbs.set_main_building(
            review=review, values=form.cleaned_data, by=request.user, at=timezone.now()
        )
        messages.success(
            request, "The main building is saved. The next release tells people of it."
        )
        return redirect("scheduling:rooms", review.pk)
    return render(request, "scheduling/main_building.html", {"form": form})


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def site_new(request: ReviewRequest, review: Review) -> HttpResponse:
    form = SiteForm(_data(request))
    if form.is_valid():
        try:
            site = verbs.add_site(
                review=review, values=form.values(), by=request.user, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, f"{site.title} is in the list. Say below how far it is."
            )
            return redirect("scheduling:rooms", review.pk)
    return render(request, "scheduling/site_form.html", {"form": form})


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def site(request: ReviewRequest, review: Review, site_id: int) -> HttpResponse:
    found = _site(review, site_id)
    form, theirs = SiteForm(_data(request), site=found), None
    if form.is_valid():
        try:
            verbs.change_site(
                site=found,
                version=form.cleaned_data["version"],
                values=form.values(),
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            theirs = form.keep_both(_site(review, site_id), refusal)
        else:
            messages.success(request, f"{found.title} is saved.")
            return redirect("scheduling:rooms", review.pk)
    return _form_page(request, "site", form, site=found, theirs=theirs)


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def site_remove(request: ReviewRequest, review: Review, site_id: int) -> HttpResponse:
    found = _site(review, site_id)
    try:
        verbs.remove_site(site=found, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{found.title} is taken out.")
    return redirect("scheduling:rooms", review.pk)


def _form_page(
    request: ReviewRequest, name: str, form: RoomForm | SiteForm, **more: Any
) -> HttpResponse:
    return render(request, f"scheduling/{name}_form.html", {"form": form, **more})
