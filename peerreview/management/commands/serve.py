"""Serves the site: web server and worker under one roof, stopped together."""

import os
import socket
import sys
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from gunicorn.app.wsgiapp import WSGIApplication

from peerreview import preloading, supervisor
from peerreview.personas import personas
from peerreview.supervisor import Program
from reviews import background


class Command(BaseCommand):
    help = "Serves the site: web server and worker."
    requires_system_checks: list[str] = []  # done below, with the databases

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--bind",
            default=os.environ.get(
                "BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}"
            ),
            help="address and port to listen on (default: BIND, or 127.0.0.1 and PORT)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.check(databases=list(connections))
        place = _place(options["bind"])
        _must_be_free(place)
        _must_be_migrated()
        call_command("createcachetable", verbosity=0)
        preloading.load_everything()
        background.ensure_schedules()
        said = _words(options["bind"])
        # Processes that shared a connection would mix answers up.
        connections.close_all()
        caches.close_all()
        try:
            asked = supervisor.run(
                [
                    Program("review-web", partial(_web_server, options["bind"])),
                    Program("review-worker", partial(call_command, "qcluster")),
                ],
                ready=lambda: _answers(place),
                say=lambda: self._say(said),
            )
        except supervisor.SecondThread as error:
            raise CommandError(f"Nothing can be forked. {error}") from None
        if not asked:
            raise CommandError(
                "Web server or worker ended by itself, so both have stopped."
            )

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()


def _place(bind: str) -> tuple[str, int]:
    host, _, port = bind.rpartition(":")
    if not port.isdecimal():
        raise CommandError("Give --bind as address:port, for example 127.0.0.1:8000.")
    return host.strip("[]") or "127.0.0.1", int(port)


def _web_server(bind: str) -> None:
    config = Path(settings.BASE_DIR) / "deploy" / "gunicorn.conf.py"
    # What its own command line would be.
    sys.argv = ["gunicorn", "--config", str(config), "--bind", bind]
    WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()


def _must_be_free(place: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {place[0]}, port {place[1]}: {error.strerror}. "
                "Stop what runs there, or set PORT to another number."
            ) from None


def _must_be_migrated() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError("The database is not up to date. Run: manage.py migrate")


def _answers(place: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(place, timeout=1):
            return True
    except OSError:
        return False


def _words(bind: str) -> str:
    lines = [f"Critical Friend is at {settings.SITE_ADDRESS}"]
    if urlsplit(settings.SITE_ADDRESS).port not in (None, _place(bind)[1]):
        lines = [
            f"Critical Friend listens on {bind}. Its letters say {settings.SITE_ADDRESS}: set "
            "SITE_ADDRESS, or PORT instead of --bind."
        ]
    people = personas() if settings.DEMO else []
    if people:
        lines.append("The sign-in page has a button for each of these people:")
        lines += [f"  {each.name}, {each.job} ({each.review})" for each in people]
    lines.append("Ctrl-C stops it.")
    return "\n".join(lines)
