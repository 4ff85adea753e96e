"""Django's SQLite backend, without one check that SQLite 3.40 refuses.

With ``trusted_schema=OFF`` that version (Debian 12's) calls its own JSON_VALID unsafe inside a
CHECK and will not make the table. Django writes the JSON itself, so nothing is lost.
"""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    data_type_check_constraints = {
        kind: check
        for kind, check in base.DatabaseWrapper.data_type_check_constraints.items()
        if kind != "JSONField"
    }
