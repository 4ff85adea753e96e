"""The first account of a new installation: somebody who may create reviews, or who runs it."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import connection
from django.utils import timezone

from reviews import retention
from reviews.domain import accounts
from reviews.models import User
from reviews.refusals import Refusal


class Command(BaseCommand):
    help = "Makes a review manager's account and prints a one-time address for the password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address to sign in with")
        parser.add_argument("full_name", help='for example "Morgan Vale"')
        parser.add_argument(
            "--operator",
            action="store_true",
            help="of somebody who runs the installation and creates no review",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"]
        full_name = options["full_name"].strip()
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(
                f"“{email}” is not an email address. Write it like name@example.org."
            ) from None
        if not full_name:
            raise CommandError("Give the full name, for example “Morgan Vale”.")
        if User._meta.db_table not in connection.introspection.table_names():
            raise CommandError("There is no database yet. Start the site once first.")
        try:
            address = accounts.make_manager(
                email=email,
                full_name=full_name,
                at=timezone.now(),
                operator=options["operator"],
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        lasts = retention.in_days(dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT))
        self.stdout.write(
            f"{full_name} can choose a password here, once, within {lasts}:\n{address}"
        )
