"""The gallery of components is accessible, as it stands in a browser with its styles."""

from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Page, Route
from pytest_django.fixtures import Settings

from tests.browser import axe
from tests.house.test_design import patterns


@pytest.mark.parametrize("width", [1280, 320])
def test_gallery_is_accessible(
    settings: Settings, client: Client, page: Page, width: int
) -> None:
    settings.DEBUG = True
    settings.ROOT_URLCONF = tuple(patterns())
    html = client.get("/design/").content

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path == "/design/":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif file := finders.find(path.removeprefix("/static/")):
            route.fulfill(path=file)
        else:
            route.abort()

    page.route("**/*", answer)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("http://gallery.test/design/")

    assert page.locator(".govuk-summary-list").count() == 2
    axe.check(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
