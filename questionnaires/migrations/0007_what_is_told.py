from collections import Counter

from django.db import migrations, models


def tell_what_is_over(apps, schema_editor):
    """Of a questionnaire that is closed everybody is counted: its figures stand as they are."""
    Questionnaire = apps.get_model("questionnaires", "Questionnaire")
    for row in Questionnaire.objects.filter(state__in=["closed", "releasing", "released"]):
        counted = row.invitations.filter(counted_in=True).values_list("leaf", flat=True)
        agencies = Counter(leaf.partition("/")[0] for leaf in counted)
        row.told = {"final": True, "agencies": agencies}
        row.save(update_fields=["told"])


class Migration(migrations.Migration):

    dependencies = [
        ('questionnaires', '0006_keys_by_purpose'),
    ]

    operations = [
        migrations.AddField(
            model_name='questionnaire',
            name='remind_everybody',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='questionnaire',
            name='told',
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(tell_what_is_over, migrations.RunPython.noop, elidable=True),
    ]
