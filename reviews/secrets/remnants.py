"""What deleted rows leave in the database's own files: dead rows, free pages, the write-ahead log."""

from django.db import connection, models


def sweep(
    *of: type[models.Model], compact: bool = False, rewrite: bool = False
) -> None:
    """After rows of ``of`` were deleted. ``compact`` also gives the file's free pages back.

    ``rewrite`` has PostgreSQL write the tables anew, which nobody can use meanwhile: a plain vacuum
    leaves the bytes of dead rows on their pages.

    SQLite writes zeros over what it frees (``secure_delete``); the log keeps it until a checkpoint.
    """
    if connection.in_atomic_block:
        return  # tests run inside one; neither works there
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if compact:
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for each in of:
                table = connection.ops.quote_name(each._meta.db_table)
                cursor.execute(f"VACUUM {table}")
                # Second, and never alone: a rewrite carries over the dead rows that a transaction
                # in any other database of the server might see, or fails where the longer texts
                # of such a row are vacuumed already.
                if rewrite:
                    cursor.execute(f"VACUUM (FULL) {table}")
