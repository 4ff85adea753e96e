"""The team reads what was released, sees where groups differ, and files what it wants to use."""

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaires import evidence, reading
from questionnaires.domain import filing
from questionnaires.models import FiledResult, Question, Release
from reviews.evidence_item import Polarity
from reviews.models import AuditEvent, Review, Stage, User
from tests.make import move
from tests.make_questionnaires import make_questionnaire
from tests.make_results import (
    add_comments,
    add_question,
    make_released,
    together,
    voices,
    where,
)

Kind = Question.Kind
# Statements of the framework: Q29 is one with which agreeing is unfavourable.
GROUPS = {
    "CSC/front-line": together(
        voices(40, favourable=32, unfavourable=4),
        voices(40, favourable=8, unfavourable=24, code="Q02"),
        voices(40, favourable=30, unfavourable=6, code="Q29"),
        voices(40, favourable=20, unfavourable=10, code="Q18"),
    ),
    "POL/front-line": together(
        voices(12, favourable=4, unfavourable=6),
        voices(12, favourable=3, unfavourable=6, code="Q02"),
        voices(12, favourable=9, unfavourable=2, code="Q29"),
        voices(12, favourable=6, unfavourable=3, code="Q18"),
    ),
}
CSC, POLICE = "CSC/front-line", "POL/front-line"


@pytest.fixture
def release(review: Review, manager: User) -> Release:
    return make_released(review, by=manager, groups=GROUPS)


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def text_of(release: Release, code: str) -> str:
    return release.questionnaire.questions.get(code=code).text


def test_a_theme_is_told_in_one_sentence_of_published_shares(release: Release) -> None:
    tables = {t.anchor: t.sentence for t in reading.results(release).tables}

    assert tables["theme-T1"] == (
        "Most favourable is “I know what to do, and whom to call, if I am worried about a "
        "child” (68%), least “I understand the local thresholds for early help, child in "
        "need and child protection” (20%); 1 of 2 statements is under 40%."
    )
    assert tables["theme-T4"] == (
        f"“{text_of(release, 'Q29').rstrip('.')}”: 16% favourable, where agreeing is "
        "unfavourable."
    )


def test_ranking_of_a_turned_statement_cannot_be_read_backwards(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    body = page(sign_in(analyst), where(release))

    least = body.split("Least favourable</h2>")[1].split("</ol>")[0]
    assert text_of(release, "Q29") in least
    assert "Agreeing is unfavourable here" in least


def test_one_group_stands_beside_everybody(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    body = page(sign_in(analyst), where(release, f"results/?group={POLICE}"))

    assert "Police: front line, statement by statement" in body
    assert "lower (68%)" in body
    assert "lower than everybody" in body
    assert "not shown" in body


@pytest.mark.parametrize("group", ["POL/front-line+guess", "POL", "<script>"])
def test_a_group_that_was_not_published_reads_as_everybody(
    release: Release, group: str
) -> None:
    wanted = reading.Narrowed(group=group, theme="T9", sort="names")

    found = reading.results(release, wanted=wanted)

    assert found.chosen == reading.Narrowed()
    assert found.group_title == "Everybody"


def test_list_is_narrowed_and_ordered_by_its_address(release: Release) -> None:
    def codes(**wanted: str) -> list[str]:
        found = reading.results(release, wanted=reading.Narrowed(**wanted))
        return [row.question.code for table in found.tables for row in table.rows]

    assert codes() == ["Q01", "Q02", "Q18", "Q29"]
    assert codes(theme="T1") == ["Q01", "Q02"]
    assert codes(sort="most") == ["Q01", "Q18", "Q02", "Q29"]
    assert codes(sort="least", theme="T1") == ["Q02", "Q01"]
    assert codes(sort="apart") == ["Q01", "Q02", "Q18", "Q29"]


def test_gaps_are_named_only_beyond_rounding(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    body = page(sign_in(analyst), where(release, "results/gaps/"))
    gaps = reading.Reader(release).gaps()

    assert [(g.question.code, g.most_share, g.least_share) for g in gaps] == [
        ("Q01", "80%", "30%")
    ]
    assert "1 gap, the widest first" in body
    assert "From 30% to 80% favourable" in body
    assert reading.Reader(release).gaps("T4") == []


def test_one_question_is_drawn_told_and_tabled_group_by_group(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    body = page(sign_in(analyst), where(release, "results/questions/Q01/"))

    assert "68% favourable, 10% unfavourable." in body
    assert body.count('role="img"') == 3
    assert "the rest is not shown: the group is too small for it" in body
    assert (
        "is the most favourable group (80%), Police: front line the least (30%)."
        in body
    )
    assert (
        sign_in(analyst).get(where(release, "results/questions/Q77/")).status_code
        == 404
    )


def test_groups_say_whom_they_hold_and_why_in_plain_words(
    review: Review, manager: User, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    release = make_released(
        review,
        by=manager,
        groups={
            "CSC/front-line": voices(20, favourable=9),
            "CSC/first-line-managers": voices(4, favourable=2),
            "CSC/middle-managers": voices(0, favourable=0),
            "POL/front-line": voices(6, favourable=3),
            "SCH/front-line": voices(7, favourable=3),
        },
    )

    lines = {line.title: line for line in reading.groups_of(release).lines}
    body = page(sign_in(analyst), where(release, "results/groups/"))

    assert set(lines) == {"Children's social care", "Police and Schools"}
    together_line = lines["Police and Schools"]
    assert together_line.why.startswith("Police and Schools are shown together.")
    assert "fewer than 10 replies" in together_line.why
    assert "Its 3 groups are shown together" in body
    # Nothing tells that of one group nobody answered at all.
    assert "Middle managers" in body


def with_choices(review: Review, manager: User) -> Release:
    """A single choice, a multiple one and a number beside one statement."""
    move(review, Stage.LEAD_IN)
    questionnaire = make_questionnaire(review, by=manager)
    options = [
        {"code": "a", "label": "Weekly"},
        {"code": "b", "label": "Monthly"},
        {"code": "c", "label": "=never"},
    ]
    groups = [
        {"code": "a", "label": "Up to 9", "least": 0},
        {"code": "b", "label": "10 and more", "least": 10},
    ]
    one = add_question(
        questionnaire,
        Kind.SINGLE,
        "How often?",
        by=manager,
        theme="T4",
        options=options,
    )
    several = add_question(
        questionnaire, Kind.MULTIPLE, "Who helps?", by=manager, options=options
    )
    number = add_question(
        questionnaire, Kind.NUMBER, "How many?", by=manager, theme="T4", options=groups
    )

    def people(n: int, often: int) -> list[dict[str, object]]:
        return [
            {
                "Q01": "4" if i % 2 else "2",
                one.code: "a" if i < often else "b",
                several.code: ["a", "b"] if i % 3 else ["a"],
                number.code: "a" if i % 4 else "b",
            }
            for i in range(n)
        ]

    return make_released(
        review,
        by=manager,
        questionnaire=questionnaire,
        groups={CSC: people(40, 30), POLICE: people(12, 2)},
    )


def test_answers_to_choose_from_are_drawn_and_what_is_not_shown_says_so(
    review: Review, manager: User, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    release = with_choices(review, manager)
    found = reading.results(release)
    client = sign_in(analyst)
    choices = {c.question.text: c for t in found.tables for c in t.choices}

    body = page(client, where(release))
    one = page(
        client,
        where(release, f"results/questions/{choices['How often?'].question.code}/"),
    )
    group = page(client, where(release, f"results/?group={POLICE}"))

    assert choices["How often?"].sentence == "Most often “Weekly”: 80%."
    assert choices["Who helps?"].sentence.endswith(
        "People could choose several answers."
    )
    assert [a.label for a in choices["How many?"].answers] == ["Up to 9", "10 and more"]
    assert "Most often “Weekly”: 80%." in body
    assert "not shown: the group is too small for it" in one
    assert "not shown: the group is too small for it" in group


def test_questions_without_a_result_are_named(
    review: Review, manager: User, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    some = voices(30, favourable=9)
    for answer in some[:4]:
        answer["Q05"] = "4"
    release = make_released(review, by=manager, groups={CSC: some})

    body = page(sign_in(analyst), where(release))

    assert "Questions without a result here" in body
    assert text_of(release, "Q05") in body.split("Questions without a result here")[1]


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (4, "Fewer than 5 people answered. Their answers were destroyed unread"),
        (9, "At least 5 people answered, and fewer than 10."),
        (10, "Statement by statement"),
    ],
)
def test_page_says_what_became_of_so_many_answers(
    review: Review,
    manager: User,
    analyst: User,
    sign_in: Callable[[User], Client],
    number: int,
    says: str,
) -> None:
    # Fewer than five are thrown away before anything is published.
    answers = voices(number, favourable=2) if number >= 5 else []
    release = make_released(review, by=manager, groups={CSC: answers})
    client = sign_in(analyst)

    assert says in page(client, where(release))
    for name in ("gaps", "groups", "earlier"):
        assert page(client, where(release, f"results/{name}/"))


# Results that somebody has seen before, and some that nobody has.
PAGES = (
    "results/",
    "results/?sort=most",
    "results/gaps/",
    "results/questions/Q01/",
    "comments/",
)


@pytest.mark.slow
def test_page_costs_the_same_whatever_the_number_of_answers(
    review: Review, manager: User, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    """The same statements of SQL; and once all groups are large, the same page."""
    client = sign_in(analyst)
    costs = []
    for times in (1, 20, 60):
        review.questionnaires.all().delete()
        groups = {leaf: answers * times for leaf, answers in GROUPS.items()}
        release = make_released(review, by=manager, groups=groups)
        client.get(where(release))  # the first visit also writes the session
        for address in PAGES:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(where(release, address))
            costs.append((address, len(queries), len(answer.content)))

    small, large, larger = costs[:5], costs[5:10], costs[10:]
    assert [number for _, number, _ in small] == QUERIES
    assert [number for _, number, _ in large] == QUERIES
    assert [number for _, number, _ in larger] == QUERIES
    for (_, _, size), (_, _, same) in zip(large, larger, strict=True):
        assert abs(same - size) < 50


# Session, user, membership, questionnaire, release; then what each page shows of it.
QUERIES = [5, 9, 7, 8, 8]


def test_what_is_filed_or_compared_shows_at_once_on_a_page_that_was_seen(
    review: Review, manager: User, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    """The page of what was released is drawn once; what can still change is not taken from there."""
    release = make_released(review, by=manager, groups=GROUPS)
    client = sign_in(analyst)
    before = page(client, where(release))
    [code] = [c for c in re.findall(r'name="file" value="(\w+)"', before)][:1]

    filing.file_result(release=release, question=code, by=analyst, at=timezone.now())

    after = page(client, where(release))
    assert f'name="take_back" value="{code}"' not in before
    assert f'name="take_back" value="{code}"' in after


# Evidence


def items(review: Review) -> dict[str, str]:
    return {item.key: item.text for item in evidence.evidence_for(review)}


def test_statements_that_say_something_stand_on_the_board_by_themselves(
    release: Release,
) -> None:
    found = evidence.evidence_for(release.questionnaire.review)

    assert [(item.text, item.polarity) for item in found] == [
        (
            f"“{text_of(release, 'Q01')}” 68% favourable, 10% unfavourable.",
            Polarity.STRENGTH,
        ),
        (
            f"“{text_of(release, 'Q02')}” 20% favourable, 60% unfavourable.",
            Polarity.AREA,
        ),
        (
            f"“{text_of(release, 'Q29')}” 16% favourable, 75% unfavourable. "
            "Agreeing is unfavourable here.",
            Polarity.AREA,
        ),
    ]
    assert text_of(release, "Q18") not in " ".join(item.text for item in found)


def test_any_result_is_filed_in_one_press_and_taken_back(
    release: Release, member_peer: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(member_peer)
    review = release.questionnaire.review
    before = items(review)
    back = where(release, "results/?theme=T3&sort=most")

    answer = client.post(where(release, "results/file/"), {"file": "Q18", "back": back})
    client.post(where(release, "results/file/"), {"file": "Q18", "back": back})
    client.post(where(release, "results/file/"), {"file": f"Q01|{POLICE}"})
    client.post(where(release, "results/file/"), {"file": f"Q01|{CSC}|{POLICE}"})
    filed = {k: v for k, v in items(review).items() if k not in before}
    body = page(client, where(release))
    client.post(where(release, "results/file/"), {"take_back": f"Q01|{CSC}|{POLICE}"})

    assert answer["Location"] == f"{back}#Q18"
    first = text_of(release, "Q01")
    assert sorted(filed.values()) == sorted(
        [
            f"“{text_of(release, 'Q18')}” 50% favourable, 25% unfavourable.",
            f"“{first}” 30% favourable (Police: front line, 10 to 14 replies).",
            f"“{first}” 80% favourable (Children's social care: front line), "
            "30% (Police: front line).",
        ]
    )
    assert "Filed" in body
    assert FiledResult.objects.count() == 2
    assert AuditEvent.objects.filter(action="result.filed").count() == 3
    assert AuditEvent.objects.filter(action="result.taken_back").count() == 1


def test_a_groups_result_stands_under_that_group(
    release: Release, manager: User
) -> None:
    from django.utils import timezone

    filing.file_result(
        release=release, question="Q02", group=POLICE, by=manager, at=timezone.now()
    )

    [item] = [
        each
        for each in evidence.evidence_for(release.questionnaire.review)
        if each.source_class == "Police: front line"
    ]
    assert item.polarity == Polarity.AREA
    assert item.themes == ("T1",)


def test_a_filed_result_says_what_and_not_who() -> None:
    columns = {field.name for field in FiledResult._meta.get_fields()}

    assert columns == {"id", "release", "question", "group", "other", "theme"}


@pytest.mark.parametrize(
    "value",
    [
        "Q77",
        "Q01|POL",
        f"Q01|{POLICE}+{CSC}",
        f"Q18|{CSC}|{POLICE}",
        f"Q01|{POLICE}|nobody",
        "",
    ],
)
def test_nothing_finer_than_what_was_published_is_filed(
    release: Release, analyst: User, sign_in: Callable[[User], Client], value: str
) -> None:
    client = sign_in(analyst)

    answer = client.post(where(release, "results/file/"), {"file": value}, follow=True)

    assert "not among those that were published" in answer.content.decode()
    assert not FiledResult.objects.exists()


def test_filing_leads_back_to_these_results_and_nowhere_else(
    release: Release, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    for back in ("https://evil.example/", "//evil.example", "/reviews/", "x"):
        answer = sign_in(analyst).post(
            where(release, "results/file/"), {"file": "Q18", "back": back}
        )
        assert answer["Location"] == where(release, "results/#Q18")


def test_a_result_without_a_theme_is_filed_under_one_that_is_chosen(
    review: Review, manager: User, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    release = with_choices(review, manager)
    code = release.questionnaire.questions.get(text="Who helps?").code
    client = sign_in(analyst)

    question = page(client, where(release, f"results/questions/{code}/"))
    client.post(where(release, "results/file/"), {"file": code})
    unfiled = FiledResult.objects.count()
    client.post(where(release, "results/file/"), {"file": code, "theme": "T3"})

    [item] = [i for i in evidence.evidence_for(review) if "Who helps?" in i.text]
    assert "File it under a theme" in question
    assert unfiled == 0
    assert item.themes == ("T3",)
    assert item.text.startswith("“Who helps?” “Weekly” ")


def test_choices_and_comments_beside_statements_do_not_disturb_the_board(
    review: Review, manager: User
) -> None:
    release = with_choices(review, manager)
    add_comments(release, ["We listen."])

    texts = [item.text for item in evidence.evidence_for(review)]

    assert texts == ["We listen."]


def test_of_a_filed_choice_the_answers_that_are_not_shown_are_said_to_be_missing(
    review: Review, manager: User, analyst: User, sign_in: Callable[[User], Client]
) -> None:
    release = with_choices(review, manager)
    code = release.questionnaire.questions.get(text="How often?").code

    sign_in(analyst).post(where(release, "results/file/"), {"file": code})

    [item] = evidence.evidence_for(review)
    assert item.text == "“How often?” “Weekly” 80%, other answers not shown."


def test_a_result_that_is_taken_back_twice_is_told_of_once(
    release: Release, member_peer: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(member_peer)
    client.post(where(release, "results/file/"), {"file": "Q18"})

    for _ in range(2):
        client.post(where(release, "results/file/"), {"take_back": "Q18"})

    assert not FiledResult.objects.exists()
    assert AuditEvent.objects.filter(action="result.taken_back").count() == 1


# What the council sees


@pytest.mark.parametrize(
    ("replies", "answers", "figures"),
    [(50, 50, "both"), (60, 49, "replies"), (49, 49, "")],
)
def test_the_council_is_told_figures_of_fifty_answers_and_words_of_fewer(
    review: Review, manager: User, replies: int, answers: int, figures: str
) -> None:
    """A questionnaire with fewer replies, and a statement that fewer answered."""
    everybody: list[dict[str, object]] = [
        {"Q02": "4", **({"Q01": "4" if n % 2 else "2"} if n < answers else {})}
        for n in range(replies)
    ]
    make_released(
        review, by=manager, groups={CSC: everybody[:30], POLICE: everybody[30:]}
    )

    [summary] = evidence.council_summaries(review)

    row = next(each for each in summary.rows if each.code == "Q01")
    assert (summary.replies is not None) is bool(figures)
    assert (row.favourable is not None) is (figures == "both")
    assert row.words == ("50%" if figures == "both" else "about half")


def test_council_sees_statements_alone_and_no_figure_of_fewer_than_fifty(
    review: Review, manager: User
) -> None:
    release = with_choices(review, manager)
    release.questionnaire.questions.filter(code="Q01").update(theme="T1")

    [summary] = evidence.council_summaries(review)

    assert [row.code for row in summary.rows] == ["Q01"]
    assert summary.replies == 50
    assert summary.rows[0].words == "50%"
    assert summary.rows[0].favourable == 50


def test_a_statement_that_few_were_asked_is_told_to_the_council_in_words(
    review: Review, manager: User
) -> None:
    people = voices(60, favourable=40)
    for answer in people[:20]:
        answer["Q02"] = "4"
    make_released(review, by=manager, groups={CSC: people})

    [summary] = evidence.council_summaries(review)

    assert {row.code: (row.favourable, row.words) for row in summary.rows} == {
        "Q01": (65, "65%"),
        "Q02": (None, "nearly all"),
    }


def test_each_released_questionnaire_has_its_summary(
    review: Review, manager: User
) -> None:
    one = make_released(review, by=manager, groups=GROUPS)
    other = make_questionnaire(review, by=manager)
    other.title = "A second one"
    make_released(review, by=manager, groups=GROUPS, questionnaire=other)

    titles = [summary.title for summary in evidence.council_summaries(review)]

    assert titles == [one.questionnaire.title, "A second one"]


def test_the_council_has_no_summary_of_words_alone_or_of_choices_alone(
    review: Review, manager: User
) -> None:
    """The control is the third: with one statement that enough people answered it has one."""
    few = make_released(review, by=manager, groups={CSC: voices(6, favourable=4)})
    questionnaire = make_questionnaire(review, by=manager)
    options = [{"code": "a", "label": "Weekly"}, {"code": "b", "label": "Monthly"}]
    choice = add_question(
        questionnaire, Kind.SINGLE, "How often?", by=manager, options=options
    )
    chosen = make_released(
        review,
        by=manager,
        questionnaire=questionnaire,
        groups={CSC: [{choice.code: "a" if n % 3 else "b"} for n in range(40)]},
    )
    third = make_released(review, by=manager, groups={CSC: voices(40, favourable=20)})

    found = evidence.council_summaries(review)

    assert few.values["questions"] == {}
    assert list(chosen.values["questions"]) == [choice.code]
    assert [summary.title for summary in found] == [third.questionnaire.title]
    assert [row.code for row in found[0].rows] == ["Q01"]
