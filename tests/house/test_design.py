"""The gallery shows every component in its states, and is at no address of a real site."""

import runpy
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django.fixtures import Settings

from tests.adversarial.policy import pages

ROOT = Path(configured.BASE_DIR)
TEMPLATES, URLS = ROOT / "templates", ROOT / "peerreview" / "urls.py"


def patterns() -> list[object]:
    """The addresses as a process makes them that starts with these settings."""
    found: list[object] = runpy.run_path(str(URLS))["urlpatterns"]
    return found


@pytest.fixture
def debugging(settings: Settings) -> None:
    settings.DEBUG = True
    settings.ROOT_URLCONF = tuple(patterns())


def components(folder: str) -> set[str]:
    return {
        str(path.relative_to(TEMPLATES)) for path in (TEMPLATES / folder).glob("*.html")
    }


def test_gallery_shows_every_component_and_every_part_of_a_form(
    debugging: None, client: Client
) -> None:
    page = client.get("/design/")

    shown = {template.name for template in page.templates}
    wanted = components("components") | components("critical_friend")
    # For a form inside another, which no page has.
    assert wanted - shown <= {"critical_friend/uni_form.html"}
    assert len(components("components")) > 20


def test_gallery_shows_each_state(debugging: None, client: Client) -> None:
    page = client.get("/design/").content.decode()

    for state in (
        "govuk-button--warning",
        "govuk-button--secondary",
        "app-link-button",
        "govuk-error-message",
        "govuk-radios__conditional--hidden",
        "Previous page",
        "Next page",
        "Show all",
        "Cannot start yet",
        "Nothing was changed yet",
        "so it stands in the form now",
        "You changed this too",
        "The file could not be read",
        "app-timeline__mark--late",
        "app-timeline__mark--at-risk",
        "app-timeline__mark--open",
        "app-timeline__mark--done",
        "app-progress__mark",
        'aria-current="page"',
    ):
        assert state in page, state


def test_gallery_has_no_address_without_debug(
    settings: Settings, client: Client
) -> None:
    assert "design" not in {page.name for page in pages()}
    settings.ROOT_URLCONF = tuple(patterns())
    assert client.get("/design/").status_code == 404


def test_gallery_left_in_the_addresses_still_opens_to_nobody(
    debugging: None, settings: Settings, client: Client
) -> None:
    """The list of addresses was made in debug; the process then runs without."""
    assert client.get("/design/").status_code == 200
    settings.DEBUG = False
    assert client.get("/design/").status_code == 404
