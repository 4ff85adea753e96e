"""One walk past every page that anybody of the demonstration reaches, for several tests.

Time in a browser is dear: a page is looked at and listened to on the first of its kind alone, and
with ``make long`` its names on every page of every stage.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from peerreview.demo import content, pictures
from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from tests.browser import axe, heard
from tests.sizes import LONG

WIDTHS = (1280, 375, 320)
# Where most is to be seen first, since a kind of page is looked at closely but once.
GOALS = (*pictures.GOALS, Goal.SET_UP)
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
    """What was seen of a stage; ``heard`` is what an ear or a reader of large text would miss."""

    faults: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)


def context_of(chromium: Browser, site: Site, looked: Looked) -> BrowserContext:
    context = chromium.new_context(reduced_motion="reduce")
    context.add_init_script(LISTEN)
    context.add_init_script(heard.SCRIPT)

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


def look(page: Page, site: Site, path: str) -> Iterator[str]:
    """What breaks the policy, scrolls sideways or fails the accessibility check."""
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


def stage(chromium: Browser, site: Site, done: set[tuple[str, str]]) -> Looked:
    """Each page once for each access role, and what outsiders see; ``done`` are kinds seen before."""
    looked = Looked()
    personas = content.personas()
    here: set[tuple[str, str]] = set()
    for who in ("", *pictures.PERSONAS):
        context = context_of(chromium, site, looked)
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
            if kind in here:
                continue
            here.add(kind)
            where = f"{who or 'stranger'} {path}"
            if kind in done:
                if LONG:
                    page.goto(site.address + path)
                    looked.heard += [f"{where}: {each}" for each in heard.names(page)]
                continue
            done.add(kind)
            looked.faults += [f"{where}: {each}" for each in look(page, site, path)]
            looked.heard += [f"{where}: {each}" for each in heard.names(page)]
            looked.heard += [f"{where}: {each}" for each in heard.lasting(page)]
        context.close()
    return looked


def every_stage(chromium: Browser, stages: dict[Goal, Site]) -> dict[Goal, Looked]:
    done: set[tuple[str, str]] = set()
    return {goal: stage(chromium, stages[goal], done) for goal in GOALS}
