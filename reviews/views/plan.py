"""Pages of the plan: the table edited in place, its files, and its secret calendar address."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from reviews import domain, plan_files
from reviews.access import Action, ReviewRequest, can, open_view, review_view
from reviews.forms.plan import ManyMilestonesForm, ticked
from reviews.models import Milestone, Review
from reviews.reading import plan as reading
from reviews.refusals import ChangedMeanwhile, Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@review_view(Action.READ_PLAN)
def plan(request: ReviewRequest, review: Review) -> HttpResponse:
    """The plan, filtered as the address says; whoever may edit ticks rows and applies."""
    may_edit = can(request.membership, Action.CONFIGURE_REVIEW)
    chosen = reading.PlanFilter.read(request.GET, review)
    form = ManyMilestonesForm(review=review)
    if request.method == "POST" and may_edit:
        form = ManyMilestonesForm(request.POST, review=review)
        if form.is_valid():
            refusal = _apply(request, review, form)
            if refusal is None:
                return redirect(_address(review, chosen.query))
            form.add_error(None, str(refusal))
    today = review.today(timezone.now())
    rows = reading.plan_of(review, today=today)
    shown = reading.shown(rows, chosen, review=review, today=today)
    return render(
        request,
        "reviews/plan.html",
        {
            "form": form,
            "rows": rows,
            "shown": shown,
            "shown_numbers": ",".join(str(row.milestone.pk) for row in shown),
            "ticked": ticked(request.POST) if request.method == "POST" else [],
            "counts": reading.counts(rows, chosen),
            "chosen": chosen,
            "owners": [
                role
                for role in review.pack.roles
                if any(row.milestone.owner_role == role.code for row in rows)
            ],
            "standings": reading.STANDINGS,
            "periods": reading.PERIODS,
            "sorts": reading.SORTS,
            "today": today,
            "may_edit": may_edit,
        },
    )


def _address(review: Review, query: str) -> str:
    path = reverse("reviews:plan", args=[review.pk])
    return f"{path}?{query}" if query else path


def _apply(
    request: ReviewRequest, review: Review, form: ManyMilestonesForm
) -> Refusal | None:
    now = timezone.now()
    chosen = list(review.milestones.filter(pk__in=ticked(request.POST)))
    try:
        number = domain.change_milestones(
            review=review,
            milestones=chosen,
            owner_role=form.cleaned_data["owner_role"],
            status=form.cleaned_data["status"],
            days=form.cleaned_data["days"] or 0,
            today=review.today(now),
            by=request.user,
            at=now,
        )
    except Refusal as refusal:
        return refusal
    plural = "milestone was" if number == 1 else "milestones were"
    messages.success(request, f"{number} {plural} changed.")
    return None


@review_view(Action.CONFIGURE_REVIEW)
@require_http_methods(["POST"])
def milestone_done(
    request: ReviewRequest, review: Review, milestone_id: int
) -> HttpResponse:
    row = get_object_or_404(review.milestones, pk=milestone_id)
    now = timezone.now()
    try:
        domain.change_milestone(
            milestone=row,
            version=row.version,
            due_on=row.due_on,
            owner_role=row.owner_role,
            status=Milestone.Status.DONE,
            evidence=row.evidence,
            today=review.today(now),
            by=request.user,
            at=now,
        )
    except ChangedMeanwhile:
        messages.info(request, "Somebody else has just changed this milestone.")
    chosen = reading.PlanFilter.read(request.GET, review)
    return redirect(_address(review, chosen.query))


@review_view(Action.READ_PLAN)
@require_GET
def plan_xlsx(request: ReviewRequest, review: Review) -> HttpResponse:
    """What the page shows, as a spreadsheet."""
    today = review.today(timezone.now())
    chosen = reading.PlanFilter.read(request.GET, review)
    rows = reading.shown(
        reading.plan_of(review, today=today), chosen, review=review, today=today
    )
    return HttpResponse(
        plan_files.workbook(review, rows),
        content_type=XLSX,
        headers={
            "Content-Disposition": 'attachment; filename="plan.xlsx"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@review_view(Action.READ_PLAN)
@require_http_methods(["GET", "POST"])
def plan_calendar(request: ReviewRequest, review: Review) -> HttpResponse:
    """Make, renew or end one's own secret calendar address; it is shown once."""
    member, now = request.membership, timezone.now()
    address = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        domain.revoke_feed(membership=member, by=request.user, at=now)
        return redirect("reviews:plan-calendar", review.pk)
    if request.method == "POST":
        token = domain.renew_feed(membership=member, by=request.user, at=now)
        address = settings.SITE_ADDRESS + reverse("reviews:plan-feed", args=[token])
    feed = review.plan_feeds.filter(membership=member).first()
    return render(
        request, "reviews/plan_calendar.html", {"feed": feed, "address": address}
    )


@open_view("a calendar program has no sign-in; the address is a 256-bit secret")
@require_GET
def plan_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The plan for a calendar program, while its owner may still read the plan."""
    feed = domain.feed_of(token)
    if feed is None or not can(feed.membership, Action.READ_PLAN):
        raise Http404
    now = timezone.now()
    review = feed.membership.review
    rows = reading.plan_of(review, today=review.today(now))
    return HttpResponse(
        plan_files.calendar(review, rows, at=now),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="plan.ics"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
            "Referrer-Policy": "no-referrer",
        },
    )
