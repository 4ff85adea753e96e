"""A real site for browser tests: web server, worker and mail sink, each its own process."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parents[2]
START = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Sink:
    """Takes mail as a real server does and keeps it in memory."""

    letters: list[EmailMessage] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        parsed = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(parsed, EmailMessage)
        self.letters.append(parsed)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


@dataclass
class Site:
    """The address, the mail, the files; stops everything when it is closed."""

    address: str
    sink: Sink
    folder: Path
    environment: dict[str, str]
    _supervisor: "subprocess.Popen[bytes]"
    _controller: Controller

    def manage(self, *words: str) -> str:
        """Run ``manage.py`` on the site's own database and return what it printed."""
        done = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @property
    def pid(self) -> int:
        """Of the supervisor, whose children are web server and worker."""
        return self._supervisor.pid

    def stop(self) -> None:
        self._supervisor.send_signal(signal.SIGTERM)
        self._supervisor.wait(10)
        self._controller.stop()


def start(folder: Path, *, prepared: bool = False, **extra: str) -> Site:
    """An empty site under ``folder``, migrated and answering. ``extra`` is its environment.

    ``prepared``: database and static files are there already.
    """
    sink = Sink()
    mail_port, port = free_port(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=mail_port)
    controller.start()
    address = f"http://127.0.0.1:{port}"
    environment = {
        **{key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
        "VAR_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "peerreview.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "SITE_ADDRESS": address,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "HTTPS": "0",
        "DEBUG": "0",
        "PORT": str(port),
        **extra,
    }
    log = (folder / "site.log").open("wb")
    made = [["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"]]
    for words in [] if prepared else made:
        subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=log,
            stderr=log,
        )
    supervisor = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    site = Site(address, sink, folder, environment, supervisor, controller)
    limit = time.monotonic() + START
    while True:
        try:
            urllib.request.urlopen(f"{address}/account/login/", timeout=5)  # noqa: S310
            return site
        except OSError:
            if supervisor.poll() is not None or time.monotonic() > limit:
                site.stop()
                raise AssertionError((folder / "site.log").read_text()) from None
            time.sleep(0.1)


def chromium() -> str:
    found = shutil.which("chromium")
    assert found, "Chromium is not installed: make setup-test installs it"
    return found
