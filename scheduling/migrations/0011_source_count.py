import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0012_calendar_files"),
        ("scheduling", "0010_notes_mixed_anew"),
    ]

    operations = [
        migrations.CreateModel(
            name="SourceCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_due", models.BooleanField(default=False)),
                ("times", models.PositiveSmallIntegerField(default=0)),
                ("counted", models.BinaryField(default=bytes)),
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="source_count",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
    ]
