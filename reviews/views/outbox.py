"""The outbox: drafts that wait, messages that went, writing to people, what goes by itself."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reviews import domain
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.domain import accounts
from reviews.forms.outbox import AnnouncementForm, BatchForm, MailRulesForm
from reviews.mail import mailer
from reviews.mail.kinds import ANNOUNCEMENT, KINDS
from reviews.models import MailBatch, Membership, Review
from reviews.pages import say
from reviews.pages.saving import press, save
from reviews.reading import outbox as reading
from reviews.reading.filters import Filters

PER_PAGE = 50


@review_view(Action.READ_OUTBOX)
def outbox(request: ReviewRequest, review: Review) -> HttpResponse:
    """What waits, what went, and what did not arrive, filtered as the address says."""
    now = timezone.now()
    chosen = Filters.read(request.GET, reading.boxes())
    entries = reading.entries(review, chosen)
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/outbox.html",
        {
            "page": page,
            "rows": reading.rows_of(review, page),
            "filters": chosen,
            "waiting": reading.drafts_of(review),
            "stopped": reading.stopped(review, at=now),
        },
    )


@review_view(Action.READ_OUTBOX)
@require_http_methods(["POST"])
def outbox_try(request: ReviewRequest, review: Review) -> HttpResponse:
    """Begin at once with mail that a mail server did not take."""
    if mailer.try_now(review=review, at=timezone.now()):
        messages.success(request, "It is being tried now.")
    return redirect("reviews:outbox", review.pk)


@review_view(Action.READ_OUTBOX)
def outbox_message(
    request: ReviewRequest, review: Review, message_id: str
) -> HttpResponse:
    message = get_object_or_404(review.messages, pk=message_id)
    invited = accounts.member_of_letter(message)
    if request.method == "POST":
        if message.holds_a_secret:
            return _invite_again(request, review, invited)
        mailer.send_again(message, by=request.user)
        messages.success(request, "It is on its way again.")
        return redirect("reviews:outbox", review.pk)
    return render(
        request,
        "reviews/outbox_message.html",
        {
            "message": message,
            "invited": invited,
            "to": reading.named(message, reading.names_of(review)),
            "colour": reading.colour_of(message.state),
            "kind": reading.kind_title(message),
            "again": message.state in reading.TROUBLE,
        },
    )


def _invite_again(
    request: ReviewRequest, review: Review, invited: Membership | None
) -> HttpResponse:
    """The old text let its reader in and is gone, or soon dead: a new one is written."""
    if invited is None:
        messages.info(
            request, "This person has answered, or is no longer on the review."
        )
    else:
        accounts.invite_again(member=invited, by=request.user, at=timezone.now())
        messages.success(
            request, f"A new invitation to {invited.user.email} is on its way."
        )
    return redirect("reviews:outbox", review.pk)


@review_view(Action.WRITE_MAIL)
def announcement(request: ReviewRequest, review: Review) -> HttpResponse:
    form = AnnouncementForm(request.POST or None, review=review)
    attempt = save(
        form,
        lambda: domain.announce(
            review=review,
            members=form.members(),
            subject=form.cleaned_data["subject"],
            text=form.cleaned_data["text"],
            by=request.user,
            at=timezone.now(),
        ),
        beside="readers",
    )
    if attempt.done:
        return _written(request, review, attempt.made)
    waits = not mailer.goes_by_itself(review, ANNOUNCEMENT)
    if not waits:
        form.submit_label = "Send it now"
    return render(
        request, "reviews/outbox_announcement.html", {"form": form, "waits": waits}
    )


def _written(
    request: ReviewRequest, review: Review, batch: MailBatch | None
) -> HttpResponse:
    if batch is None:
        messages.success(request, "It is on its way.")
        return redirect("reviews:outbox", review.pk)
    return redirect("reviews:outbox-batch", review.pk, batch.pk)


@review_view(Action.READ_OUTBOX)
def outbox_batch(request: ReviewRequest, review: Review, batch_id: str) -> HttpResponse:
    """One mailing: who has it and how it reads; while it waits, its words are changed here."""
    batch = get_object_or_404(review.mail_batches, pk=batch_id)
    mailing = reading.mailing_of(review, batch)
    if mailing is None:
        raise Http404
    waits = batch.released_at is None
    may_write = can(request.membership, Action.WRITE_MAIL)
    may_change = may_write and waits and not mailing.secret
    names = ["subject", "text", "version"]
    form = BatchForm(
        (request.POST or None) if may_change else None,
        known=mailing.known,
        initial={name: getattr(batch, name) for name in names},
    )
    attempt = save(
        form,
        lambda: domain.change_batch(
            batch=batch, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
        saved=lambda: review.mail_batches.get(pk=batch.pk),
    )
    if attempt.done:
        messages.success(request, "The drafts were changed.")
        return redirect("reviews:outbox-batch", review.pk, batch.pk)
    return render(
        request,
        "reviews/outbox_batch.html",
        {
            "batch": batch,
            "mailing": mailing,
            "waits": waits,
            "kind": reading.kind_title(batch),
            "form": form if may_change else None,
            "theirs": attempt.theirs,
        },
    )


@review_view(Action.WRITE_MAIL)
@require_http_methods(["GET", "POST"])
def outbox_discard(
    request: ReviewRequest, review: Review, batch_id: str
) -> HttpResponse:
    """Asked once more first: what is thrown away does not come back."""
    batch = get_object_or_404(review.mail_batches, pk=batch_id, released_at=None)
    if request.method == "POST":
        press(
            request,
            lambda: domain.discard(batch=batch, by=request.user, at=timezone.now()),
            says="The drafts were thrown away.",
            level=messages.INFO,
        )
        return redirect("reviews:outbox", review.pk)
    mailing = reading.mailing_of(review, batch)
    if mailing is None:
        raise Http404
    return render(request, "reviews/outbox_discard.html", {"mailing": mailing})


@review_view(Action.WRITE_MAIL)
@require_http_methods(["POST"])
def outbox_batch_do(
    request: ReviewRequest, review: Review, batch_id: str
) -> HttpResponse:
    """Try the drafts on oneself, or send them."""
    batch = get_object_or_404(review.mail_batches, pk=batch_id)
    now, by = timezone.now(), request.user
    match request.POST.get("do"):
        case "test":
            press(
                request,
                lambda: domain.send_test(batch=batch, by=by, at=now),
                says=f"A test is on its way to {by.email}.",
                level=messages.INFO,
            )
        case "send":
            sent = request.POST.get("version", "")
            seen = int(sent) if sent.isdecimal() and len(sent) < 10 else 0
            if press(
                request,
                lambda: domain.release(batch=batch, version=seen, by=by, at=now),
                says=_sent_words,
                level=messages.INFO,
            ):
                return redirect("reviews:outbox", review.pk)
    return redirect("reviews:outbox-batch", review.pk, batch.pk)


def _sent_words(number: int) -> str:
    if not number:
        return (
            "Nothing was sent: this person has answered, or is no longer on the review."
        )
    return (
        f"{say.counted(number, 'message')} {'is' if number == 1 else 'are'} on the way."
    )


@review_view(Action.WRITE_MAIL)
@require_http_methods(["POST"])
def outbox_leave_out(
    request: ReviewRequest, review: Review, message_id: str
) -> HttpResponse:
    message = get_object_or_404(
        review.messages.select_related("batch__review"), pk=message_id
    )
    batch = message.batch
    who = reading.named(message, reading.names_of(review))
    press(
        request,
        lambda: domain.leave_out(message=message, by=request.user, at=timezone.now()),
        says=f"{who} is left out.",
        level=messages.INFO,
    )
    if batch and review.mail_batches.filter(pk=batch.pk, released_at=None).exists():
        return redirect("reviews:outbox-batch", review.pk, batch.pk)
    return redirect("reviews:outbox", review.pk)


@review_view(Action.WRITE_MAIL)
def mail_rules(request: ReviewRequest, review: Review) -> HttpResponse:
    now_by_itself = [
        kind.begins
        for kind in KINDS
        if not kind.fixed and mailer.goes_by_itself(review, kind.begins)
    ]
    form = MailRulesForm(request.POST or None, initial={"by_itself": now_by_itself})
    attempt = save(
        form,
        lambda: domain.set_mail_rules(
            review=review, by_itself=form.rules(), by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        messages.success(request, "What goes without waiting was saved.")
        return redirect("reviews:outbox", review.pk)
    return render(request, "reviews/outbox_rules.html", {"form": form})
