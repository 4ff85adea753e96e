"""Opens the archive of a closed review. Needs no database, no keys and no settings of the installation."""

import getpass
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.files import archive
from reviews.pages import say
from reviews.refusals import Refusal
from reviews.secrets import passphrases


class Command(BaseCommand):
    help = "Opens the archive of a closed review with its two passphrases."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the archive")
        parser.add_argument("folder", help="where its files go: a new or empty folder")

    def handle(self, *args: Any, **options: Any) -> None:
        # Where a link leads: a folder can be put in the place of a folder alone.
        folder = Path(os.path.realpath(options["folder"]))
        try:
            content = Path(options["file"]).read_bytes()
            _check_free(folder)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        outer, inner = _asked("First passphrase: "), _asked("Second passphrase: ")
        try:
            files = archive.opened(content, inner=inner, outer=outer)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            _write(files, folder)
        except OSError as error:
            raise CommandError(
                f"The files could not be written: {error.strerror}. Nothing was put into {folder}."
            ) from error
        for name, each in files.items():
            self.stdout.write(f"{name}  {say.size(len(each))}")
        count = say.counted(len(files), "file")
        self.stdout.write(
            f"{count} written to {folder}, each as it was when the review was closed. "
            "They are not encrypted there."
        )


def _check_free(folder: Path) -> None:
    if not folder.parent.is_dir():
        raise CommandError(f"There is no folder {folder.parent}. Make it first.")
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise CommandError(
            f"{folder} is there already and is not an empty folder. Name a new one: nothing "
            "is written over."
        )


def _asked(prompt: str) -> str:
    """From whoever sits there, unseen, or a line from a pipe."""
    typed = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline()
    if not typed.strip():
        raise CommandError("Both passphrases are needed: the archive takes two people.")
    return passphrases.tidy(typed)


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    """All of them, or nothing: written aside, and moved there as one."""
    aside = folder.with_name(f".{secrets.token_hex(8)}")
    try:
        aside.mkdir(mode=0o700)
        for name, content in files.items():
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(aside / name, flags, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
