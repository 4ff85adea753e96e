from django.db import migrations


def empty(apps, schema_editor):
    """Of a case that was destroyed only its code stays; before, its kind and age stayed too."""
    CaseMap = apps.get_model("casemapping", "CaseMap")
    gone = CaseMap.objects.filter(status="purged")
    CaseMap.facilitators.through.objects.filter(casemap__in=gone).delete()
    gone.update(category="", age_band="", mode="pre-visit", workshop_on=None)


class Migration(migrations.Migration):
    dependencies = [("casemapping", "0004_sheets_screened_for_the_team")]

    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
