"""What several sites begin with, made once for all processes of a run and copied by each."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from peerreview.demo import site
from peerreview.demo.loading import Goal
from peerreview.demo.site import Site
from tests import template_database


class Made:
    """Folders under ``root``, which all processes of the run share."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put_empty(self, folder: Path) -> None:
        """A migrated database and the static files."""
        shutil.copytree(self._once("empty", _empty), folder, dirs_exist_ok=True)

    @contextmanager
    def running(self, folder: Path, goal: Goal) -> Iterator[Site]:
        """The demonstration at a stage, in a folder of its own."""

        def load(there: Path) -> None:
            self.put_empty(there)
            site.load(there, goal)

        shutil.copytree(self._once(goal.value, load), folder)
        with site.serving(folder) as served:
            yield served

    def _once(self, name: str, make: Callable[[Path], None]) -> Path:
        folder = self._root / name
        with (self._root / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                begun = self._root / f"{name}.begun"
                begun.mkdir()
                make(begun)
                begun.rename(folder)
        return folder


def _empty(folder: Path) -> None:
    template_database.copy_to(str(folder / "db.sqlite3"))
    site.collect_static(folder)
