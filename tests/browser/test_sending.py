"""Sending in a real browser: begun, watched, stopped, carried on, and nobody written to twice.

A real worker sends to a real mail server. The twin of the tests that ask the server alone.
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Complaints
from tests.browser.site import Site
from tests.browser.visitor import Visitor, wait_for

MANAGER = "ottoline.birch@programme.example"
STAFF = [f"staff{number}@sending.example" for number in range(60)]
# At this rate the whole list would take half a minute, so that it can be stopped in the middle.
A_MINUTE = 120
_ONCE = re.compile(r"https?://\S+/account/key/\S+")
_GONE = re.compile(r"(\d+) of 60 messages have gone out\.")


@pytest.fixture
def manager(chromium: Browser, site: Site, complaints: Complaints) -> Iterator[Visitor]:
    person = Visitor(chromium, site, seen=set(), complaints=complaints, address=MANAGER)
    found = _ONCE.search(site.manage("make_manager", MANAGER, "Ottoline Birch"))
    assert found is not None
    person.accept(found[0])
    yield person
    print(person.page.url, person.words, sep="\n")  # noqa: T201 - when it broke off
    person.leave()


def test_sending_is_begun_watched_stopped_and_carried_on(
    manager: Visitor, site: Site, tmp_path: Path, complaints: Complaints
) -> None:
    asked = _an_open_questionnaire(manager, tmp_path)
    manager.follow("Send the invitations")
    manager.type("Messages a minute, at most", str(A_MINUTE))
    manager.press("Send the invitations")

    # The page follows by itself: nobody reloads it.
    manager.page.evaluate("window.untouched = true")
    wait_for(lambda: _gone(manager) > 2, "the page never said that messages go out")
    before = _gone(manager)
    wait_for(lambda: _gone(manager) > before, "the page did not follow")
    assert manager.page.evaluate("window.untouched")

    manager.press("Stop sending")
    manager.reads("Carry on sending", "Leave out the rest")
    assert "reminder can go" not in manager.text
    # What was in the worker's hand still goes; then nothing does.
    time.sleep(3)
    gone = len(_sent(site))
    assert 2 < gone < len(STAFF)
    time.sleep(3)
    assert len(_sent(site)) == gone
    manager.open(asked)
    manager.reads(f"{len(STAFF) - gone} messages of {len(STAFF)} have not gone.")

    manager.follow("Carry on sending")
    manager.reads("Carrying on sends nobody a message twice.")
    manager.type("Messages a minute, at most", "")
    manager.press("Carry on sending")
    wait_for(lambda: len(_sent(site)) == len(STAFF), "the rest never went out")
    # The page sees by itself that the work is over.
    wait_for(lambda: "Stop sending" not in manager.text, "the page stood still")
    assert sorted(_sent(site)) == sorted(STAFF)
    assert "Carry on sending" not in manager.text
    assert "Send the invitations" not in manager.text
    assert complaints == []


def _gone(manager: Visitor) -> int:
    found = _GONE.search(manager.text)
    return int(found[1]) if found else 0


def _sent(site: Site) -> list[str]:
    """Who has been written to, once for each letter."""
    return [
        str(letter["To"])
        for letter in list(site.sink.letters)
        if str(letter["To"]).endswith("@sending.example")
    ]


def _an_open_questionnaire(manager: Visitor, folder: Path) -> str:
    """By forms alone, from a new review to a questionnaire that nobody was sent yet."""
    manager.open("/")
    manager.follow("Create a review")
    manager.type("Name of the council", "Larkmere Council")
    manager.page.get_by_label("Safeguarding children peer review, 2012").check()
    manager.date("First day on site", 8, 3, 2027)
    manager.type("Whom to ring", "Duty team, 01632 960201, day and night")
    manager.type("Your telephone number", "01632 960202")
    manager.press("Create the review")
    review = manager.page.url.removeprefix(manager.site.address).partition("set-up")[0]
    manager.open(review)
    manager.follow("Move to the next stage")
    manager.press("Move")
    manager.open(f"{review}questionnaires/")
    manager.follow("Begin a questionnaire")
    manager.press("Begin the questionnaire")
    asked = manager.page.url.removeprefix(manager.site.address)
    manager.open(f"{asked}list/")
    people = folder / "people.csv"
    rows = [f"{each},Police,Police officer" for each in STAFF]
    people.write_text("\n".join(["Email,Agency,Job group", *rows]))
    manager.page.get_by_label("The list, as an Excel workbook").set_input_files(people)
    manager.press("Read the list")
    manager.reload_until("What was read")
    manager.press(f"Add {len(STAFF)} people")
    manager.reload_until(f"{len(STAFF)} people are on the list.")
    manager.open(asked)
    manager.follow("Open the questionnaire")
    manager.press("Open the questionnaire")
    manager.reload_until("not been sent the invitation yet")
    return asked
