"""Starts the product and the bare site, each from nothing in a folder that is thrown away."""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from load import Browser

from tests.browser import site as sites

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
DATABASE_URL = os.environ.get("DATABASE_URL", "")


@contextmanager
def database() -> Iterator[str]:
    """SQLite where the caller keeps it; on PostgreSQL a database of its own, gone afterwards."""
    if not DATABASE_URL:
        yield ""
        return
    name = f"bench_{next(_numbers)}"
    with psycopg.connect(DATABASE_URL, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{DATABASE_URL.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


_numbers = itertools.count()


@contextmanager
def product(**extra: str) -> Iterator[sites.Site]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, database() as address:
        if address:
            extra["DATABASE_URL"] = address
        site = sites.start(Path(folder), **extra)
        try:
            yield site
        finally:
            site.stop()


@contextmanager
def limit() -> Iterator[tuple[str, int]]:
    """The bare site, under the same server with as many processes and threads."""
    with tempfile.TemporaryDirectory(prefix="limit-") as folder, database() as address:
        environment = {
            **os.environ,
            "LIMIT_DB": address or str(Path(folder) / "limit.sqlite3"),
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
    children = Path(f"/proc/{site.pid}/task/{site.pid}/children").read_text()
    # The parent of its processes: those that have given way are counted too.
    return [
        int(pid)
        for pid in children.split()
        if Path(f"/proc/{pid}/comm").read_text() == "review-web\n"
    ]


class PartFailed(Exception):
    """In the words of the program that failed."""


def seeded(site: sites.Site, *words: object) -> dict[str, Any]:
    return told(site, "seed.py", *words)


def told(site: sites.Site, program: str, *words: object) -> dict[str, Any]:
    """What a program beside this one says in its last line, of a site."""
    done = subprocess.run(
        [sys.executable, HERE / program, *map(str, words)],
        env=site.environment,
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        called = " ".join([program, *map(str, words)])
        raise PartFailed(
            f"{called} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
