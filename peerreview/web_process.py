"""A process of the web server that gives way once it holds too much memory; a fresh one follows.

It stops accepting, answers what it has accepted, and its listening socket is everybody's.
"""

import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from peerreview import footprint


class WebProcess(ThreadWorker):  # type: ignore[misc]
    growth: footprint.Growth
    # When it last answered; None once it was looked at in the quiet since.
    answered: float | None = None

    def has_answered(self) -> None:
        """After a response."""
        self.answered = time.monotonic()
        if self.growth.is_too_much():
            self.alive = False

    def notify(self) -> None:
        """At least each second."""
        super().notify()
        if self._is_quiet():
            self.answered = None
            if self.growth.is_too_much_to_keep():
                self.alive = False

    def _is_quiet(self) -> bool:
        return (
            self.nr_conns == 0
            and self.answered is not None
            and time.monotonic() - self.answered > footprint.QUIET_SECONDS
        )


def has_answered(process: WebProcess, request: Any, environ: Any, answer: Any) -> None:
    """gunicorn's ``post_request``."""
    process.has_answered()
