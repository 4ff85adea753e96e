"""The week under somebody's hands: sessions are dragged, moved by form and by keyboard, and put back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page

from peerreview.demo import content, pictures
from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from tests.browser import axe
from tests.browser.conftest import Complaints
from tests.browser.hands import Hands
from tests.browser.made import Made

WEEK = "/reviews/1/timetable/"
SIZES = ((1280, 900), (768, 1024))
NOW = "“Chief executive” is now on"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, made: Made) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("week") / "lead-in"
    with made.running(folder, Goal.LEAD_IN) as site:
        yield site


@pytest.fixture
def hands(chromium: Browser, complaints: Complaints, site: Site) -> Iterator[Hands]:
    """The demonstration's manager in the lead-in; what is moved is put back in the end."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints.listen(page)
    pictures.sign_in(page, site, content.personas()["manager"])
    yield Hands(page, site)
    undo = page.get_by_role("button", name="Undo the last move")
    page.goto(site.address + WEEK)
    while undo.count():
        undo.click()
        page.wait_for_load_state()
    context.close()
    assert complaints == []


def card(page: Page, title: str) -> Locator:
    titles = page.locator(".scheduling-slot__title").filter(has_text=title)
    return page.locator("[data-session]").filter(has=titles).first


def place_of(hands: Hands, title: str) -> str:
    """Where the week says that it is now: the hours as its card has them, and the day."""
    hands.at(WEEK)
    found = card(hands.page, title)
    day = found.locator("xpath=ancestor::*[@data-day]").get_attribute("data-day")
    when = found.locator(".scheduling-slot__when").inner_text().split(".")[0]
    return f"{day} {when}"


def drag(page: Page, what: Locator, down: float) -> str:
    """Take it with the mouse, carry it so many pixels down, and let go; what the ghost said."""
    page.evaluate("document.fonts.ready")  # rows grow with their words
    what.hover(position={"x": 60, "y": 12})
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + 60, box["y"] + 12
    page.mouse.move(x, y)
    page.mouse.down()
    with page.expect_response("**/places/"):
        page.mouse.move(x, y + 10, steps=3)
    page.wait_for_selector(".scheduling-board__free", state="attached")
    page.mouse.move(x, y + down, steps=8)
    ghost = page.locator(".scheduling-board__ghost").inner_text()
    with page.expect_navigation():
        page.mouse.up()
    return ghost


def test_moving_a_session_takes_at_most_three_actions(hands: Hands) -> None:
    hands.at(WEEK)
    hands.press(card(hands.page, "Chief executive").get_by_role("link", name="Move"))
    axe.check(hands.page)
    hands.press(hands.page.locator(".scheduling-spots__button"))
    assert hands.count <= 3
    hands.reads(NOW)


def test_changing_the_room_of_twenty_sessions_takes_at_most_four(hands: Hands) -> None:
    hands.at(WEEK)
    hands.follow("Change rooms")
    axe.check(hands.page)
    hands.select("Sessions in", "Interview room 1")
    hands.select("Move to", "Interview room 2")
    hands.button("Change the room")
    assert hands.count <= 4
    words = hands.page.locator("main").inner_text()
    number = int(words.split(" sessions moved to Interview room 2.")[0].split()[-1])
    assert number >= 20


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_session_is_dragged_and_put_back(
    hands: Hands, width: int, height: int
) -> None:
    page = hands.page
    page.set_viewport_size({"width": width, "height": height})
    before = place_of(hands, "Chief executive")
    what = card(page, "Chief executive")
    box = what.bounding_box()
    assert box is not None

    ghost = drag(page, what, box["height"] + 30)

    assert "not free" in ghost
    hands.reads(NOW)
    after = place_of(hands, "Chief executive")
    assert after != before
    axe.check(page)
    hands.button("Undo the last move")
    assert place_of(hands, "Chief executive") == before


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_drag_that_is_broken_off_moves_nothing(
    hands: Hands, width: int, height: int
) -> None:
    page = hands.page
    page.set_viewport_size({"width": width, "height": height})
    before = place_of(hands, "Chief executive")
    what = card(page, "Chief executive")
    what.scroll_into_view_if_needed()
    box = what.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 12)
    page.mouse.down()
    page.mouse.move(box["x"] + 40, box["y"] + 200, steps=5)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.locator(".scheduling-board__ghost").count() == 0
    assert place_of(hands, "Chief executive") == before


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_session_is_moved_by_keyboard_alone(
    hands: Hands, width: int, height: int
) -> None:
    page = hands.page
    page.set_viewport_size({"width": width, "height": height})
    hands.at(WEEK)
    card(page, "Chief executive").get_by_role("link", name="Move").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/move/")
    first = page.locator(".scheduling-spots__button").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if first.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/timetable/?day=**")
    hands.reads(NOW)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_session_is_moved_by_the_form_to_any_place(
    hands: Hands, width: int, height: int
) -> None:
    page = hands.page
    page.set_viewport_size({"width": width, "height": height})
    hands.at(WEEK)
    hands.press(card(page, "Chief executive").get_by_role("link", name="Move"))
    hands.select("Day", "Tuesday 5 February")
    hands.type("Start", "2:15pm")
    hands.button("Move it there")
    hands.reads(f"{NOW} Tuesday 5 February, 2:15pm")


def test_the_week_by_room_and_by_peer_can_be_read_and_dragged(hands: Hands) -> None:
    for by in ("room", "peer"):
        hands.at(f"{WEEK}?by={by}")
        axe.check(hands.page)
        what = card(hands.page, "Chief executive")
        box = what.bounding_box()
        assert box is not None
        drag(hands.page, what, box["height"] + 30)
        hands.reads(NOW)
        assert f"by={by}" in hands.page.url
