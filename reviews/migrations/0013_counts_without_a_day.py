from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0012_calendar_files"),
    ]

    operations = [
        migrations.AlterField(
            model_name="speechcount",
            name="on",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="speechcount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("on", None)),
                fields=("review_ref", "action"),
                name="speech_count_once_without_a_day",
            ),
        ),
    ]
