"""Chromium from the machine, a real site, and the check that every page passes."""

import os
import shutil
from collections.abc import Callable, Iterator
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
from peerreview.demo.site import Site, running
from tests import template_database
from tests.browser import site as real_site
from tests.browser import walk

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


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
def prepare(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Callable[[Path], None]:
    """Puts a migrated database and the static files into a site's folder; both are made once."""
    made = tmp_path_factory.mktemp("made")
    with django_db_blocker.unblock():
        template_database.copy_to(str(made / "db.sqlite3"))
    real_site.collect_static(made)

    def put(folder: Path) -> None:
        shutil.copytree(made, folder, dirs_exist_ok=True)

    return put


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, prepare: Callable[[Path], None]
) -> Iterator[real_site.Site]:
    """A site as a real installation starts: empty, no demonstration."""
    running = real_site.start(tmp_path_factory.mktemp("site"), prepare)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def stages(
    tmp_path_factory: pytest.TempPathFactory, prepare: Callable[[Path], None]
) -> Iterator[dict[Goal, Site]]:
    """The demonstration at each stage; whoever changes one puts it back."""
    folder = tmp_path_factory.mktemp("stages")
    with ExitStack() as opened:
        yield {
            goal: opened.enter_context(
                running(folder / goal.value, goal, prepare=prepare)
            )
            for goal in Goal
        }


@pytest.fixture(scope="session")
def walked(chromium: Browser, stages: dict[Goal, Site]) -> dict[Goal, walk.Looked]:
    """What one walk through all stages has seen. Ask for it before a page is changed."""
    return walk.every_stage(chromium, stages)
