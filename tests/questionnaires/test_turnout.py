"""How many have answered: enough for the team to act on, and nothing from which one learns who."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from questionnaires import reading
from questionnaires.domain import answering, releasing
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
    answering.move_told(questionnaire=questionnaire)


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
    count_in(questionnaire, CSC=9, POL=6, SCH=5)

    found = seen_by(questionnaire, manager)

    assert in_words(found) == {
        "Children's social care": ("9", "30%"),
        "Police": ("6", "33%"),
        "Schools": ("5", "42%"),
    }
    assert found.left_out


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "fewer than 5"),
        (4, "fewer than 5"),
        (5, "5"),
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


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "fewer than 3"), (2, "fewer than 3"), (3, "3"), (10, "nearly all")],
)
def test_once_it_is_closed_neither_nobody_nor_everybody_is_said_and_all_are_counted(
    questionnaire: Questionnaire, manager: User, number: int, words: str
) -> None:
    count_in(questionnaire, CSC=9, POL=6, SCH=number)
    answering.move_told(questionnaire=questionnaire, final=True)

    found = seen_by(questionnaire, manager)

    assert in_words(found)["Schools"][0] == words
    assert found.final


def test_a_count_stands_until_five_more_of_its_group_are_counted(
    questionnaire: Questionnaire, manager: User
) -> None:
    """Others are counted meanwhile, so it would move if it followed the night."""
    seen = []
    for police in (6, 8, 10, 11, 15):
        count_in(questionnaire, CSC=police + 5, POL=police)
        seen.append(in_words(seen_by(questionnaire, manager))["Police"][0])

    assert seen == ["6", "6", "6", "11", "11"]


def test_the_close_counts_whoever_is_left(
    questionnaire: Questionnaire, manager: User
) -> None:
    count_in(questionnaire, CSC=9, POL=6)
    count_in(questionnaire, CSC=9, POL=8)
    before = in_words(seen_by(questionnaire, manager))["Police"]

    releasing.close(questionnaire=again(questionnaire), by=None, at=timezone.now())
    # Real answers are looked for then, and nobody gave any here.
    answering.count_turnout(questionnaire=again(questionnaire), final=True)

    after = in_words(seen_by(questionnaire, manager))["Police"]
    assert (before, after) == (("6", "33%"), ("8", "44%"))


def test_the_total_does_not_give_away_the_group_that_is_not_shown(
    questionnaire: Questionnaire, manager: User
) -> None:
    """Seven of the health trust were invited: the total is the same whether all or none answered."""
    count_in(questionnaire, CSC=9, POL=6, SCH=5)
    before = seen_by(questionnaire, manager).answered
    count_in(questionnaire, CH=7)
    after = seen_by(questionnaire, manager).answered

    assert before == after == "about 20 of 67"


def test_where_every_group_is_shown_the_total_is_their_sum(
    review: Review, manager: User
) -> None:
    questionnaire = make_open(review, by=manager)
    count_in(questionnaire, CSC=9, POL=6, SCH=5)

    assert seen_by(questionnaire, manager).answered == "20 of 60"


@pytest.fixture
def of_large_agencies(review: Review, manager: User) -> Questionnaire:
    groups = (("CSC", "SW", 40), ("POL", "PO", 20), ("SCH", "DSL", 19))
    return make_open(review, by=manager, rows=people(groups))


def test_the_council_sees_rates_in_words_of_agencies_of_twenty_and_no_count(
    of_large_agencies: Questionnaire,
    sponsor: User,
    sign_in: Callable[[User], Client],
) -> None:
    count_in(of_large_agencies, CSC=11, POL=5, SCH=12)

    found = seen_by(of_large_agencies, sponsor)
    shown = sign_in(sponsor).get(page(of_large_agencies)).content.decode()
    main = shown.split("<main")[1].split("</main>")[0]

    assert in_words(found) == {
        "Children's social care": ("", "a quarter to a half"),
        "Police": ("", "a quarter to a half"),
    }
    assert found.left_out
    assert "Agencies with fewer than 20 people invited are not shown" in main
    assert {row.invited for row in found.rows} == {0}
    assert {row.bar for row in found.rows} == {None}
    assert "Answered" not in main
    assert "Saved, not sent" not in main


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "under a quarter"),
        (9, "under a quarter"),
        (10, "a quarter to a half"),
        (19, "a quarter to a half"),
        (20, "half to three quarters"),
        (30, "half to three quarters"),
        (31, "over three quarters"),
        (40, "over three quarters"),
    ],
)
def test_four_words_stand_for_every_rate(
    of_large_agencies: Questionnaire, sponsor: User, number: int, words: str
) -> None:
    count_in(of_large_agencies, CSC=number)

    found = in_words(seen_by(of_large_agencies, sponsor))

    assert found["Children's social care"] == ("", words)


def test_a_word_changes_for_five_more_of_the_agency_also_at_the_close(
    of_large_agencies: Questionnaire, sponsor: User
) -> None:
    """The ninth of forty and the tenth: a word that followed the night would name the tenth."""
    seen = []
    for number in (9, 10, 13):
        count_in(of_large_agencies, CSC=number, SCH=number)
        seen.append(in_words(seen_by(of_large_agencies, sponsor)))
    answering.move_told(questionnaire=of_large_agencies, final=True)
    seen.append(in_words(seen_by(of_large_agencies, sponsor)))
    count_in(of_large_agencies, CSC=14)
    seen.append(in_words(seen_by(of_large_agencies, sponsor)))

    words = [each["Children's social care"][1] for each in seen]
    assert words == ["under a quarter"] * 4 + ["a quarter to a half"]


def test_a_partner_sees_the_rate_of_its_own_agency(
    of_large_agencies: Questionnaire, review: Review
) -> None:
    police = review.agencies.get(code="POL")
    partner = make_membership(review, AccessRole.PC, agency=police).user
    count_in(of_large_agencies, CSC=9, POL=6, SCH=5)

    assert in_words(seen_by(of_large_agencies, partner)) == {
        "Police": ("", "a quarter to a half")
    }


def test_the_page_says_how_answers_are_counted_and_names_nobody(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    count_in(questionnaire, CSC=9, POL=6, SCH=5)

    shown = sign_in(manager).get(page(questionnaire)).content.decode()

    words = " ".join(shown.split())
    assert "Answers are counted each night and before a reminder, five or more" in words
    assert "only when five or more of it have been counted in since" in words
    assert "The mark on each bar stands at 40%" in words
    assert "Groups of fewer than 10 are not shown" in words
    assert ".example" not in shown.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("number", "words"), [(4, "fewer than 5"), (5, "about 5"), (14, "about 14")]
)
def test_saved_answers_are_counted_apart_at_the_same_moment(
    questionnaire: Questionnaire,
    manager: User,
    sign_in: Callable[[User], Client],
    number: int,
    words: str,
) -> None:
    for n in range(number):
        questionnaire.drafts.create(locator=f"{n:032}", box=b"sealed")
    before = sign_in(manager).get(page(questionnaire)).content.decode()
    answering.count_turnout(questionnaire=questionnaire)

    assert "fewer than 5" in before.split("Saved, not sent")[1][:200]
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
