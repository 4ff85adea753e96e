"""The demonstration review: load it at a stage, take it away, count its false screening marks."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from peerreview.demo import loading, removal, screened
from peerreview.personas import personas
from reviews.refusals import Refusal


class Command(BaseCommand):
    help = "Loads the demonstration review, or takes it away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stage",
            choices=[goal.value for goal in loading.Goal],
            default=loading.Goal.ON_SITE.value,
            help="where the review stands (default: on-site)",
        )
        parser.add_argument(
            "--remove", action="store_true", help="take the demonstration away"
        )
        parser.add_argument(
            "--screening-report",
            action="store_true",
            help="how many of its notes and comments carry a false screening mark",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["screening_report"]:
            self.stdout.write(screened.report())
        elif options["remove"]:
            self._remove()
        else:
            self._load(loading.Goal(options["stage"]))

    def _remove(self) -> None:
        number = removal.remove()
        self.stdout.write(
            f"The demonstration is gone: {number} reviews with all that hung on them."
            if number
            else "There is no demonstration here."
        )

    def _load(self, goal: loading.Goal) -> None:
        if not settings.DEMO:
            raise CommandError(
                "The demonstration has accounts without a password and loads only "
                "where DEMO=1 is set."
            )
        try:
            loaded = loading.load(goal, say=self.stdout.write)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if not loaded:
            self.stdout.write("The demonstration is loaded already.")
        self.stdout.write("You can sign in as:")
        for persona in personas():
            self.stdout.write(f"  {persona.name}, {persona.job} ({persona.review})")
