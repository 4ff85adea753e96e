"""How long a process keeps its connections to the database."""

from typing import Any


def keep_connections(config: dict[str, Any]) -> None:
    """Set in the settings of a database that connections outlive a request; for a web process.

    Only once the process is there: whoever shared them would share sockets and locks, and mix
    answers up. So never for the worker, which forks after it has spoken to the database.
    """
    if config["ENGINE"].endswith("postgresql"):
        config["OPTIONS"]["pool"] = True
    else:
        config["CONN_MAX_AGE"] = None
