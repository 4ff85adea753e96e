"""One link for a whole agency: places before the opening, then a link, shown once, and a poster."""

import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from questionnaires.domain import answering
from questionnaires.models import OpenLink, Questionnaire
from questionnaires.rules import links
from reviews.models import Review, User
from tests.make_questionnaires import (
    again,
    make_open,
    make_questionnaire,
    send_all,
)


@pytest.fixture
def draft(review: Review, manager: User) -> Questionnaire:
    return make_questionnaire(review, by=manager)


@pytest.fixture
def opened(draft: Questionnaire, manager: User, desk: Client) -> Questionnaire:
    give(desk, draft, SCH="24")
    return make_open(draft.review, by=manager, questionnaire=draft)


def page(questionnaire: Questionnaire, name: str = "open-links/") -> str:
    return (
        f"/reviews/{questionnaire.review_id}/questionnaires/{questionnaire.pk}/{name}"
    )


def give(desk: Client, questionnaire: Questionnaire, **places: str) -> str:
    pks = {each.code: each.pk for each in questionnaire.review.agencies.all()}
    values = {f"agency_{pks[code]}": number for code, number in places.items()}
    return desk.post(page(questionnaire), values).content.decode()


def make(desk: Client, questionnaire: Questionnaire) -> str:
    """Press the button as a person does who has just opened the page."""
    where = page(questionnaire, f"open-links/{questionnaire.open_links.get().pk}/")
    asked = desk.get(where).content.decode()
    seen = re.search(r'name="seen" value="(\w*)"', asked)
    assert seen is not None
    return desk.post(where, {"seen": seen[1]}).content.decode()


def token_on(body: str) -> str:
    found = re.search(r"/q/([0-9a-z]{26})", body)
    assert found is not None
    return found[1]


def test_places_are_given_to_agencies_before_it_opens(
    draft: Questionnaire, desk: Client
) -> None:
    give(desk, draft, SCH="24", POL="0")
    give(desk, draft, SCH="30", POL="")

    assert [(each.leaf, each.remaining) for each in draft.open_links.all()] == [
        ("SCH/open", 30)
    ]


@pytest.mark.parametrize("number", ["-1", "5001"])
def test_a_number_that_cannot_be_comes_back_with_a_sentence(
    draft: Questionnaire, desk: Client, number: str
) -> None:
    shown = give(desk, draft, SCH=number)

    assert "Places for Schools must be" in shown
    assert f'value="{number}"' in shown
    assert not draft.open_links.exists()


def test_once_it_is_open_the_places_stay_as_they_were(
    opened: Questionnaire, desk: Client
) -> None:
    shown = give(desk, opened, SCH="500")

    assert "was fixed when the questionnaire opened" in shown
    assert opened.open_links.get().remaining == 24


def test_the_link_is_shown_once_with_a_poster_and_only_its_digest_is_kept(
    opened: Questionnaire, desk: Client
) -> None:
    shown = make(desk, opened)

    token = token_on(shown)
    link = opened.open_links.get()
    assert link.link_hash == links.link_hash(token)
    assert Client().get(f"/q/{token}").status_code == 200
    where = page(opened, f"open-links/{link.pk}/")
    for other in (page(opened, ""), page(opened), where):
        assert token not in desk.get(other).content.decode()


def test_the_poster_says_what_is_promised_whom_to_ask_and_how_long_it_takes(
    opened: Questionnaire, desk: Client
) -> None:
    review = opened.review
    review.council_contact_name = "Imran Siddiqui"
    review.council_contact_email = "imran@council.example"
    review.save()

    shown = make(desk, opened)

    poster = " ".join(shown.split('aria-label="Poster"')[1].split())
    for words in (
        "Nothing the council receives says, or lets it work out, who said it",
        "groups of 10 people or more",
        "at risk of serious harm, it must tell those who can protect them. It reads nothing before the questionnaire has closed.",
        "copies of their key last for up to one week more",
        "Use your own phone",
        "Ask Imran Siddiqui at Trafford Council, imran@council.example",
        "Duty team, 01632 960001, day and night",
        "Answer once.",
    ):
        assert words in poster
    # The content policy takes no styles in attributes and no pictures from data.
    assert "style=" not in poster
    assert "data:" not in poster


def test_the_code_on_the_poster_is_the_link(
    opened: Questionnaire, desk: Client
) -> None:
    """Drawn back from its path, module by module, it is what an independent call makes of it."""
    import segno

    shown = make(desk, opened)

    address = re.search(r'class="running-link">([^<]+)<', shown)
    assert address is not None
    path = re.search(r'<path d="([^"]+)"', shown)
    assert path is not None
    drawn = {(int(x) - 4, int(y) - 4) for x, y in re.findall(r"M(\d+) (\d+)", path[1])}
    wanted = {
        (x, y)
        for y, row in enumerate(segno.make(address[1], error="q", micro=False).matrix)
        for x, dark in enumerate(row)
        if dark
    }
    assert drawn == wanted


def test_a_new_link_ends_the_old_one_and_is_warned_of(
    opened: Questionnaire, desk: Client
) -> None:
    first = token_on(make(desk, opened))
    link = opened.open_links.get()

    asked = desk.get(page(opened, f"open-links/{link.pk}/")).content.decode()
    shown = make(desk, opened)

    assert "posters that show it lead nowhere" in asked
    assert "govuk-button--warning" in asked
    assert "The link that was made before has ended." in shown
    assert Client().get(f"/q/{first}").status_code == 404


def test_a_page_sent_twice_does_not_end_the_link_that_it_made(
    opened: Questionnaire, desk: Client
) -> None:
    where = page(opened, f"open-links/{opened.open_links.get().pk}/")
    first = desk.post(where, {"seen": ""}).content.decode()

    again_ = desk.post(where, {"seen": ""}).content.decode()

    assert "The link was made already, and was shown once" in again_
    assert Client().get(f"/q/{token_on(first)}").status_code == 200


@pytest.mark.parametrize(
    ("taken", "words"),
    [(0, "24 or fewer"), (4, "24 or fewer"), (5, "19 or fewer"), (24, ">none<")],
)
def test_places_left_are_told_at_each_count_and_five_at_a_time(
    opened: Questionnaire, desk: Client, taken: int, words: str
) -> None:
    OpenLink.objects.update(remaining=24 - taken)
    where = ["", "open-links/", f"open-links/{opened.open_links.get().pk}/"]
    before = [desk.get(page(opened, name)).content.decode() for name in where]
    answering.count_turnout(questionnaire=again(opened))

    assert all("24 or fewer" in shown for shown in before)
    for name in where:
        shown = desk.get(page(opened, name)).content.decode()
        assert words in shown.replace("left: none.", ">none<")


def test_links_end_with_the_questionnaire(opened: Questionnaire, desk: Client) -> None:
    from questionnaires.domain import releasing

    token = token_on(make(desk, opened))

    releasing.close(questionnaire=again(opened), by=None, at=timezone.now())

    assert Client().get(f"/q/{token}").status_code == 404


def test_places_that_are_taken_back_leave_no_link(
    draft: Questionnaire, desk: Client
) -> None:
    give(desk, draft, SCH="24", POL="12")
    give(desk, draft, SCH="0", POL="12")

    assert [each.leaf for each in draft.open_links.all()] == ["POL/open"]


@pytest.mark.parametrize("state", ["draft", "closed"])
def test_a_link_is_made_only_while_the_questionnaire_is_open(
    opened: Questionnaire, desk: Client, state: str
) -> None:
    """From a page that was loaded before it closed, say."""
    Questionnaire.objects.filter(pk=opened.pk).update(state=state)
    link = opened.open_links.get()

    shown = desk.post(
        page(opened, f"open-links/{link.pk}/"), {"seen": ""}
    ).content.decode()

    assert "The questionnaire is not open." in shown
    assert not re.search(r"/q/[0-9a-z]{26}", shown)
    assert not opened.open_links.get().link_hash


def test_whoever_came_by_a_poster_reads_of_no_letter_and_no_link_of_their_own(
    opened: Questionnaire, desk: Client, manager: User
) -> None:
    """The control: whoever was sent a link does."""
    opened = again(opened)
    by_poster = f"/q/{token_on(make(desk, opened))}"
    by_letter = next(iter(send_all(opened, by=manager).values()))
    of_letters = (
        "the email that we sent",
        "whether another email came",
        "Your name and email address",
        "Whether you are counted as having answered",
        "A mailbox without a reminder",
        "That your link has been used",
    )

    pages = {link: pages_of(link) for link in (by_poster, by_letter)}

    assert [each for each in of_letters if each in pages[by_poster]] == []
    assert [each for each in of_letters if each not in pages[by_letter]] == []
    assert "how many answers it still takes" in pages[by_poster]
    assert "how many answers it still takes" not in pages[by_letter]
    # Before anybody has pressed "Start", or without a link, each finds their own.
    generic = words(Client(), "/q/kept")
    assert "how many answers it still takes" in generic
    assert "Your name and email address" in generic


def words(browser: Client, where: str) -> str:
    return " ".join(html.unescape(browser.get(where).content.decode()).split())


def pages_of(link: str) -> str:
    """The first page, what is kept, and what was saved."""
    phone = Client()
    first = words(phone, link)
    phone.post(link, {"go": "start"})
    state = re.search(r'name="state" value="([^"]+)"', words(phone, "/q/questions/1"))
    assert state is not None
    saved = phone.post("/q/questions/1", {"state": state[1], "go": "save"})
    assert "To come back, open the same link again" in saved.content.decode()
    return " ".join((first, words(phone, "/q/kept"), saved.content.decode()))


def test_a_poster_whose_places_are_taken_does_not_say_that_somebody_else_answered(
    opened: Questionnaire, desk: Client
) -> None:
    token = token_on(make(desk, opened))
    OpenLink.objects.update(remaining=0)

    shown = Client().post(f"/q/{token}", {"go": "start"}).content.decode()

    assert "Answers have been sent with it." in shown
    assert "If you have not answered yet, tell the review manager" in shown
    assert "If it was not you" not in shown
