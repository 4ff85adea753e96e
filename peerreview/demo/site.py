"""A site of its own in a folder of its own, with the demonstration at a stage, for taking pictures."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
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
def running(
    folder: Path, goal: Goal, *, prepare: Callable[[Path], None] | None = None
) -> Iterator[Site]:
    """Load the demonstration under ``folder`` and serve it until the block ends.

    ``prepare`` puts a database and static files there, where they are made already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    address = f"http://127.0.0.1:{port}"
    environment = {
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
    site = Site(address, folder, environment)
    made = [("migrate", "-v0"), ("collectstatic", "-v0", "--noinput")]
    if prepare:
        prepare(folder)
        made = []
    with (folder / "site.log").open("wb") as log:
        for words in (*made, ("demo", "--stage", goal.value)):
            subprocess.run(  # noqa: S603 - our own command
                [sys.executable, "manage.py", *words],
                cwd=settings.BASE_DIR,
                env=environment,
                stdout=log,
                stderr=log,
                check=True,
            )
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=settings.BASE_DIR,
            env=environment,
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
