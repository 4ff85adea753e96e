"""Pages of set-up: my work, the review's details, agencies, team, plan, outbox and audit."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reviews import audit, domain, reading
from reviews.access import (
    Action,
    MemberRequest,
    ReviewRequest,
    member_view,
    review_view,
)
from reviews.forms import (
    AgencyForm,
    DetailsForm,
    KeyQuestionsForm,
    MilestoneForm,
    MoveVisitForm,
    NewReviewForm,
)
from reviews.models import Review
from reviews.reading.checks import standing_checks
from reviews.reading.packs import newest_of
from reviews.reading.regulator import visit_warnings
from reviews.refusals import ChangedMeanwhile, Refusal

PER_PAGE = 50


@member_view()
def work(request: MemberRequest) -> HttpResponse:
    rows = reading.work_of(request.user, at=timezone.now())
    if len(rows) == 1 and rows[0].invited:
        # Whoever is new has nothing else here.
        return redirect("reviews:invitation", rows[0].review.pk)
    return render(request, "reviews/work.html", {"rows": rows})


@member_view(lambda user: user.may_create_reviews)
def review_new(request: MemberRequest) -> HttpResponse:
    form = NewReviewForm(request.POST or None, today=timezone.localdate())
    if form.is_valid():
        review = domain.create_review(
            pack=newest_of(form.cleaned_data["pack"]),
            council=form.cleaned_data["council"],
            day_zero=form.cleaned_data["day_zero"],
            duty_contact=form.cleaned_data["duty_contact"],
            contact_phone=form.cleaned_data["contact_phone"],
            by=request.user,
            at=timezone.now(),
        )
        return redirect("reviews:set-up", review.pk)
    return render(request, "reviews/review_new.html", {"form": form})


@review_view(Action.CONFIGURE_REVIEW)
def set_up(request: ReviewRequest, review: Review) -> HttpResponse:
    tasks = reading.set_up_tasks(review)
    return render(
        request,
        "reviews/set_up.html",
        {
            "tasks": tasks,
            "done": sum(task.completed for task in tasks),
            "checks": standing_checks(review, today=review.today(timezone.now())),
        },
    )


@review_view(Action.CONFIGURE_REVIEW)
def details(request: ReviewRequest, review: Review) -> HttpResponse:
    names = [*domain.REVIEW_DETAILS, "version"]
    form = DetailsForm(
        request.POST or None, initial={name: getattr(review, name) for name in names}
    )
    theirs = None
    if form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        try:
            domain.change_details(
                review=review,
                version=version,
                by=request.user,
                at=timezone.now(),
                **values,
            )
        except ChangedMeanwhile as refusal:
            # Read again: our own copy holds the words that were not saved.
            review.refresh_from_db()
            theirs = form.keep_both(review, refusal)
        except domain.PeersFromThere as refusal:
            form.add_error("council", str(refusal))
        else:
            return redirect("reviews:set-up", review.pk)
    return render(request, "reviews/details.html", {"form": form, "theirs": theirs})


@review_view(Action.CONFIGURE_REVIEW)
def key_questions(request: ReviewRequest, review: Review) -> HttpResponse:
    form = KeyQuestionsForm(request.POST or None, review=review)
    if form.is_valid():
        domain.set_key_questions(
            review=review,
            questions=form.questions(),
            by=request.user,
            at=timezone.now(),
        )
        return redirect("reviews:set-up", review.pk)
    return render(request, "reviews/key_questions.html", {"form": form})


@review_view(Action.CONFIGURE_REVIEW)
def agencies(request: ReviewRequest, review: Review) -> HttpResponse:
    form = AgencyForm(request.POST or None, review=review)
    if form.is_valid():
        domain.add_agency(
            review=review,
            name=form.cleaned_data["name"],
            kind=form.cleaned_data["kind"],
            code=form.code(),
            by=request.user,
            at=timezone.now(),
        )
        return redirect("reviews:agencies", review.pk)
    rows = review.agencies.all()
    return render(request, "reviews/agencies.html", {"form": form, "rows": rows})


@review_view(Action.CONFIGURE_REVIEW)
@require_http_methods(["GET", "POST"])
def agency_remove(
    request: ReviewRequest, review: Review, agency_id: int
) -> HttpResponse:
    agency = get_object_or_404(review.agencies, pk=agency_id)
    refusal = None
    if request.method == "POST":
        try:
            domain.remove_agency(
                review=review, agency=agency, by=request.user, at=timezone.now()
            )
        except Refusal as error:
            refusal = error
        else:
            return redirect("reviews:agencies", review.pk)
    return render(
        request, "reviews/agency_remove.html", {"agency": agency, "refusal": refusal}
    )


def version_of(request: ReviewRequest) -> int:
    """The version that the page was shown with; anything else counts as an old one."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0


@review_view(Action.CONFIGURE_REVIEW)
def plan_move(request: ReviewRequest, review: Review) -> HttpResponse:
    """Ask for the new day, show what would move, and move it when confirmed."""
    now = timezone.now()
    form = MoveVisitForm(request.POST or None, today=timezone.localdate(now))
    moves, warnings = None, []
    if form.is_valid():
        day_zero = form.cleaned_data["day_zero"]
        moves = domain.planned_moves(review=review, day_zero=day_zero)
        warnings = visit_warnings(review, day_zero, today=review.today(now))
        if request.POST.get("confirmed"):
            try:
                domain.move_day_zero(
                    review=review,
                    day_zero=day_zero,
                    version=version_of(request),
                    by=request.user,
                    at=now,
                )
            except ChangedMeanwhile as refusal:
                form.add_error(None, str(refusal))
                review.refresh_from_db()
            else:
                return redirect("reviews:plan", review.pk)
    return render(
        request,
        "reviews/plan_move.html",
        {"form": form, "moves": moves, "warnings": warnings},
    )


@review_view(Action.CONFIGURE_REVIEW)
def milestone(
    request: ReviewRequest, review: Review, milestone_id: int
) -> HttpResponse:
    row = get_object_or_404(review.milestones, pk=milestone_id)
    names = ["due_on", "owner_role", "status", "evidence", "version"]
    form = MilestoneForm(
        request.POST or None,
        review=review,
        initial={name: getattr(row, name) for name in names},
    )
    theirs = None
    if form.is_valid():
        now = timezone.now()
        try:
            domain.change_milestone(
                milestone=row,
                by=request.user,
                at=now,
                today=review.today(now),
                **form.cleaned_data,
            )
        except ChangedMeanwhile as refusal:
            theirs = form.keep_both(review.milestones.get(pk=row.pk), refusal)
        else:
            return redirect("reviews:plan", review.pk)
    return render(
        request,
        "reviews/milestone.html",
        {"form": form, "milestone": row, "theirs": theirs},
    )


@review_view(Action.READ_AUDIT)
def audit_trail(request: ReviewRequest, review: Review) -> HttpResponse:
    page = Paginator(
        audit.events(review).order_by("-on", "-number"), PER_PAGE
    ).get_page(request.GET.get("page"))
    return render(
        request, "reviews/audit.html", {"page": page, "head": audit.head(review)}
    )
