"""Pages of the people: one's own profile and interests, and the sponsor's word on the team."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from reviews import domain
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.forms.team import DecisionForm, InterestForm, ProfileForm
from reviews.models import TEAM, Review
from reviews.reading import team as reading
from reviews.refusals import Refusal


@review_view(Action.READ_PLAN)
def team(request: ReviewRequest, review: Review) -> HttpResponse:
    member = request.membership
    return render(
        request,
        "reviews/team.html",
        {
            "team": reading.team_of(review),
            "may_manage": can(member, Action.MANAGE_TEAM),
            "declared": review.interests.filter(membership=member).exists(),
        },
    )


@review_view(Action.EDIT_OWN_PROFILE)
def profile(request: ReviewRequest, review: Review) -> HttpResponse:
    member = request.membership
    form = ProfileForm(
        request.POST or None,
        initial={
            "home_organisation": member.home_organisation,
            "profile": member.profile,
            "attendance": "on_site" if member.on_site else "remote",
        },
    )
    if form.is_valid():
        try:
            domain.change_profile(
                member=member,
                home_organisation=form.cleaned_data["home_organisation"],
                profile=form.cleaned_data["profile"].strip(),
                on_site=form.cleaned_data["attendance"] == "on_site",
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("home_organisation", str(refusal))
        else:
            messages.success(request, "Your profile was saved.")
            return redirect("reviews:team", review.pk)
    return render(request, "reviews/team_profile.html", {"form": form})


@review_view(Action.DECLARE_INTEREST)
def interest(request: ReviewRequest, review: Review) -> HttpResponse:
    member = request.membership
    there = review.interests.filter(membership=member).first()
    initial: dict[str, object] = {}
    if there:
        initial = {
            "something": "yes" if there.something else "no",
            "text": there.text,
            "sessions": there.sessions,
            "agencies": list(there.agencies.values_list("pk", flat=True)),
        }
    form = InterestForm(request.POST or None, review=review, initial=initial)
    if form.is_valid():
        values = form.cleaned_data
        domain.declare_interest(
            member=member,
            something=values["something"] == "yes",
            text=values["text"],
            sessions=values["sessions"],
            agencies=values["agencies"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, "Your declaration was saved.")
        return redirect("reviews:team", review.pk)
    return render(
        request, "reviews/team_interest.html", {"form": form, "declaration": there}
    )


@review_view(Action.READ_PLAN)
def profiles(request: ReviewRequest, review: Review) -> HttpResponse:
    rows = reading.peers_of(review)
    return render(
        request,
        "reviews/team_profiles.html",
        {
            "rows": rows,
            "sign_off": reading.sign_off(rows),
            "may_accept": can(request.membership, Action.ACCEPT_PROFILES),
            "sees_interests": can(request.membership, Action.READ_INTERESTS),
        },
    )


@review_view(Action.ACCEPT_PROFILES)
@require_POST
def profiles_accept(request: ReviewRequest, review: Review) -> HttpResponse:
    """Accept everybody whose profile the sponsor was shown and has not decided on."""
    shown = {int(word) for word in request.POST.getlist("member") if word.isdigit()}
    members = [
        row.member
        for row in reading.peers_of(review)
        if row.waits and row.member.pk in shown
    ]
    number = domain.accept_waiting(
        review=review, members=members, by=request.user, at=timezone.now()
    )
    messages.success(
        request, f"{number} profile{' was' if number == 1 else 's were'} accepted."
    )
    return redirect("reviews:profiles", review.pk)


@review_view(Action.ACCEPT_PROFILES)
def profile_decide(
    request: ReviewRequest, review: Review, member_id: int
) -> HttpResponse:
    member = get_object_or_404(
        review.memberships.filter(access_role__in=TEAM).select_related(
            "user", "review"
        ),
        pk=member_id,
    )
    form = DecisionForm(request.POST or None)
    if form.is_valid():
        domain.decide_profile(
            member=member,
            accepted=form.cleaned_data["decision"] == "accept",
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        return redirect("reviews:profiles", review.pk)
    return render(request, "reviews/team_decide.html", {"form": form, "member": member})
