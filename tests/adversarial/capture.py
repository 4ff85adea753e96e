"""What only a test may carry away, beside what ``questionnaires.proof.capture`` reads: the whole
database, a server's own files, and all mail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core import mail
from django.db import connection

from questionnaires.proof.capture import database_files, table


def tables() -> list[str]:
    return connection.introspection.table_names()


def dump() -> bytes:
    """All rows of all tables as one piece of text."""
    parts = [repr(row) for name in tables() for row in table(name)]
    return "\n".join(parts).encode()


def mails() -> bytes:
    return b"\n".join(message.message().as_bytes() for message in mail.outbox)


def raw_files() -> dict[str, bytes]:
    """The database's own files: pages with what was deleted, and the write-ahead log."""
    if connection.vendor == "sqlite":
        return {file.name: file.read_bytes() for file in database_files()}
    return {**pages(), **write_ahead_log()}


def pages() -> dict[str, bytes]:
    """The same without the log where that is kept apart and holds what it was ever told."""
    if connection.vendor == "sqlite":
        return raw_files()
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT relname, pg_relation_filepath(oid) FROM pg_class"
            " WHERE relkind IN ('r', 't', 'i') AND relnamespace ="
            " 'public'::regnamespace OR relkind = 't'"
        )
        for name, path in cursor.fetchall():
            if path:
                found[name] = _read(cursor, path)
    return found


def write_ahead_log(*, newest: int = 3) -> dict[str, bytes]:
    """What was written lately, in the order in which it was written."""
    if connection.vendor == "sqlite":
        return {
            file.name: file.read_bytes()
            for file in database_files()
            if file.name.endswith("-wal")
        }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
            " ORDER BY modification DESC LIMIT %s",
            [newest],
        )
        names = sorted(name for (name,) in cursor.fetchall())
        return {name: _read(cursor, f"pg_wal/{name}") for name in names}


def _read(cursor: object, path: str) -> bytes:
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT pg_read_binary_file(%s, 0, 1000000000, true)", [path]
    )
    return bytes(cursor.fetchone()[0] or b"")  # type: ignore[attr-defined]


@contextmanager
def busy_neighbour() -> Iterator[None]:
    """Another database of the same server has a transaction open, as on any server shared."""
    if connection.vendor == "sqlite":
        yield
        return
    import psycopg

    known = {**connection.get_connection_params(), "dbname": "postgres"}
    where = {
        name: known[name] for name in ("dbname", "user", "password", "host", "port")
    }
    with psycopg.connect(**where) as other:
        # Its number is what the rewriting of a table takes into account, whoever reads what.
        other.execute("SELECT pg_current_xact_id()")
        yield


def folder(path: Path) -> bytes:
    """Every file under a folder, with its name."""
    return b"\n".join(
        str(file.relative_to(path)).encode() + b"\n" + file.read_bytes()
        for file in sorted(path.rglob("*"))
        if file.is_file()
    )
