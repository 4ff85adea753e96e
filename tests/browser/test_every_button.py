"""Every button of every page, pressed as a person does, at each stage of the demonstration.

Something has to come of it: another page, an error beside its field, a message, a file. After each
press the site is put back, so that their order changes nothing and nothing is spared.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Error, Route

from peerreview.demo import content, newcomer, pictures, respondent
from peerreview.demo.loading import Goal
from peerreview.demo.pictures import Walked
from peerreview.demo.site import Site
from tests.browser import pressing
from tests.browser.keeping import Kept
from tests.browser.pressing import Heard, Kind

pytestmark = pytest.mark.long

# Each kind of button once, by whoever comes to it first; or by everybody at each stage, which
# takes an hour and is for `make long`.
FOR_EVERYBODY = bool(os.environ.get("LONG"))
WIDTHS = (1280, 375)


@dataclass
class Pressed:
    """What was pressed, and what is wrong."""

    done: set[Kind] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    # What everybody came to, where each presses everything anew.
    walked: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    filled: int = 0


class Finger:
    """Somebody at a browser who presses whatever nobody has pressed yet."""

    def __init__(
        self, chromium: Browser, site: Site, who: str, pressed: Pressed
    ) -> None:
        self.site, self.who, self.pressed = site, who, pressed
        self.context = chromium.new_context(reduced_motion="reduce")
        self.context.set_default_timeout(pressing.LONGEST * 1000)
        self.page = self.context.new_page()
        self.heard = Heard()
        self.heard.listen(self.page)

    def keep(self, kept: Kept) -> None:
        """From now on, this is how the site is left after each press."""
        self.kept, self.cookies = kept, self.context.cookies()

    def put_back(self) -> None:
        self.kept.put_back()
        self.context.clear_cookies()
        self.context.add_cookies(self.cookies)  # type: ignore[arg-type]

    def try_open(self, come: Callable[[], object]) -> None:
        """The page that ``come`` leads to."""
        come()
        path = urlsplit(self.page.url).path
        name = pictures.name_of(path) or "no page"
        self.try_page(Walked(name, path, path, self.page.content()), come)
        self.put_back()
        come()

    def try_path(self, page: Walked) -> None:
        self.try_page(page, lambda: self.page.goto(self.site.address + page.path))

    def try_page(self, page: Walked, come: Callable[[], object]) -> None:
        known = pressing.kinds_in(self.page, page)
        if page.name in self.pressed.pages and known <= self.pressed.done:
            return
        self.pressed.pages.add(page.name)
        self.pressed.walked.add(page.name)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            come()
            self.fresh = True
            on_show = pressing.on_show(self.page, page)
            for kind in sorted(on_show.keys() - self.pressed.done):
                self.pressed.done.add(kind)
                if self._press(kind, page, come):
                    self._press(kind, page, come, filled=True)
            # Some are there on a narrow screen alone.
            if known <= self.pressed.done:
                break

    def _press(
        self,
        kind: Kind,
        page: Walked,
        come: Callable[[], object],
        *,
        filled: bool = False,
    ) -> bool:
        """Press it on the page as it was; whether it was refused for what is missing."""
        if not self.fresh:
            come()
        self.fresh = False
        button = pressing.on_show(self.page, page)[kind]
        try:
            if filled:
                self.pressed.filled += 1
                pressing.fill(button)
            faults = pressing.press(self.page, button, self.heard)
        except Error as error:
            faults = [f"the browser gave up: {error.message.splitlines()[0]}"]
        how = "filled in" if filled else "as it stands"
        self.pressed.faults += [
            f"{self.who} at {page.path}: {kind}, {how}: {fault}" for fault in faults
        ]
        self.put_back()
        return pressing.is_refused(self.page)


# --- who presses ----------------------------------------------------------------------------


def _everybody(
    chromium: Browser, site: Site, goal: Goal, folder: Path, pressed: Pressed
) -> None:
    """Each has signed in before the site is kept, and so stays signed in."""
    fingers = {
        key: Finger(chromium, site, f"{key or 'stranger'}, {goal}", pressed)
        for key in ("", *pictures.PERSONAS)
    }
    for key in pictures.PERSONAS:
        pictures.sign_in(fingers[key].page, site, content.personas()[key])
    kept = Kept(site.folder, folder / goal.value)
    for key, finger in fingers.items():
        if FOR_EVERYBODY:
            pressed.done, pressed.pages = set(), set()
        finger.keep(kept)
        for page in pictures.walk(finger.context, site) if key else _public(finger):
            finger.try_path(page)
        finger.context.close()


def _public(finger: Finger) -> Iterator[Walked]:
    for path in pictures.PUBLIC:
        source = finger.context.request.get(finger.site.address + path).text()
        yield Walked(pictures.name_of(path) or "no page", path, path, source)


def _newcomer(chromium: Browser, site: Site, folder: Path, pressed: Pressed) -> None:
    """The pages of an account, as somebody who was just given one."""
    finger = Finger(chromium, site, "newcomer", pressed)
    before = Kept(site.folder, folder / "before")

    def press_all(where: str) -> None:
        finger.keep(Kept(site.folder, folder / where))
        address = finger.page.url
        finger.try_open(lambda: finger.page.goto(address))

    newcomer.walk(finger.page, site, press_all)
    finger.context.close()
    before.put_back()


def _respondent(chromium: Browser, site: Site, folder: Path, pressed: Pressed) -> None:
    """The pages of a questionnaire. Each is come to anew from the letter."""
    finger = Finger(chromium, site, "respondent", pressed)
    finger.keep(Kept(site.folder, folder / "letter"))
    depth, there = 0, True

    def come() -> None:
        nonlocal there
        respondent.begin(finger.page, site)
        there = all(respondent.go_on(finger.page) for _ in range(depth))

    while there and depth < respondent.MOST_PAGES:
        finger.try_open(come)
        finger.put_back()
        depth += 1
    finger.context.close()


def test_every_button_does_something(
    chromium: Browser, stages: dict[Goal, Site], tmp_path: Path
) -> None:
    pressed = Pressed()
    _newcomer(chromium, stages[Goal.ON_SITE], tmp_path, pressed)
    _respondent(chromium, stages[Goal.LEAD_IN], tmp_path, pressed)
    for goal, site in stages.items():
        _everybody(chromium, site, goal, tmp_path, pressed)
    assert pressed.faults == []
    # The walk itself must not shrink unseen.
    assert len(pressed.walked) > 140
    assert len(pressed.done) > 200
    assert pressed.filled > 30


# --- the control ----------------------------------------------------------------------------


def _no_button(source: str) -> str:
    return source.replace('type="submit"', 'type="button"')


def _no_action(source: str) -> str:
    return source.replace('action="/account/logout/"', "")


def _no_field(source: str) -> str:
    return source.replace(
        "<button", '<input name="unseen" required class="govuk-!-display-none"><button'
    )


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (_no_button, "dead"),
        (_no_action, "status 404 from /reviews/"),
        (_no_field, "dead: held by ['unseen']"),
    ],
)
def test_a_button_that_was_made_dead_is_reported(
    chromium: Browser,
    stages: dict[Goal, Site],
    tmp_path: Path,
    broken: Callable[[str], str],
    fault: str,
) -> None:
    pressed, site = Pressed(), stages[Goal.SET_UP]
    finger = Finger(chromium, site, "manager", pressed)
    pictures.sign_in(finger.page, site, content.personas()["manager"])
    finger.keep(Kept(site.folder, tmp_path / "kept"))

    def break_it(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=broken(answer.text()))

    finger.try_open(lambda: finger.page.goto(f"{site.address}/reviews/"))
    assert pressed.faults == []
    pressed.done.clear()
    pressed.pages.clear()
    finger.page.route("**/reviews/", break_it)
    finger.try_open(lambda: finger.page.goto(f"{site.address}/reviews/"))
    told = [each.rpartition(", as it stands: ")[2] for each in pressed.faults]
    assert fault in told, pressed.faults
    finger.context.close()


def test_a_server_fault_and_a_word_in_the_console_are_reported(
    chromium: Browser, stages: dict[Goal, Site], tmp_path: Path
) -> None:
    pressed, site = Pressed(), stages[Goal.SET_UP]
    finger = Finger(chromium, site, "stranger", pressed)
    finger.keep(Kept(site.folder, tmp_path / "kept"))
    path = "/account/password/reset/"
    finger.page.add_init_script(
        "addEventListener('submit', () => { throw new Error('a word') })"
    )
    finger.page.route(
        f"**{path}",
        lambda route: (
            route.fulfill(status=500, body="<html><body>Sorry</body></html>")
            if route.request.method == "POST"
            else route.fallback()
        ),
    )
    finger.try_open(lambda: finger.page.goto(site.address + path))
    told = " ".join(pressed.faults)
    assert f"status 500 from {path}" in told
    assert "in the console: a word" in told
    finger.context.close()
