"""Finds every page that a persona can reach and takes its picture, wide and narrow.

Which pages there are is asked of the URL resolver; who is shown where, of the tables below.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from peerreview.demo import content, newcomer, respondent
from peerreview.demo.loading import Goal
from peerreview.demo.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

# The narrow one first: a page that is too wide for it is what one looks for.
WIDTHS = {375: 812, 1280: 900}
# So many addresses of one kind are followed while looking for further pages.
FOLLOWED = 2
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

# In the order in which they are asked: a page belongs to the first who reaches it.
GOALS = (Goal.ON_SITE, Goal.FEEDBACK, Goal.LEAD_IN, Goal.PRE_SITE)
PERSONAS = (
    "manager",
    "leader",
    "analyst",
    "officer_peer_1",
    "member_peer",
    "sponsor",
    "organiser",
    "police_lead",
    "outsider",
)
# Pages that look different to different people and stages, or belong to somebody else than the
# first who reaches them.
SHOWN_TO: dict[str, tuple[tuple[Goal, str], ...]] = {
    "home:home": (
        *((Goal.ON_SITE, persona) for persona in PERSONAS),
        *((Goal.FEEDBACK, persona) for persona in PERSONAS),
        *((Goal.LEAD_IN, persona) for persona in PERSONAS),
    ),
    "reviews:work": (
        (Goal.ON_SITE, "manager"),
        (Goal.ON_SITE, "analyst"),
        (Goal.FEEDBACK, "sponsor"),
    ),
}
# Addresses that no page links to, or that need no sign-in.
PUBLIC = (
    "/account/login/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/password/reset/key/done/",
    "/q/resume",
    "/q/no-such-link",
    "/no-such-page/",
)
# Names that are no pages, and why.
_BUTTON = "a button, which is there at another state of its page"
_FILE = "a file"
_DRAFT = "of a questionnaire that is not open yet"
_OF_SHEETS = "of a preparation sheet that its agency has not handed in"
_OF_A_VERSION = "of a version of the report that is built and not issued; there is none"
_ASIDE = "of what was set aside as wrong data; there is none"
_BY_AN_ADDRESS_OF_ITS_OWN = "under a secret address, which is shown only once"
_OF_A_CLOSE = "of a close, to which tests/browser/test_closing.py walks"
_WAITS = "of a file that waits for whoever uploaded it; there is none"
# "Leave this page" goes to a site of its own choice, and no picture may ask for that.
LEADS_AWAY = "respond:leave"
NOT_PAGES: dict[str, str] = {
    "account_logout": "a button; its page is only for browsers that follow it as a link",
    "demonstration-sign-in": _BUTTON,
    "briefing:note": _BY_AN_ADDRESS_OF_ITS_OWN,
    "briefing:note-pdf": _FILE,
    "briefing:note-word": _FILE,
    "briefing:speak": _BY_AN_ADDRESS_OF_ITS_OWN,
    "briefing:thanks": _BY_AN_ADDRESS_OF_ITS_OWN,
    "casemapping:child-at-risk-recorded": "comes after a report of a child at risk",
    "casemapping:destroy": _ASIDE,
    "casemapping:put-back": _ASIDE,
    "casemapping:set-aside": _ASIDE,
    "casemapping:sheet-hand-in": _OF_SHEETS,
    "casemapping:sheet-record": _OF_SHEETS,
    "casemapping:sheet-record-add": _OF_SHEETS,
    "casemapping:sheet-record-remove": _OF_SHEETS,
    "casemapping:sheet-wrong-data": _OF_SHEETS,
    "feedback:report-approve": _OF_A_VERSION,
    "feedback:report-findings": _FILE,
    "feedback:report-issue": _OF_A_VERSION,
    "feedback:report-pdf": _FILE,
    "feedback:report-word": _FILE,
    "feedback:report-retry": _BUTTON,
    "meeting:answer": _BY_AN_ADDRESS_OF_ITS_OWN,
    "mfa_download_recovery_codes": _FILE,
    "reviews:team-declined": _BUTTON,
    "reviews:team-invite": _BUTTON,
    "questionnaires:list-blank": _FILE,
    "questionnaires:list-confirm": _DRAFT,
    "questionnaires:list-empty": _DRAFT,
    "questionnaires:list-import": _DRAFT,
    "questionnaires:open": _DRAFT,
    "questionnaires:results-csv": _FILE,
    "questionnaires:results-file": _BUTTON,
    "questionnaires:results-xlsx": _FILE,
    "questionnaires:release": "there between the close and the release",
    "questionnaires:send": "there until the first letters have gone",
    "questionnaires:send-again": _BUTTON,
    "reviews:audit-before-xlsx": "there once a review was moved here",
    "reviews:audit-xlsx": _FILE,
    "reviews:export": _FILE,
    "reviews:move-file": _FILE,
    "reviews:framework-file": _FILE,
    "reviews:pack-file": _FILE,
    "reviews:pack-version-file": _FILE,
    "reviews:briefing-pdf": _FILE,
    "reviews:outbox-try": _BUTTON,
    "reviews:briefing-word": _FILE,
    "reviews:document-confirm": _WAITS,
    "reviews:document-download": _FILE,
    "reviews:document-list-xlsx": _FILE,
    "reviews:documents-xlsx": _FILE,
    "reviews:performance-blank": _FILE,
    "reviews:performance-confirm": _WAITS,
    "reviews:plan-feed": _FILE,
    "reviews:plan-xlsx": _FILE,
    "reviews:profiles-accept": "a button, which is there until the sponsor has accepted",
    "pages:security-txt": _FILE,
    "reviews:certificate-pdf": _FILE,
    "reviews:certificate-signed": _FILE,
    "reviews:certificates": _OF_A_CLOSE,
    "reviews:closing-archive": _FILE,
    "reviews:closing-ask": _OF_A_CLOSE,
    "reviews:closing-confirm": _OF_A_CLOSE,
    "reviews:closing-go-on": _BUTTON,
    "reviews:closing-take-back": _BUTTON,
    "reviews:closing-work": "a part of a page, asked for again and again",
    "reviews:operator": "of whoever operates the installation; nobody here does",
    "scheduling:session-restore": _BUTTON,
    "scheduling:timetable-feed": _FILE,
    "scheduling:timetable-publish": _BUTTON,
    "scheduling:timetable-seed": _BUTTON,
}


@dataclass
class Found:
    """What one persona reaches: an address for each name, and names behind buttons."""

    pages: dict[str, str] = field(default_factory=dict)
    buttons: set[str] = field(default_factory=set)


@dataclass
class Album:
    """What was taken, and what is amiss."""

    folder: Path
    taken: set[tuple[str, str]] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    buttons: set[str] = field(default_factory=set)
    too_wide: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def missing(self) -> list[str]:
        """Names of the URL resolver that have neither picture nor reason."""
        known = self.names | self.buttons | NOT_PAGES.keys()
        return sorted(set(all_names()) - known)


def all_names() -> Iterator[str]:
    """The names of all addresses, with their namespace."""
    yield from _names(get_resolver(), "")


def _names(resolver: URLResolver, prefix: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            if each.name:
                yield prefix + each.name
        else:
            inner = f"{prefix}{each.namespace}:" if each.namespace else prefix
            yield from _names(each, inner)


class _Links(HTMLParser):
    """The addresses that a page links to and the ones that its forms post to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.posts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.links.append(str(values["href"]))
        if tag == "form" and (values.get("method") or "").lower() == "post":
            self.posts.append(values.get("action") or "")
        if tag == "button" and values.get("formaction"):
            self.posts.append(str(values["formaction"]))


def name_of(path: str) -> str | None:
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


@dataclass(frozen=True)
class Walked:
    """A page that somebody came to by following links; ``path`` is where they were going."""

    name: str
    path: str
    landed: str
    source: str


def walk(
    context: "BrowserContext", site: Site, found: Found | None = None
) -> Iterator[Walked]:
    """Follow links from the first page until nothing new turns up."""
    found = found or Found()
    seen, waiting = dict[str, int](), ["/"]
    visited: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        name = name_of(path)
        if path in visited or name is None or seen.get(name, 0) >= FOLLOWED:
            continue
        if name == LEADS_AWAY:
            found.buttons.add(name)
            continue
        visited.add(path)
        seen[name] = seen.get(name, 0) + 1
        answer = context.request.get(site.address + path)
        if answer.status != 200 or "html" not in answer.headers.get("content-type", ""):
            continue
        source = answer.text()
        yield Walked(name, path, urlsplit(answer.url).path, source)
        page = _Links()
        page.feed(source)
        for link in page.links:
            target = urlsplit(urljoin(answer.url, link))
            if f"{target.scheme}://{target.netloc}" == site.address:
                waiting.append(target.path)
        for post in page.posts:
            button = name_of(urlsplit(urljoin(answer.url, post)).path)
            if button:
                found.buttons.add(button)


def look_around(context: "BrowserContext", site: Site) -> Found:
    found = Found()
    for page in walk(context, site, found):
        if page.landed == page.path:
            found.pages.setdefault(page.name, page.path)
    return found


def sign_in(page: "Page", site: Site, persona: content.Persona) -> None:
    page.goto(f"{site.address}/account/login/")
    page.get_by_role("button", name=re.compile(re.escape(persona.name))).first.click()
    page.wait_for_load_state()


def take(page: "Page", album: Album, name: str) -> None:
    """The page that is open, at both widths."""
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            album.too_wide.append(f"{name} at {width}")
        page.screenshot(
            path=album.folder / f"{name}-{width}.png",
            full_page=True,
            caret="initial",  # hiding it takes an inline style, which our policy blocks
        )


def _listen(page: "Page", album: Album) -> None:
    def heard(words: str) -> None:
        if "status of 40" not in words:
            album.complaints.append(f"{page.url}: {words}")

    page.on("console", lambda each: heard(each.text) if each.type == "error" else None)
    page.on("pageerror", lambda error: heard(str(error)))


def photograph(browser: "Browser", site: Site, goal: Goal, album: Album) -> None:
    """Every page of this stage that is due, as the persona who uses it."""
    _strangers(browser, site, goal, album)
    personas = content.personas()
    for key in PERSONAS:
        context = browser.new_context(reduced_motion="reduce")
        page = context.new_page()
        _listen(page, album)
        sign_in(page, site, personas[key])
        found = look_around(context, site)
        album.buttons |= found.buttons
        for name, path in found.pages.items():
            if _due(name, goal, key, album):
                page.goto(site.address + path)
                take(page, album, _file_name(name, goal, key, album))
                album.taken.add((name, key))
                album.names.add(name)
        context.close()


def _due(name: str, goal: Goal, persona: str, album: Album) -> bool:
    if name in SHOWN_TO:
        return (goal, persona) in SHOWN_TO[name]
    return name not in album.names


def _file_name(name: str, goal: Goal, persona: str, album: Album) -> str:
    words = name.replace(":", "-")
    if (name, persona) in album.taken:
        words = f"{words}-{goal.value}"
    return f"{persona.replace('_', '-')}-{words}"


def _strangers(browser: "Browser", site: Site, goal: Goal, album: Album) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    _listen(page, album)
    if goal == GOALS[0]:
        for path in PUBLIC:
            page.goto(site.address + path)
            name = name_of(path)
            words = path.strip("/").replace("/", "-")
            take(page, album, f"stranger-{words}")
            if name:
                album.names.add(name)
        album.names |= newcomer.walk(page, site, lambda name: take(page, album, name))
        context.clear_cookies()
    if goal == Goal.LEAD_IN:
        seen = respondent.walk(page, site, lambda name: take(page, album, name))
        album.names |= {name for path in seen if (name := name_of(path))}
    context.close()
