"""Sealed values go under keys by purpose, each of which dies on its own day."""

from django.db import migrations

import reviews.secrets.sealing
from reviews.secrets.resealing import reseal


def move(apps, schema_editor):
    reseal(
        apps,
        "feedback.Finding",
        to="report",
        fields=("title", "text", "consider", "reason"),
        review="review",
        was="text",
    )
    reseal(
        apps,
        "feedback.Excerpt",
        to="speech",
        fields=("text",),
        review="review",
        was="text",
    )
    reseal(
        apps,
        "feedback.ReportText",
        to="report",
        fields=("text",),
        review="review",
        was="text",
    )
    reseal(
        apps,
        "feedback.ReportVersion",
        to="report",
        fields=("content",),
        review="review",
        was="text",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0014_keys_by_purpose"),
        ("feedback", "0002_leaders_reason"),
    ]

    operations = [
        migrations.AlterField(
            model_name="finding",
            name="title",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="report"),
        ),
        migrations.AlterField(
            model_name="finding",
            name="text",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="report"),
        ),
        migrations.AlterField(
            model_name="finding",
            name="consider",
            field=reviews.secrets.sealing.SealedTextField(default="", pad=256, scope="report"),
        ),
        migrations.AlterField(
            model_name="finding",
            name="reason",
            field=reviews.secrets.sealing.SealedTextField(null=True, pad=256, scope="report"),
        ),
        migrations.AlterField(
            model_name="excerpt",
            name="text",
            field=reviews.secrets.sealing.SealedTextField(null=True, pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="reporttext",
            name="text",
            field=reviews.secrets.sealing.SealedTextField(default="", pad=256, scope="report"),
        ),
        migrations.AlterField(
            model_name="reportversion",
            name="content",
            field=reviews.secrets.sealing.SealedJSONField(pad=16384, scope="report"),
        ),
        migrations.AddField(
            model_name="excerpt",
            name="kept",
            field=reviews.secrets.sealing.SealedTextField(
                null=True, pad=256, scope="report"
            ),
        ),
        migrations.RunPython(move, elidable=True),
    ]
