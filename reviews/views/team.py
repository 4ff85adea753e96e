"""Pages of the people: who is on the review, invitations, one's own profile and interests, and
the sponsor's word on the team."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reviews import domain
from reviews.access import (
    Action,
    MemberRequest,
    ReviewRequest,
    allowed,
    can,
    member_view,
    review_view,
)
from reviews.apps_above import team_use
from reviews.domain import accounts
from reviews.forms.team import (
    DecisionForm,
    InterestForm,
    InvitationForm,
    MemberChangeForm,
    MemberForm,
    ProfileForm,
    TelephoneForm,
)
from reviews.mail import letters
from reviews.models import AccessRole, Membership, Review, Stage
from reviews.pages import say
from reviews.pages.saving import press, read_again, save
from reviews.reading import team as reading
from reviews.reading.checks import contacts_missing
from reviews.refusals import Refusal


def _member(review: Review, member_id: int) -> Membership:
    members = review.memberships.select_related("user", "review", "agency")
    return get_object_or_404(members, pk=member_id)


@review_view(Action.READ_PLAN)
def team(request: ReviewRequest, review: Review) -> HttpResponse:
    member = request.membership
    manages = can(member, Action.MANAGE_TEAM)
    return render(
        request,
        "reviews/team.html",
        {
            "team": reading.team_page(review, manages=manages),
            "may_manage": manages,
            "contacts_missing": (
                contacts_missing(review, today=review.today(timezone.now()))
                if manages
                else []
            ),
            "declared": review.interests.filter(membership=member).exists(),
        },
    )


@review_view(Action.MANAGE_TEAM)
def team_add(request: ReviewRequest, review: Review) -> HttpResponse:
    # A page that lacks a contact may name the role and the agency in the address.
    wished = {
        name: request.GET[name] for name in ("role", "agency") if name in request.GET
    }
    form = MemberForm(request.POST or None, review=review, initial=wished)
    attempt = save(
        form,
        lambda: domain.invite_member(
            review=review,
            email=form.cleaned_data["email"],
            full_name=form.cleaned_data["full_name"],
            by=request.user,
            at=timezone.now(),
            **form.place(),
        ),
    )
    if attempt.done:
        messages.success(request, _added_words(attempt.made))
        return redirect("reviews:team", review.pk)
    return render(request, "reviews/team_add.html", {"form": form})


def _added_words(invited: domain.Invited) -> str:
    member = invited.member
    words = (
        f"{member.name} was added as {member.role_title.lower()}. "
        f"An invitation to {member.user.email} is in the outbox."
    )
    if invited.lost_sessions:
        words += " They were on the review before. Their sessions are not put back."
    return words


@review_view(Action.MANAGE_TEAM)
def team_change(request: ReviewRequest, review: Review, member_id: int) -> HttpResponse:
    member = _member(review, member_id)
    form = MemberChangeForm(
        request.POST or None, review=review, keeps=member, initial=_place_of(member)
    )
    attempt = save(
        form,
        lambda: domain.change_member(
            member=member,
            version=form.cleaned_data["version"],
            by=request.user,
            at=timezone.now(),
            **form.place(),
        ),
        saved=lambda: _place_of(read_again(member)),
    )
    if attempt.done:
        name = member.name
        messages.success(request, f"What the review says of {name} was changed.")
        return redirect("reviews:team", review.pk)
    return render(
        request,
        "reviews/team_change.html",
        {
            "form": form,
            "member": member,
            "theirs": attempt.theirs,
            "is_decided_anew": _is_decided_anew(review),
        },
    )


def _is_decided_anew(review: Review) -> bool:
    """Whether the sponsor can still say something to a peer who has changed."""
    return allowed(Action.ACCEPT_PROFILES, AccessRole.CS, review.stage)


def _place_of(member: Membership) -> dict[str, object]:
    return {
        "role": member.role,
        "home_organisation": member.home_organisation,
        "agency": member.agency,
        "attendance": "on_site" if member.on_site else "remote",
        "version": member.version,
    }


@review_view(Action.MANAGE_TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def team_remove(request: ReviewRequest, review: Review, member_id: int) -> HttpResponse:
    """What goes with the person and what stays, and the button; or why they have to stay."""
    member = _member(review, member_id)
    refusal = None
    try:
        domain.refuse_last_manager(member)
        if request.method == "POST":
            domain.remove_member(
                review=review, member=member, by=request.user, at=timezone.now()
            )
            name = member.name
            messages.success(request, f"{name} is no longer on the review.")
            return redirect("reviews:team", review.pk)
    except Refusal as error:
        refusal = error
    return render(
        request,
        "reviews/team_remove.html",
        {
            "member": member,
            "refusal": refusal,
            "left_behind": team_use.left_behind(member),
            "milestones": reading.open_milestones(member),
            "unused": accounts.is_unused_but_for(member),
            "remove_label": f"Remove {member.name}",
        },
    )


@review_view(Action.MANAGE_TEAM)
@require_POST
def team_invite(request: ReviewRequest, review: Review, member_id: int) -> HttpResponse:
    """The invitation once more, to somebody who has not answered it."""
    member = _member(review, member_id)
    said = f"An invitation to {member.user.email} is in the outbox."
    if member.invited_at is not None:
        said = (
            f"A new invitation to {member.user.email} is in the outbox. "
            "The one before no longer works."
        )
    press(
        request,
        lambda: accounts.invite_again(
            member=member, by=request.user, at=timezone.now()
        ),
        says=said,
        level=messages.INFO,
    )
    return redirect("reviews:team", review.pk)


@review_view(Action.MANAGE_TEAM)
@require_http_methods(["GET", "HEAD", "POST"])
def team_invite_all(request: ReviewRequest, review: Review) -> HttpResponse:
    """Who has had no invitation from here yet, what it says, and one button for all."""
    now = timezone.now()
    if request.method == "POST":
        number = accounts.invite_all(review=review, by=request.user, at=now)
        what = say.counted(number, "invitation")
        verb = "is" if number == 1 else "are"
        messages.success(request, f"{what} {verb} in the outbox.")
        return redirect("reviews:team", review.pk)
    members = accounts.not_written_to(review)
    for member in members:
        member.review = review
    example = None
    if members:
        example = letters.invitation(members[0], by=request.user, link="", at=now)
    return render(
        request,
        "reviews/team_invite_all.html",
        {"members": members, "example": example},
    )


@review_view(Action.MANAGE_TEAM)
@require_POST
def team_declined(
    request: ReviewRequest, review: Review, departure_id: str
) -> HttpResponse:
    """Take somebody who declined off the list."""
    departure = get_object_or_404(review.departures, pk=departure_id, declined=True)
    domain.note_departure(departure=departure, by=request.user, at=timezone.now())
    return redirect("reviews:team", review.pk)


@review_view(Action.ANSWER_INVITATION)
def invitation(request: ReviewRequest, review: Review) -> HttpResponse:
    """What somebody is invited to, and their answer: before anything else of the review."""
    member = request.membership
    form = InvitationForm(
        request.POST or None, initial={"telephone": request.user.telephone}
    )
    if not member.has_accepted:
        attempt = save(form, lambda: _answer(request, review, form))
        if attempt.done:
            return attempt.made
    return render(
        request,
        "reviews/invitation.html",
        {
            "form": form,
            "member": member,
            "facts": reading.invited_to(member),
            "state": reading.invitation_state(member),
        },
    )


def _answer(
    request: ReviewRequest, review: Review, form: InvitationForm
) -> HttpResponse:
    member, now = request.membership, timezone.now()
    if form.cleaned_data["answer"] == "yes":
        domain.accept_invitation(
            member=member,
            telephone=form.cleaned_data["telephone"],
            by=request.user,
            at=now,
        )
        messages.success(
            request, f"You have accepted. Welcome to the review of {review.council}."
        )
        return redirect("home:home", review.pk)
    domain.decline_invitation(
        member=member, reason=form.cleaned_data["reason"], by=request.user, at=now
    )
    messages.success(
        request,
        f"You have declined. {review.contact_name} has been told, and you are no longer "
        f"on the review of {review.council}.",
    )
    return redirect("reviews:work")


@member_view()
def telephone(request: MemberRequest) -> HttpResponse:
    form = TelephoneForm(
        request.POST or None, initial={"telephone": request.user.telephone}
    )
    attempt = save(
        form,
        lambda: accounts.change_telephone(
            user=request.user, telephone=form.cleaned_data["telephone"]
        ),
    )
    if attempt.done:
        messages.success(request, "Your telephone number was saved.")
        return redirect("mfa_index")
    return render(request, "reviews/telephone.html", {"form": form})


@review_view(Action.EDIT_OWN_PROFILE)
def profile(request: ReviewRequest, review: Review) -> HttpResponse:
    member = request.membership
    form = ProfileForm(request.POST or None, initial=_profile_of(member))
    if not domain.needs_home(member.access_role):
        form.fields["home_organisation"].required = False
    attempt = save(
        form,
        lambda: domain.change_profile(
            member=member,
            version=form.cleaned_data["version"],
            home_organisation=form.cleaned_data["home_organisation"],
            profile=form.cleaned_data["profile"].strip(),
            on_site=form.cleaned_data["attendance"] == "on_site",
            telephone=form.cleaned_data["telephone"],
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: _profile_of(_member(review, member.pk)),
    )
    if attempt.done:
        messages.success(request, "Your profile was saved.")
        return redirect("reviews:team", review.pk)
    return render(
        request,
        "reviews/team_profile.html",
        {
            "form": form,
            "theirs": attempt.theirs,
            "is_decided_anew": _is_decided_anew(review),
        },
    )


def _profile_of(member: Membership) -> dict[str, object]:
    return {
        "home_organisation": member.home_organisation,
        "profile": member.profile,
        "attendance": "on_site" if member.on_site else "remote",
        "telephone": member.user.telephone,
        "version": member.version,
    }


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
            "not_in": [
                each.key for each in team_use.kept_out_of(review).get(member.pk, ())
            ],
        }
    form = InterestForm(
        request.POST or None,
        review=review,
        sessions=team_use.sessions_of(review),
        initial=initial,
    )
    attempt = save(
        form,
        lambda: domain.declare_interest(
            member=member,
            something=form.cleaned_data["something"] == "yes",
            text=form.cleaned_data["text"],
            sessions=form.cleaned_data.get("sessions", ""),
            agencies=form.cleaned_data["agencies"],
            not_in=form.cleaned_data.get("not_in", ()),
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        messages.success(request, "Your declaration was saved.")
        return redirect("reviews:team", review.pk)
    return render(
        request, "reviews/team_interest.html", {"form": form, "declaration": there}
    )


@review_view(Action.READ_PLAN)
def profiles(request: ReviewRequest, review: Review) -> HttpResponse:
    sees_interests = can(request.membership, Action.READ_INTERESTS)
    rows = reading.peers_of(
        review, kept_out=team_use.kept_out_of(review) if sees_interests else {}
    )
    return render(
        request,
        "reviews/team_profiles.html",
        {
            "rows": rows,
            "sign_off": reading.sign_off(rows),
            "may_accept": can(request.membership, Action.ACCEPT_PROFILES),
            "is_closed": review.stage == Stage.CLOSED,
            "sees_interests": sees_interests,
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
    verb = "was" if number == 1 else "were"
    messages.success(request, f"{say.counted(number, 'profile')} {verb} accepted.")
    return redirect("reviews:profiles", review.pk)


@review_view(Action.ACCEPT_PROFILES)
def profile_decide(
    request: ReviewRequest, review: Review, member_id: int
) -> HttpResponse:
    member = get_object_or_404(
        review.team_members().select_related("user", "review"),
        pk=member_id,
    )
    form = DecisionForm(request.POST or None)
    refusal = None
    try:
        domain.refuse_decision(member)
        if form.is_valid():
            domain.decide_profile(
                member=member,
                accepted=form.cleaned_data["decision"] == "accept",
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, "Your decision was saved.")
            return redirect("reviews:profiles", review.pk)
    except Refusal as error:
        refusal = error
    return render(
        request,
        "reviews/team_decide.html",
        {
            "form": form,
            "member": member,
            "heading": f"Do you accept {member.name} on the team?",
            "facts": reading.facts_of(member),
            "refusal": refusal,
        },
    )
