"""Takes a picture of every distinct page, as the persona who uses it, into build/screens/."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from peerreview.demo import pictures
from peerreview.demo.site import running


class Command(BaseCommand):
    help = "Takes a picture of every distinct page at 1280 and 375 pixels."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--into",
            type=Path,
            default=Path(settings.BASE_DIR) / "build" / "screens",
            help="the folder for the pictures; it is emptied first",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from playwright.sync_api import sync_playwright

        chromium = shutil.which("chromium")
        if chromium is None:
            raise CommandError("Chromium is not installed: apt-get install chromium")
        folder: Path = options["into"]
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        album = pictures.Album(folder)
        with (
            tempfile.TemporaryDirectory() as temporary,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(
                executable_path=chromium, args=pictures.FLAGS
            )
            for goal in pictures.GOALS:
                self.stdout.write(f"Loading the demonstration at {goal.value}")
                with running(Path(temporary) / goal.value, goal) as site:
                    pictures.photograph(browser, site, goal, album)
            browser.close()
        self._tell(album)

    def _tell(self, album: pictures.Album) -> None:
        number = len(list(album.folder.glob("*.png")))
        self.stdout.write(f"{number} pictures in {album.folder}")
        for name in album.too_wide:
            self.stdout.write(f"wider than the window: {name}")
        for complaint in album.complaints:
            self.stdout.write(f"the browser complained: {complaint}")
        missing = album.missing()
        for name in missing:
            self.stdout.write(f"no picture: {name}")
        if missing:
            raise CommandError(f"{len(missing)} addresses have no picture.")
