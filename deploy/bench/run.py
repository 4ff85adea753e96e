"""Measures the product beside the least that Django can do, and prints a table.

    make bench                       everything, on SQLite
    make bench ONLY="journey"        one part: journey, invitations, results, import
    DATABASE_URL=postgres://... make bench

Figures also go to ``build/bench/figures.json``. Nothing leaves this machine. The site is a real one:
web server, worker and mail, started from nothing in a folder that is thrown away.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
sys.path[:0] = [str(ROOT), str(HERE)]

from load import Browser, Step, Summary, Target, drive, memory, processes, summaries  # noqa: E402

from tests.browser import site as sites  # noqa: E402

OUT = ROOT / "build" / "bench"
DATABASE_URL = os.environ.get("DATABASE_URL", "")
GROUP, ROUNDS = 60, 5


@contextmanager
def product(**extra: str) -> Iterator[sites.Site]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        if DATABASE_URL:
            extra["DATABASE_URL"] = DATABASE_URL
        site = sites.start(Path(folder), **extra)
        try:
            yield site
        finally:
            site.stop()


@contextmanager
def limit() -> Iterator[tuple[str, int]]:
    """The bare site, under the same server with as many processes and threads."""
    with tempfile.TemporaryDirectory(prefix="limit-") as folder:
        environment = {
            **os.environ,
            "LIMIT_DB": DATABASE_URL or str(Path(folder) / "limit.sqlite3"),
            "PYTHONPATH": str(HERE),
        }
        subprocess.run([sys.executable, HERE / "limit.py"], env=environment, check=True)
        port = sites.free_port()
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "limit:application"),
                *("-k", "gthread", "-w", "2", "--threads", "4"),
                *("-b", f"127.0.0.1:{port}", "--log-level", "error"),
            ],
            env=environment,
        )
        try:
            for _ in range(100):
                time.sleep(0.1)
                try:
                    Browser(f"http://127.0.0.1:{port}").get("/rows/1/")
                    break
                except OSError:
                    continue
            yield f"http://127.0.0.1:{port}", server.pid
        finally:
            server.terminate()
            server.wait()


def web(site: sites.Site) -> list[int]:
    """The web server alone: what the worker does meanwhile is not the visitor's cost."""
    return [
        pid
        for pid in processes([site.pid])
        if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def seeded(site: sites.Site, *words: object) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, HERE / "seed.py", *map(str, words)],
        env=site.environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


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
            faults = [f for t in targets for r in t.rounds for f in r.faults]
            for fault in faults[:3]:
                print("  fault:", fault)
        found.append({"what": "web and worker", "memory MB": memory([site.pid])})
    return found


def main() -> None:
    parts = {"journey": journey}
    wanted = sys.argv[1:] or list(parts)
    OUT.mkdir(parents=True, exist_ok=True)
    figures = {
        "on": time.strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, "
        f"Python {platform.python_version()}",
        "database": "PostgreSQL" if DATABASE_URL else "SQLite",
    }
    print(", ".join(figures.values()))
    for name in wanted:
        rows = parts[name]()
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


if __name__ == "__main__":
    main()
