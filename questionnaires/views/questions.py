"""Pages of a question: its kind, its words, of whom it is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from questionnaires import reading
from questionnaires.domain import questions
from questionnaires.forms.questions import (
    BankForm,
    ConditionForm,
    DependsOnForm,
    KindForm,
    QuestionForm,
)
from questionnaires.models import Question, Questionnaire
from questionnaires.views.loading import questionnaire_view, to
from questionnaires.views.sections import section_of
from reviews.access import Action, ReviewRequest
from reviews.pages.saving import press, save

RUN = Action.RUN_QUESTIONNAIRE


def _question(questionnaire: Questionnaire, question_id: int) -> Question:
    found: Question = get_object_or_404(
        questionnaire.questions.select_related("section"), pk=question_id
    )
    found.questionnaire = found.section.questionnaire = questionnaire
    return found


@questionnaire_view(RUN)
def question_new(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    """First the kind of answer, then the question."""
    row = section_of(questionnaire, section_id)
    kind = request.GET.get("kind", "")
    if kind not in Question.Kind.values:
        return render(
            request,
            "questionnaires/question_kind.html",
            {
                "form": KindForm(request.GET or None),
                "questionnaire": questionnaire,
                "section": row,
            },
        )
    form = QuestionForm(
        request.POST or None, kind=kind, questionnaire=questionnaire, section=row
    )
    attempt = save(
        form,
        lambda: questions.add_question(
            section=section_of(questionnaire, form.cleaned_data["section"]),
            asked=form.asked,
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        return to("questionnaires:questions", questionnaire)
    return _question_page(request, questionnaire, form, None, kind)


@questionnaire_view(RUN)
def question(
    request: ReviewRequest, questionnaire: Questionnaire, question_id: int
) -> HttpResponse:
    row = _question(questionnaire, question_id)
    form = QuestionForm(
        request.POST or None,
        kind=row.kind,
        questionnaire=questionnaire,
        section=row.section,
        question=row,
    )
    attempt = save(
        form,
        lambda: questions.change_question(
            question=row,
            version=form.cleaned_data["version"] or 0,
            section=section_of(questionnaire, form.cleaned_data["section"]),
            asked=form.asked,
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: _question(questionnaire, question_id),
    )
    if attempt.done:
        return to("questionnaires:questions", questionnaire)
    return _question_page(request, questionnaire, form, row, row.kind, attempt.theirs)


def _question_page(
    request: ReviewRequest,
    questionnaire: Questionnaire,
    form: QuestionForm,
    row: Question | None,
    kind: str,
    theirs: Any = None,
) -> HttpResponse:
    texts = {each.code: each for each in questionnaire.questions.all()}
    return render(
        request,
        "questionnaires/question.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "question": row,
            "kind": Question.Kind(kind).label,
            "after": reading.condition_words(questionnaire, row, texts) if row else "",
            "theirs": theirs,
        },
    )


@questionnaire_view(RUN)
@require_POST
def question_do(
    request: ReviewRequest, questionnaire: Questionnaire, question_id: int
) -> HttpResponse:
    """Up, down, copied, left out or put back, by the button that was pressed."""
    row = _question(questionnaire, question_id)
    verbs: dict[str, Callable[..., object]] = {
        "up": partial(questions.move_question, up=True),
        "down": partial(questions.move_question, up=False),
        "copy": questions.copy_question,
        "leave-out": questions.leave_out,
        "put-back": questions.put_back,
    }
    verb = verbs.get(request.POST.get("do", ""))
    if verb is None:
        raise Http404
    press(request, lambda: verb(question=row, by=request.user, at=timezone.now()))
    return to("questionnaires:questions", questionnaire)


@questionnaire_view(RUN)
def condition(
    request: ReviewRequest, questionnaire: Questionnaire, question_id: int
) -> HttpResponse:
    """Of whom a question is asked: first on which earlier one it depends, then after which answers."""
    row = _question(questionnaire, question_id)
    earlier = {each.code: each for each in reading.earlier_choices(row)}
    needs = row.condition
    chosen = request.GET.get("on", needs.get("question", "") if needs else "")
    depends = DependsOnForm(initial={"on": chosen}, earlier=earlier.values())
    context: dict[str, Any] = {
        "questionnaire": questionnaire,
        "question": row,
        "depends": depends,
        "on": earlier.get(chosen),
    }
    form = None
    if chosen in earlier:
        form = ConditionForm(
            request.POST or None,
            options=reading.answers_of(questionnaire, earlier[chosen]),
            initial={"answers": needs["answers"] if needs else []},
        )
        if form.is_valid():
            return _conditioned(
                request,
                questionnaire,
                row,
                {"question": chosen, "answers": form.cleaned_data["answers"]},
            )
    elif request.method == "POST" or ("on" in request.GET and needs):
        return _conditioned(request, questionnaire, row, {})
    return render(request, "questionnaires/condition.html", {**context, "form": form})


def _conditioned(
    request: ReviewRequest,
    questionnaire: Questionnaire,
    row: Question,
    needs: dict[str, Any],
) -> HttpResponse:
    press(
        request,
        lambda: questions.set_condition(
            question=row, condition=needs, by=request.user, at=timezone.now()
        ),
    )
    return to("questionnaires:questions", questionnaire)


@questionnaire_view(RUN)
def bank(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    row = section_of(questionnaire, section_id)
    left = reading.bank_left(questionnaire)
    form = BankForm(request.POST or None, choices=left)
    attempt = save(
        form,
        lambda: questions.add_from_bank(
            section=row,
            codes=form.cleaned_data["codes"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        return to("questionnaires:questions", questionnaire)
    return render(
        request,
        "questionnaires/bank.html",
        {"form": form, "questionnaire": questionnaire, "section": row, "left": left},
    )
