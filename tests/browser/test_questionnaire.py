"""Answering a questionnaire in a real browser: nothing is lost, and nothing is sent by accident.

The twin in the browser of the tests that ask the server alone.
"""

import email
import email.policy
import re
import sqlite3
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from reviews import packs
from tests.browser import axe
from tests.browser.conftest import Complaints
from tests.browser.made import Made

_LINK = re.compile(r"https?://\S+(/q/\w{26})")
SAID = "People who know the families and stay."
CHECK = "Check your answers"
BANK = packs.load("safeguarding-children-2012").questionnaire
WHOLE_BANK = len(BANK.statements) + len(BANK.free_texts)
NARROW: ViewportSize = {"width": 320, "height": 568}
RECEIPT = "Your answers have been sent"


@pytest.fixture(scope="module")
def lead_in(tmp_path_factory: pytest.TempPathFactory, made: Made) -> Iterator[Site]:
    """The demonstration while its questionnaire is open."""
    with made.running(
        tmp_path_factory.mktemp("lead-in") / "site", Goal.LEAD_IN
    ) as site:
        yield site


@pytest.fixture(scope="module")
def links(lead_in: Site) -> Iterator[str]:
    """Paths that nobody has answered by, one for each test that asks."""
    return iter(links_in_letters(lead_in))


def links_in_letters(site: Site) -> list[str]:
    found = []
    for letter in site.letters():
        message = email.message_from_bytes(
            letter.read_bytes(), policy=email.policy.default
        )
        body = message.get_body(("plain",))
        match = _LINK.search(str(body.get_content())) if body else None
        if match:
            found.append(match[1])
    return found


@pytest.fixture
def fresh(links: Iterator[str], lead_in: Site, page: Page) -> str:
    """The address of a link that has not been answered yet."""
    for path in links:
        page.goto(lead_in.address + path)
        page.get_by_role("button", name="Start").click()
        if page.url.endswith("/q/questions/1"):
            page.context.clear_cookies()
            return lead_in.address + path
    raise AssertionError("every link of the demonstration has been answered")


def boxes(site: Site) -> int:
    """How many sets of answers have been sent, asked of the database itself."""
    with sqlite3.connect(f"file:{site.folder / 'db.sqlite3'}?mode=ro", uri=True) as db:
        (number,) = db.execute(
            "SELECT count(*) FROM questionnaires_answerbox"
        ).fetchone()
    return int(number)


def heading(page: Page) -> str:
    return page.locator("main h1").first.inner_text()


def fill(page: Page, nth: int = 1) -> dict[str, str]:
    """Answer every question of this page; what was given, by the question's code."""
    given = {}
    names = page.locator("main input[type=radio]").evaluate_all(
        "all => [...new Set(all.map(one => one.name))]"
    )
    for name in names:
        option = page.locator(f"main input[name='{name}']").nth(nth)
        option.check()
        given[name] = str(option.get_attribute("value"))
    for box in page.locator("main textarea").all():
        box.fill(SAID)
        given[str(box.get_attribute("name"))] = SAID
    return given


def shown(page: Page) -> dict[str, str]:
    """The answers that this page holds now."""
    found: dict[str, str] = page.locator("main form").first.evaluate(
        """form => Object.fromEntries(
            [...new FormData(form)].filter(([name]) =>
                !["state", "csrfmiddlewaretoken", "changing", "page"].includes(name)))"""
    )
    return {name: words.replace("\r\n", "\n") for name, words in found.items() if words}


def press(page: Page, name: str) -> None:
    page.locator("main button:not([aria-hidden])").filter(
        has_text=re.compile(rf"^\s*{name}")
    ).first.click()
    page.wait_for_load_state()


def start(page: Page, address: str) -> None:
    page.goto(address)
    press(page, "Start")


def to_the_check(page: Page) -> list[dict[str, str]]:
    """Answer page after page; what was given on each."""
    given: list[dict[str, str]] = []
    while heading(page) != CHECK:
        given.append(fill(page, nth=len(given) % 3))
        press(page, "Continue")
    return given


def test_back_in_the_form_keeps_every_answer_and_sends_nothing(
    page: Page, fresh: str, lead_in: Site
) -> None:
    before = boxes(lead_in)
    start(page, fresh)
    given = to_the_check(page)
    for answers in reversed(given):
        press(page, "Back")
        assert shown(page) == answers
    assert boxes(lead_in) == before


def test_the_browsers_own_back_button_keeps_every_answer_and_sends_nothing(
    page: Page, fresh: str, lead_in: Site
) -> None:
    before = boxes(lead_in)
    start(page, fresh)
    given = to_the_check(page)
    for answers in reversed(given):
        page.go_back()
        assert shown(page) == answers
    page.go_back()
    assert page.url == fresh
    for answers in given:
        page.go_forward()
        assert shown(page) == answers
    press(page, "Continue")
    assert heading(page) == CHECK
    assert boxes(lead_in) == before


def test_after_sending_back_shows_no_answers_and_a_second_sending_is_impossible(
    page: Page, fresh: str, lead_in: Site
) -> None:
    before = boxes(lead_in)
    start(page, fresh)
    to_the_check(page)
    press(page, "Send your answers")
    assert heading(page) == RECEIPT
    assert boxes(lead_in) == before + 1
    page.reload()
    assert heading(page) == RECEIPT
    # The check page is not kept, so the browser says in its own words that it has nothing.
    page.evaluate("history.back()")
    page.wait_for_function("location.protocol === 'chrome-error:'")
    assert SAID not in page.locator("body").inner_text()
    assert boxes(lead_in) == before + 1
    # An older page may still be kept: its button leads to the receipt and sends nothing.
    page.goto(f"{lead_in.address}/q/questions/1")
    assert heading(page) == RECEIPT
    assert boxes(lead_in) == before + 1
    page.goto(fresh)
    press(page, "Start")
    assert heading(page) == "This link has been used"
    assert boxes(lead_in) == before + 1


def test_a_copy_left_in_a_second_tab_cannot_send_a_second_time(
    page: Page, fresh: str, lead_in: Site
) -> None:
    before = boxes(lead_in)
    start(page, fresh)
    to_the_check(page)
    second = page.context.new_page()
    start(second, fresh)
    to_the_check(second)
    press(page, "Send your answers")
    press(second, "Send your answers")
    assert heading(page) == RECEIPT
    assert heading(second) == "This link has been used"
    assert boxes(lead_in) == before + 1


def test_all_of_it_works_without_scripts(
    chromium: Browser, fresh: str, lead_in: Site
) -> None:
    before = boxes(lead_in)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    start(page, fresh)
    given = fill_without_scripts(page)
    press(page, "Continue")
    press(page, "Save and come back later")
    code = page.locator(".respond-code").inner_text()
    context.clear_cookies()
    page.goto(fresh)
    press(page, "Carry on with answers that you saved")
    page.get_by_label("Your resume code").fill(code)
    press(page, "Open my answers")
    assert page.locator("main input:checked").count() == given
    while heading(page) != CHECK:
        press(page, "Continue")
    press(page, "Change")
    press(page, "Continue")
    assert heading(page) == CHECK
    press(page, "Send your answers")
    assert heading(page) == RECEIPT
    assert boxes(lead_in) == before + 1
    context.close()


def fill_without_scripts(page: Page) -> int:
    groups = page.locator("main fieldset").all()
    for group in groups:
        group.get_by_role("radio").nth(2).check()
    return len(groups)


def test_it_can_be_answered_with_the_keyboard_alone(
    page: Page, fresh: str, lead_in: Site
) -> None:
    before = boxes(lead_in)
    page.goto(fresh)
    _tab_to(page, lambda: _focused(page, "value") == "start")
    page.keyboard.press("Enter")
    page.wait_for_url("**/q/questions/1")
    answered = 0
    while heading(page) != CHECK:
        answered += _answer_by_keyboard(page)
        _tab_to(page, lambda: _focused_words(page) == "Continue")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    assert answered == WHOLE_BANK
    _tab_to(page, lambda: _focused_words(page) == "Send your answers")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert heading(page) == RECEIPT
    assert boxes(lead_in) == before + 1


def _answer_by_keyboard(page: Page) -> int:
    """Tab to each question once and press Space, or type; how many were answered."""
    questions = page.locator("main fieldset, main textarea").count()
    answered: set[str] = set()
    for _ in range(200):
        if len(answered) == questions:
            return len(answered)
        page.keyboard.press("Tab")
        name, kind = _focused(page, "name"), _focused(page, "type")
        if kind == "radio" and name not in answered:
            page.keyboard.press("Space")
            answered.add(name)
        elif kind == "textarea" and name not in answered:
            page.keyboard.type(SAID)
            answered.add(name)
    raise AssertionError(f"{len(answered)} of {questions} questions reached by Tab")


def _tab_to(page: Page, there: Callable[[], bool]) -> None:
    for _ in range(200):
        page.keyboard.press("Tab")
        if there():
            return
    raise AssertionError("Tab never came there")


def _focused(page: Page, attribute: str) -> str:
    return str(page.evaluate(f"String(document.activeElement.{attribute} || '')"))


def _focused_words(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText || ''")).strip()


def test_the_whole_bank_is_answered_on_a_narrow_phone_and_every_page_is_accessible(
    chromium: Browser, fresh: str, lead_in: Site
) -> None:
    before, answered = boxes(lead_in), 0
    context = chromium.new_context(viewport=NARROW)
    page = context.new_page()
    start(page, fresh)
    while heading(page) != CHECK:
        answered += len(fill(page))
        _is_narrow_and_accessible(page)
        press(page, "Continue")
    assert answered == WHOLE_BANK
    _is_narrow_and_accessible(page)
    press(page, "Send your answers")
    _is_narrow_and_accessible(page)
    assert heading(page) == RECEIPT
    leave = page.get_by_role("link", name="Leave this page").bounding_box()
    receipt = page.locator(".govuk-panel").bounding_box()
    assert leave is not None
    assert receipt is not None
    assert leave["y"] + leave["height"] <= receipt["y"]
    assert boxes(lead_in) == before + 1
    context.close()


def _is_narrow_and_accessible(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    axe.check(page)


def test_the_whole_bank_is_answered_on_a_narrow_phone_without_scripts(
    chromium: Browser, fresh: str, lead_in: Site
) -> None:
    before, answered = boxes(lead_in), 0
    context = chromium.new_context(viewport=NARROW, java_script_enabled=False)
    page = context.new_page()
    start(page, fresh)
    while heading(page) != CHECK:
        answered += fill_without_scripts(page)
        for box in page.locator("main textarea").all():
            box.fill(SAID)
            answered += 1
        press(page, "Continue")
    assert answered == WHOLE_BANK
    press(page, "Send your answers")
    assert heading(page) == RECEIPT
    assert boxes(lead_in) == before + 1
    context.close()


def test_enter_in_a_question_goes_on_and_never_back(
    page: Page, fresh: str, lead_in: Site
) -> None:
    before = boxes(lead_in)
    start(page, fresh)
    page.locator("main input[type=radio]").first.focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Page 2 of" in page.locator("main").inner_text()
    assert boxes(lead_in) == before


def test_the_link_stands_in_the_address_bar_of_one_page_only(
    page: Page, fresh: str, complaints: Complaints
) -> None:
    token = fresh.rpartition("/")[2]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.on(
        "request", lambda request: sent.append(str(request.headers.get("referer", "")))
    )
    start(page, fresh)
    fill(page)
    press(page, "Continue")
    assert {url for url in sent if token in url} == {fresh}
    assert complaints == []


def test_nothing_of_an_answer_is_left_in_the_browser(page: Page, fresh: str) -> None:
    start(page, fresh)
    to_the_check(page)
    press(page, "Send your answers")
    kept = page.evaluate(
        "async () => [localStorage.length, sessionStorage.length,"
        " (await indexedDB.databases()).length, (await caches.keys()).length]"
    )
    assert kept == [0, 0, 0, 0]
    names = {cookie["name"] for cookie in page.context.cookies()}
    token = fresh.rpartition("/")[2]
    assert token not in str(page.context.cookies())
    assert not any("session" in name.lower() for name in names)
