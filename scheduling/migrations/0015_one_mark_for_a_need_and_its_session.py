from django.db import migrations
from django.db.models import F


def keep(apps, schema_editor):
    """A mark that was given on one of the two alone is now on both."""
    Need = apps.get_model("scheduling", "Need")
    Session = apps.get_model("scheduling", "Session")
    apart = Need.objects.filter(session__isnull=False).exclude(
        names_kept=F("session__names_kept")
    )
    found = list(apart.values_list("pk", "session_id"))
    Session.objects.filter(pk__in=[each for _, each in found]).update(names_kept=True)
    Need.objects.filter(pk__in=[each for each, _ in found]).update(names_kept=True)


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0014_note_proofs")]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
