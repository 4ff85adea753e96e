"""What an ear and a reader of large text would miss is found: names, messages, forced colours, sizes.

Each check has a page with the fault that it looks for, on which it must speak up. Every page is
listened to in ``test_every_page``.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from peerreview.demo import content, pictures
from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from tests.browser import axe, heard

# What the checks must see


@pytest.fixture
def bare(chromium: Browser) -> Iterator[Page]:
    """A page without any content policy, to be filled by a test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(heard.SCRIPT)
    page = context.new_page()
    page.goto("about:blank")
    yield page
    context.close()


MOVE = '<form action="/{}" method="post"><button>Move{}</button></form>'
ROW = '<li><a href="/{0}">Part {0}</a></li>'
MANY = "".join(ROW.format(number) for number in range(50))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (MOVE.format(1, "") + MOVE.format(2, ""), "said twice: button | move"),
        (
            '<a href="/1">Change</a><table><tr><th>Lunch</th>'
            '<td><a href="/2">Change</a></td></tr></table>',
            "said twice: link | change",
        ),
        ('<a href="/1"><svg></svg></a>', "no name"),
        (f"<ul>{MANY}</ul>", "50 stops and no heading"),
        (f"<h2>Parts</h2><ul>{MANY}</ul>", "50 stops and no skip link"),
        ('<a class="govuk-skip-link" href="#gone">Skip</a>', "leads nowhere: Skip"),
    ],
)
def test_what_cannot_be_told_apart_or_reached_is_found(
    bare: Page, body: str, fault: str
) -> None:
    bare.set_content(f"<main><h1>Page</h1>{body}</main>")
    assert [each for each in heard.names(bare) if each.startswith(fault)] != []


def test_names_that_differ_by_what_is_heard_alone_pass(bare: Page) -> None:
    hidden = '<span style="position: absolute; clip-path: inset(50%)"> {}</span>'
    moves = [MOVE.format(each, hidden.format(each)) for each in ("lunch", "supper")]
    bare.set_content(f"<main><h1>Page</h1>{''.join(moves)}</main>")
    assert list(heard.names(bare)) == []


def test_what_axe_looks_for_is_found_and_again_at_another_width(bare: Page) -> None:
    """The control of the accessibility check: twice on one page, whose second fault is narrow."""
    bare.set_content(
        '<html lang="en"><head><title>T</title><style>@media (min-width: 500px) '
        "{ b { display: none } }</style></head><body><main><h1>Page</h1>"
        '<input><b style="color: #ccc; background: #fff">Faint</b></main></body></html>'
    )
    wide = axe.violations(bare)
    bare.set_viewport_size({"width": 375, "height": 800})
    narrow = axe.violations(bare)

    assert [each.partition(":")[0] for each in wide] == ["label"]
    assert {each.partition(":")[0] for each in narrow} == {"label", "color-contrast"}


KEY = """
<style>i::before { content: ""; display: inline-block; width: 9px; height: 9px; background: #a00 }
i + i::before { background: #00a }</style><p><i></i>Late<i></i>Early</p>
"""
DOT = '<svg width="40" height="40"><circle cx="9" cy="9" r="9" fill="#3b1f4a" /></svg>'
NAME = '<svg width="90" height="40"><text y="20" fill="#3b1f4a">Monday</text></svg>'
HERE = """
<style>a { background: #fff; color: #00a; text-decoration: none }
a[aria-current] { background: #eee }</style>
<ul><li><a href="/1" aria-current="page">One</a><li><a href="/2">Two</a></ul>
"""


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (KEY, "2 looks are one"),
        (KEY, "is not seen"),
        (DOT, "circle. is not seen"),
        (NAME, "“Monday” is not seen"),
        (HERE, "2 looks are one"),
    ],
)
def test_what_forced_colours_take_away_is_found(
    bare: Page, body: str, fault: str
) -> None:
    bare.set_content(f"<main>{body}</main>")
    assert [each for each in heard.forced(bare) if fault in each] != []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<p style="font-size: 17px">Small</p>', "stays at 17"),
        ('<p style="width: 50rem">Wide</p>', "pixels wide"),
        (
            '<p style="overflow: hidden; height: 20px; font-size: 1rem">Cut</p>',
            "cut off",
        ),
        (
            "<style>@media (min-width: 1000px) { b { display: none } }</style>"
            "<p>All <b>of it</b></p>",
            "other words",
        ),
    ],
)
def test_what_larger_text_takes_away_is_found(
    bare: Page, body: str, fault: str
) -> None:
    bare.set_content(f"<!DOCTYPE html><main>{body}</main>")
    assert [each for each in heard.larger(bare) if fault in each] != []


# What comes of a press


@pytest.fixture
def manager(chromium: Browser, stages: dict[Goal, Site]) -> Iterator[Page]:
    """The review manager on site; what is pressed here stays."""
    site = stages[Goal.ON_SITE]
    context = chromium.new_context(
        base_url=site.address, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    pictures.sign_in(page, site, content.personas()["manager"])
    yield page
    context.close()


def _go(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def test_a_message_takes_the_focus_at_the_top_of_its_page(manager: Page) -> None:
    manager.get_by_role("main").get_by_role("link").first.click()
    _go(manager, "Plan")
    manager.get_by_role("button", name=re.compile("^Done ?: ")).first.click()
    assert list(heard.announced(manager)) == []
    assert "is done" in manager.locator(":focus").inner_text()


def test_after_a_move_the_message_stands_where_the_eye_is(manager: Page) -> None:
    manager.get_by_role("main").get_by_role("link").first.click()
    _go(manager, "Timetable")
    manager.get_by_role("link", name="Move ").last.click()
    manager.locator(".scheduling-spots__button").last.click()
    manager.wait_for_url("**/timetable/**#session-*")
    moved = manager.locator(":target")
    box = moved.bounding_box()
    assert manager.evaluate("scrollY") > 500  # far below the top of the page
    assert box is not None
    message = manager.get_by_role("alert").bounding_box()
    assert message is not None
    assert box["y"] >= message["y"] + message["height"]
    assert list(heard.announced(manager)) == []
    # The control: where it stood before.
    manager.get_by_role("alert").evaluate("each => each.style.position = 'static'")
    assert [each for each in heard.announced(manager) if "out of sight" in each] != []
    manager.get_by_role("alert").evaluate("each => each.removeAttribute('role')")
    assert "no live role" in list(heard.announced(manager))
