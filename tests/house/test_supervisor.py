"""What is started together stops together, within five seconds, and leaves nobody behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# A parent with a child in its group, as the worker has; each writes its number to a file.
FAMILY = """
import os, pathlib, signal, subprocess, sys, time
if {stubborn}:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path({file!r}).write_text(f"{{os.getpid()}} {{child.pid}}")
while {lazy} and not pathlib.Path({other!r}).exists():
    time.sleep(0.01)  # the other family is there before this one leaves it
if {lazy}:
    sys.exit(0)
time.sleep(60)
"""

SUPERVISOR = """
import functools, os, pathlib, sys
from peerreview import supervisor
if {careless}:
    supervisor._end_with = lambda parent, name: None
asked = supervisor.run(
    [
        supervisor.Program(
            "family",
            functools.partial(os.execv, sys.executable, [sys.executable, "-c", words]),
        )
        for words in {programs!r}
    ],
    ready=lambda: all(pathlib.Path(file).exists() for file in {files!r}),
    say=lambda: print("ready", flush=True),
)
sys.exit(0 if asked else 1)
"""


class House:
    """A supervisor with two families, each a parent and a child."""

    def __init__(
        self,
        folder: Path,
        *,
        stubborn: bool = False,
        lazy: bool = False,
        careless: bool = False,
    ) -> None:
        self.files = [str(folder / name) for name in ("first", "second")]
        programs = [
            FAMILY.format(
                file=self.files[0], other=self.files[1], stubborn=False, lazy=False
            ),
            FAMILY.format(
                file=self.files[1], other=self.files[0], stubborn=stubborn, lazy=lazy
            ),
        ]
        words = SUPERVISOR.format(
            programs=programs, files=self.files, careless=careless
        )
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            [sys.executable, "-c", words], cwd=ROOT, stdout=subprocess.PIPE
        )

    def until_ready(self) -> None:
        assert self.process.stdout
        assert self.process.stdout.readline() == b"ready\n"

    def members(self) -> list[int]:
        return [
            int(one) for file in self.files for one in Path(file).read_text().split()
        ]

    def parents(self) -> list[int]:
        return [int(Path(file).read_text().split()[0]) for file in self.files]

    def end(self) -> int:
        code = self.process.wait(10)
        assert self.process.stdout
        self.process.stdout.close()
        return code


def _alive(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _settled(members: list[int]) -> list[int]:
    """Who still runs, once the kernel had a moment."""
    limit = time.monotonic() + 1
    while any(map(_alive, members)) and time.monotonic() < limit:
        time.sleep(0.01)
    return [each for each in members if _alive(each)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_stopping_ends_everybody(tmp_path: Path, kind: signal.Signals) -> None:
    house = House(tmp_path)
    house.until_ready()

    begun = time.monotonic()
    os.kill(house.process.pid, kind)

    assert house.end() == 0
    assert time.monotonic() - begun < 5
    assert _settled(house.members()) == []


@pytest.mark.slow
def test_who_does_not_stop_is_killed_within_five_seconds(tmp_path: Path) -> None:
    house = House(tmp_path, stubborn=True)
    house.until_ready()

    begun = time.monotonic()
    house.process.terminate()

    assert house.end() == 0
    assert time.monotonic() - begun < 5
    assert _settled(house.members()) == []


@pytest.mark.slow
def test_when_one_ends_by_itself_both_stop_and_it_is_an_error(tmp_path: Path) -> None:
    house = House(tmp_path, lazy=True)

    assert house.end() == 1
    assert _settled(house.members()) == []


@pytest.mark.slow
@pytest.mark.parametrize("careless", [False, True], ids=["ours", "control"])
def test_when_the_supervisor_is_killed_its_programs_stop(
    tmp_path: Path, careless: bool
) -> None:
    house = House(tmp_path, careless=careless)
    house.until_ready()
    members, parents = house.members(), house.parents()

    house.process.kill()
    house.end()

    left = _settled(parents)
    for member in filter(_alive, members):
        os.kill(member, signal.SIGKILL)
    assert left == (parents if careless else [])


# A program that says how much memory is its own, beside a weight that its parent loaded.
SHARING = """
import gc
from peerreview import footprint, supervisor
weight = [[number] for number in range(500_000)]
def measure():
    if {thawed}:
        gc.unfreeze()
    before = footprint.private()
    gc.collect()
    print(footprint.private() - before, flush=True)
print(footprint.private(), flush=True)
supervisor.run(
    [supervisor.Program("one", measure)], ready=lambda: False, say=lambda: None
)
"""


@pytest.mark.slow
@pytest.mark.parametrize("thawed", [False, True], ids=["ours", "control"])
def test_a_program_shares_what_was_loaded_before(thawed: bool) -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", SHARING.format(thawed=thawed)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )

    loaded, grown = map(int, done.stdout.split())
    assert loaded > 40_000_000
    assert (grown < 4_000_000) is not thawed


THREADED = """
import threading
from peerreview import supervisor
threading.Thread(target=threading.Event().wait, name="somebody", daemon=True).start()
supervisor.run(
    [supervisor.Program("one", lambda: print("forked", flush=True))],
    ready=lambda: False,
    say=lambda: None,
)
"""


@pytest.mark.slow
def test_nothing_is_forked_beside_a_second_thread() -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", THREADED],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 1
    assert "There are several threads: MainThread, somebody." in done.stderr
    assert done.stdout == ""
