"""Name the keys that should have been destroyed and are still there, for monitoring."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from reviews.pages import say
from reviews.reading.overdue_keys import overdue_keys


class Command(BaseCommand):
    help = (
        "Name the keys whose day is past. Ends with 1 where there are any, and with 2 where "
        "that cannot be seen."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = overdue_keys(at=timezone.now())
        except (DatabaseError, OSError) as error:
            raise CommandError(
                f"The database or the keystore cannot be read ({type(error).__name__}).",
                returncode=2,
            ) from error
        for row in found:
            self.stderr.write(
                f"review {row.review}, {row.council}: {row.purpose}, due on {say.day(row.due)}"
            )
        if found:
            raise CommandError(f"{say.counted(len(found), 'overdue key')}.")
        self.stdout.write("No key is overdue.")
