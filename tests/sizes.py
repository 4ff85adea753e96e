"""How much a game or a property is given: a quarter with ``make test``, all of it with
``make adversarial``, several times that with ``make long``.

The environment's SIZE says which; whoever runs one file by hand plays the whole game. On
PostgreSQL half of it is played: the other half of ``.ci/run`` has just played all of it on SQLite.
``make long`` plays all of it on both.
"""

import os

TIMES = {"quarter": 0.25, "whole": 1.0, "long": 4.0}
SIZE = os.environ.get("SIZE") or "whole"
LONG = SIZE == "long"
# Taken now: a test that asks for no database finds another address later.
ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")


def share() -> float:
    """Of the whole game."""
    return TIMES[SIZE] * (0.5 if ON_POSTGRESQL and not LONG else 1.0)


def examples(whole: int) -> int:
    """How many examples a property is tried on, or how many games are played."""
    return max(2, round(whole * share()))
