"""Pages of set-up: my work, the review's details, agencies, team, plan, outbox and audit."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from reviews import domain, reading
from reviews.access import (
    Action,
    MemberRequest,
    ReviewRequest,
    member_view,
    review_view,
)
from reviews.apps_above import promises
from reviews.files.sheets import XLSX
from reviews.forms import (
    AgencyForm,
    DetailsForm,
    KeyQuestionsForm,
    MilestoneForm,
    MoveVisitForm,
    NewReviewForm,
)
from reviews.models import Review, Stage
from reviews.pages import say
from reviews.pages.saving import confirm, read_again, save
from reviews.reading import history
from reviews.reading.checks import results
from reviews.reading.moved import came_from
from reviews.reading.packs import newest_of
from reviews.refusals import Refusal
from reviews.rules import day_warnings
from reviews.trail import audit, spreadsheet

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
    """Make a review; what speaks against its first day is said first, and asked about once."""
    now = timezone.now()
    today = timezone.localdate(now)
    form = NewReviewForm(request.POST or None, today=today)
    warnings: list[str] = []
    if form.is_valid():
        pack = newest_of(form.cleaned_data["pack"])
        council, day_zero = form.cleaned_data["council"], form.cleaned_data["day_zero"]
        warnings = day_warnings.new_visit(pack, day_zero, today=today)
        if reading.same_review(request.user, council=council, day_zero=day_zero):
            warnings.append(
                f"You have a review of {council} that begins on that day already."
            )
        if not form.unconfirmed(warnings):
            review = domain.create_review(
                pack=pack,
                council=council,
                day_zero=day_zero,
                duty_contact=form.cleaned_data["duty_contact"],
                contact_phone=form.cleaned_data["contact_phone"],
                by=request.user,
                at=now,
            )
            messages.success(request, f"The review of {review.council} was created.")
            return redirect("reviews:set-up", review.pk)
    return render(
        request, "reviews/review_new.html", {"form": form, "warnings": warnings}
    )


@review_view(Action.DELETE_REVIEW)
@require_http_methods(["GET", "POST"])
def review_delete(request: ReviewRequest, review: Review) -> HttpResponse:
    """A review that was made by mistake, asked about once more."""
    refusal: Refusal | None = None
    reasons = reading.reasons_to_keep(review)
    if reasons:
        refusal = domain.SomethingSaid(reasons)
    elif request.method == "POST":
        council = review.council
        domain.delete_review(review=review, by=request.user, at=timezone.now())
        messages.success(request, f"The review of {council} was deleted.")
        return redirect("reviews:work")
    return render(
        request,
        "reviews/review_delete.html",
        {"refusal": refusal, "people": review.memberships.count()},
    )


@review_view(Action.CONFIGURE_REVIEW)
def set_up(request: ReviewRequest, review: Review) -> HttpResponse:
    today = review.today(timezone.now())
    found = results(review, today=today)
    steps = reading.set_up_steps(review, found)
    tasks = [task for step in steps for task in step.tasks]
    return render(
        request,
        "reviews/set_up.html",
        {
            "steps": steps,
            "number": len(tasks),
            "done": sum(task.completed for task in tasks),
            "missing": [each for result in found for each in result.missing],
            "in_order": [each.check for each in found if not each.missing],
            "next_stage": Stage.LEAD_IN if review.stage == Stage.SET_UP else None,
        },
    )


@review_view(Action.CONFIGURE_REVIEW)
def details(request: ReviewRequest, review: Review) -> HttpResponse:
    names = [*domain.REVIEW_DETAILS, "version"]
    weeks = review.keep_words_weeks
    form = DetailsForm(
        request.POST or None,
        initial={name: getattr(review, name) for name in names},
        weeks_are_told=promises.was_made(review),
    )
    theirs = None
    try:
        attempt = save(
            form,
            lambda: domain.change_details(
                review=review, by=request.user, at=timezone.now(), **form.cleaned_data
            ),
            beside="council",
            saved=lambda: read_again(review),
            leaves=(domain.WeeksAreTold, domain.WeeksTooFew),
        )
    except (domain.WeeksAreTold, domain.WeeksTooFew) as refusal:
        form.refuse(refusal, "keep_words_weeks")
    else:
        if attempt.done:
            said = "The details were saved."
            if review.keep_words_weeks != weeks and reading.has_own_terms(review):
                said += (
                    " The terms of this review have words of their own: look whether they still "
                    "say how long things are kept."
                )
            messages.success(request, said)
            return redirect("reviews:set-up", review.pk)
        theirs = attempt.theirs
    return render(request, "reviews/details.html", {"form": form, "theirs": theirs})


@review_view(Action.CONFIGURE_REVIEW)
def key_questions(request: ReviewRequest, review: Review) -> HttpResponse:
    form = KeyQuestionsForm(request.POST or None, review=review)
    attempt = save(
        form,
        lambda: domain.set_key_questions(
            review=review,
            questions=form.questions(),
            seen=form.cleaned_data["version"],
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: form.initial_of(review),
    )
    if attempt.done:
        messages.success(request, "The key questions were saved.")
        return redirect("reviews:set-up", review.pk)
    return render(
        request, "reviews/key_questions.html", {"form": form, "theirs": attempt.theirs}
    )


@review_view(Action.CONFIGURE_REVIEW)
def agencies(request: ReviewRequest, review: Review) -> HttpResponse:
    form = AgencyForm(request.POST or None, review=review)
    attempt = save(
        form,
        lambda: domain.add_agency(
            review=review,
            name=form.cleaned_data["name"],
            kind=form.cleaned_data["kind"],
            code=form.code(),
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        messages.success(request, f"{attempt.made.name} was added.")
        return redirect("reviews:agencies", review.pk)
    rows = review.agencies.all()
    return render(request, "reviews/agencies.html", {"form": form, "rows": rows})


@review_view(Action.CONFIGURE_REVIEW)
@require_http_methods(["GET", "POST"])
def agency_remove(
    request: ReviewRequest, review: Review, agency_id: int
) -> HttpResponse:
    agency = get_object_or_404(review.agencies, pk=agency_id)
    attempt = confirm(
        request,
        lambda: domain.remove_agency(
            review=review, agency=agency, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        messages.success(request, f"{agency.name} was removed.")
        return redirect("reviews:agencies", review.pk)
    refusal = attempt.refusal or domain.agency_stays(agency)
    return render(
        request,
        "reviews/agency_remove.html",
        {
            "agency": agency,
            "refusal": refusal,
            "has_contact": isinstance(refusal, domain.HasMembers),
            "goes": reading.what_goes_with(agency),
        },
    )


def version_of(request: ReviewRequest) -> int:
    """The version that the page was shown with; anything else counts as an old one."""
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0


@review_view(Action.CONFIGURE_REVIEW)
def plan_move(request: ReviewRequest, review: Review) -> HttpResponse:
    """Ask for the new day, show what would move, and move it when confirmed."""
    now = timezone.now()
    form = MoveVisitForm(
        request.POST or None, review=review, today=timezone.localdate(now)
    )
    moves, warnings = None, []
    if form.is_valid():
        day_zero = form.cleaned_data["day_zero"]
        moves = domain.planned_moves(review=review, day_zero=day_zero)
        form.secondary = True
        warnings = day_warnings.moved_visit(review, day_zero, today=review.today(now))
        if request.POST.get("confirmed"):
            attempt = save(
                form,
                lambda: domain.move_day_zero(
                    review=review,
                    day_zero=day_zero,
                    version=version_of(request),
                    by=request.user,
                    at=now,
                ),
            )
            if attempt.done:
                messages.success(
                    request, f"The visit now begins on {say.day(day_zero)}."
                )
                return redirect("reviews:plan", review.pk)
            review.refresh_from_db()
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
    now = timezone.now()
    today = review.today(now)
    attempt = save(
        form,
        lambda: domain.change_milestone(
            milestone=row, by=request.user, at=now, today=today, **form.cleaned_data
        ),
        saved=lambda: review.milestones.get(pk=row.pk),
    )
    if attempt.done:
        warned = day_warnings.milestone(row, row.due_on, today=today)
        messages.success(request, " ".join([f"“{row.title}” was saved.", *warned]))
        return redirect("reviews:plan", review.pk)
    return render(
        request,
        "reviews/milestone.html",
        {
            "form": form,
            "milestone": row,
            "template": review.pack.milestone(row.code),
            "theirs": attempt.theirs,
        },
    )


def _chosen_of_trail(request: ReviewRequest) -> history.TrailFilter:
    return history.TrailFilter(request.GET.get("who", ""), request.GET.get("what", ""))


@review_view(Action.READ_AUDIT)
def audit_trail(request: ReviewRequest, review: Review) -> HttpResponse:
    chosen = _chosen_of_trail(request)
    page = Paginator(history.trail(review, chosen), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(
        request,
        "reviews/audit.html",
        {
            "page": page,
            "changes": history.changes_of(review, page.object_list),
            "chosen": chosen,
            "actors": history.actors(review),
            "whats": history.WHATS,
            "head": audit.head(review),
            "earlier": review.earlier_trails.defer("content"),
            "came_from": came_from(review),
        },
    )


@review_view(Action.READ_AUDIT)
@require_GET
def audit_before_xlsx(
    request: ReviewRequest, review: Review, number: int
) -> HttpResponse:
    """The trail from where the review stood before it was moved here."""
    found = get_object_or_404(review.earlier_trails, number=number)
    return HttpResponse(
        spreadsheet.earlier_workbook(review, found.content),
        content_type=XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="audit-trail-before-{number}.xlsx"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@review_view(Action.READ_AUDIT)
@require_GET
def audit_xlsx(request: ReviewRequest, review: Review) -> HttpResponse:
    """What the page shows, as a spreadsheet."""
    events = history.trail(review, _chosen_of_trail(request))
    return HttpResponse(
        spreadsheet.trail_workbook(review, history.changes_of(review, events)),
        content_type=XLSX,
        headers={
            "Content-Disposition": 'attachment; filename="audit-trail.xlsx"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
