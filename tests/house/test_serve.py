"""The site as it is started: it answers, says where, and leaves no process behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests import template_database
from tests.house.test_supervisor import ROOT, _settled

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.database]
START = 90.0
WHOLE = 8


def _environment(folder: Path, database: str) -> dict[str, str]:
    elsewhere = ("KEYSTORE_URL", "REDIS_URL", "EMAIL_URL")
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return {**kept, "VAR_DIR": str(folder), "DEMO": "1", "DATABASE_URL": database}


@contextmanager
def _database() -> Iterator[str]:
    """SQLite in the site's own folder; on PostgreSQL a database of its own."""
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield ""
        return
    import psycopg

    name = f"serve_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        yield f"{address.rpartition('/')[0]}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Site:
    """A site in a folder of its own, as a demonstration without data."""

    def __init__(self, folder: Path, database: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {
            **_environment(folder, database),
            "PORT": str(port),
            "SITE_ADDRESS": self.address,
        }
        self.log = (folder / "log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            text=True,
        )
        self._until_it_answers()

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def _until_it_answers(self) -> None:
        limit = time.monotonic() + START
        while "Ctrl-C stops it." not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < limit, self.said()
            time.sleep(0.05)
        with urllib.request.urlopen(f"{self.address}/account/login/") as answer:  # noqa: S310
            assert answer.status == 200

    def members(self) -> list[int]:
        """Every process below the supervisor, however deep."""
        children: dict[int, list[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, []).append(int(stat.parent.name))
        found, waiting = [], [self.process.pid]
        while waiting:
            below = children.get(waiting.pop(), [])
            found += below
            waiting += below
        return found

    def whole(self) -> list[int]:
        """The same, once everybody is there: two parents, two web processes, the worker's."""
        limit = time.monotonic() + START
        while len(self.members()) < WHOLE:
            assert time.monotonic() < limit, self.said()
            time.sleep(0.05)
        return self.members()

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(each) for each in path.read_text().split()]


def _manage(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    with _database() as address:
        yield address


@pytest.fixture(scope="module")
def prepared(
    tmp_path_factory: pytest.TempPathFactory,
    database: str,
    django_db_blocker: DjangoDbBlocker,
) -> Path:
    """What an installation has before it serves: a database and its static files."""
    folder = tmp_path_factory.mktemp("prepared")
    environment = _environment(folder, database)
    name = database.rpartition("/")[2] or str(folder / "db.sqlite3")
    with django_db_blocker.unblock():
        template_database.copy_to(name)
    _manage(environment, "collectstatic", "-v0", "--noinput")
    return folder


@pytest.fixture
def site(prepared: Path, database: str, tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "site"
    shutil.copytree(prepared, folder)
    running = Site(folder, database)
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(10)
    running.log.close()


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_stopping_leaves_no_process_behind(site: Site, kind: signal.Signals) -> None:
    members = site.whole()

    begun = time.monotonic()
    site.process.send_signal(kind)

    assert site.process.wait(10) == 0
    assert time.monotonic() - begun < 5
    assert _settled(members) == []
    lines = site.said().splitlines()
    assert lines == [f"Critical Friend is at {site.address}", "Ctrl-C stops it."]


# What draws and reads documents. It takes 60 MB, and who needs it loads it.
HEAVY = ("/numpy", "/lxml/", "/PIL/", "fontTools", "pango")


def _heavy(process: int) -> list[str]:
    libraries = Path(f"/proc/{process}/maps").read_text()
    return [each for each in HEAVY if each in libraries]


def test_what_only_documents_need_is_not_loaded_for_everybody(site: Site) -> None:
    site.whole()

    assert _heavy(site.process.pid) == []


def test_a_document_library_would_be_seen() -> None:
    """The control."""
    with subprocess.Popen(
        [sys.executable, "-c", "import openpyxl; print(1, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        assert "/numpy" in _heavy(process.pid)
        process.communicate(b"\n")


@pytest.mark.parametrize("which", [0, 1], ids=["web server", "worker"])
def test_when_one_half_dies_the_other_stops_too(site: Site, which: int) -> None:
    members = site.whole()

    os.kill(site.children()[which], signal.SIGKILL)

    assert site.process.wait(10) == 1
    assert _settled(members) == []
    assert "ended by itself, so both have stopped" in site.said()


def test_when_the_supervisor_is_killed_everybody_stops(site: Site) -> None:
    members = site.whole()

    site.process.kill()
    site.process.wait()

    limit = time.monotonic() + START
    while left := _settled(members):
        assert time.monotonic() < limit, left


ENQUEUE = """
from reviews import background
for _ in range(20):
    background.enqueue("reviews.tasks.nightly", review=None)
"""
COUNT = """
from reviews.models import Job
print(Job.objects.filter(state="done").count(), Job.objects.exclude(state="done").count())
"""


def test_the_worker_does_its_jobs_while_pages_are_read(site: Site) -> None:
    """On PostgreSQL too, where processes that shared a connection would mix answers up."""
    _manage(site.environment, "shell", "-v0", "-c", ENQUEUE)

    limit = time.monotonic() + START
    while (found := _manage(site.environment, "shell", "-v0", "-c", COUNT)) != "20 0\n":
        for _ in range(20):
            with urllib.request.urlopen(f"{site.address}/account/login/") as answer:  # noqa: S310
                assert answer.status == 200
        assert time.monotonic() < limit, found + site.said()

    assert "ERROR" not in site.said()
