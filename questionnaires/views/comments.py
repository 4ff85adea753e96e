"""Pages of comments: the team reads and gives them themes, a screener looks at them first."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from questionnaires import reading
from questionnaires.domain import screening_comments as domain
from questionnaires.forms.results import CommentForm
from questionnaires.models import Comment, Questionnaire, Release
from questionnaires.rules.published import NOTHING, Values
from questionnaires.views.loading import questionnaire_view, to
from questionnaires.views.results import of_release
from reviews.access import Action, ReviewRequest
from reviews.pages import say
from reviews.pages.saving import confirm
from reviews.refusals import ChangedMeanwhile, Refusal


def _wanted(request: ReviewRequest) -> reading.CommentsWanted:
    return reading.CommentsWanted(
        request.GET.get("question", ""),
        request.GET.get("theme", ""),
        request.GET.get("group", ""),
    )


@questionnaire_view(Action.READ_RESULTS)
@require_safe
@of_release
def comments(request: ReviewRequest, release: Release) -> HttpResponse:
    """One question's comments, a page of them at a time."""
    found = reading.comments(
        release, wanted=_wanted(request), page=request.GET.get("page", "1")
    )
    return render(
        request,
        "questionnaires/comments.html",
        {
            "questionnaire": release.questionnaire,
            "release": release,
            "found": found,
            "nothing_released": Values(release.values).outcome == NOTHING,
        },
    )


@questionnaire_view(Action.SCREEN_COMMENTS, Action.WRITE_EXCERPT)
@require_http_methods(["GET", "HEAD", "POST"])
@of_release
def themes(request: ReviewRequest, release: Release) -> HttpResponse:
    """A page of comments with a box for each theme, saved together."""
    questionnaire = release.questionnaire
    if request.method == "POST":
        changed = domain.tag_comments(
            release=release, changes=_tags(request), at=timezone.now()
        )
        messages.success(
            request,
            f"{say.counted(changed, 'comment')} changed."
            if changed
            else "Nothing was changed.",
        )
        where = reverse(
            "questionnaires:comments-themes",
            args=(questionnaire.review_id, questionnaire.pk),
        )
        return redirect(f"{where}?{request.GET.urlencode()}")
    return render(
        request,
        "questionnaires/comments_themes.html",
        {
            "questionnaire": questionnaire,
            "themes": questionnaire.review.pack.themes,
            "found": reading.comments(
                release,
                wanted=_wanted(request),
                page=request.GET.get("page", "1"),
                settled=True,
            ),
        },
    )


def _tags(request: ReviewRequest) -> dict[str, domain.Tags]:
    """What was ticked and unticked since the page was shown, by comment."""
    found = {}
    for key in request.POST.getlist("comment"):
        before = frozenset(request.POST.get(f"before-{key}", "").split())
        now = frozenset(request.POST.getlist(f"themes-{key}"))
        found[key] = domain.Tags(added=now - before, removed=before - now)
    return found


@questionnaire_view(Action.SCREEN_COMMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_release
def screen(request: ReviewRequest, release: Release) -> HttpResponse:
    """What has a mark, and the next 20 without one, to read and let pass together."""
    questionnaire = release.questionnaire
    if request.method == "POST":
        ids = request.POST.getlist("comment")
        passed = domain.clear_comments(release=release, at=timezone.now(), ids=ids)
        words = f"{say.counted(passed, 'comment')} passed."
        if passed < len(ids):
            left = len(ids) - passed
            words += (
                f" {left} did not, because {'it' if left == 1 else 'they'} had been "
                "settled or got a mark meanwhile."
            )
        messages.success(request, words)
        return to("questionnaires:comments-screen", questionnaire)
    return render(
        request,
        "questionnaires/comments_screen.html",
        {"screening": reading.to_screen(release), "questionnaire": questionnaire},
    )


def _comment(questionnaire: Questionnaire, comment_id: uuid.UUID) -> Comment:
    release = reading.latest_release(questionnaire)
    if release is None:
        raise Http404
    found = get_object_or_404(release.comments, pk=comment_id)
    found.release = release
    return found


@questionnaire_view(Action.SCREEN_COMMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def comment_screen(
    request: ReviewRequest, questionnaire: Questionnaire, comment_id: uuid.UUID
) -> HttpResponse:
    """One comment with its marks shown: let it pass as it is, or put other words in its place."""
    comment = _comment(questionnaire, comment_id)
    shown = reading.screened(comment)
    clears = request.POST.get("clear", "")
    form = CommentForm(
        request.POST if request.method == "POST" and not clears else None,
        initial={"text": shown.text, "seen": domain.fingerprint(comment)},
    )
    refusal: Refusal | None = None
    theirs: list[tuple[str, str]] = []
    try:
        if clears:
            domain.clear_comment(comment=comment, seen=clears, at=timezone.now())
            return to("questionnaires:comments-screen", questionnaire)
        if form.is_valid():
            domain.redact_comment(
                comment=comment,
                seen=form.cleaned_data["seen"],
                text=form.cleaned_data["text"],
                at=timezone.now(),
            )
            return to("questionnaires:comments-screen", questionnaire)
    except (domain.StillIdentifies, domain.NothingLeft) as error:
        if clears:
            refusal = error
        else:
            form.refuse(error, "text")
    except ChangedMeanwhile as error:
        refusal, theirs = _keep_both(form, comment, error)
    except Refusal as error:
        refusal = error
    return render(
        request,
        "questionnaires/comment_screen.html",
        {
            "questionnaire": questionnaire,
            "form": form,
            "shown": shown,
            "seen": domain.fingerprint(comment),
            "refusal": refusal,
            "theirs": theirs,
        },
    )


def _keep_both(
    form: CommentForm, comment: Comment, error: ChangedMeanwhile
) -> tuple[Refusal | None, list[tuple[str, str]]]:
    """Show what the other screener made of it; the next press has seen that."""
    theirs = [("The comment as they let it pass", comment.text)]
    if not form.is_bound:
        return error, theirs
    form.refuse(error)
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data["seen"] = domain.fingerprint(comment)  # type: ignore[index]
    return None, theirs


@questionnaire_view(Action.SCREEN_COMMENTS)
@require_http_methods(["GET", "HEAD", "POST"])
def comment_withhold(
    request: ReviewRequest, questionnaire: Questionnaire, comment_id: uuid.UUID
) -> HttpResponse:
    """The whole comment, which is destroyed once this is confirmed."""
    comment = _comment(questionnaire, comment_id)
    attempt = confirm(
        request,
        lambda: domain.withhold_comment(
            comment=comment, seen=request.POST.get("seen", ""), at=timezone.now()
        ),
    )
    if attempt.done:
        return to("questionnaires:comments-screen", questionnaire)
    return render(
        request,
        "questionnaires/comment_withhold.html",
        {
            "questionnaire": questionnaire,
            "shown": reading.screened(comment),
            "seen": domain.fingerprint(comment),
            "refusal": attempt.refusal,
        },
    )
