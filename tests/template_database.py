"""One migrated database is kept as a template, and each process of the tests works on a copy.

Migrating costs each process eleven seconds. The template is named after a digest of all that
shapes it, so that an old one is never copied; ``.ci/run`` begins without any.
"""

import ast
import fcntl
import hashlib
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

OURS = {"reviews", "questionnaires", "casemapping", "scheduling", "feedback"}
# Taken now, because each test has a folder of its own.
FOLDER = settings.VAR_DIR


def _default() -> BaseDatabaseWrapper:
    """Asked for each time: beside a running event loop, as with Playwright, it is another one."""
    return connections["default"]


def copy() -> None:
    """Make this process's test database and point the connection at it."""
    if _default().vendor == "sqlite":
        # No test pulls the plug: waiting for the disk proves nothing.
        _default().settings_dict["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
    test = _default().creation._get_test_db_name()  # type: ignore[attr-defined]
    copy_to(test)
    turn_to(test)


def copy_to(name: str) -> None:
    """A migrated database ``name``, a file's path where it is SQLite: for a site of its own."""
    place = _place()
    template = place.named(f"template_{digest(_folders())}")
    before = _default().settings_dict["NAME"]
    with _one_process_at_a_time():
        if not place.holds(template):
            new = place.named("template_new")
            place.empty(new)
            turn_to(new)
            migrate()
            _default().close()
            place.keep(new, template)
            turn_to(before)
        place.copy(template, name)


def copy_of(old: str, name: str) -> None:
    """A second ``old``, to which nobody may be connected."""
    _default().close()
    _place().copy(old, name)


def remove(name: str) -> None:
    _place().remove(name)


def _place() -> "_Server | _Files":
    return _Server() if _default().vendor == "postgresql" else _Files()


def turn_to(name: str) -> None:
    _default().close()
    settings.DATABASES["default"]["NAME"] = name
    _default().settings_dict["NAME"] = name


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    call_command("createcachetable")


def digest(folders: list[Path]) -> str:
    """Of the migrations in these folders, the code of ours that they call, Django and its backend."""
    migrations = [file for folder in folders for file in folder.glob("*.py")]
    backend = Path(str(sys.modules[type(_default()).__module__].__file__))
    sources = {*migrations, backend, Path(__file__)}
    for file in migrations:
        sources |= called(file)
    told = hashlib.sha256(django.__version__.encode())
    for name, content in sorted((file.name, file.read_bytes()) for file in sources):
        told.update(f"\n{name} {len(content)}\n".encode() + content)
    return told.hexdigest()[:16]


def _folders() -> list[Path]:
    return [Path(app.path) / "migrations" for app in apps.get_app_configs()]


def called(migration: Path) -> set[Path]:
    """The modules of ours that a migration imports: a trigger, say, is written there."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(migration.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{a.name}" for a in node.names)}
    found = set()
    for name in names:
        if name.partition(".")[0] in OURS:
            # What is not a module is something in one, whose name is there too.
            with suppress(ModuleNotFoundError):
                spec = find_spec(name)
                found |= {Path(spec.origin)} if spec and spec.origin else set()
    return found


@contextmanager
def _one_process_at_a_time() -> Iterator[None]:
    with (FOLDER / "template.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class _Files:
    """SQLite. A database that nobody has open is one file: closing it empties its log."""

    def named(self, name: str) -> str:
        return str(FOLDER / f"{name}.sqlite3")

    def holds(self, name: str) -> bool:
        return Path(name).exists()

    def empty(self, name: str) -> None:
        self.remove(name)

    def remove(self, name: str) -> None:
        for end in ("", "-wal", "-shm"):
            Path(f"{name}{end}").unlink(missing_ok=True)

    def keep(self, new: str, template: str) -> None:
        for old in FOLDER.glob("template_*.sqlite3"):
            if str(old) != new:
                old.unlink()
        assert not Path(f"{new}-wal").exists()
        Path(new).rename(template)

    def copy(self, template: str, name: str) -> None:
        self.remove(name)
        shutil.copyfile(template, name)


class _Server:
    """PostgreSQL, where nobody may be connected to what is copied."""

    def named(self, name: str) -> str:
        return name

    def _run(self, statement: str, *names: str) -> None:
        with _default()._nodb_cursor() as cursor:
            cursor.execute(statement.format(*map(_default().ops.quote_name, names)))

    def _kept(self) -> list[str]:
        with _default()._nodb_cursor() as cursor:
            cursor.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'"
            )
            return [name for (name,) in cursor.fetchall()]

    def holds(self, name: str) -> bool:
        return name in self._kept()

    def remove(self, name: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def empty(self, name: str) -> None:
        self.remove(name)
        self._run("CREATE DATABASE {}", name)

    def keep(self, new: str, template: str) -> None:
        for old in self._kept():
            if old != new:
                self._run("DROP DATABASE {}", old)
        self._run("ALTER DATABASE {} RENAME TO {}", new, template)

    def copy(self, template: str, name: str) -> None:
        self.remove(name)
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
