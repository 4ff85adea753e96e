"""Says whether a certificate is genuine. Needs no database, no keys and no settings of the installation."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.refusals import Refusal
from reviews.rules import certificates
from reviews.secrets import signing


class Command(BaseCommand):
    help = "Says whether the certificate of a closed review is genuine, and what it states."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the certificate")
        parser.add_argument(
            "--key",
            required=True,
            help="the fingerprint of the installation's key, as it reached you another way",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with Path(options["file"]).open("rb") as file:
                # More than a certificate has, and no more: it may be a device without an end.
                content = file.read(signing.LARGEST + 1)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from error
        try:
            said = signing.verified(content, fingerprint=options["key"])
            lines = certificates.lines(said)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        for line in (*lines, "", "Genuine"):
            self.stdout.write(line)
