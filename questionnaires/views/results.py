"""Pages of what was released, for the team alone: results, gaps, groups, files, comparison."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from questionnaires import reading
from questionnaires.domain import filing
from questionnaires.files import published_files
from questionnaires.forms.results import EarlierForm, ThemeForm
from questionnaires.models import Questionnaire, Release
from questionnaires.views.loading import confirmed, questionnaire_view, to
from reviews.access import Action, ReviewRequest, review_view
from reviews.files import sheets
from reviews.models import Review
from reviews.pages.once import Once
from reviews.pages.saving import press, save

Extra = ParamSpec("Extra")
Page = Callable[Concatenate[ReviewRequest, Release, Extra], HttpResponse]
Loaded = Callable[Concatenate[ReviewRequest, Questionnaire, Extra], HttpResponse]


def of_release(view: Page[Extra]) -> Loaded[Extra]:
    """Hands on the questionnaire's newest release; without one, a page that says so."""

    @wraps(view)
    def found(
        request: ReviewRequest,
        questionnaire: Questionnaire,
        *args: Extra.args,
        **kwargs: Extra.kwargs,
    ) -> HttpResponse:
        release = reading.latest_release(questionnaire)
        if release is None:
            return _nothing(request, questionnaire)
        return view(request, release, *args, **kwargs)

    return found  # type: ignore[return-value]


def _nothing(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    return render(
        request, "questionnaires/no_results.html", {"questionnaire": questionnaire}
    )


@review_view(Action.READ_RESULTS)
@require_safe
def results_index(request: ReviewRequest, review: Review) -> HttpResponse:
    """To the results of the questionnaire that was released last."""
    found = reading.latest_released(review)
    if found is None:
        return render(request, "questionnaires/no_results.html")
    return to("questionnaires:results", found)


@questionnaire_view(Action.READ_RESULTS)
@require_safe
def results(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """The page that is opened most: what was drawn already is not even read again."""
    standing = reading.standing(questionnaire)
    if standing is None:
        return _nothing(request, questionnaire)
    wanted = reading.Narrowed(
        request.GET.get("theme", ""),
        request.GET.get("group", ""),
        request.GET.get("sort", ""),
    )
    return render(
        request,
        "questionnaires/results.html",
        {
            "questionnaire": questionnaire,
            "back": request.get_full_path(),
            "drawn": _drawn(request, questionnaire, standing, wanted),
            **_rounds(questionnaire, standing),
        },
    )


def _rounds(
    questionnaire: Questionnaire, standing: reading.Standing
) -> dict[str, object]:
    """The first round and the late one lead to each other; all others stand below."""
    others = standing.others
    first = [each for each in others if each["pk"] == questionnaire.late_of_id]
    late = [each for each in others if each["late_of"] == questionnaire.pk]
    return {
        "first_round": next(iter(first), None),
        "late_round": next(iter(late), None),
        "others": [each for each in others if each not in (*first, *late)],
    }


@dataclass(frozen=True)
class Drawn:
    """The body of a results page; ``group`` is the title of the one that it is about."""

    group: str
    body: str


# What was released does not change, and looks the same to everybody with the same rights: it is
# drawn once a process. Published values only, never a comment.
_kept: Once[object, Drawn] = Once(200)


def _drawn(
    request: ReviewRequest,
    questionnaire: Questionnaire,
    standing: reading.Standing,
    wanted: reading.Narrowed,
) -> Drawn:
    member = request.membership
    key = (standing.print, wanted, member.access_role, questionnaire.review.stage)
    drawn = _kept.find(key)
    if drawn is None:
        release = questionnaire.releases.get(pk=standing.release)
        release.questionnaire = questionnaire
        found = reading.results(release, wanted=wanted)
        body = render_to_string(
            "questionnaires/results_body.html",
            {"results": found, "release": release, "questionnaire": questionnaire},
            request,
        )
        drawn = Drawn(found.group_title if found.chosen.group else "", body)
        if found.chosen == wanted:  # not an address that somebody made up
            _kept.keep(key, drawn)
    return drawn


@questionnaire_view(Action.READ_RESULTS)
@require_safe
@of_release
def gaps(request: ReviewRequest, release: Release) -> HttpResponse:
    """Where two groups are furthest apart, by statement."""
    reader = reading.Reader(release)
    theme = request.GET.get("theme", "")
    theme = theme if theme in reader.theme_titles else ""
    return _page(
        request,
        release,
        "results_gaps",
        gaps=reader.gaps(theme),
        themes=reader.theme_options(theme),
    )


@questionnaire_view(Action.READ_RESULTS)
@require_safe
@of_release
def groups(request: ReviewRequest, release: Release) -> HttpResponse:
    """Which groups have figures, whom each holds, and why some are shown together."""
    return _page(request, release, "results_groups", groups=reading.groups_of(release))


@questionnaire_view(Action.READ_RESULTS)
@require_safe
@of_release
def question(request: ReviewRequest, release: Release, code: str) -> HttpResponse:
    """One question: everybody and each group, side by side."""
    found = reading.breakdown(release, code)
    if found is None:
        raise Http404
    where = (release.questionnaire.review_id, release.questionnaire_id)
    form = ThemeForm(
        review=release.questionnaire.review,
        action=reverse("questionnaires:results-file", args=where),
        initial={"file": code, "back": request.path},
    )
    return _page(request, release, "results_question", found=found, form=form)


def _page(
    request: ReviewRequest, release: Release, name: str, **context: object
) -> HttpResponse:
    return render(
        request,
        f"questionnaires/{name}.html",
        {
            "release": release,
            "questionnaire": release.questionnaire,
            "back": request.get_full_path(),
            **context,
        },
    )


@questionnaire_view(Action.FILE_RESULT)
@require_POST
def file(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """Put a result on the evidence board or take it off again, and go back to where it stood."""
    release = reading.latest_release(questionnaire)
    if release is None:
        raise Http404
    taken = request.POST.get("take_back", "")
    code, group, other = _parts(taken or request.POST.get("file", ""))
    verb: Callable[..., object] = filing.take_back
    if not taken:
        verb = partial(filing.file_result, theme=request.POST.get("theme", ""))
    press(
        request,
        lambda: verb(
            release=release,
            question=code,
            group=group,
            other=other,
            by=request.user,
            at=timezone.now(),
        ),
    )
    return redirect(f"{_back(request, questionnaire)}#{code}")


def _parts(value: str) -> tuple[str, str, str]:
    """Question, group and the group beside it, as a button sends them."""
    code, group, other = (*value.split("|"), "", "")[:3]
    return code, group, other


def _back(request: ReviewRequest, questionnaire: Questionnaire) -> str:
    """The page of these results that the button stood on, and nowhere else."""
    where = (questionnaire.review_id, questionnaire.pk)
    home = reverse("questionnaires:results", args=where)
    back = request.POST.get("back", "").partition("#")[0]
    return back if back.startswith(home) else home


@questionnaire_view(Action.READ_RESULTS)
@require_safe
def workbook(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """The published values, and nothing finer, to work with; for the team alone."""
    release = reading.latest_release(questionnaire)
    if release is None:
        return to("questionnaires:results", questionnaire)
    return _file(
        published_files.workbook(release),
        sheets.XLSX,
        published_files.file_name(release, "xlsx"),
    )


@questionnaire_view(Action.READ_RESULTS)
@require_safe
def table(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    release = reading.latest_release(questionnaire)
    if release is None:
        return to("questionnaires:results", questionnaire)
    return _file(
        published_files.table(release).encode(),
        "text/csv; charset=utf-8",
        published_files.file_name(release, "csv"),
    )


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@questionnaire_view(Action.COMPARE_RESULTS)
@require_http_methods(["GET", "HEAD", "POST"])
@of_release
def earlier(request: ReviewRequest, release: Release) -> HttpResponse:
    """Then and now: what has changed, what cannot be compared, and the file to compare with."""
    questionnaire = release.questionnaire
    form = EarlierForm(request.POST or None, request.FILES or None)

    def keep() -> None:
        sent = form.cleaned_data["file"].read(sheets.MOST_BYTES + 1)
        found = published_files.read(sent)
        filing.keep_earlier(
            questionnaire=questionnaire,
            title=found.title,
            on=found.on,
            rows=found.rows,
            faults=[(f.row, f.column, f.sentence) for f in found.faults],
            by=request.user,
            at=timezone.now(),
        )

    if save(form, keep, beside="file").done:
        return to("questionnaires:results-earlier", questionnaire)
    return _page(
        request,
        release,
        "results_earlier",
        form=form,
        earlier=reading.Reader(release).earlier,
    )


@questionnaire_view(Action.COMPARE_RESULTS)
@require_http_methods(["GET", "HEAD", "POST"])
def earlier_remove(
    request: ReviewRequest, questionnaire: Questionnaire
) -> HttpResponse:
    """Asked once more first. The results themselves stay."""
    return confirmed(
        request,
        questionnaire,
        "results_earlier_remove",
        {"earlier": reading.earlier_title(questionnaire)},
        lambda: filing.forget_earlier(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
        then="questionnaires:results-earlier",
    )
