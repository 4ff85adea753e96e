"""A site of its own in a folder of its own, with the demonstration at a stage, for taking pictures."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from peerreview.demo.loading import Goal

START = 60.0


@dataclass(frozen=True)
class Site:
    address: str
    folder: Path
    environment: dict[str, str]

    def manage(self, *words: str) -> str:
        """Run one of our commands on it and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def letters(self) -> list[Path]:
        """The messages that it sent, the newest first."""
        return sorted((self.folder / "mail").glob("*.eml"), reverse=True)


@contextmanager
def running(folder: Path, goal: Goal) -> Iterator[Site]:
    """Load the demonstration under ``folder`` and serve it until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    prepare(folder)
    load(folder, goal)
    with serving(folder) as site:
        yield site


def prepare(folder: Path) -> None:
    """Everything but what was said: a database and the static files."""
    _run(folder, "migrate", "-v0")
    collect_static(folder)


def collect_static(folder: Path) -> None:
    _run(folder, "collectstatic", "-v0", "--noinput")


def load(folder: Path, goal: Goal) -> None:
    _run(folder, "demo", "--stage", goal.value)


@contextmanager
def serving(folder: Path) -> Iterator[Site]:
    """Serve what is under ``folder`` until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    site = Site(address, folder, _environment(folder, address, port))
    with (folder / "site.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=settings.BASE_DIR,
            env=site.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait(site, server)
            yield site
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(10)


def _environment(folder: Path, address: str, port: int) -> dict[str, str]:
    return {
        **{
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "KEYSTORE_DIR", "KEYSTORE_URL", "REDIS_URL")
        },
        "VAR_DIR": str(folder),
        "DEMO": "1",
        "DEBUG": "0",
        "HTTPS": "0",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_ADDRESS": address,
        "EMAIL_URL": "",
        "PORT": str(port),
    }


def _run(folder: Path, *words: str) -> None:
    """One of our commands, before the site has an address of its own."""
    with (folder / "site.log").open("ab") as log:
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *words],
            cwd=settings.BASE_DIR,
            env=_environment(folder, "http://127.0.0.1", 0),
            stdout=log,
            stderr=log,
            check=True,
        )


def _wait(site: Site, server: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + START
    while True:
        try:
            urllib.request.urlopen(f"{site.address}/account/login/", timeout=5)  # noqa: S310
        except urllib.error.HTTPError:
            return  # it answers, if not well: the picture will show it
        except OSError:
            if server.poll() is not None or time.monotonic() > limit:
                raise
            time.sleep(0.1)
        else:
            return
