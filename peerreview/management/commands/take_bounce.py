"""For the mail server's pipe: takes one returned message from standard input."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from questionnaires.domain import bouncing
from questionnaires.rules import bounces


class Command(BaseCommand):
    help = "Takes in a questionnaire letter that came back; what is no such letter is ignored."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--recipient",
            default="",
            help="the address that it came back to, if the mail server can tell",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # Whatever it is, it is taken: a mail server would send a refused one back once more.
        raw = sys.stdin.buffer.read(bounces.MOST_BYTES)
        bouncing.take(raw, recipient=options["recipient"])
