"""Pages towards the regulator: what it was told, the clash calendar, an inspection announced."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from reviews import domain
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.forms.regulator import AnnounceForm, NoticeForm, PeriodForm
from reviews.models import Review
from reviews.reading import regulator as reading
from reviews.refusals import ChangedMeanwhile
from reviews.views.review import version_of


@review_view(Action.READ_REGULATOR)
def regulator(request: ReviewRequest, review: Review) -> HttpResponse:
    return render(
        request,
        "reviews/regulator.html",
        {
            "notices": review.regulator_notices.all(),
            "announced": review.announced_inspections.all(),
            "may_write": can(request.membership, Action.CONFIGURE_REVIEW),
            "letter": domain.notification_letter(review),
        },
    )


@review_view(Action.CONFIGURE_REVIEW)
def notice_new(request: ReviewRequest, review: Review) -> HttpResponse:
    now = timezone.now()
    form = NoticeForm(
        request.POST or None,
        today=review.today(now),
        initial={"told_by": request.user.full_name, "version": 1},
    )
    if form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("version")
        domain.record_notice(review=review, by=request.user, at=now, **values)
        return redirect("reviews:regulator", review.pk)
    return render(request, "reviews/regulator_notice.html", {"form": form})


@review_view(Action.CONFIGURE_REVIEW)
def notice(request: ReviewRequest, review: Review, notice_id: int) -> HttpResponse:
    row = get_object_or_404(review.regulator_notices, pk=notice_id)
    now = timezone.now()
    form = NoticeForm(
        request.POST or None,
        today=review.today(now),
        initial={
            name: getattr(row, name) for name in (*domain.NOTICE_FIELDS, "version")
        },
    )
    theirs = None
    if form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version") or 0
        try:
            domain.change_notice(
                notice=row, version=version, by=request.user, at=now, **values
            )
        except ChangedMeanwhile as refusal:
            theirs = form.keep_both(review.regulator_notices.get(pk=row.pk), refusal)
        else:
            return redirect("reviews:regulator", review.pk)
    return render(
        request,
        "reviews/regulator_notice.html",
        {"form": form, "notice": row, "theirs": theirs},
    )


@review_view(Action.READ_PLAN)
def clashes(request: ReviewRequest, review: Review) -> HttpResponse:
    """The drawn calendar and its table; the manager and the council add days to it."""
    may_write = can(request.membership, Action.WRITE_BLOCKED_DATES)
    form = PeriodForm(request.POST or None) if may_write else None
    if form is not None and form.is_valid():
        domain.block_period(
            review=review, by=request.user, at=timezone.now(), **form.cleaned_data
        )
        return redirect("reviews:clashes", review.pk)
    found = reading.clashes_of(review)
    return render(
        request,
        "reviews/clashes.html",
        {
            "form": form,
            "clashes": found,
            "months": reading.months_of(review, found),
            "weekday_letters": reading.WEEKDAYS,
            "against_visit": [each for each in found if each.with_visit],
            "may_write": may_write,
        },
    )


@review_view(Action.WRITE_BLOCKED_DATES)
@require_POST
def period_remove(
    request: ReviewRequest, review: Review, period_id: int
) -> HttpResponse:
    period = get_object_or_404(review.blocked_periods, pk=period_id)
    domain.unblock_period(period=period, by=request.user, at=timezone.now())
    return redirect("reviews:clashes", review.pk)


@review_view(Action.CONFIGURE_REVIEW)
def inspection(request: ReviewRequest, review: Review) -> HttpResponse:
    """Say when the inspection is and when the visit will be; see what moves; do it."""
    now = timezone.now()
    today = review.today(now)
    form = AnnounceForm(
        request.POST or None, today=today, on_site_days=review.on_site_days
    )
    moves, warnings = None, []
    if form.is_valid():
        values = form.cleaned_data
        moves = domain.planned_moves(review=review, day_zero=values["day_zero"])
        form.secondary = True
        warnings = reading.visit_warnings(review, values["day_zero"], today=today)
        if request.POST.get("confirmed"):
            try:
                domain.announce_inspection(
                    review=review,
                    version=version_of(request),
                    by=request.user,
                    at=now,
                    **values,
                )
            except ChangedMeanwhile as refusal:
                form.add_error(None, str(refusal))
                review.refresh_from_db()
            else:
                messages.success(
                    request,
                    "The visit has moved, and everybody on the review is written to.",
                )
                return redirect("reviews:plan", review.pk)
    return render(
        request,
        "reviews/inspection.html",
        {
            "form": form,
            "moves": moves,
            "warnings": warnings,
            "people": review.memberships.count(),
        },
    )
