"""What the privacy page and the accessibility statement say, in one voice with what the product does."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from peerreview.pages import KEPT, PREPARED, REVIEWED


def said(name: str) -> str:
    page = Client().get(reverse(f"pages:{name}"))
    assert page.status_code == 200
    text = re.sub(r"<[^>]*>", " ", page.content.decode())
    return " ".join(html.unescape(text).split())


@pytest.fixture
def privacy(db: None) -> str:
    return said("privacy")


def test_it_says_until_when_each_thing_is_kept(privacy: str) -> None:
    for what, until in KEPT:
        assert f"{what} {until}" in privacy


def test_each_period_is_said_once_and_nowhere_otherwise(privacy: str) -> None:
    body, table = privacy.split("How long we keep what")

    for word in ("six weeks", "two months", "six years", "destroyed"):
        assert word not in body
    assert table.count("Six years after the review is closed") == 1
    # As many people as the questionnaire says, which may be other than ten.
    assert "at least ten" not in privacy


def test_it_says_the_promise_and_its_limits(privacy: str) -> None:
    for words in (
        "Nothing that the council receives says who said it",
        "risk of serious harm",
        "From one week after the results are released, nobody can connect",
        "Your own words may be recognised",
        "what is on the screen",
        "a person with full control of the live server could abuse it",
    ):
        assert words in privacy


def test_it_does_not_claim_to_keep_no_name_of_whoever_asks_to_be_heard(
    privacy: str,
) -> None:
    asking = privacy.split("Asking to speak to the team")[1].split("Documents")[0]

    assert "the way to reach you that you give" in asking
    assert "no name" not in asking


def test_it_says_who_answers_for_the_data_and_what_one_may_ask(
    db: None, settings: Settings
) -> None:
    settings.DATA_CONTROLLER = "Peer programme, 1 Example Street, dpo@example.org"
    named = said("privacy")
    settings.DATA_CONTROLLER = ""
    unnamed = said("privacy")

    assert "Peer programme, 1 Example Street, dpo@example.org" in named
    assert "Write to the address above" in named
    assert "names its review manager" in unnamed
    for page in (named, unnamed):
        assert "You can ask to see what we keep about you" in page
        assert "Information Commissioner’s Office" in page


def test_the_accessibility_statement_has_what_the_law_asks_for(
    db: None, settings: Settings
) -> None:
    settings.SUPPORT_CONTACT = "Programme office, 01632 960000"
    page = said("accessibility")

    for words in (
        "partially complies with the Web Content Accessibility Guidelines 2.2, level AA",
        "What we know is not right",
        "Programme office, 01632 960000",
        "within 10 working days",
        "Equality Advisory and Support Service",
        "prepared on 25 November 2026",
    ):
        assert words in page
    assert PREPARED <= REVIEWED
