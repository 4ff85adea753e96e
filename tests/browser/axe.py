"""The accessibility check of a page: WCAG 2.2 A and AA by axe, as far as a machine can tell."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What passes is not told: on a large page telling it takes longer than the check.
_RUN = """
async tags => {
    const options = {runOnly: {type: "tag", values: tags}, resultTypes: ["violations"]};
    return (await axe.run(options)).violations;
}
"""


def violations(page: Page) -> list[str]:
    """axe's own words for each violation on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{each['id']}: {node['target']} {node['html'][:120]}"
        for each in page.evaluate(_RUN, TAGS)
        for node in each["nodes"]
    ]


def check(page: Page) -> None:
    assert violations(page) == [], page.url
