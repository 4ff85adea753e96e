"""Pages of what a draft asks: settings, sections, questions, languages, and its preview."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_POST

from questionnaires import reading
from questionnaires.domain import building
from questionnaires.forms.building import (
    BankForm,
    ConditionForm,
    DependsOnForm,
    GroupSizeForm,
    KindForm,
    LanguageForm,
    NewForm,
    QuestionForm,
    SectionForm,
    SettingsForm,
    TranslationForm,
)
from questionnaires.mail import letters
from questionnaires.models import Question, Questionnaire, Section
from questionnaires.reading import tongues
from questionnaires.rules import asking, languages
from questionnaires.views.loading import confirmed, questionnaire_view, to
from reviews.access import Action, ReviewRequest, review_view
from reviews.models import Review
from reviews.refusals import ChangedMeanwhile, Refusal

RUN = Action.RUN_QUESTIONNAIRE


@review_view(RUN)
def new(request: ReviewRequest, review: Review) -> HttpResponse:
    form = NewForm(request.POST or None, review=review)
    if form.is_valid():
        now = timezone.now()
        if form.cleaned_data["begins"] == "bank":
            made = building.make_from_pack(review=review, by=request.user, at=now)
        else:
            made = building.make_empty(
                review=review,
                title=form.cleaned_data["title"],
                by=request.user,
                at=now,
            )
        return to("questionnaires:overview", made)
    return render(request, "questionnaires/new.html", {"form": form})


@questionnaire_view(RUN)
@require_http_methods(["GET", "POST"])
def copy(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    if request.method == "POST":
        made = building.copy_questionnaire(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        )
        messages.success(request, "This is the copy. It asks the same of nobody yet.")
        return to("questionnaires:overview", made)
    return render(request, "questionnaires/copy.html", {"questionnaire": questionnaire})


@questionnaire_view(RUN)
@require_http_methods(["GET", "POST"])
def remove(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    refusal = None
    if request.method == "POST":
        try:
            building.remove_questionnaire(
                questionnaire=questionnaire, by=request.user, at=timezone.now()
            )
        except Refusal as error:
            refusal = error
        else:
            messages.success(request, "The draft is gone.")
            return redirect("questionnaires:index", questionnaire.review_id)
    return render(
        request,
        "questionnaires/remove.html",
        {
            "questionnaire": questionnaire,
            "people": reading.people_words(
                questionnaire, questionnaire.invitations.count()
            ),
            "refusal": refusal,
        },
    )


@questionnaire_view(RUN)
def settings(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = SettingsForm(request.POST or None, questionnaire=questionnaire)
    theirs = None
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            building.change_settings(
                questionnaire=questionnaire,
                version=values.pop("version"),
                values=values,
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            questionnaire.refresh_from_db()
            theirs = form.keep_both(questionnaire, refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/settings.html",
        {"form": form, "questionnaire": questionnaire, "theirs": theirs},
    )


@questionnaire_view(RUN)
def group_size(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = GroupSizeForm(request.POST or None, initial={"k": questionnaire.k})
    if form.is_valid():
        try:
            building.choose_k(
                questionnaire=questionnaire,
                k=form.cleaned_data["k"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/group_size.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(RUN, Action.READ_TURNOUT)
@require_http_methods(["GET", "POST"])
def small_groups(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """A second person of the team agrees to groups of fewer than 8 people."""
    return confirmed(
        request,
        questionnaire,
        "small_groups",
        {"mine": questionnaire.small_k_asked_by_id == request.user.pk},
        lambda: building.agree_small_k(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )


# Sections and questions


@questionnaire_view(RUN)
def questions(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    return render(
        request,
        "questionnaires/questions.html",
        {
            "questionnaire": questionnaire,
            "contents": reading.contents_of(questionnaire),
            "may_change": questionnaire.state == Questionnaire.State.DRAFT,
        },
    )


def _section(questionnaire: Questionnaire, section_id: int) -> Section:
    found: Section = get_object_or_404(questionnaire.sections, pk=section_id)
    found.questionnaire = questionnaire
    return found


def _question(questionnaire: Questionnaire, question_id: int) -> Question:
    found: Question = get_object_or_404(
        questionnaire.questions.select_related("section"), pk=question_id
    )
    found.questionnaire = found.section.questionnaire = questionnaire
    return found


@questionnaire_view(RUN)
def section_new(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = SectionForm(request.POST or None)
    if form.is_valid():
        try:
            building.add_section(
                questionnaire=questionnaire,
                title=form.cleaned_data["title"],
                introduction=form.cleaned_data["introduction"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:questions", questionnaire)
    return render(
        request,
        "questionnaires/section.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(RUN)
def section(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    row = _section(questionnaire, section_id)
    form = SectionForm(
        request.POST or None,
        initial={
            "title": row.title,
            "introduction": row.introduction,
            "version": row.version,
        },
    )
    theirs = None
    if form.is_valid():
        try:
            building.change_section(
                section=row,
                version=form.cleaned_data["version"] or 0,
                title=form.cleaned_data["title"],
                introduction=form.cleaned_data["introduction"],
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            row.refresh_from_db()
            theirs = form.keep_both(row, refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:questions", questionnaire)
    return render(
        request,
        "questionnaires/section.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "section": row,
            "theirs": theirs,
        },
    )


@questionnaire_view(RUN)
@require_http_methods(["GET", "POST"])
def section_remove(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    row = _section(questionnaire, section_id)
    return confirmed(
        request,
        questionnaire,
        "section_remove",
        {"section": row, "number": row.questions.count()},
        lambda: building.remove_section(
            section=row, by=request.user, at=timezone.now()
        ),
        then="questionnaires:questions",
    )


@questionnaire_view(RUN)
@require_POST
def section_do(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    """Up, down or copied, by the button that was pressed."""
    row = _section(questionnaire, section_id)
    now = timezone.now()
    try:
        if request.POST.get("do") == "copy":
            building.copy_section(section=row, by=request.user, at=now)
        else:
            building.move_section(
                section=row,
                up=request.POST.get("do") == "up",
                by=request.user,
                at=now,
            )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return to("questionnaires:questions", questionnaire)


@questionnaire_view(RUN)
def question_new(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    """First the kind of answer, then the question."""
    row = _section(questionnaire, section_id)
    kind = request.GET.get("kind", "")
    if kind not in Question.Kind.values:
        return render(
            request,
            "questionnaires/question_kind.html",
            {
                "form": KindForm(request.GET if "kind" in request.GET else None),
                "questionnaire": questionnaire,
                "section": row,
            },
        )
    form = QuestionForm(
        request.POST or None, kind=kind, questionnaire=questionnaire, section=row
    )
    if form.is_valid():
        chosen = _section(questionnaire, form.cleaned_data["section"])
        try:
            building.add_question(
                section=chosen, asked=form.asked, by=request.user, at=timezone.now()
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
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
    theirs = None
    if form.is_valid():
        try:
            building.change_question(
                question=row,
                version=form.cleaned_data["version"] or 0,
                section=_section(questionnaire, form.cleaned_data["section"]),
                asked=form.asked,
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            theirs = form.keep_both(_question(questionnaire, question_id), refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:questions", questionnaire)
    return _question_page(request, questionnaire, form, row, row.kind, theirs)


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
        "up": partial(building.move_question, up=True),
        "down": partial(building.move_question, up=False),
        "copy": building.copy_question,
        "leave-out": building.leave_out,
        "put-back": building.put_back,
    }
    verb = verbs.get(request.POST.get("do", ""))
    if verb is None:
        raise Http404
    try:
        verb(question=row, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
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
    try:
        building.set_condition(
            question=row, condition=needs, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return to("questionnaires:questions", questionnaire)


@questionnaire_view(RUN)
def bank(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    row = _section(questionnaire, section_id)
    left = reading.bank_left(questionnaire)
    form = BankForm(request.POST or None, choices=left)
    if form.is_valid():
        try:
            building.add_from_bank(
                section=row,
                codes=form.cleaned_data["codes"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:questions", questionnaire)
    return render(
        request,
        "questionnaires/bank.html",
        {"form": form, "questionnaire": questionnaire, "section": row, "left": left},
    )


# Languages


@questionnaire_view(RUN)
def language(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = LanguageForm(
        request.POST or None, initial={"language": questionnaire.language}
    )
    if form.is_valid():
        try:
            building.choose_language(
                questionnaire=questionnaire,
                code=form.cleaned_data["language"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            name = (
                "questionnaires:translation"
                if form.cleaned_data["language"]
                else "questionnaires:overview"
            )
            return to(name, questionnaire)
    return render(
        request,
        "questionnaires/language.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(RUN)
def translation_page(
    request: ReviewRequest, questionnaire: Questionnaire
) -> HttpResponse:
    """One group of texts at a time, chosen by the address."""
    if not questionnaire.language:
        return to("questionnaires:language", questionnaire)
    groups = reading.texts_of(questionnaire)
    wanted = request.GET.get("part", "0")
    number = int(wanted) if wanted.isdecimal() and int(wanted) < len(groups) else 0
    form = TranslationForm(
        request.POST or None,
        texts=[(t.key, t.words, t.translated, t.longest) for t in groups[number].texts],
    )
    if form.is_valid():
        try:
            building.translate(
                questionnaire=questionnaire,
                words=form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{groups[number].title}” is saved.")
            return redirect(f"{request.path}?part={min(number + 1, len(groups) - 1)}")
    return render(
        request,
        "questionnaires/translation.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "groups": groups,
            "number": number,
            "name": languages.name_of(questionnaire.language),
        },
    )


# The preview


@questionnaire_view(RUN, Action.READ_TURNOUT)
def preview(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """What people get: the letters, and the pages to walk through."""
    return render(
        request,
        "questionnaires/preview.html",
        {
            "questionnaire": questionnaire,
            "letter": letters.preview(questionnaire),
            "reminder": letters.reminder_preview(questionnaire),
            "paper": reading.paper_of(questionnaire),
        },
    )


@questionnaire_view(RUN, Action.READ_TURNOUT)
@require_http_methods(["GET", "POST"])
def preview_page(
    request: ReviewRequest, questionnaire: Questionnaire, number: int
) -> HttpResponse:
    """A page as a respondent sees it. Answers are followed from page to page and kept nowhere.

    Page 0 is the introduction; the one behind the last is the check page.
    """
    paper = reading.paper_of(questionnaire)
    second = request.GET.get("lang") == questionnaire.language != ""
    answers = {
        code: asking.taken(item, request.POST.getlist(code))
        for code, item in paper.items.items()
        if code in request.POST
    }
    errors: dict[str, str] = {}
    tongue = tongues.tongue(questionnaire, second=second)
    with translation.override(tongue.interface):
        if request.method == "POST" and 0 < number <= len(paper.pages):
            page = paper.page(number)
            go = request.POST.get("go", "next")
            if go == "back":
                number = paper.before(number, answers) or 0
            else:
                errors = reading.faults(paper, page, answers)
                if not errors:
                    number = paper.after(number, answers) or len(paper.pages) + 1
        return render(
            request,
            "questionnaires/preview_page.html",
            {
                "questionnaire": questionnaire,
                "tongue": tongue,
                "number": number,
                "total": 0 if paper.branches else len(paper.pages),
                "last": len(paper.pages),
                "shown": reading.shown(
                    paper, paper.page(number), answers, second=second, errors=errors
                )
                if 0 < number <= len(paper.pages)
                else None,
                "groups": reading.check_groups(paper, answers, second=second)
                if number > len(paper.pages)
                else None,
                "carried": [(c, v) for c, v in answers.items() if v],
                "phone": request.GET.get("phone") == "yes",
                "query": request.GET.urlencode(),
            },
        )
