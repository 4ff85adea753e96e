"""What an app says of itself on the review's home page, and of its work in progress on its own."""

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


@dataclass(frozen=True)
class ToDo:
    """Something that waits for the reader: what, until when in words, and where to do it.

    ``url`` is empty where no page of theirs helps. ``late``: it was due before today.
    """

    title: str
    when: str = ""
    url: str = ""
    late: bool = False


@dataclass(frozen=True)
class Obstacle:
    """What stands in the way of the review's next stage, or is lost on the way to it.

    ``url`` is where to see to it.
    """

    sentence: str
    url: str = ""


@dataclass(frozen=True)
class Work:
    """How far the worker is, for ``components/work.html``: one sentence and a bar.

    ``percent`` is 0 to 100, None where it would tell too much; ``trouble`` says what stands in
    the way, "" for nothing.
    """

    sentence: str
    percent: int | None
    trouble: str = ""
