"""How much a game or a property is given: a quarter with ``make test``, all of it with
``make adversarial``, several times that with ``make long``.

The environment's SIZE says which; whoever runs one file by hand plays the whole game.
"""

import os

TIMES = {"quarter": 0.25, "whole": 1.0, "long": 4.0}
SIZE = os.environ.get("SIZE") or "whole"
LONG = SIZE == "long"


def examples(whole: int) -> int:
    """How many examples a property is tried on."""
    return max(2, round(whole * TIMES[SIZE]))
