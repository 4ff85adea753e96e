"""Presses a button as a person does, says what came of it, and puts everything back.

What a page offers is asked of the page; what is in the way of being pressed is no button.
"""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import (
    ConsoleMessage,
    ElementHandle,
    Error,
    Locator,
    Page,
    Request,
    Response,
)
from playwright.sync_api import TimeoutError as TooLate

from peerreview.demo import pictures
from peerreview.demo.pictures import Walked

# A button is dead when by then nothing was asked of the server and nothing changed, in seconds.
PATIENCE = 5.0
# What was asked may take its time on a busy machine.
LONGEST = 60.0
_BUTTONS = ":is(button, input[type=submit]):not([aria-hidden=true])"
# A row's own words are hidden in its button: it is the same button in each row. What stands
# outside the main part is the same on every page.
_OFFERED = """
document => [...document.querySelectorAll(
        ":is(button, input[type=submit]):not([aria-hidden=true])")]
    .map(one => {
        const said = one.cloneNode(true);
        said.querySelectorAll(".govuk-visually-hidden").forEach(each => each.remove());
        return {
            words: (said.textContent || one.value).replace(/\\s+/g, " ").trim(),
            name: one.name,
            where: one.getAttribute("formaction") || one.form?.getAttribute("action") || "",
            leads: one.type === "submit" && one.form !== null,
            is_main: one.closest("main") !== null,
            is_on_show: one.checkVisibility({visibilityProperty: true}) && !one.disabled,
        };
    })
"""
_IN_A_PAGE = f"""
html => ({_OFFERED})(new DOMParser().parseFromString(html, "text/html"))
"""
# All that somebody sees: words, what is filled in, what is open.
_SEEN = """
() => JSON.stringify([
    location.href,
    document.body.innerText,
    [...document.querySelectorAll("input, select, textarea")].map(
        one => [one.type, one.checked, one.type === "hidden" ? "" : one.value]),
    [...document.querySelectorAll("[aria-expanded]")].map(one => one.ariaExpanded),
])
"""
_OPEN_ALL = """
() => document.querySelectorAll("details:not([open]) > summary").forEach(one => one.click())
"""
# Links of a summary of errors that lead to no field, or to one beside which nothing is said.
_MISLED = """
() => [...document.querySelectorAll(".govuk-error-summary a")].filter(link => {
    let beside = document.getElementById(link.hash.slice(1));
    while (beside && !beside.querySelector(":scope > .govuk-error-message"))
        beside = beside.parentElement;
    return !beside;
}).map(link => link.textContent.trim())
"""
# What is empty in the form of a button and can be filled in: of each question of choices the
# first. A form of a hundred rows is filled in where it begins.
_EMPTY = """
button => {
    const boxes = [...(button.form?.elements ?? [])].filter(
        one => one.checkVisibility() && !one.disabled && !one.readOnly);
    const open = boxes.filter((one, place) => /^(radio|checkbox)$/.test(one.type)
        ? boxes.findIndex(other => other.name === one.name) === place
            && !boxes.some(other => other.name === one.name && other.checked)
        : !one.value && !/^(file|submit|button|fieldset)$/.test(one.type));
    return open.slice(0, 20);
}
"""
_TOLD = "one => [one.type, one.labels?.[0]?.textContent.trim() || '']"
_HELD = "() => [...document.querySelectorAll(':invalid:not(form, fieldset)')].map(one => one.name)"


@dataclass(frozen=True, order=True)
class Kind:
    """One button wherever it stands: of which page, where it leads, and what stands on it."""

    page: str
    leads_to: str
    name: str
    words: str

    def __str__(self) -> str:
        return f"“{self.words}” of {self.page}" + (
            f" to {self.leads_to}" if self.leads_to != self.page else ""
        )


@dataclass
class Heard:
    """What the browser and the server said while a button was pressed."""

    asked: list[Request] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("request", self._request)
        page.on("response", lambda each: self.answers.append(each))
        page.on("pageerror", lambda error: self.words.append(str(error)))
        page.on("download", lambda each: self.left.append(each.url))
        page.on("popup", lambda each: self.left.append(each.url))
        page.on("framenavigated", lambda frame: self.left.append(frame.url))
        page.on("console", self._console)

    def _request(self, request: Request) -> None:
        if request.is_navigation_request():
            self.asked.append(request)

    def _console(self, message: ConsoleMessage) -> None:
        # What the server refused is told by its answer.
        if message.type == "error" and "status of 4" not in message.text:
            self.words.append(message.text)

    def forget(self) -> None:
        for each in (self.asked, self.answers, self.words, self.left):
            each.clear()

    def faults(self) -> Iterator[str]:
        for answer in self.answers:
            of_the_page = answer.request.is_navigation_request()
            if answer.status >= (400 if of_the_page else 500):
                yield f"status {answer.status} from {urlsplit(answer.url).path}"
        yield from (f"in the console: {words}" for words in self.words)


# --- what there is to press -----------------------------------------------------------------


def kinds_in(page: Page, walked: Walked) -> set[Kind]:
    """The buttons that the source of a page has, shown or not."""
    return {_kind(one, walked) for one in page.evaluate(_IN_A_PAGE, walked.source)}


def on_show(page: Page, walked: Walked) -> dict[Kind, Locator]:
    """The first of each kind that somebody sees on the page that is open."""
    page.evaluate(_OPEN_ALL)
    found: dict[Kind, Locator] = {}
    for number, one in enumerate(page.evaluate(f"() => ({_OFFERED})(document)")):
        kind = _kind(one, walked)
        if one["is_on_show"] and kind not in found:
            found[kind] = page.locator(_BUTTONS).nth(number)
    return found


def _kind(one: dict[str, Any], walked: Walked) -> Kind:
    target = urljoin(walked.path, one["where"]) if one["leads"] else ""
    words = re.sub(r"\d+", "*", one["words"])
    leads_to = pictures.name_of(urlsplit(target).path) or ""
    page = walked.name if one["is_main"] else "every page"
    return Kind(page, leads_to, one["name"], words)


# --- pressing -------------------------------------------------------------------------------


def press(page: Page, button: Locator, heard: Heard) -> list[str]:
    """Press what is in sight; what is wrong with that which comes of it."""
    before = page.evaluate(_SEEN)
    heard.forget()
    try:
        button.click(timeout=LONGEST * 1000)
    except TooLate:
        return ["cannot be pressed: something lies over it, or it moves"]
    if not _something_comes(page, before, heard):
        held = page.evaluate(_HELD)
        return [*heard.faults(), f"dead{f': held by {held}' if held else ''}"]
    misled = page.evaluate(_MISLED)
    return [*heard.faults(), *(f"error without its field: {each}" for each in misled)]


def _something_comes(page: Page, before: str, heard: Heard) -> bool:
    """Another page, a message, an error: whatever somebody at the screen would see."""
    began = time.monotonic()
    while time.monotonic() < began + (LONGEST if heard.asked else PATIENCE):
        page.wait_for_timeout(20)
        # A page that is just leaving answers nothing.
        with suppress(Error):
            if heard.left:
                page.wait_for_load_state()
                return page.evaluate(_SEEN) != before or _is_a_file(page, heard)
            if not heard.asked and page.evaluate(_SEEN) != before:
                page.wait_for_load_state("networkidle")
                return True
    return False


def _is_a_file(page: Page, heard: Heard) -> bool:
    return any(each != page.url for each in heard.left)


def is_refused(page: Page) -> bool:
    return page.locator(".govuk-error-summary").count() > 0


# --- filling in -----------------------------------------------------------------------------

_PLAUSIBLE = {
    "Day": "8",
    "Month": "3",
    "Year": "2027",
    "email": "ines.hart@people.example",
    "tel": "01632 960123",
    "number": "3",
    "url": "https://people.example/",
    "time": "10:15",
    "date": "2027-03-08",
    "password": "four plain words here",
}
SAID = "Plain words of one who was there"


def fill(button: Locator) -> None:
    """Answer what is empty in the button's form, as if somebody meant it."""
    for handle in button.evaluate_handle(_EMPTY).get_properties().values():
        if box := handle.as_element():
            _answer(box)


def _answer(box: ElementHandle) -> None:
    kind, label = box.evaluate(_TOLD)
    if kind in ("radio", "checkbox"):
        box.check()
    elif kind == "select-one":
        # The first is “choose”; where there is nothing else, that is what somebody can send.
        offered = int(box.evaluate("one => one.options.length"))
        box.select_option(index=min(1, offered - 1))
    else:
        box.fill(_PLAUSIBLE.get(label) or _PLAUSIBLE.get(kind, SAID))
