"""Many new rows, sealed and made ready before the database has to wait for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection, models

from reviews.secrets import keystore
from reviews.secrets.sealing import close_all


class SealedRows:
    """New rows of one model. ``insert`` puts them in, in their order, in one statement or batch.

    Whatever Python has to work out stands in ``values`` by then, so that a transaction is held for a
    fraction of the time that ``bulk_create`` takes.
    """

    def __init__(self, model: type[models.Model], rows: Iterable[models.Model]) -> None:
        fields = model._meta.concrete_fields
        names = [connection.ops.quote_name(str(each.column)) for each in fields]
        self._table = connection.ops.quote_name(model._meta.db_table)
        self._columns = ", ".join(names)
        self._places = ", ".join(["%s"] * len(names))
        self._types = [_type(each) for each in fields]
        self.values: list[tuple[Any, ...]] = []
        with keystore.held():
            for row in rows:
                close_all(row)
                self.values.append(
                    tuple(
                        each.get_db_prep_save(each.pre_save(row, add=True), connection)
                        for each in fields
                    )
                )

    def insert(self) -> None:
        if not self.values:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # In binary: as text the server would read every byte of a seal twice.
                copying = f"COPY {self._table} ({self._columns}) FROM STDIN"
                with (
                    connection.wrap_database_errors,
                    cursor.copy(f"{copying} (FORMAT BINARY)") as copy,
                ):
                    copy.set_types(self._types)
                    for row in self.values:
                        copy.write_row(row)
            else:
                cursor.executemany(
                    f"INSERT INTO {self._table} ({self._columns}) "  # noqa: S608 - names of ours
                    f"VALUES ({self._places})",
                    self.values,
                )


def _type(field: models.Field[Any, Any]) -> str:
    """As the server calls it: "varchar", of "varchar(20)"."""
    return str(field.db_type(connection)).partition("(")[0]
