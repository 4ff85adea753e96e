"""Measures the product beside the least that Django can do, and prints a table.

    make bench                       everything, on SQLite
    make bench ONLY="journey"        one part: journey, invitations, results, import, solver, timetable, gathering, memory
    DATABASE_URL=postgres://... make bench

Figures also go to ``build/bench/figures.json``. Nothing leaves this machine. The site is a real one:
web server, worker and mail, started from nothing in a folder that is thrown away.
"""

import itertools
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT), str(HERE)]

from load import (  # noqa: E402
    Browser,
    Failed,
    Step,
    Summary,
    Target,
    cpu_seconds,
    drive,
    memory,
    summaries,
)
from notes import gathering  # noqa: E402
from solver import solver  # noqa: E402
from started import (  # noqa: E402
    DATABASE_URL,
    PartFailed,
    limit,
    product,
    seeded,
    told,
    web,
)

from tests.browser import site as sites  # noqa: E402

OUT = ROOT / "build" / "bench"
GROUP, ROUNDS = 60, 5
STATEMENTS, ANSWERS = 40, (1_000, 100_000)
INVITATIONS = 10_000
SESSIONS = 150
IDLE, REST = 120, 10


def opens(path: str, words: str) -> Step:
    def step(browser: Browser) -> None:
        browser.get(path)
        browser.expect(words)

    return step


def sends(words: str, *button: str) -> Step:
    def step(browser: Browser) -> None:
        browser.submit((button[0], button[1]) if button else None)
        browser.expect(words)

    return step


def bare_journey(number: int) -> list[tuple[str, Step]]:
    """Open, four pages on, the check page, send."""
    token = f"t{number:09}"
    return [
        ("open", opens(f"/q/{token}/", "Page 1 of 5")),
        *((f"save {n}", sends(f"Page {n + 1} of 5")) for n in range(1, 5)),
        ("save 5", sends("Check your answers")),
        ("send", sends("have been sent")),
    ]


def our_journey(tokens: list[str]) -> Callable[[int], list[tuple[str, Step]]]:
    """The same and the page before the first question, as somebody at their phone goes."""

    def steps(number: int) -> list[tuple[str, Step]]:
        return [
            ("open", opens(f"/q/{tokens[number]}", "Start")),
            ("start", sends("Part 1", "go", "start")),
            *((f"save {n}", sends(f"Part {n + 1}", "go", "next")) for n in range(1, 5)),
            ("save 5", sends("Check your answers", "go", "next")),
            ("send", sends("have been sent", "go", "send")),
        ]

    return steps


def _figures(each: Summary, users: int) -> dict[str, Any]:
    return {
        "what": f"{each.name}, {users} at once",
        "CPU ms": each.cpu_ms,
        "CPU / limit": each.cpu_ratio,
        "a second": each.rate,
        "rate / limit": each.rate_ratio,
        "open p50 ms": each.p50,
        "open p95 ms": each.p95,
        "kB": each.kilobytes,
        "faults": each.faults,
    }


def journey() -> list[dict[str, Any]]:
    """A respondent from the link to the receipt, with 1, 8 and 64 at once."""
    found = []
    with limit() as (bare, pid), product() as site:
        tokens = seeded(site, "journeys", 3 * (ROUNDS + 1) * 2 * GROUP)["tokens"]
        used = 0
        for users in (1, 8, 64):
            targets = [
                Target("limit", bare, [pid], bare_journey),
                Target(
                    "respondent",
                    site.address,
                    web(site),
                    our_journey(tokens[used:]),
                ),
            ]
            drive(targets, users=users, journeys=max(GROUP, users), rounds=ROUNDS)
            used += (ROUNDS + 1) * max(GROUP, users)
            found += [_figures(each, users) for each in summaries(targets)]
            _say_faults(targets)
        found.append({"what": "web and worker", "memory MB": memory([site.pid])})
    return found


def results() -> list[dict[str, Any]]:
    """The team's page of results with few answers and with many, beside a page of as many rows."""
    found = []
    with ExitStack() as stack:
        bare, pid = stack.enter_context(limit())
        _fill(bare)
        targets = [Target("limit", bare, [pid], lambda _: [("open", _rows)])]
        for answers in ANSWERS:
            site = stack.enter_context(product())
            made = seeded(site, "released", answers)
            path = f"/reviews/{made['review']}/questionnaires/{made['questionnaire']}/results/"
            targets.append(
                Target(
                    f"results of {answers:,}",
                    site.address,
                    web(site),
                    lambda _, path=path: [("open", opens(path, "Statement by"))],  # type: ignore[misc]
                    {"sessionid": made["session"]},
                    fresh=False,
                )
            )
            found.append(
                {
                    "what": f"release of {answers:,}",
                    "seconds": made["release_seconds"],
                }
            )
        drive(targets, users=1, journeys=GROUP, rounds=ROUNDS)
        measured = summaries(targets)
        found += [_figures(each, 1) for each in measured]
        few, many = (each.cpu_ms for each in measured[1:])
        found.append({"what": "many answers beside few", "CPU": many / few})
        _say_faults(targets)
    return found


def timetable() -> list[dict[str, Any]]:
    """A week of 150 sessions: opened, a session moved with its clashes, and a calendar's feed."""
    found = []
    with limit() as (bare, pid), product() as site:
        _fill(bare, SESSIONS)
        made = seeded(site, "timetable", SESSIONS)
        week = f"/reviews/{made['review']}/timetable/"
        moved = f"{week}{made['moved']}/"
        cookies = {"sessionid": made["session"]}

        def rows(browser: Browser) -> None:
            browser.get(f"/rows/{SESSIONS}/")
            browser.expect(f'id="n{SESSIONS}"')

        def ours(path: str, words: str) -> Target:
            return Target(
                f"{words} of {SESSIONS} sessions",
                site.address,
                web(site),
                lambda _: [("open", opens(path, "Session 149"))],
                cookies,
                fresh=False,
            )

        feed = Target(
            "calendar feed",
            site.address,
            web(site),
            lambda _: [
                (
                    "open",
                    opens(f"/calendar/{made['feed']}/timetable.ics", "END:VCALENDAR"),
                )
            ],
            fresh=False,
        )
        targets = [
            Target("limit", bare, [pid], lambda _: [("open", rows)]),
            ours(week, "week"),
            ours(f"{week}?by=room", "week by room"),
            feed,
        ]
        drive(targets, users=1, journeys=GROUP, rounds=ROUNDS)
        found += [_figures(each, 1) for each in summaries(targets)]
        _say_faults(targets)
        targets = [
            Target("limit: a post", bare, [pid], _bare_post),
            Target(
                "a session moved, with its clashes",
                site.address,
                web(site),
                lambda number: [("open", _moves(moved, number))],
                cookies,
                fresh=False,
            ),
        ]
        drive(targets, users=1, journeys=GROUP, rounds=ROUNDS)
        found += [_figures(each, 1) for each in summaries(targets)]
        _say_faults(targets)
    return found


def _say_faults(targets: list[Target]) -> None:
    for target in targets:
        for fault in [f for r in target.rounds for f in r.faults][:3]:
            print("  fault:", fault)


def _bare_post(number: int) -> list[tuple[str, Step]]:
    def step(browser: Browser) -> None:
        if not browser.page:
            browser.get(f"/q/m{number:09}/")
        browser.post(f"/q/m{number:09}/1/", q1_1="1")

    return [("open", step)]


def _moves(path: str, number: int) -> Step:
    """About its evening; the version is read from the page that it was opened on."""

    def step(browser: Browser) -> None:
        if not browser.page:
            browser.follows = False
            browser.get(f"{path}move/")
            found = re.search(r'name="version"\s+value="(\d+)"', browser.page)
            if found is None:
                raise Failed(f"no version on {path}")
            browser.version = int(found[1])
        browser.post(
            f"{path}drop/",
            day=re.search(r'<option value="(\d{4}-\d\d-\d\d)" selected', browser.page)[
                1
            ],  # type: ignore[index]
            # Never where it stands already: that would be no move.
            start=f"{17 + number % 12 // 4}:{number % 4 * 15:02}",
            version=str(browser.version),
            by="",
            lane="",
        )
        if "#session-" not in browser.answer:
            raise Failed(f"not moved: {browser.answer[:80]}")
        browser.version += 1

    return step


def _rows(browser: Browser) -> None:
    browser.get(f"/rows/{STATEMENTS}/")
    browser.expect(f'id="n{STATEMENTS}"')


def _fill(bare: str, number_of_rows: int = STATEMENTS) -> None:
    """As many rows as the questionnaire has statements, or the week has sessions."""
    for number in range(-(-number_of_rows // 5)):
        browser = Browser(bare)
        for _, step in bare_journey(number):
            step(browser)
        browser.close()


@contextmanager
def sink() -> Iterator[tuple[int, Path]]:
    """A mail server that takes everything: its port, and the file with the count of letters."""
    with tempfile.TemporaryDirectory(prefix="sink-") as folder:
        port = sites.free_port()
        server = subprocess.Popen(
            [sys.executable, HERE / "sink.py", str(port)], cwd=folder
        )
        try:
            yield port, Path(folder) / "count"
        finally:
            server.terminate()
            server.wait()


class Visitors:
    """Respondents who open their links one after the other, until they are told to stop."""

    def __init__(self, base: str, tokens: list[str]) -> None:
        self.base, self.tokens = base, tokens
        self.times: list[float] = []
        self.faults = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go)

    def _go(self) -> None:
        for token in itertools.cycle(self.tokens):
            if self._stop.is_set():
                return
            browser = Browser(self.base)
            began = time.perf_counter()
            try:
                browser.get(f"/q/{token}")
                browser.expect("Start")
            except (OSError, Failed):
                self.faults += 1
            self.times.append(1000 * (time.perf_counter() - began))
            browser.close()
            time.sleep(0.05)

    def __enter__(self) -> "Visitors":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[-1]


def invitations() -> list[dict[str, Any]]:
    """So many go out at one press, while others answer."""
    with sink() as (port, count), product(EMAIL_URL=f"smtp://127.0.0.1:{port}") as site:
        made = seeded(site, "invitations", INVITATIONS)
        idle = Visitors(site.address, made["tokens"])
        with idle:
            time.sleep(10)
        manager = Browser(site.address, {"sessionid": made["session"]})
        path = f"/reviews/{made['review']}/questionnaires/{made['questionnaire']}/send/"
        manager.get(path)
        manager.expect("Send the invitations")
        began = time.perf_counter()
        with Visitors(site.address, made["tokens"]) as busy:
            manager.submit(a_minute="")
            pressed = time.perf_counter() - began
            until = time.monotonic() + 300
            while int(count.read_text()) < INVITATIONS and time.monotonic() < until:
                time.sleep(0.05)
            seconds = time.perf_counter() - began
        return [
            {
                "what": f"{INVITATIONS:,} invitations",
                "press ms": 1000 * pressed,
                "seconds": seconds,
                "a second": int(count.read_text()) / seconds,
                "letters": int(count.read_text()),
            },
            {
                "what": "respondents meanwhile",
                "p95 ms": busy.p95,
                "p95 idle ms": idle.p95,
                "p95 / idle": busy.p95 / idle.p95,
                "faults": busy.faults + idle.faults,
            },
        ]


def lists() -> list[dict[str, Any]]:
    """A list of people, read and checked row by row, beside openpyxl reading it."""
    with product() as site:
        made = seeded(site, "lists", INVITATIONS)
    return [
        {
            "what": f"list of {INVITATIONS:,}",
            "seconds": made["ours"],
            "openpyxl seconds": made["openpyxl"],
            "seconds / openpyxl": made["ours"] / made["openpyxl"],
            "faults": made["faults"],
        }
    ]


def idle_and_crawled() -> list[dict[str, Any]]:
    """What a demonstration holds when nobody is there, and when everybody has seen everything."""
    with product(DEMO="1", EMAIL_URL="") as site:
        site.manage("demo", "--stage", "on-site")
        time.sleep(IDLE)
        idle, before = memory([site.pid]), cpu_seconds(web(site))
        found = told(site, "crawl.py", site.address)
        crawl = cpu_seconds(web(site)) - before
        peak = memory([site.pid])
        time.sleep(REST)
        return [
            {"what": "idle", "memory MB": idle},
            {
                "what": f"after a crawl of {found['pages']:,} pages by {found['people']}",
                "memory MB": memory([site.pid]),
                "memory MB as it ends": peak,
                "CPU s": crawl,
                "CPU ms a page": 1000 * crawl / found["pages"],
                "answers": found["statuses"],
            },
        ]


def main() -> None:
    parts = {
        "journey": journey,
        "invitations": invitations,
        "results": results,
        "import": lists,
        "solver": solver,
        "timetable": timetable,
        "gathering": gathering,
        "memory": idle_and_crawled,
    }
    wanted = sys.argv[1:] or list(parts)
    OUT.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {
        "on": time.strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}",
        "database": "PostgreSQL" if DATABASE_URL else "SQLite",
    }
    print(", ".join(figures.values()))
    failed = []
    for name in wanted:
        try:
            rows = parts[name]()
        except PartFailed as failure:
            failed.append(name)
            print(f"\n{name} failed. {failure}")
            continue
        figures[name] = rows
        print(f"\n{name}")
        for row in rows:
            print(
                "  "
                + ", ".join(
                    f"{key} {value:.4g}"
                    if isinstance(value, float)
                    else f"{value}"
                    if key == "what"
                    else f"{key} {value}"
                    for key, value in row.items()
                )
            )
    (OUT / f"figures-{figures['database'].lower()}.json").write_text(
        json.dumps(figures, indent=2)
    )
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
