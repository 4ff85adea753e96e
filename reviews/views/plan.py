"""Pages of the plan: the table edited in place, its files, and its secret calendar address."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from reviews import domain
from reviews.access import Action, ReviewRequest, can, open_view, review_view
from reviews.files import attachments
from reviews.forms.plan import ManyMilestonesForm, ticked
from reviews.models import Milestone, Review, Stage
from reviews.pages import say
from reviews.pages.saving import save
from reviews.reading import facts, plan_files
from reviews.reading import plan as reading
from reviews.reading.filters import Filters
from reviews.refusals import ChangedMeanwhile

# Where else a milestone can be marked, and where to go then.
BACK = {"home": "home:home", "regulator": "reviews:regulator"}


@review_view(Action.READ_PLAN)
def plan(request: ReviewRequest, review: Review) -> HttpResponse:
    """The plan, filtered as the address says; whoever may edit ticks rows and applies."""
    may_edit = can(request.membership, Action.CONFIGURE_REVIEW)
    is_closed = review.stage == Stage.CLOSED
    today = review.today(timezone.now())
    rows = reading.plan_of(review, today=today)
    chosen = _filters(request, review, rows)
    form = ManyMilestonesForm(review=review)
    missed: list[Milestone] = []
    if request.method == "POST" and may_edit:
        form = ManyMilestonesForm(request.POST, review=review)
        if form.is_valid():
            missed = _apply(request, review, form)
            if not form.errors:
                return redirect(_address(review, chosen.query))
            rows = reading.plan_of(review, today=today)
    if may_edit:
        found = facts.suggestions(review, [row.milestone for row in rows])
        rows = reading.with_known(
            rows, {each.milestone.pk: each.sentence for each in found}
        )
    shown = reading.shown(rows, chosen, review=review, today=today)
    return render(
        request,
        "reviews/plan.html",
        {
            "form": form,
            "rows": rows,
            "shown": shown,
            "groups": reading.groups(shown, closed=is_closed),
            "is_closed": is_closed,
            "shown_numbers": ",".join(row.tick for row in shown),
            "ticked": _still_ticked(request, missed),
            "meanwhile": reading.meanwhile(review, missed, form.chosen()),
            "counts": reading.counts(rows, chosen),
            "filters": chosen,
            "today": today,
            "may_edit": may_edit,
        },
    )


def _filters(
    request: ReviewRequest, review: Review, rows: Sequence[reading.PlanRow]
) -> Filters:
    return Filters.read(request.GET, reading.boxes(review, rows))


def _address(review: Review, query: str) -> str:
    path = reverse("reviews:plan", args=[review.pk])
    return f"{path}?{query}" if query else path


def _apply(
    request: ReviewRequest, review: Review, form: ManyMilestonesForm
) -> list[Milestone]:
    """Change what is ticked; the rows that somebody else saved in between are left and returned."""
    now = timezone.now()
    attempt = save(
        form,
        lambda: domain.change_milestones(
            review=review,
            seen=ticked(request.POST),
            today=review.today(now),
            by=request.user,
            at=now,
            **form.chosen(),
        ),
    )
    if not attempt.done:
        return []
    changed = attempt.made
    done = say.counted(changed.number, "milestone")
    verb = "was" if changed.number == 1 else "were"
    if not changed.missed:
        messages.success(request, f"{done} {verb} changed.")
        return []
    left = say.counted(len(changed.missed), "milestone")
    form.add_error(
        None,
        f"Somebody else changed {left} while you were choosing, so "
        f"{'it stays' if len(changed.missed) == 1 else 'they stay'} as saved. "
        f"{done} {verb} changed. Compare, then apply again.",
    )
    return changed.missed


def _still_ticked(request: ReviewRequest, missed: list[Milestone]) -> list[int]:
    """Whatever was not changed stays ticked."""
    if missed:
        return [row.pk for row in missed]
    return list(ticked(request.POST)) if request.method == "POST" else []


@review_view(Action.CONFIGURE_REVIEW)
@require_http_methods(["POST"])
def milestone_done(
    request: ReviewRequest, review: Review, milestone_id: int
) -> HttpResponse:
    """In one press: done today, or on the day from which the product knows it to be."""
    row = get_object_or_404(review.milestones, pk=milestone_id)
    now = timezone.now()
    known = next(iter(facts.suggestions(review, [row])), None)
    try:
        domain.change_milestone(
            milestone=row,
            version=row.version,
            due_on=row.due_on,
            owner_role=row.owner_role,
            status=Milestone.Status.DONE,
            evidence=row.evidence or (known.sentence if known else ""),
            today=known.day if known else review.today(now),
            by=request.user,
            at=now,
        )
    except ChangedMeanwhile:
        messages.info(request, "Somebody else has just changed this milestone.")
    else:
        messages.success(request, f"“{row.title}” is done.")
    back = request.POST.get("back", "")
    if back in BACK:
        return redirect(BACK[back], review.pk)
    rows = reading.plan_of(review, today=review.today(now))
    return redirect(_address(review, _filters(request, review, rows).query))


@review_view(Action.READ_PLAN)
@require_GET
def plan_xlsx(request: ReviewRequest, review: Review) -> HttpResponse:
    """What the page shows, as a spreadsheet."""
    today = review.today(timezone.now())
    rows = reading.plan_of(review, today=today)
    rows = reading.shown(
        rows, _filters(request, review, rows), review=review, today=today
    )
    return attachments.spreadsheet(
        plan_files.workbook(review, rows),
        attachments.file_name(review.council, "plan", today, "xlsx"),
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
