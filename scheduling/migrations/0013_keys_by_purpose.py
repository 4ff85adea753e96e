"""Sealed values go under keys by purpose, each of which dies on its own day."""

from django.db import migrations

import reviews.secrets.sealing
from reviews.secrets.resealing import reseal


def move(apps, schema_editor):
    reseal(
        apps,
        "scheduling.Need",
        to="work",
        fields=("questions",),
        review="review",
        was="text",
    )
    reseal(
        apps,
        "scheduling.Note",
        to="speech",
        fields=("body", "source_box"),
        review="review",
        was="text",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0014_keys_by_purpose"),
        ("scheduling", "0012_drafts_name_nobody"),
    ]

    operations = [
        migrations.AlterField(
            model_name="need",
            name="questions",
            field=reviews.secrets.sealing.SealedTextField(default="", pad=1024, scope="work"),
        ),
        migrations.AlterField(
            model_name="note",
            name="body",
            field=reviews.secrets.sealing.SealedJSONField(pad=4096, scope="speech"),
        ),
        migrations.AlterField(
            model_name="note",
            name="source_box",
            field=reviews.secrets.sealing.SealedBytesField(pad=256, scope="speech"),
        ),
        migrations.RunPython(move, elidable=True),
    ]
