"""Chromium from the machine, a real site, and the check that every page passes."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Playwright,
    sync_playwright,
)
from pytest_django.plugin import DjangoDbBlocker

from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from tests.browser import site as real_site
from tests.browser import walk
from tests.browser.made import Made

# Root needs --no-sandbox; the rest keeps the browser from speaking to anybody but us.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


# The files that take longest begin, so that neither of two processes is left with one at the end.
FIRST = ("test_every_button.py", "test_every_page.py", "test_whole_road.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path.name not in FIRST)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=real_site.chromium(), args=FLAGS
    )
    yield browser
    browser.close()


class Complaints(list[str]):
    """What the browser complained of: blocked by the content policy, or broken scripts."""

    def listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 40" not in message.text:
            self.append(message.text)


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.fixture
def page(chromium: Browser, complaints: Complaints) -> Iterator[Page]:
    """A new visitor at 1280 pixels; the test fails on any complaint of the browser."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    complaints.listen(opened)
    yield opened
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def made(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
    request: pytest.FixtureRequest,
) -> Iterator[Made]:
    """What sites begin with, shared by the processes of this run."""
    root = tmp_path_factory.getbasetemp()
    if hasattr(request.config, "workerinput"):
        root = root.parent
    (root / "made").mkdir(exist_ok=True)
    with django_db_blocker.unblock():
        yield Made(root / "made")


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, made: Made
) -> Iterator[real_site.Site]:
    """A site as a real installation starts: empty, no demonstration."""
    folder = tmp_path_factory.mktemp("site")
    made.put_empty(folder)
    running = real_site.start(folder, prepared=True)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def stages(
    tmp_path_factory: pytest.TempPathFactory, made: Made
) -> Iterator[dict[Goal, Site]]:
    """The demonstration at each stage; whoever changes one puts it back."""
    folder = tmp_path_factory.mktemp("stages")
    with ExitStack() as opened:
        yield {
            goal: opened.enter_context(made.running(folder / goal.value, goal))
            for goal in Goal
        }


@pytest.fixture(scope="session")
def walked(chromium: Browser, stages: dict[Goal, Site]) -> dict[Goal, walk.Looked]:
    """What one walk through all stages has seen; one file alone asks for it."""
    return walk.every_stage(chromium, stages)
