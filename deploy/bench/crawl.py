"""Every persona of a demonstration follows every link that leads to a page or a file.

    python deploy/bench/crawl.py http://127.0.0.1:8000

Each page is asked for on a connection of its own, some visitors at once. The last line is JSON: how many
pages there were, by whom, and what went wrong.
"""

import http.client
import json
import os
import re
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerreview.settings")

import django  # noqa: E402

django.setup()

from tests.adversarial import crawl  # noqa: E402

AT_ONCE = 4
# The same on every database, whatever the tests follow there.
crawl.FOLLOWED = 8
_PERSONA = re.compile(r'name="persona"\s+value="(\d+)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Answer:
    """What ``crawl`` asks of an answer of Django's test client."""

    streaming = False

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status_code = answer.status
        self.content = answer.read()
        self._headers = answer.headers

    def get(self, name: str, default: str = "") -> str:
        return str(self._headers.get(name, default))

    def has_header(self, name: str) -> bool:
        return name in self._headers

    def __getitem__(self, name: str) -> str:
        return str(self._headers[name])


class Visitor:
    """Somebody with cookies."""

    def __init__(self, base: str) -> None:
        self.base, self.cookies = base, dict[str, str]()
        self.lost = 0

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def sign_in(self, persona: str) -> None:
        page = self.get("/account/login/").content.decode()
        token = _TOKEN.search(page)
        assert token is not None  # noqa: S101
        self._ask(
            "POST",
            "/demonstration/sign-in/",
            urlencode({"csrfmiddlewaretoken": token[1], "persona": persona}),
        )

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        where = urlsplit(self.base).netloc
        headers = {"Host": where, "Origin": self.base, "Connection": "close"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(where, timeout=120)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            for line in response.headers.get_all("Set-Cookie") or []:
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value
            return Answer(response)
        finally:
            connection.close()


def personas(base: str) -> list[str]:
    page = Visitor(base).get("/account/login/").content.decode()
    return list(dict.fromkeys(_PERSONA.findall(page)))


def walk(base: str, persona: str) -> Counter[str]:
    """How many answers of each status this persona meets."""
    visitor: Any = Visitor(base)
    visitor.sign_in(persona)
    return Counter(str(each.status) for each in crawl.everything(visitor, "/"))


def main(base: str) -> None:
    people = personas(base)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda each: walk(base, each), people))
    print(
        json.dumps(
            {
                "people": len(people),
                "pages": sum(sum(each.values()) for each in found),
                "statuses": dict(sum(found, Counter[str]())),
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1])
