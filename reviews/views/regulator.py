"""Pages towards the regulator: what it was told, the clash calendar, an inspection announced."""

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reviews import domain
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.forms.regulator import AnnounceForm, LetterForm, NoticeForm, PeriodForm
from reviews.mail import mailer
from reviews.mail.kinds import INSPECTION
from reviews.models import MailBatch, Review
from reviews.pages.saving import save
from reviews.reading import facts
from reviews.reading import regulator as reading
from reviews.rules import day_warnings
from reviews.views.review import version_of


@review_view(Action.READ_REGULATOR)
def regulator(request: ReviewRequest, review: Review) -> HttpResponse:
    """What was told and answered, and a letter to send; the manager makes a draft of it here."""
    may_write = can(request.membership, Action.CONFIGURE_REVIEW)
    form = LetterForm((request.POST or None) if may_write else None)
    attempt = save(
        form,
        lambda: domain.draft_notification(
            review=review,
            to=form.cleaned_data["to"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        messages.success(request, "The letter waits in the outbox. Read it, then send.")
        return redirect("reviews:outbox-batch", review.pk, attempt.made.pk)
    subject, text = domain.notification_letter(review)
    return render(
        request,
        "reviews/regulator.html",
        {
            "notices": review.regulator_notices.all(),
            "announced": review.announced_inspections.all(),
            "may_write": may_write,
            "form": form if may_write else None,
            "subject": subject,
            "letter": text,
            "suggestions": _suggestions(review)
            if can(request.membership, Action.CONFIGURE_REVIEW)
            else [],
        },
    )


def _suggestions(review: Review) -> list[facts.Suggestion]:
    """Milestones of this page that are done as far as the product knows."""
    rows = [
        row
        for row in review.milestones.all()
        if review.pack.milestone_page(row.code) == "regulator"
    ]
    return facts.suggestions(review, rows)


@review_view(Action.CONFIGURE_REVIEW)
def notice_new(request: ReviewRequest, review: Review) -> HttpResponse:
    now = timezone.now()
    form = NoticeForm(
        request.POST or None,
        today=review.today(now),
        initial={"told_by": request.user.full_name, "version": 1},
    )
    attempt = save(
        form,
        lambda: domain.record_notice(
            review=review, by=request.user, at=now, **form.values()
        ),
    )
    if attempt.done:
        messages.success(request, "What the regulator was told was recorded.")
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
    attempt = save(
        form,
        lambda: domain.change_notice(
            notice=row,
            version=form.cleaned_data["version"] or 0,
            by=request.user,
            at=now,
            **form.values(),
        ),
        saved=lambda: review.regulator_notices.get(pk=row.pk),
    )
    if attempt.done:
        messages.success(request, "The record was saved.")
        return redirect("reviews:regulator", review.pk)
    return render(
        request,
        "reviews/regulator_notice.html",
        {"form": form, "notice": row, "theirs": attempt.theirs},
    )


@review_view(Action.READ_PLAN)
def clashes(request: ReviewRequest, review: Review) -> HttpResponse:
    """The drawn calendar and its table; the manager and the council add days to it."""
    may_write = can(request.membership, Action.WRITE_BLOCKED_DATES)
    form = PeriodForm((request.POST or None) if may_write else None, review=review)
    attempt = save(
        form,
        lambda: domain.block_period(
            review=review, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if attempt.done:
        period = attempt.made
        warned = day_warnings.period(
            review,
            period.first,
            period.last,
            today=review.today(timezone.now()),
        )
        saved = f"“{period.title}” is in the calendar."
        messages.success(request, " ".join([saved, *warned]))
        return redirect("reviews:clashes", review.pk)
    found = reading.clashes_of(review)
    return render(
        request,
        "reviews/clashes.html",
        {
            "form": form if may_write else None,
            "clashes": found,
            "months": reading.months_of(review, found),
            "weekday_letters": reading.WEEKDAYS,
            "against_visit": [each for each in found if each.with_visit],
            "may_write": may_write,
        },
    )


@review_view(Action.WRITE_BLOCKED_DATES)
@require_http_methods(["GET", "POST"])
def period_remove(
    request: ReviewRequest, review: Review, period_id: int
) -> HttpResponse:
    """Asked once more first: what was entered by hand has to be entered again."""
    period = get_object_or_404(review.blocked_periods, pk=period_id)
    if request.method == "POST":
        title = period.title
        domain.unblock_period(period=period, by=request.user, at=timezone.now())
        messages.success(request, f"“{title}” was removed from the calendar.")
        return redirect("reviews:clashes", review.pk)
    return render(request, "reviews/clashes_remove.html", {"period": period})


@review_view(Action.CONFIGURE_REVIEW)
def inspection(request: ReviewRequest, review: Review) -> HttpResponse:
    """Say when the inspection is and when the visit will be; see what moves; do it."""
    now = timezone.now()
    today = review.today(now)
    form = AnnounceForm(request.POST or None, review=review, today=today)
    moves, warnings, letter = None, [], None
    if form.is_valid():
        values = form.cleaned_data
        letter = _letter(request, review, values)
        moves = domain.planned_moves(review=review, day_zero=values["day_zero"])
        form.secondary = True
        warnings = day_warnings.moved_visit(review, values["day_zero"], today=today)
        if request.POST.get("confirmed"):
            attempt = save(
                form,
                lambda: domain.announce_inspection(
                    review=review,
                    version=version_of(request),
                    by=request.user,
                    at=now,
                    **values,
                ),
            )
            if attempt.done:
                return _announced(request, review, attempt.made)
            review.refresh_from_db()
    return render(
        request,
        "reviews/inspection.html",
        {
            "form": form,
            "moves": moves,
            "warnings": warnings,
            "letter": letter,
            "people": len(domain.inspection_readers(review)),
            "goes_at_once": mailer.goes_by_itself(review, INSPECTION),
        },
    )


def _letter(
    request: ReviewRequest, review: Review, values: dict[str, dt.date]
) -> tuple[str, str]:
    """The message as whoever announces the inspection would get it, before anything moves."""
    fields = {
        "name": request.user.full_name,
        "council": review.council,
        "sessions": "",
    }
    subject, text = domain.announcement(
        review,
        first=values["first"],
        last=values["last"],
        before=review.day_zero,
        after=values["day_zero"],
    )
    return mailer.fill(subject, fields), mailer.fill(text, fields)


def _announced(
    request: ReviewRequest, review: Review, batch: MailBatch | None
) -> HttpResponse:
    if batch is None:
        messages.success(
            request, "The visit has moved, and everybody on the review is written to."
        )
        return redirect("reviews:plan", review.pk)
    messages.success(request, "The visit has moved. Read the drafts, then send them.")
    return redirect("reviews:outbox-batch", review.pk, batch.pk)
