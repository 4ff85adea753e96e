"""The manager builds a questionnaire; what was built is what people are asked."""

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaires import reading
from questionnaires.domain import (
    answering,
    building,
    inviting,
    ordering,
    questions,
    sections,
)
from questionnaires.models import AnswerBox, Question, Questionnaire, Section
from reviews import domain, packs
from reviews.models import AuditEvent, Review, Stage, User
from reviews.refusals import ChangedMeanwhile
from tests.make import DAY_ZERO, PACK, move
from tests.make_questionnaires import (
    again,
    close_and_release,
    make_open,
    make_questionnaire,
    people,
    token_of,
)

Kind = Question.Kind
SignIn = Callable[[User], Client]
YES_NO = ({"code": "a", "label": "Yes"}, {"code": "b", "label": "No"})
CASELOAD = (
    {"code": "g0", "label": "0 to 9", "least": 0},
    {"code": "g10", "label": "10 to 19", "least": 10},
    {"code": "g20", "label": "20 and over", "least": 20},
)


@pytest.fixture
def add(draft: Questionnaire, manager: User) -> Callable[..., Question]:
    def added(
        kind: str, text: str, section: Section | None = None, **more: object
    ) -> Question:
        return questions.add_question(
            section=section or draft.sections.all()[0],
            asked=questions.Asked(kind=kind, text=text, **more),  # type: ignore[arg-type]
            by=manager,
            at=timezone.now(),
        )

    return added


def texts(questionnaire: Questionnaire) -> list[str]:
    return [question.text for question in questionnaire.asked()]


def start(questionnaire: Questionnaire) -> Client:
    invitation = questionnaire.invitations.select_related("questionnaire__review")[0]
    phone = Client()
    phone.post(f"/q/{token_of(invitation)}", {"go": "start"})
    return phone


def heading(page: object) -> str:
    text = page.content.decode()  # type: ignore[attr-defined]
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1] if found else "").split())


def state(page: object) -> str:
    text: str = page.content.decode()  # type: ignore[attr-defined]
    return re.findall(r'name="state" value="([^"]+)"', text)[0]  # type: ignore[no-any-return]


# Building


def test_the_frameworks_questions_stand_in_sections_by_theme(
    review: Review, manager: User
) -> None:
    questionnaire = make_questionnaire(review, by=manager)

    titles = [section.title for section in questionnaire.sections.all()]

    assert titles == [theme.title for theme in review.pack.themes] + [
        "In your own words"
    ]
    assert texts(questionnaire)[0] == review.pack.questionnaire.statements[0].text


def test_a_theme_without_statements_has_no_section_and_neither_have_words_nobody_asks_for(
    manager: User,
) -> None:
    """As a framework of one's own may have it."""
    pack = packs.load(PACK)
    first = pack.themes[0].code
    bank = dataclasses.replace(
        pack.questionnaire,
        statements=tuple(
            each for each in pack.questionnaire.statements if each.theme != first
        ),
        free_texts=(),
    )
    review = domain.create_review(
        pack=dataclasses.replace(pack, questionnaire=bank),
        council="Ashmere Council",
        day_zero=DAY_ZERO,
        duty_contact="Duty team, 01632 960001, day and night",
        by=manager,
        at=timezone.now(),
    )

    questionnaire = make_questionnaire(review, by=manager)

    titles = [section.title for section in questionnaire.sections.all()]
    assert titles == [theme.title for theme in pack.themes[1:]]
    assert texts(questionnaire) == [each.text for each in bank.statements]


def test_a_question_that_is_left_out_is_not_asked_and_can_be_put_back(
    review: Review, manager: User
) -> None:
    questionnaire = make_questionnaire(review, by=manager)
    question = questionnaire.questions.all()[0]

    questions.leave_out(question=question, by=manager, at=timezone.now())
    without = texts(questionnaire)
    questions.put_back(question=question, by=manager, at=timezone.now())

    assert question.text not in without
    assert texts(questionnaire)[0] == question.text


def test_questions_and_sections_are_moved_and_copied(
    draft: Questionnaire, add: Callable[..., Question], manager: User
) -> None:
    who: dict[str, Any] = {"by": manager, "at": timezone.now()}
    first, second = add(Kind.TEXT, "First"), add(Kind.TEXT, "Second")

    questions.move_question(question=second, up=True, **who)
    questions.copy_question(question=first, **who)
    copy = sections.copy_section(section=draft.sections.all()[0], **who)
    sections.move_section(section=copy, up=True, **who)

    assert texts(draft) == ["Second", "First", "First"] * 2
    assert [section.title for section in draft.sections.all()] == [
        "Your work (copy)",
        "Your work",
    ]
    codes = list(draft.questions.values_list("code", flat=True))
    assert len(set(codes)) == 6


def test_a_copy_is_a_draft_beside_the_one_that_is_open(
    review: Review, manager: User
) -> None:
    live = make_open(review, by=manager)

    copy = building.copy_questionnaire(
        questionnaire=live, by=manager, at=timezone.now()
    )

    assert texts(copy) == texts(live)
    assert (copy.state, again(live).state) == ("draft", "open")
    assert (copy.edition, copy.invitations.count()) == (None, 0)


def test_a_draft_goes_with_its_list_in_two_steps_and_what_was_opened_stays(
    review: Review, draft: Questionnaire, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    opened = make_open(review, by=manager)

    asked = desk.get(reverse("questionnaires:remove", args=[review.pk, draft.pk]))
    still = review.questionnaires.count()
    for each in (draft, opened):
        shown = desk.post(reverse("questionnaires:remove", args=[review.pk, each.pk]))

    assert "Remove the draft and its list" in asked.content.decode()
    assert still == 2
    assert [each.pk for each in review.questionnaires.all()] == [opened.pk]
    assert opened.invitations.count() == 60
    assert (
        "Only a questionnaire that was never opened can be removed"
        in shown.content.decode()
    )


def test_settings_are_saved_as_the_page_sends_them_and_the_trail_names_what_changed(
    draft: Questionnaire, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    where = reverse("questionnaires:settings", args=[draft.review_id, draft.pk])

    def save(**changes: object) -> None:
        """What a browser sends of the form as it stands, but for ``changes``."""
        values = desk.get(where).context["form"].initial
        desk.post(where, {**values, **changes})

    def trail() -> list[object]:
        rows = AuditEvent.objects.filter(action="questionnaire.settings_changed")
        return [row.detail["fields"] for row in rows]

    save(target=55, title="How we work")
    after_one = trail()
    save()

    draft = again(draft)
    assert (draft.target, draft.title) == (55, "How we work")
    assert after_one == [["title", "target"]]
    assert trail() == after_one, "nothing changed the second time"


def test_two_people_at_the_settings_see_each_others_words(
    draft: Questionnaire, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    where = reverse("questionnaires:settings", args=[draft.review_id, draft.pk])
    values = desk.get(where).context["form"].initial
    desk.post(where, {**values, "title": "Theirs"})

    shown = desk.post(where, {**values, "title": "Mine"}).content.decode()

    assert again(draft).title == "Theirs"
    assert "Theirs" in shown
    assert 'value="Mine"' in shown


def test_two_people_at_one_question_lose_nothing(
    draft: Questionnaire, add: Callable[..., Question], manager: User
) -> None:
    question = add(Kind.TEXT, "First words")
    asked = questions.Asked(kind=Kind.TEXT, text="Mine")
    change = {
        "question": question,
        "section": question.section,
        "by": manager,
        "at": timezone.now(),
    }
    questions.change_question(version=1, asked=asked, **change)  # type: ignore[arg-type]

    with pytest.raises(ChangedMeanwhile):
        questions.change_question(version=1, asked=asked, **change)  # type: ignore[arg-type]


def test_a_condition_needs_an_earlier_question(
    draft: Questionnaire, add: Callable[..., Question], manager: User
) -> None:
    who: dict[str, Any] = {"by": manager, "at": timezone.now()}
    first = add(Kind.SINGLE, "Do you hold cases?", options=YES_NO)
    second = add(Kind.NUMBER, "How many?", options=CASELOAD)
    needs = {"question": first.code, "answers": ["a"]}
    questions.set_condition(question=second, condition=needs, **who)

    with pytest.raises(ordering.AskedTooEarly, match="How many"):
        questions.move_question(question=second, up=True, **who)
    with pytest.raises(ordering.OthersDependOnIt, match="How many"):
        questions.leave_out(question=first, **who)
    assert texts(draft) == ["Do you hold cases?", "How many?"]


def test_who_is_asked_is_chosen_on_the_page_in_two_steps(
    review: Review,
    draft: Questionnaire,
    add: Callable[..., Question],
    manager: User,
    sign_in: SignIn,
) -> None:
    """The first step is a question: its form must not be taken for "everybody"."""
    first = add(Kind.SINGLE, "Do you hold cases?", options=YES_NO)
    second = add(Kind.NUMBER, "How many?", options=CASELOAD)
    page = reverse("questionnaires:condition", args=[review.pk, draft.pk, second.pk])
    client = sign_in(manager)

    step = client.get(page).content.decode()

    [form] = re.findall(r"<form[^>]*app-form[^>]*>", step)
    assert 'method="get"' in form
    step = client.get(page, {"on": first.code}).content.decode()
    [form] = re.findall(r"<form[^>]*app-form[^>]*>", step)
    assert 'method="post"' in form
    client.post(f"{page}?on={first.code}", {"answers": ["a"]})
    second.refresh_from_db()
    assert second.condition == {"question": first.code, "answers": ["a"]}


def test_groups_of_fewer_than_eight_take_two_people(
    review: Review, manager: User, leader: User
) -> None:
    """Small groups: whoever asked for them is not the one who agrees."""
    questionnaire = make_questionnaire(review, by=manager)
    who = {"at": timezone.now()}
    building.choose_k(questionnaire=questionnaire, k=6, by=manager, **who)

    with pytest.raises(building.NotTwoPeople):
        building.agree_small_k(questionnaire=questionnaire, by=manager, **who)
    with pytest.raises(inviting.SmallGroupsNotAgreed):
        make_open(review, by=manager, k=6, questionnaire=questionnaire)
    building.agree_small_k(questionnaire=again(questionnaire), by=leader, **who)

    agreed = again(questionnaire)
    assert (agreed.k, agreed.small_k_agreed_by) == (6, leader)


def test_small_groups_that_nobody_asks_for_any_more_cannot_be_agreed_to(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    """The manager thought better of it while the leader had the page before them."""
    questionnaire = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    args = [review.pk, questionnaire.pk]
    agree = reverse("questionnaires:small-groups", args=args)
    desk, theirs = sign_in(manager), sign_in(leader)
    desk.post(reverse("questionnaires:group-size", args=args), {"k": "6"})
    offered = theirs.get(agree).content.decode()
    desk.post(reverse("questionnaires:group-size", args=args), {"k": "10"})

    shown = theirs.post(agree).content.decode()

    assert "Agree to small groups" in offered
    assert "Nobody has asked for groups of fewer than 8 people." in shown
    assert again(questionnaire).small_k_agreed_by is None


def test_a_new_group_size_has_to_be_agreed_again(
    review: Review, manager: User, leader: User
) -> None:
    questionnaire = make_questionnaire(review, by=manager)
    now = timezone.now()
    building.choose_k(questionnaire=questionnaire, k=6, by=manager, at=now)
    building.agree_small_k(questionnaire=again(questionnaire), by=leader, at=now)

    building.choose_k(questionnaire=again(questionnaire), k=5, by=manager, at=now)

    assert again(questionnaire).small_k_agreed_by is None


def test_the_builders_pages_add_and_change_a_question(
    draft: Questionnaire, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    section = draft.sections.all()[0]

    def at(name: str, *more: int) -> str:
        return reverse(
            f"questionnaires:{name}", args=[draft.review_id, draft.pk, *more]
        )

    kinds = desk.get(at("question-new", section.pk)).content.decode()
    desk.post(
        f"{at('question-new', section.pk)}?kind=single",
        {
            "text": "Where do you work?",
            "answers": "At school\n\nIn health",
            "section": section.pk,
        },
    )
    question = draft.questions.get()
    page = desk.get(at("question", question.pk)).content.decode()
    desk.post(
        at("question", question.pk),
        {
            "text": "Where do you work?",
            "answers": "In health\nWith the police",
            "section": section.pk,
            "version": question.version,
        },
    )

    assert "What kind of answer do you want?" in kinds
    assert "At school" in page
    question.refresh_from_db()
    assert question.options == [
        {"code": "b", "label": "In health"},
        {"code": "c", "label": "With the police"},
    ]


FORM = re.compile(r'<form method="(\w+)".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')


@pytest.mark.parametrize(
    ("chosen", "follows"),
    [
        ({"kind": "single"}, "Answers to choose from"),
        ({}, "Select a kind of answer"),
        ({"kind": "shouted"}, "There is a problem"),
    ],
)
def test_the_kind_of_a_question_is_sent_as_its_form_says(
    draft: Questionnaire,
    manager: User,
    sign_in: SignIn,
    chosen: dict[str, str],
    follows: str,
) -> None:
    desk, section = sign_in(manager), draft.sections.all()[0]
    where = reverse(
        "questionnaires:question-new", args=[draft.review_id, draft.pk, section.pk]
    )
    form = FORM.search(desk.get(where).content.decode().partition("<main")[2])
    assert form
    send = desk.get if form[1] == "get" else desk.post

    answer = send(where, {**dict(HIDDEN.findall(form[0])), **chosen})

    assert follows in answer.content.decode()


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ("One", "Enter 2 to 8 answers, one a line"),
        ("Yes\nyes", "Each answer must be different from the others"),
        ("x" * 121 + "\nNo", "Each answer must be 120 characters or fewer"),
    ],
)
def test_answers_that_cannot_be_offered_come_back_with_a_sentence(
    draft: Questionnaire, manager: User, sign_in: SignIn, answers: str, sentence: str
) -> None:
    section = draft.sections.all()[0]
    where = reverse(
        "questionnaires:question-new", args=[draft.review_id, draft.pk, section.pk]
    )

    page = sign_in(manager).post(
        f"{where}?kind=single",
        {"text": "Well?", "answers": answers, "section": section.pk},
    )

    assert sentence in page.content.decode()
    assert not draft.questions.exists()


# Answering what was built


@pytest.fixture
def mixed(
    review: Review, draft: Questionnaire, add: Callable[..., Question], manager: User
) -> Questionnaire:
    """One question of each kind; the number is asked of those who hold cases."""
    holds = add(Kind.SINGLE, "Do you hold cases?", options=YES_NO, required=True)
    add(
        Kind.NUMBER,
        "How many?",
        options=CASELOAD,
        condition={"question": holds.code, "answers": ["a"]},
    )
    add(
        Kind.MULTIPLE,
        "With whom do you work?",
        options=(
            *YES_NO[:0],
            {"code": "a", "label": "Health"},
            {"code": "b", "label": "Police"},
        ),
    )
    add(Kind.SHORT, "Your team in three words")
    return make_open(review, by=manager, questionnaire=draft)


def test_each_kind_is_asked_on_a_page_of_its_own(mixed: Questionnaire) -> None:
    phone = start(mixed)
    page = phone.get("/q/questions/1")

    assert heading(page) == "Do you hold cases?"
    assert "Page 1 of" not in page.content.decode(), (
        "no total that a branch could change"
    )


def test_what_has_to_be_answered_is_asked_for_beside_the_question(
    mixed: Questionnaire,
) -> None:
    phone = start(mixed)
    page = phone.get("/q/questions/1")

    after = phone.post("/q/questions/1", {"state": state(page), "go": "next"})

    text = after.content.decode()
    assert "There is a problem" in text
    assert re.search(r'href="#X01-a"', text)
    assert text.count("Select an answer") == 2
    assert "<title>Error: " in " ".join(text.split()).replace("<title> ", "<title>")


def test_a_question_is_skipped_by_whoever_it_does_not_concern(
    mixed: Questionnaire,
) -> None:
    phone = start(mixed)
    page = phone.get("/q/questions/1")

    no = phone.post("/q/questions/1", {"state": state(page), "go": "next", "X01": "b"})
    yes = phone.post("/q/questions/1", {"state": state(page), "go": "next", "X01": "a"})

    assert heading(no) == "With whom do you work? (optional)"
    assert heading(yes) == "How many? (optional)"


def test_an_answer_to_what_is_no_longer_asked_is_not_sent(mixed: Questionnaire) -> None:
    respondent_form = reading.respondent_form_of(mixed)

    payload = answering.payload_of(
        respondent_form, "x", {"X01": "b", "X02": "12", "X03": "a"}
    )

    assert payload["closed"] == {"X01": "b", "X03": ["a"]}


def test_what_depends_on_a_question_that_is_not_asked_is_not_asked_either(
    draft: Questionnaire, add: Callable[..., Question]
) -> None:
    """Its answer was given before somebody went back and said that they hold no cases."""
    holds = add(Kind.SINGLE, "Do you hold cases?", options=YES_NO)
    many = add(
        Kind.SINGLE,
        "Are they many?",
        options=YES_NO,
        condition={"question": holds.code, "answers": ["a"]},
    )
    helps = add(
        Kind.TEXT,
        "What would help?",
        condition={"question": many.code, "answers": ["a"]},
    )
    respondent_form = reading.respondent_form_of(draft)
    given = {many.code: "a", helps.code: "Time."}

    kept = [
        answering.payload_of(respondent_form, "x", {**given, holds.code: code})
        for code in "ab"
    ]

    assert [each["closed"] for each in kept] == [
        {many.code: "a", holds.code: "a"},
        {holds.code: "b"},
    ]
    assert [each["comments"] for each in kept] == [{helps.code: "Time."}, {}]


def test_of_a_number_only_its_group_is_kept(mixed: Questionnaire) -> None:
    respondent_form = reading.respondent_form_of(mixed)

    kept = [
        answering.payload_of(respondent_form, "x", {"X01": "a", "X02": typed})[
            "closed"
        ].get("X02")
        for typed in ("0", " 19 ", "1,000", "many")
    ]

    assert kept == ["g0", "g10", "g20", None]


@pytest.mark.parametrize("typed", ["a lot", "-3", "1.5", "99999999999", "\uff11\uff12"])
def test_a_number_that_is_none_comes_back_with_a_sentence(
    mixed: Questionnaire, typed: str
) -> None:
    phone = start(mixed)
    page = phone.get("/q/questions/1")
    page = phone.post(
        "/q/questions/1", {"state": state(page), "go": "next", "X01": "a"}
    )

    after = phone.post(
        "/q/questions/2", {"state": state(page), "go": "next", "X02": typed}
    ).content.decode()

    assert "Enter a whole number, for example 12" in after
    assert f'value="{typed}"' in after


def test_a_radio_once_pressed_can_be_cleared(review: Review, manager: User) -> None:
    questionnaire = make_open(review, by=manager)
    phone = start(questionnaire)
    page = phone.get("/q/questions/1")
    page = phone.post(
        "/q/questions/1", {"state": state(page), "go": "switch", "Q01": "4"}
    )
    assert "Clear this answer" in page.content.decode()

    cleared = phone.post(
        "/q/questions/1", {"state": state(page), "go": "clear:Q01", "Q01": "4"}
    )

    assert not re.search(r'id="Q01-4"[^>]*checked', cleared.content.decode())


def test_changing_an_answer_asks_what_now_has_to_be_answered(
    review: Review, draft: Questionnaire, add: Callable[..., Question], manager: User
) -> None:
    holds = add(Kind.SINGLE, "Do you hold cases?", options=YES_NO)
    add(
        Kind.NUMBER,
        "How many?",
        options=CASELOAD,
        required=True,
        condition={"question": holds.code, "answers": ["a"]},
    )
    phone = start(make_open(review, by=manager, questionnaire=draft))
    page = phone.get("/q/questions/1")
    check = phone.post(
        "/q/questions/1", {"state": state(page), "go": "next", "X01": "b"}
    )
    assert heading(check) == "Check your answers"

    asked = phone.post(
        "/q/questions/1",
        {"state": state(check), "go": "next", "X01": "a", "changing": "1"},
    )

    assert heading(asked) == "How many?"


def test_what_is_missing_is_asked_for_before_anything_is_sent(
    mixed: Questionnaire,
) -> None:
    phone = start(mixed)
    page = phone.get("/q/questions/1")

    after = phone.post(
        "/q/questions/1", {"state": state(page), "page": "check", "go": "send"}
    )

    assert heading(after) == "Do you hold cases?"
    assert "There is a problem" in after.content.decode()
    assert not AnswerBox.objects.exists()


def test_answers_to_choose_from_are_published_by_share(
    review: Review, mixed: Questionnaire, manager: User
) -> None:
    respondent_form = reading.respondent_form_of(mixed)
    invited = list(mixed.invitations.select_related("questionnaire__review"))
    for number, invitation in enumerate(invited):
        given = {"X01": "a" if number % 4 else "b", "X02": "12", "X03": "a,b"}
        answering.submit_response(
            access_link=invitation,
            respondent_form=respondent_form,
            answers=given,
            draft=None,
        )

    released = close_and_release(mixed, by=manager)

    [release] = released.releases.all()
    assert set(release.values["questions"]) == {"X01", "X02", "X03"}
    assert release.values["questions"]["X01"]["all"]["shares"]["a"] == pytest.approx(
        75, abs=5
    )
    # Everybody gave both answers, which is never shown as such.
    for share in release.values["questions"]["X03"]["all"]["shares"].values():
        assert 70 <= share <= 95


# Links for a whole agency


@pytest.fixture
def with_link(review: Review, manager: User) -> Questionnaire:
    questionnaire = make_questionnaire(review, by=manager)
    inviting.set_open_link(
        questionnaire=questionnaire,
        agency=review.agencies.get(code="SCH"),
        places=2,
        by=manager,
        at=timezone.now(),
    )
    return make_open(
        review,
        by=manager,
        questionnaire=questionnaire,
        rows=people([("CSC", "SW", 20)]),
    )


def test_an_open_link_takes_as_many_answers_as_it_has_places(
    with_link: Questionnaire, manager: User
) -> None:
    link = with_link.open_links.get()
    token = inviting.make_open_link(link=link, by=manager, at=timezone.now())

    def answered() -> str:
        phone = Client()
        first = phone.post(f"/q/{token}", {"go": "start"})
        if first.status_code == 200:
            return heading(first)
        page = phone.get("/q/questions/1")
        page = phone.post(
            "/q/questions/1", {"state": state(page), "changing": "1", "Q01": "4"}
        )
        phone.post(
            "/q/questions/9", {"state": state(page), "page": "check", "go": "send"}
        )
        return heading(phone.get("/q/sent"))

    assert [answered() for _ in range(3)] == [
        "Your answers have been sent",
        "Your answers have been sent",
        "This link has been used",
    ]
    assert AnswerBox.objects.count() == 2
    assert "SCH/open" in [
        leaf for agency in with_link.root.children for leaf in agency.leaves()
    ]


def test_of_two_who_send_at_once_with_one_place_left_the_first_has_it(
    with_link: Questionnaire,
) -> None:
    """Both had read the row while there was a place."""
    respondent_form = reading.respondent_form_of(with_link)
    with_link.open_links.update(remaining=1)
    first, second = with_link.open_links.get(), with_link.open_links.get()

    answering.submit_response(
        access_link=first,
        respondent_form=respondent_form,
        answers={"Q01": "4"},
        draft=None,
    )
    with pytest.raises(answering.AlreadyAnswered):
        answering.submit_response(
            access_link=second,
            respondent_form=respondent_form,
            answers={"Q01": "1"},
            draft=None,
        )

    assert AnswerBox.objects.count() == 1
    assert with_link.open_links.get().remaining == 0


def test_a_new_open_link_ends_the_one_before(
    with_link: Questionnaire, manager: User
) -> None:
    link = with_link.open_links.get()
    first = inviting.make_open_link(link=link, by=manager, at=timezone.now())
    second = inviting.make_open_link(link=link, by=manager, at=timezone.now())

    assert Client().get(f"/q/{first}").status_code == 404
    assert Client().get(f"/q/{second}").status_code == 200
