"""Every page that somebody reaches by following links, as the bytes that do not differ by chance."""

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from tests.sizes import examples

_LINKS = re.compile(rb'(?:href|src)="([^"#]+)')
_BY_CHANCE = (
    # A form's own token and a key that is drawn anew with each release.
    (re.compile(rb'(name="csrfmiddlewaretoken" value=)"[^"]*"'), rb"\1"),
    (
        re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        b"KEY",
    ),
)
# So many addresses of one kind are followed: eight, two with ``make test``, four on PostgreSQL.
FOLLOWED = min(8, examples(8))
# What a crawler must not press, and what is the same for everybody.
_LEFT_OUT = ("/account/", "/static/", "/q/", "/help")


@dataclass(frozen=True)
class Seen:
    where: str
    name: str
    status: int
    kind: str
    content: bytes

    @property
    def constant(self) -> bytes:
        found = self.content
        for pattern, instead in _BY_CHANCE:
            found = pattern.sub(instead, found)
        return found


def everything(browser: Client, *starts: str) -> list[Seen]:
    waiting, known, followed = list(starts), set(starts), Counter[str]()
    seen: list[Seen] = []
    while waiting:
        where = waiting.pop(0)
        name = _name(where)
        if not name or followed[name] >= FOLLOWED:
            continue
        followed[name] += 1
        answer: Any = browser.get(where)
        content = b"".join(answer) if answer.streaming else answer.content
        kind = answer.get("Content-Type", "")
        seen.append(Seen(where, name, answer.status_code, kind, content))
        found = [answer["Location"]] if answer.has_header("Location") else []
        if "html" in kind:
            found += [unescape(each.decode()) for each in _LINKS.findall(content)]
        for link in found:
            target = _ours(urljoin(where, link))
            if target and target not in known:
                known.add(target)
                waiting.append(target)
    return seen


def constant(seen: list[Seen]) -> dict[str, tuple[int, bytes]]:
    """By address, without the keys that are drawn anew."""
    return {
        re.sub(r"[0-9a-f-]{36}", "KEY", each.where): (each.status, each.constant)
        for each in seen
    }


def _ours(link: str) -> str:
    parts = urlsplit(link)
    if parts.netloc not in ("", "testserver") or parts.path.startswith(_LEFT_OUT):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _name(where: str) -> str:
    try:
        return resolve(urlsplit(where).path).view_name
    except Resolver404:
        return ""
