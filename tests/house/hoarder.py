"""A page that holds on to as many megabytes as its address says, and answers with its process."""

import os
from collections.abc import Callable, Iterable
from typing import Any

kept: list[bytes] = []


def application(
    environ: dict[str, Any], start_response: Callable[..., object]
) -> Iterable[bytes]:
    kept.append(b"x" * (int(environ["PATH_INFO"].strip("/")) * 2**20))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
