"""What a page says to an ear, and what is left of it in forced colours and with larger text."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

SCRIPT = Path(__file__).with_name("heard.js").read_text()
# What may be drawn fainter than this is decoration; words must be read.
SEEN, READ = 3.0, 4.5
USUAL, LARGE = 16, 32
TWO_FRAMES = (
    "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
)
# As many letters a line in the one as in the other, so that the same layout is compared.
NARROW, WIDE = 640, 1280


def names(page: Page) -> Iterator[str]:
    """Controls that cannot be told apart, and parts that take long to reach.

    The steps first: they count what is closed as closed, the names open it.
    """
    yield from page.evaluate("heard.steps()")
    controls = page.evaluate("heard.controls()")
    known: dict[str, str] = {}
    for number, said in _said(page).items():
        control = controls[number]
        if not said[1]:
            yield f"no name: {control['markup']}"
            continue
        words = " | ".join([*said, control["around"]]).lower()
        if known.setdefault(words, control["leads"]) != control["leads"]:
            yield f"said twice: {words}"


def _said(page: Page) -> dict[int, tuple[str, str, str]]:
    """Role, name and description of each numbered control, as the browser tells a screen reader."""
    tools = page.context.new_cdp_session(page)
    numbers = dict(_numbered(tools))
    found = {}
    for node in tools.send("Accessibility.getFullAXTree")["nodes"]:
        number = numbers.get(node.get("backendDOMNodeId"))
        if number is not None:
            role, name, more = (
                " ".join(str(node.get(part, {}).get("value", "")).split())
                for part in ("role", "name", "description")
            )
            found[number] = (role, name, more)
    tools.detach()
    return found


def _numbered(tools: CDPSession) -> Iterator[tuple[int, int]]:
    """The browser's number of each element that has one of ours."""
    whole = tools.send("DOMSnapshot.captureSnapshot", {"computedStyles": []})
    strings, nodes = whole["strings"], whole["documents"][0]["nodes"]
    for node, pairs in zip(nodes["backendNodeId"], nodes["attributes"], strict=True):
        for name, value in zip(pairs[::2], pairs[1::2], strict=True):
            if strings[name] == "data-heard":
                yield node, int(strings[value])


def lasting(page: Page) -> Iterator[str]:
    """What the page loses in forced colours or with larger text."""
    _size(page, WIDE)
    yield from forced(page)
    yield from larger(page)


def _size(page: Page, width: int) -> None:
    """Once the page has taken the new width in: what folds up does so before the next frame."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(TWO_FRAMES)


def forced(page: Page) -> Iterator[str]:
    """What carries meaning by its colour alone, and loses it where colours are forced."""
    usual = page.evaluate("heard.drawn()")
    if not usual:
        return
    for scheme in ("light", "dark"):
        page.emulate_media(forced_colors="active", color_scheme=scheme)
        now = page.evaluate("heard.drawn()")
        faults = dict.fromkeys(lost(usual, now))
        yield from (f"forced colours, {scheme}: {each}" for each in faults)
    page.emulate_media(forced_colors="none", color_scheme="light")


def lost(usual: list[dict[str, Any]], now: list[dict[str, Any]]) -> Iterator[str]:
    before, after = ([each["what"] for each in some] for some in (usual, now))
    if before != after:
        gone = sorted(set(before) ^ set(after))
        yield f"other things are drawn, {len(after)} for {len(before)}: {gone[:3]}"
        return
    looks: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one, other in zip(usual, now, strict=True):
        least = READ if one.get("text") else SEEN
        if one["seen"] >= least > other["seen"]:
            yield f"{one['what']} is not seen"
        if not one.get("text"):
            looks[one["group"], other["look"]].add(one["look"])
    for (group, _), several in looks.items():
        if len(several) > 1:
            yield f"in {group} {len(several)} looks are one: {sorted(several)}"


def larger(page: Page) -> Iterator[str]:
    """Text at twice its size: all of it grows, none is lost, nothing scrolls sideways."""
    tools = page.context.new_cdp_session(page)
    _text(tools, USUAL)
    _size(page, NARROW)
    usual = page.evaluate("heard.sizes()")
    cut = set(page.evaluate("heard.clipped()"))
    _text(tools, LARGE)
    _size(page, WIDE)
    now = page.evaluate("heard.sizes()")
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > WIDE:
        yield f"text at 200%: {width} pixels wide"
    yield from (
        f"text at 200%: cut off in {each}"
        for each in sorted(set(page.evaluate("heard.clipped()")) - cut)
    )
    yield from (f"text at 200%: {each}" for each in small(usual, now))
    _text(tools, USUAL)
    tools.detach()


def small(usual: list[list[Any]], now: list[list[Any]]) -> Iterator[str]:
    if [each[0] for each in usual] != [each[0] for each in now]:
        gone = {each[0] for each in usual} ^ {each[0] for each in now}
        yield f"other words: {sorted(gone)[:5]}"
        return
    told = set()
    for (words, before, what), (_, after, _) in zip(usual, now, strict=True):
        if after < 1.7 * before and what not in told:
            told.add(what)
            yield f"{what} stays at {after:g} (was {before:g}): {words[:40]}"


def _text(tools: CDPSession, size: int) -> None:
    sizes = {"standard": size, "fixed": size * 13 // 16}
    tools.send("Page.setFontSizes", {"fontSizes": sizes})


def announced(page: Page) -> Iterator[str]:
    """What keeps the message of the page that is open from being heard and seen."""
    found = page.locator(".govuk-notification-banner")
    if found.count() != 1:
        yield f"{found.count()} messages"
        return
    if found.get_attribute("role") != "alert":
        yield "no live role"
    box = found.bounding_box()
    height = page.evaluate("innerHeight")
    if box is None or box["y"] < 0 or box["y"] + box["height"] > height:
        yield f"out of sight: {box} of {height}"
