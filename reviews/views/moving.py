"""A whole review moves to another installation, or is taken in from one."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from reviews.access import (
    Action,
    MemberRequest,
    ReviewRequest,
    member_view,
    review_view,
)
from reviews.domain.moving import move_out, waiting, waiting_file
from reviews.domain.taking_in import take_in
from reviews.files import uploads
from reviews.forms.moving import MoveInForm
from reviews.models import Review
from reviews.pages.saving import confirm, save
from reviews.reading import moving as reading
from reviews.reading.records import moving_rows


@review_view(Action.MOVE_REVIEW)
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "POST"])
def move(request: ReviewRequest, review: Review) -> HttpResponse:
    """The passphrase stands on the answer to the press, and nowhere afterwards."""
    now = timezone.now()
    attempt = confirm(request, lambda: move_out(review=review, by=request.user, at=now))
    if attempt.done:
        return render(request, "reviews/move_passphrase.html", {"words": attempt.made})
    going, staying = moving_rows(review)
    told = {
        "refusal": attempt.refusal,
        "reasons": reading.reasons(review, review.today(now)),
        "waiting": waiting(review, at=now),
        "version": reading.version_words(),
        "from_set_up": request.GET.get("from") == "set-up",
        "going": going,
        "staying": staying,
    }
    return render(request, "reviews/move.html", told)


@review_view(Action.MOVE_REVIEW)
@require_safe
def move_file(request: ReviewRequest, review: Review) -> HttpResponse:
    """The sealed file, while it waits."""
    content = waiting_file(review, at=timezone.now())
    if content is None:
        raise Http404
    return HttpResponse(
        content,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": 'attachment; filename="review.age"',
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@member_view(lambda user: user.may_create_reviews)
@never_cache
@require_http_methods(["GET", "POST"])
def move_in(request: MemberRequest) -> HttpResponse:
    form = MoveInForm(request.POST or None, request.FILES or None)
    attempt = save(
        form,
        lambda: take_in(
            content=form.cleaned_data["file"].read(uploads.MOST_BYTES + 1),
            passphrase=form.cleaned_data["passphrase"],
            by=request.user,
            at=timezone.now(),
            again="again" in request.POST,
        ),
        beside="file",
    )
    if attempt.done:
        messages.success(
            request,
            "The review was moved here. Nobody was written to: send each person the invitation "
            "when you are ready, and check who the review’s contacts are.",
        )
        return redirect("reviews:team", attempt.made.pk)
    told = {"form": form, "version": reading.version_words()}
    return render(request, "reviews/move_in.html", told)
