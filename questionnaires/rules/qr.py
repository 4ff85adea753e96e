"""A QR code as one path of SVG: the content policy allows neither pictures from data nor styles."""

from dataclasses import dataclass

import segno

# Light space around the code, in modules: readers need it.
BORDER = 4


@dataclass(frozen=True)
class Drawn:
    """``size`` modules each way, border and all; ``path`` is the dark ones."""

    size: int
    path: str


def drawn(text: str) -> Drawn:
    # A quarter may be torn off a poster and it still reads.
    code = segno.make(text, error="q", micro=False)
    parts = []
    for y, row in enumerate(code.matrix):
        for x, dark in enumerate(row):
            if dark:
                parts.append(f"M{x + BORDER} {y + BORDER}h1v1h-1z")
    return Drawn(len(code.matrix) + 2 * BORDER, "".join(parts))
