"""What an app says of itself on the review's home page."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One card: a title, one sentence of where it stands, and where to go.

    ``share`` is 0 to 100 for a bar, or None where there is nothing to measure.
    ``url`` is empty for a reader who may not open the page.
    """

    title: str
    sentence: str
    url: str
    share: int | None = None
