"""Walks the questionnaire as somebody who got a letter, stopping for a picture at each page."""

import email
import email.policy
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from peerreview.demo.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

_LINK = re.compile(r"https?://\S+(/q/\w+)")
# More pages than any questionnaire has: a walk that goes in circles ends here.
MOST_PAGES = 30
SAID = "People who know the families and stay, and a door that is open."


def walk(page: "Page", site: Site, picture: Callable[[str], None]) -> list[str]:
    """From the letter to the receipt; gives the paths of the pages that were seen."""
    begin(page, site)
    seen: list[str] = []
    for number in range(MOST_PAGES):
        seen.append(page.url.removeprefix(site.address))
        picture(f"respondent-{number:02d}-{_words(page)}")
        if not go_on(page):
            break
    return seen


def begin(page: "Page", site: Site) -> None:
    page.goto(site.address + _path_in_a_letter(site))


def go_on(page: "Page") -> bool:
    """Answer this page and press its main button; False where there is none."""
    _fill(page)
    button = page.locator("main form .govuk-button:not(.govuk-button--secondary)")
    if not button.count():
        return False
    button.first.click()
    page.wait_for_load_state()
    return True


def _path_in_a_letter(site: Site) -> str:
    for letter in site.letters():
        message = email.message_from_bytes(
            letter.read_bytes(), policy=email.policy.default
        )
        body = message.get_body(("plain",))
        link = _LINK.search(str(body.get_content())) if body else None
        if link:
            return link[1]
    raise LookupError("no letter with a link to the questionnaire")


def _words(page: "Page") -> str:
    heading = page.locator("main h1").first.inner_text()
    return re.sub(r"[^a-z]+", "-", heading.lower()).strip("-")[:40]


def _fill(page: "Page") -> None:
    """Agree with everything, and write something in every box."""
    names = page.locator("main input[type=radio]").evaluate_all(
        "all => [...new Set(all.map(one => one.name))]"
    )
    for name in names:
        page.locator(f"main input[type=radio][name='{name}']").nth(1).check()
    for box in page.locator("main textarea").all():
        box.fill(SAID)
