"""A web process that has grown gives way after its response, and no visitor notices."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from peerreview import footprint
from tests.house.test_supervisor import ROOT, _alive

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
START = 90.0
VISITORS, VISITS = 6, 60
# More megabytes than may be kept, and fewer than may be had.
MOST = footprint.MOST_GROWTH // 2**20
BETWEEN = (footprint.MOST_GROWTH + footprint.QUIET_GROWTH) // 2 // 2**20


class Server:
    """The product's own web server, with a page that can be made to grow."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            [
                *(sys.executable, "-m", "gunicorn", "--config"),
                *("deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{self.port}"),
                "tests.house.hoarder:application",
            ],
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "peerreview.settings",
                "VAR_DIR": str(folder),
            },
        )

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, megabytes: int) -> int:
        """The process that answered."""
        connection = self.connect()
        try:
            return _ask(connection, megabytes)
        finally:
            connection.close()

    def until_both_answer(self) -> set[int]:
        limit, seen = time.monotonic() + START, set[int]()
        while len(seen) < 2:
            assert self.process.poll() is None
            assert time.monotonic() < limit
            try:
                seen.add(self.ask(0))
            except OSError:
                time.sleep(0.05)
        return seen


def _ask(connection: http.client.HTTPConnection, megabytes: int) -> int:
    connection.request("GET", f"/{megabytes}/")
    answer = connection.getresponse()
    words = answer.read()
    assert answer.status == 200
    return int(words)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path)
    try:
        yield running
    finally:
        running.process.terminate()
        running.process.wait()


def test_who_grew_is_replaced_and_no_request_is_lost(server: Server) -> None:
    first = server.until_both_answer()

    def visits(number: int) -> set[int]:
        connection = server.connect()
        # In the midst of it one page makes its process grow by more than may be.
        found = {
            _ask(connection, 2 * MOST if (number, visit) == (0, VISITS // 3) else 0)
            for visit in range(VISITS)
        }
        connection.close()
        return found

    with ThreadPoolExecutor(VISITORS) as pool:
        seen = set().union(*pool.map(visits, range(VISITORS)))

    assert seen & first
    assert len(_left(first, 1)) == 1
    assert len(server.until_both_answer() - first) == 1


def test_who_grew_less_stays_while_there_is_work(server: Server) -> None:
    """The control."""
    first = server.until_both_answer()

    grown = server.ask(BETWEEN)

    until = time.monotonic() + 2 * footprint.QUIET_SECONDS
    while time.monotonic() < until:
        with ThreadPoolExecutor(VISITORS) as pool:
            assert set(pool.map(server.ask, [0] * VISITORS)) <= first
    assert grown in first
    assert _left(first, 2) == first


def test_who_grew_less_gives_way_when_nobody_asks(server: Server) -> None:
    first = server.until_both_answer()

    grown = server.ask(BETWEEN)
    other = _left(first, 1)

    assert grown in first
    # Who had nothing to give back stays.
    assert other == first - {grown}
    assert len(server.until_both_answer() & first) == 1


def _left(processes: set[int], number: int) -> set[int]:
    """Who is left, once there are so many."""
    limit = time.monotonic() + START
    while len(left := {each for each in processes if _alive(each)}) > number:
        assert time.monotonic() < limit, left
        time.sleep(0.05)
    return left


def test_growth_is_counted_in_memory_of_its_own() -> None:
    growth = footprint.Growth()
    assert not growth.is_too_much()
    assert not growth.is_too_much_to_keep()

    some = b"x" * (footprint.QUIET_GROWTH + 2**22)
    assert growth.is_too_much_to_keep()
    assert not growth.is_too_much()

    more = b"x" * (footprint.MOST_GROWTH - footprint.QUIET_GROWTH)
    assert growth.is_too_much()
    del some, more
