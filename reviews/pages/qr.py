"""A QR code as one path of SVG: the content policy allows neither pictures from data nor styles."""

from dataclasses import dataclass

import segno

# Light space around the code, in modules: readers need it.
BORDER = 4


@dataclass(frozen=True)
class Code:
    """``size`` modules each way, border and all; ``path`` is the dark ones."""

    size: int
    path: str


def code_of(text: str, *, spare: str) -> Code:
    """``spare`` is how much may be lost and it still reads: "l" for 7%, "q" for a quarter."""
    made = segno.make(text, error=spare, micro=False)
    dark = [
        f"M{x + BORDER} {y + BORDER}h1v1h-1z"
        for y, row in enumerate(made.matrix)
        for x, module in enumerate(row)
        if module
    ]
    return Code(len(made.matrix) + 2 * BORDER, "".join(dark))
