"""The audit trail is append-only by the database's own triggers."""

from django.db import migrations

from reviews.trail import audit


def install(apps, schema_editor):
    for statement in audit.TRIGGERS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def remove(apps, schema_editor):
    for statement in audit.DROPS[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
