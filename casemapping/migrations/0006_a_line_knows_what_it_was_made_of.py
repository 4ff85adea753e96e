import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casemapping", "0005_only_the_code_of_a_destroyed_case")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="made_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=f"casemapping.{name}",
            ),
        )
        for name in ("agencyinvolvement", "timelineevent")
    ]
