"""Takes in the file of a whole review, also one that is too large for the page."""

import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from reviews.domain.export import ThereAlready
from reviews.domain.taking_in import take_in
from reviews.models import User
from reviews.refusals import Refusal
from reviews.rules.moving import MOST_SEALED


class Command(BaseCommand):
    help = "Takes in the file of a whole review that was made at another installation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the file, as in review.age")
        parser.add_argument(
            "--manager",
            required=True,
            help="address of whoever becomes its review manager; they may create reviews here",
        )
        parser.add_argument(
            "--again",
            action="store_true",
            help="also where they are on a review of the same council and day",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        manager = User.objects.filter(
            email=options["manager"].strip().lower(), is_active=True
        ).first()
        if manager is None or not manager.may_create_reviews:
            raise CommandError("Nobody of that address may create reviews here.")
        try:
            with Path(options["file"]).open("rb") as file:
                content = file.read(MOST_SEALED + 1)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        try:
            review = take_in(
                content=content,
                passphrase=_asked(),
                by=manager,
                at=timezone.now(),
                again=options["again"],
            )
        except ThereAlready as refusal:
            raise CommandError(
                f"{refusal.there} To make a second one, say it with --again. Nothing was taken in."
            ) from refusal
        except Refusal as refusal:
            raise CommandError(f"{refusal} Nothing was taken in.") from refusal
        self.stdout.write(
            f"The review of {review.council} was taken in. {manager.full_name} is its review "
            "manager. Nobody was written to."
        )


def _asked() -> str:
    """From whoever sits there, unseen, or a line from a pipe."""
    typed = (
        getpass.getpass("Passphrase: ") if sys.stdin.isatty() else sys.stdin.readline()
    )
    if not typed.strip():
        raise CommandError("The passphrase of the file is needed.")
    return typed
