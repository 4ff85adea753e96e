"""Sealed values go under keys by purpose, each of which dies on its own day."""

from django.db import migrations

import reviews.secrets.sealing
from reviews.secrets.resealing import reseal


def move(apps, schema_editor):
    reseal(
        apps,
        "questionnaires.ReleasedAnswer",
        to="speech",
        fields=("closed",),
        review="release__questionnaire__review",
        was="text",
    )
    reseal(
        apps,
        "questionnaires.Comment",
        to="speech",
        fields=("text",),
        review="release__questionnaire__review",
        was="text",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0014_keys_by_purpose"),
        ("questionnaires", "0005_late_rounds"),
    ]

    operations = [
        migrations.AlterField(
            model_name="releasedanswer",
            name="closed",
            field=reviews.secrets.sealing.SealedJSONField(pad=1024, scope="speech"),
        ),
        migrations.AlterField(
            model_name="comment",
            name="text",
            field=reviews.secrets.sealing.SealedTextField(pad=4096, scope="speech"),
        ),
        migrations.RunPython(move, elidable=True),
    ]
