"""Walk every audit chain and say whether anything was edited, removed or reordered."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reviews.models import AuditEvent
from reviews.trail import audit


class Command(BaseCommand):
    help = "Verify the audit trail's hash chains."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = audit.verify()
        for fault in faults:
            where = f"review {fault.review_ref}" if fault.review_ref else "installation"
            self.stderr.write(f"{where}, event {fault.number}: {fault.sentence}")
        if faults:
            raise CommandError(f"{len(faults)} faults in the audit trail.")
        self.stdout.write(f"{AuditEvent.objects.count()} events verified.")
