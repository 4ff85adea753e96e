"""The report's PDF is sealed like its words: it stood in clear in every copy of the database."""

from django.db import migrations

import reviews.secrets.sealing
from reviews.secrets.resealing import seal_plain


def move(apps, schema_editor):
    seal_plain(
        apps, "feedback.ReportVersion", to="report", field="pdf", review="review"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0017_closing"),
        ("feedback", "0004_contrary_sources"),
    ]

    operations = [
        migrations.AlterField(
            model_name="reportversion",
            name="pdf",
            field=reviews.secrets.sealing.SealedBytesField(
                null=True, pad=256, scope="report"
            ),
        ),
        migrations.RunPython(move, elidable=True),
    ]
