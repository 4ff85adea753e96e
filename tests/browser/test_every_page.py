"""Every page that anybody of the demonstration reaches, at three widths (T43).

No page breaks the content policy, carries a script or style of its own, asks anything of
another site, scrolls sideways or fails the accessibility check.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from peerreview.demo import content, pictures
from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from tests.browser import axe

WIDTHS = (1280, 375, 320)
# The policy's own event, kept by the page for us to ask.
LISTEN = """
window.broken = [];
document.addEventListener("securitypolicyviolation", event =>
    window.broken.push(event.effectiveDirective + " " + event.blockedURI));
"""
WIDER = """
() => [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > window.innerWidth + 1)
    .slice(0, 3).map(one => one.tagName + "." + one.className)
"""


class Inline(HTMLParser):
    """What a strict policy would block: scripts, styles and handlers inside the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        self.found += [
            f"{tag} {name}"
            for name in names
            if name == "style" or name.startswith("on")
        ]
        self.found += [
            f"{tag} javascript:"
            for _, value in attrs
            if (value or "").strip().lower().startswith("javascript:")
        ]


@dataclass
class Looked:
    """What was seen of a stage."""

    faults: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)


def _context(chromium: Browser, site: Site, looked: Looked) -> BrowserContext:
    context = chromium.new_context(reduced_motion="reduce")
    context.add_init_script(LISTEN)

    def asked(url: str) -> None:
        where = urlsplit(url)
        if f"{where.scheme}://{where.netloc}" != site.address:
            looked.elsewhere.add(url[:100])

    context.on("request", lambda request: asked(request.url))
    context.on(
        "console",
        lambda each: (
            looked.faults.append(f"{each.page and each.page.url}: {each.text}")
            if "Content Security Policy" in each.text
            else None
        ),
    )
    return context


def _look(page: Page, site: Site, path: str, name: str, who: str) -> Iterator[str]:
    """Everything that is wrong with one page."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    answer = page.goto(site.address + path)
    assert answer is not None
    if answer.status >= 500:
        yield f"status {answer.status}"
    inline = Inline()
    inline.feed(answer.text())
    yield from (f"inline {each}" for each in inline.found)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} pixels wide at {width}: {page.evaluate(WIDER)}"
        if width != WIDTHS[-1]:
            yield from axe.violations(page)
    yield from page.evaluate("window.broken")


def _all_of(chromium: Browser, site: Site, done: set[tuple[str, str]]) -> Looked:
    """Each kind of page once for each access role, and what outsiders see."""
    looked = Looked()
    personas = content.personas()
    for who in ("", *pictures.PERSONAS):
        context = _context(chromium, site, looked)
        page = context.new_page()
        if who:
            pictures.sign_in(page, site, personas[who])
            pages = pictures.look_around(context, site).pages
        else:
            pages = {path: path for path in pictures.PUBLIC}
        for name, path in pages.items():
            looked.names.add(name)
            # The home page differs for each; another page is looked at once, as its first reader.
            kind = (name, who if name == "home:home" else "")
            if kind not in done:
                done.add(kind)
                looked.faults += [
                    f"{who or 'stranger'} {path}: {fault}"
                    for fault in _look(page, site, path, name, who)
                ]
        context.close()
    return looked


def test_every_page_keeps_to_the_policy_is_accessible_and_fits(
    chromium: Browser, stages: dict[Goal, Site]
) -> None:
    done: set[tuple[str, str]] = set()
    looked = [_all_of(chromium, stages[goal], done) for goal in Goal]
    assert [fault for each in looked for fault in each.faults] == []
    assert set().union(*(each.elsewhere for each in looked)) == set()
    # The crawl itself must not shrink unseen.
    assert len(set().union(*(each.names for each in looked))) > 140


def test_a_script_in_the_page_would_be_blocked_and_seen(
    chromium: Browser, stages: dict[Goal, Site], tmp_path: Path
) -> None:
    """The control: with the site's own policy, what these tests look for does happen."""
    site = stages[Goal.ON_SITE]
    looked = Looked()
    context = _context(chromium, site, looked)
    page = context.new_page()

    def with_inline(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        body = re.sub(
            "</main>",
            '<script>window.ran = 1</script><p style="color: red" onclick="x()">a</p>'
            '<img src="https://elsewhere.example/dot.gif" alt=""></main>',
            answer.text(),
        )
        route.fulfill(response=answer, body=body)  # type: ignore[attr-defined]

    page.route("**/account/login/", with_inline)
    faults = list(_look(page, site, "/account/login/", "account_login", ""))
    assert page.evaluate("window.ran") is None
    kinds = {fault.split()[0] for fault in faults if not fault.startswith("inline")}
    assert {"script-src-elem", "style-src-attr", "script-src-attr", "img-src"} <= kinds
    assert {fault for fault in faults if fault.startswith("inline")} == {
        "inline script",
        "inline p style",
        "inline p onclick",
    }
    assert looked.faults != []
    context.close()
