"""The accessibility check of a page: WCAG 2.2 A and AA by axe, as far as a machine can tell."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """axe's own words for each violation on the page as it stands."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": TAGS}})
    return [
        f"{each['id']}: {node['target']} {node['html'][:120]}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


def check(page: Page) -> None:
    assert violations(page) == [], page.url
