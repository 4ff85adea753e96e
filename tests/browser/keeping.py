"""A running site as it was at one moment, to be put back after something was tried on it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

# The database is copied by its own means; these do not change or are nobody's business.
_NOT_COPIED = ("db.sqlite3", "static", "site.log")


class Kept:
    """Database and files of the site under ``folder``; the copy is taken at once."""

    def __init__(self, folder: Path, copy: Path) -> None:
        self._folder, self._copy = folder, copy
        copy.mkdir(parents=True)
        _copy(folder / "db.sqlite3", copy / "db.sqlite3")
        for each, _ in _files(folder).items():
            (copy / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / each, copy / each)

    def put_back(self) -> None:
        """By the database's own means, so that whoever has it open sees the old rows."""
        _copy(self._copy / "db.sqlite3", self._folder / "db.sqlite3")
        wanted, there = _files(self._copy), _files(self._folder)
        for each in there.keys() - wanted.keys():
            (self._folder / each).unlink(missing_ok=True)
        for each in (each for each in wanted if wanted[each] != there.get(each)):
            (self._folder / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self._copy / each, self._folder / each)


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(source, timeout=30)) as old,
        closing(sqlite3.connect(target, timeout=30)) as new,
    ):
        old.backup(new)


def _files(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of each file, by its place."""
    found = {}
    for top in folder.iterdir():
        if not top.name.startswith(_NOT_COPIED):
            for path in (top, *top.rglob("*")):
                if path.is_file():
                    told = path.stat()
                    place = str(path.relative_to(folder))
                    found[place] = (told.st_size, told.st_mtime_ns)
    return found
