"""Somebody at a browser: opens pages, fills in forms by their labels, and looks at what comes.

Each distinct page that anybody comes to is checked by axe once.
"""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from email.message import EmailMessage

from playwright.sync_api import Browser, Locator, Page
from playwright.sync_api import Error as PlaywrightError

from tests.browser import axe
from tests.browser.conftest import Complaints
from tests.browser.site import Site

PASSWORD = "three-words-apart-2013"
WAIT = 30.0
_BOXES = "textarea, input:not([type=radio], [type=checkbox])"
_NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+|/q/\w{26}")


def wait_for(what: Callable[[], object], why: str, limit: float = WAIT) -> None:
    """Until ``what`` is true: the worker takes its moment."""
    until = time.monotonic() + limit
    while not what():
        assert time.monotonic() < until, why
        time.sleep(0.1)


def words_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_of_the_app(secret: str) -> str:
    """What an authenticator app shows now (RFC 6238)."""
    left = 30 - time.time() % 30
    if left < 2:
        time.sleep(left)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time() // 30)), hashlib.sha1)
    place = digest.digest()[-1] & 15
    (number,) = struct.unpack(">I", digest.digest()[place : place + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06}"


class Visitor:
    """One person with a browser of their own."""

    def __init__(
        self,
        chromium: Browser,
        site: Site,
        *,
        seen: set[tuple[str, str]],
        complaints: Complaints,
        scripts: bool = True,
        address: str = "",
    ) -> None:
        self.site, self.seen, self.address = site, seen, address
        self.context = chromium.new_context(
            viewport={"width": 1280, "height": 900}, java_script_enabled=scripts
        )
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.scripts = scripts
        self.secret = ""
        complaints.listen(self.page)

    def leave(self) -> None:
        self.context.close()

    # --- going and looking -------------------------------------------------------------

    def look(self) -> None:
        """Check the page that is open, unless somebody has been on such a page before."""
        self.page.wait_for_load_state()
        path = self.page.url.removeprefix(self.site.address)
        which = (_NUMBERS.sub("*", path), self.page.title())
        if self.scripts and which not in self.seen:
            self.seen.add(which)
            axe.check(self.page)

    def open(self, address: str) -> int:
        """Go to a path of the site, or a whole address; returns the status."""
        whole = address if "://" in address else self.site.address + address
        try:
            answer = self.page.goto(whole)
        except PlaywrightError:
            # The page that is left was moving on by itself, which ended this.
            answer = self.page.goto(whole)
        assert answer is not None
        self.look()
        return answer.status

    def follow(self, name: str) -> None:
        self._click(self.page.locator("a").filter(visible=True), name)

    def go(self, name: str) -> None:
        """By the review's own navigation."""
        self._click(self.page.locator("nav a"), name)

    def press(self, name: str) -> None:
        self._click(
            self.page.locator("button:not([aria-hidden])").filter(visible=True), name
        )

    def _click(self, among: Locator, name: str) -> None:
        exact = among.filter(has_text=re.compile(rf"^\s*{re.escape(name)}(\W|$)"))
        exact.first.click()
        self.look()

    # --- forms ------------------------------------------------------------------------

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=re.compile(f"^{re.escape(name)}"))

    def _field(self, label: str, kind: str, within: Locator | None) -> Locator:
        place = within or self.page.locator("main")
        named = place.get_by_label(re.compile(rf"^\s*{re.escape(label)}"))
        return named.and_(self.page.locator(kind)).first

    def type(self, label: str, words: str, *, within: Locator | None = None) -> None:
        self._field(label, _BOXES, within).fill(words)

    def choose(self, group: str, *labels: str, within: Locator | None = None) -> None:
        """Tick radios or boxes under the question ``group``."""
        place = (within or self.page.locator("main")).get_by_role(
            "group", name=re.compile(f"^{re.escape(group)}")
        )
        for label in labels:
            place.get_by_label(label, exact=True).check()

    def select(self, label: str, option: str, *, within: Locator | None = None) -> None:
        self._field(label, "select", within).select_option(label=option)

    def date(self, group: str, day: int, month: int, year: int) -> None:
        boxes = self.group(group)
        for name, value in (("Day", day), ("Month", month), ("Year", year)):
            boxes.get_by_label(name, exact=True).fill(str(value))

    # --- what can be read ----------------------------------------------------------------

    @property
    def words(self) -> str:
        """All that the page says, error pages included."""
        return " ".join(self.page.locator("body").inner_text().split())[:700]

    @property
    def text(self) -> str:
        return " ".join(self.page.locator("main").inner_text().split())

    def reads(self, *pieces: str) -> None:
        missing = [piece for piece in pieces if piece not in self.text]
        assert missing == [], self.text

    def reload_until(self, piece: str) -> None:
        """Reload as the page itself advises, until the worker has done its work."""

        def is_there() -> bool:
            # The page may be moving on by itself at that very moment, which ends the reload.
            with suppress(PlaywrightError):
                self.page.reload()
            return piece in self.text

        wait_for(is_there, f"“{piece}” never came at {self.page.url}")
        self.look()

    # --- signing in ---------------------------------------------------------------------

    def accept(self, address: str) -> None:
        """Open the one-time address: choose a password, sign in, set up the second step."""
        assert self.open(address) == 200
        self.type("New password", PASSWORD)
        self.type("New password again", PASSWORD)
        self.press("Save the password")
        self.follow("Sign in")
        self._sign_in_with_password()
        self.secret = "".join(self.page.locator("main code").inner_text().split())
        self.type("Six digits that the app shows", code_of_the_app(self.secret))
        self.press("Turn on the second step")
        self.reads("recovery codes")

    def _sign_in_with_password(self) -> None:
        self.type("Email address", self.address)
        self.type("Password", PASSWORD)
        self.press("Sign in")

    def sign_in_again(self) -> None:
        self.press("Sign out")
        self._sign_in_with_password()
        self.type("Code from your app", code_of_the_app(self.secret))
        self.press("Continue")
        self.reads("Your reviews")

    def statuses(self, paths: Iterable[str]) -> dict[str, int]:
        """What the site answers to each path, for this person."""
        return {
            path: self.context.request.get(self.site.address + path).status
            for path in paths
        }
