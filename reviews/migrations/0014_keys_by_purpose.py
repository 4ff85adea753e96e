"""Sealed values go under keys by purpose, each of which dies on its own day."""

from django.db import migrations

import reviews.secrets.sealing
from reviews.secrets import keystore
from reviews.secrets.resealing import reseal
from reviews.secrets.sealing import key_name


def move(apps, schema_editor):
    for number in apps.get_model("reviews", "Review")._base_manager.values_list(
        "pk", flat=True
    ):
        for scope in ("speech", "report", "work", "roster"):
            keystore.ensure(key_name(scope, number))
    reseal(
        apps,
        "reviews.Hypothesis",
        to="work",
        fields=("text",),
        review="review",
        was="text",
    )
    reseal(
        apps,
        "reviews.PendingFigures",
        to="work",
        fields=("rows", "faults"),
        review="review",
        was="text",
    )
    reseal(
        apps,
        "reviews.SpeakRequest",
        to="speech",
        fields=("words",),
        review="review",
        was="people",
    )
    reseal(
        apps,
        "reviews.Roster",
        to="roster",
        fields=("people",),
        review="review",
        was="people",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0013_counts_without_a_day"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hypothesis",
            name="text",
            field=reviews.secrets.sealing.SealedTextField(pad=1024, scope="work"),
        ),
        migrations.AlterField(
            model_name="pendingfigures",
            name="rows",
            field=reviews.secrets.sealing.SealedJSONField(pad=4096, scope="work"),
        ),
        migrations.AlterField(
            model_name="pendingfigures",
            name="faults",
            field=reviews.secrets.sealing.SealedJSONField(pad=4096, scope="work"),
        ),
        migrations.AlterField(
            model_name="speakrequest",
            name="words",
            field=reviews.secrets.sealing.SealedJSONField(pad=4096, scope="speech"),
        ),
        migrations.AlterField(
            model_name="roster",
            name="people",
            field=reviews.secrets.sealing.SealedJSONField(pad=4096, scope="roster"),
        ),
        migrations.RunPython(move, elidable=True),
    ]
