"""Drives running sites with real journeys and counts what each costs the server.

Targets are driven in turn, round after round, so that they meet the same weather on the machine: what
counts is the ratio to the first. A round before the first warms up. Everything is on this machine.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S | re.I)
_TAG = re.compile(r"<(input|button|textarea)\b([^>]*)>", re.I)
_ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?', re.I)


class Failed(Exception):
    """A page was not what a journey expects."""


@dataclass
class Browser:
    """One visitor: cookies, one connection, and the page that is open."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    received: int = 0
    page: str = ""
    path: str = ""
    answer: str = ""
    version: int = 0
    # A redirect is an answer too, where the cost of the page behind it is measured elsewhere.
    follows: bool = True

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection(
            urlsplit(self.base).netloc, timeout=60
        )

    def close(self) -> None:
        self._connection.close()

    def get(self, path: str) -> None:
        self._ask("GET", path)

    def post(self, path: str, **fields: str) -> None:
        """Post fields with the token of the page that is open."""
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', self.page)
        if token is None:
            raise Failed(f"no form on {self.path}")
        body = urlencode({"csrfmiddlewaretoken": token[1], **fields})
        page, where = self.page, self.path
        self._ask("POST", path, body)
        self.answer, self.page, self.path = self.page, page, where

    def submit(self, button: tuple[str, str] | None = None, **fields: str) -> None:
        """Post the first form of the open page that has all of ``fields``.

        With its hidden fields, and the second of each group of radios.
        """
        form = next(
            (
                f
                for f in _FORM.findall(self.page)
                if "post" in f[:300].lower()
                and all(f'name="{name}"' in f for name in fields)
            ),
            "",
        )
        if not form:
            raise Failed(f"no form on {self.path}")
        data: dict[str, str] = {}
        radios: dict[str, list[str]] = {}
        for tag, rest in _TAG.findall(form):
            at = {name.lower(): value for name, value in _ATTRIBUTE.findall(rest)}
            name, kind = at.get("name", ""), at.get("type", "")
            if tag == "input" and kind == "hidden":
                data[name] = at.get("value", "")
            elif kind == "radio":
                radios.setdefault(name, []).append(at.get("value", ""))
        data |= {name: values[1] for name, values in radios.items()}
        data |= fields
        if button:
            data[button[0]] = button[1]
        action = re.search(r'action="([^"]*)"', form[:400])
        where = action[1] if action and action[1] else self.path
        self._ask("POST", where, urlencode(data))

    def expect(self, words: str) -> None:
        if words not in self.page:
            title = re.search(r"<title>(.*?)</title>", self.page, re.S)
            raise Failed(f"{self.path}: no “{words}”, but {title[1] if title else '?'}")

    def _ask(self, method: str, path: str, body: str | None = None) -> None:
        headers = {"Host": urlsplit(self.base).netloc, "Origin": self.base}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        content = response.read()
        self.received += len(content)
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if response.status in (301, 302, 303) and not self.follows:
            self.page = f"to {response.headers['Location']}"
            return
        if response.status in (301, 302, 303):
            self._ask("GET", response.headers["Location"])
            return
        if response.status != 200:
            raise Failed(f"{method} {path}: {response.status}")
        self.page, self.path = content.decode(), path


Step = Callable[[Browser], None]


@dataclass
class Target:
    """A site and what a visitor does there. ``steps`` are timed one by one; ``log_in`` is not."""

    name: str
    base: str
    pids: list[int]
    steps: Callable[[int], list[tuple[str, Step]]]
    cookies: dict[str, str] = field(default_factory=dict)
    fresh: bool = True
    rounds: list[Round] = field(default_factory=list)


@dataclass
class Round:
    """What one round of a target measured."""

    times: dict[str, list[float]] = field(default_factory=dict)
    whole: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    cpu: float = 0.0
    wall: float = 0.0
    received: int = 0

    @property
    def cpu_ms(self) -> float:
        return 1000 * self.cpu / max(1, len(self.whole))

    @property
    def rate(self) -> float:
        return len(self.whole) / self.wall if self.wall else 0.0


def drive(targets: list[Target], *, users: int, journeys: int, rounds: int) -> None:
    """Fill ``rounds`` of each target; every journey of a target has a number of its own."""
    numbers = {target.name: _numbers() for target in targets}
    for turn in range(rounds + 1):
        for target in targets:
            count = journeys if turn else max(users, journeys // 4)
            made = _round(target, users, count, numbers[target.name])
            if turn:
                target.rounds.append(made)


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


def _round(target: Target, users: int, count: int, numbers: Iterator[int]) -> Round:
    made, lock = Round(), threading.Lock()
    waiting = [next(numbers) for _ in range(count)]

    def visitor() -> None:
        browser = Browser(target.base, dict(target.cookies))
        while True:
            with lock:
                if not waiting:
                    break
                number = waiting.pop()
            if target.fresh:
                browser.close()
                browser = Browser(target.base, dict(target.cookies))
            _journey(target, browser, number, made, lock)
        browser.close()

    threads = [threading.Thread(target=visitor) for _ in range(users)]
    before, began = cpu_seconds(target.pids), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made.wall = time.perf_counter() - began
    made.cpu = cpu_seconds(target.pids) - before
    return made


def _journey(
    target: Target, browser: Browser, number: int, made: Round, lock: threading.Lock
) -> None:
    began = time.perf_counter()
    received = browser.received
    times = []
    try:
        for name, step in target.steps(number):
            start = time.perf_counter()
            step(browser)
            times.append((name, time.perf_counter() - start))
    except (Failed, OSError, http.client.HTTPException) as fault:
        with lock:
            made.faults.append(str(fault))
        browser.close()
        return
    with lock:
        made.whole.append(time.perf_counter() - began)
        made.received += browser.received - received
        for name, seconds in times:
            made.times.setdefault(name, []).append(seconds)


def processes(parents: list[int]) -> dict[int, float]:
    """These processes and all that they started, with the CPU seconds of each so far."""
    ticks = os.sysconf("SC_CLK_TCK")
    seen: dict[int, tuple[int, float]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used = sum(int(each) for each in fields[11:15]) / ticks
        seen[int(file.parent.name)] = (int(fields[1]), used)
    found = set(parents)
    while more := {pid for pid, (parent, _) in seen.items() if parent in found} - found:
        found |= more
    return {pid: seen[pid][1] for pid in found if pid in seen}


def cpu_seconds(parents: list[int]) -> float:
    return sum(processes(parents).values())


def quantile(values: list[float], percent: int) -> float:
    """In milliseconds."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return 1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


@dataclass(frozen=True)
class Summary:
    """A target over all its rounds; ratios are to the first target, round by round."""

    name: str
    journeys: int
    cpu_ms: float
    rate: float
    kilobytes: float
    faults: int
    first: str
    p50: float
    p95: float
    cpu_ratio: float
    rate_ratio: float


def summaries(targets: list[Target]) -> list[Summary]:
    reference = targets[0]
    found = []
    for target in targets:
        whole = [seconds for each in target.rounds for seconds in each.whole]
        first = next(iter(target.rounds[0].times), "")
        opened = [s for each in target.rounds for s in each.times.get(first, [])]
        pairs = list(zip(reference.rounds, target.rounds, strict=True))
        found.append(
            Summary(
                name=target.name,
                journeys=len(whole),
                cpu_ms=statistics.median(each.cpu_ms for each in target.rounds),
                rate=statistics.median(each.rate for each in target.rounds),
                kilobytes=sum(e.received for e in target.rounds)
                / 1000
                / max(1, len(whole)),
                faults=sum(len(each.faults) for each in target.rounds),
                first=first,
                p50=quantile(opened, 50),
                p95=quantile(opened, 95),
                cpu_ratio=statistics.median(
                    b.cpu_ms / a.cpu_ms if a.cpu_ms else float("nan") for a, b in pairs
                ),
                rate_ratio=statistics.median(
                    b.rate / a.rate if a.rate else float("nan") for a, b in pairs
                ),
            )
        )
    return found


def memory(parents: list[int]) -> float:
    """Proportional set size of the processes and all they started, in megabytes."""
    total = 0
    for pid in processes(parents):
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += sum(
            int(line.split()[1])
            for line in text.splitlines()
            if line.startswith("Pss:")
        )
    return total / 1024
