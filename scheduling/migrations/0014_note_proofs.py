import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0014_keys_by_purpose"),
        ("scheduling", "0013_keys_by_purpose"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoteProof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("on", models.DateField()),
                ("passed", models.BooleanField()),
                ("values", models.JSONField()),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="note_proofs",
                        to="reviews.review",
                    ),
                ),
            ],
            options={"ordering": ["-pk"]},
        ),
    ]
