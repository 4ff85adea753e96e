"""How many have answered: enough for the team to act on, and nothing from which one learns who."""

from collections.abc import Callable

import pytest
from django.test import Client

from questionnaires import reading
from questionnaires.models import Questionnaire
from questionnaires.reading.turnout import Turnout
from reviews.models import AccessRole, Review, User
from tests.make import make_membership
from tests.make_questionnaires import again, make_open, people

GROUPS = (("CSC", "SW", 30), ("POL", "PO", 18), ("SCH", "DSL", 12), ("CH", "HV", 7))


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    return make_open(review, by=manager, rows=people(GROUPS))


def count_in(questionnaire: Questionnaire, **numbers: int) -> None:
    for agency, number in numbers.items():
        rows = questionnaire.invitations.filter(leaf__startswith=f"{agency}/").order_by(
            "pk"
        )
        chosen = [each.pk for each in rows[:number]]
        questionnaire.invitations.filter(pk__in=chosen).update(counted_in=True)


def seen_by(questionnaire: Questionnaire, user: User) -> Turnout:
    membership = questionnaire.review.memberships.get(user=user)
    found = reading.turnout(again(questionnaire), membership)
    assert found is not None
    return found


def in_words(found: Turnout) -> dict[str, tuple[str, str]]:
    return {row.title.split(":")[0]: (row.answered, row.share) for row in found.rows}


def page(questionnaire: Questionnaire) -> str:
    return f"/reviews/{questionnaire.review_id}/questionnaires/{questionnaire.pk}/"


def test_the_team_sees_counts_of_groups_of_ten_or_more(
    questionnaire: Questionnaire, manager: User
) -> None:
    count_in(questionnaire, CSC=9, POL=6, SCH=4)

    found = seen_by(questionnaire, manager)

    assert in_words(found) == {
        "Children's social care": ("9", "30%"),
        "Police": ("6", "33%"),
        "Schools": ("4", "33%"),
    }
    assert found.left_out


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "fewer than 3"),
        (2, "fewer than 3"),
        (3, "3"),
        (9, "9"),
        (10, "nearly all"),
        (12, "nearly all"),
    ],
)
def test_neither_nobody_nor_everybody_is_ever_said_of_a_group(
    questionnaire: Questionnaire, manager: User, number: int, words: str
) -> None:
    count_in(questionnaire, CSC=9, POL=6, SCH=number)

    assert in_words(seen_by(questionnaire, manager))["Schools"][0] == words


def test_the_total_does_not_give_away_the_group_that_is_not_shown(
    questionnaire: Questionnaire, manager: User
) -> None:
    """Seven of the health trust were invited: the total is the same whether all or none answered."""
    count_in(questionnaire, CSC=9, POL=6, SCH=4)
    before = seen_by(questionnaire, manager).answered
    count_in(questionnaire, CH=7)
    after = seen_by(questionnaire, manager).answered

    assert before == after == "about 20 of 67"


def test_where_every_group_is_shown_the_total_is_their_sum(
    review: Review, manager: User
) -> None:
    questionnaire = make_open(review, by=manager)
    count_in(questionnaire, CSC=9, POL=6, SCH=4)

    assert seen_by(questionnaire, manager).answered == "19 of 60"


def test_the_council_sees_rates_in_tens_of_whole_agencies_and_no_count(
    questionnaire: Questionnaire, sponsor: User, sign_in: Callable[[User], Client]
) -> None:
    count_in(questionnaire, CSC=11, POL=1, SCH=12)

    found = seen_by(questionnaire, sponsor)
    shown = sign_in(sponsor).get(page(questionnaire)).content.decode()
    main = shown.split("<main")[1].split("</main>")[0]

    assert in_words(found) == {
        "Children's social care": ("", "40%"),
        "Police": ("", "under 20%"),
        "Schools": ("", "over 70%"),
    }
    assert {row.invited for row in found.rows} == {0}
    assert "Answered" not in main
    assert "Saved, not sent" not in main


def test_one_more_answer_does_not_move_a_rate_at_its_end(
    questionnaire: Questionnaire, sponsor: User
) -> None:
    """Under 20% of 18 holds nobody, one and two: each looks the same."""
    seen = []
    for number in range(3):
        count_in(questionnaire, POL=number)
        seen.append(in_words(seen_by(questionnaire, sponsor))["Police"])

    assert set(seen) == {("", "under 20%")}


def test_a_partner_sees_the_rate_of_its_own_agency(
    questionnaire: Questionnaire, review: Review
) -> None:
    police = review.agencies.get(code="POL")
    partner = make_membership(review, AccessRole.PC, agency=police).user
    count_in(questionnaire, CSC=9, POL=6, SCH=4)

    assert in_words(seen_by(questionnaire, partner)) == {"Police": ("", "30%")}


def test_the_page_says_how_answers_are_counted_and_names_nobody(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    count_in(questionnaire, CSC=9, POL=6, SCH=4)

    shown = sign_in(manager).get(page(questionnaire)).content.decode()

    assert "Answers are counted each night, five or more at a time" in shown
    assert "The mark on each bar stands at 40%" in shown
    assert "Groups of fewer than 10 are not shown" in shown
    assert ".example" not in shown.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("number", "words"), [(4, "fewer than 5"), (5, "5 or more"), (14, "10 or more")]
)
def test_saved_answers_are_counted_apart_in_steps_of_five(
    questionnaire: Questionnaire,
    manager: User,
    sign_in: Callable[[User], Client],
    number: int,
    words: str,
) -> None:
    for n in range(number):
        questionnaire.drafts.create(locator=f"{n:032}", box=b"sealed")

    shown = sign_in(manager).get(page(questionnaire)).content.decode()

    assert words in " ".join(shown.split("Saved, not sent")[1][:200].split())


def test_whoever_answers_by_an_agencys_link_is_in_no_rate(
    questionnaire: Questionnaire, manager: User
) -> None:
    before = seen_by(questionnaire, manager)
    tree = again(questionnaire).tree
    tree["agencies"][0]["leaves"].append(
        {"key": "CH/open", "title": "Health by the open link", "invited": 40}
    )
    Questionnaire.objects.filter(pk=questionnaire.pk).update(tree=tree)

    assert seen_by(questionnaire, manager) == before
