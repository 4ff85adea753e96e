"""Somebody at a page of the demonstration, whose actions are counted."""

import re

from playwright.sync_api import Locator, Page

from peerreview.demo.site import Site


class Hands:
    """Somebody at a page, whose presses, choices and answers are counted."""

    def __init__(self, page: Page, site: Site) -> None:
        self.page, self.site, self.count = page, site, 0

    def at(self, path: str) -> None:
        """Where an act begins: not counted."""
        answer = self.page.goto(self.site.address + path)
        assert answer is not None
        assert answer.ok
        self.count = 0

    def press(self, which: Locator) -> None:
        self.count += 1
        which.first.click()
        self.page.wait_for_load_state()

    def follow(self, name: str) -> None:
        self.press(self.page.locator("a").filter(has_text=re.compile(rf"^\s*{name}")))

    def button(self, name: str) -> None:
        self.press(self.page.get_by_role("button", name=re.compile(f"^{name}")))

    def choose(self, label: str) -> None:
        self.count += 1
        self.page.get_by_label(re.compile(rf"^\s*{label}")).first.check()

    def select(self, label: str, option: str) -> None:
        self.count += 1
        boxes = self.page.get_by_label(label).and_(self.page.locator("select"))
        boxes.first.select_option(label=option)

    def type(self, label: str, words: str) -> None:
        self.count += 1
        self.page.get_by_label(re.compile(rf"^\s*{label}")).first.fill(words)

    def date(self, day: int, month: int, year: int) -> None:
        self.count += 1
        for name, value in (("Day", day), ("Month", month), ("Year", year)):
            self.page.get_by_label(name, exact=True).fill(str(value))

    def reads(self, *pieces: str) -> None:
        text = " ".join(self.page.locator("main").inner_text().split())
        missing = [piece for piece in pieces if piece not in text]
        assert missing == [], text[:3000]
