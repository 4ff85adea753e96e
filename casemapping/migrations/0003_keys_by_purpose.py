"""Sealed values go under keys by purpose, each of which dies on its own day."""

from django.db import migrations

import reviews.secrets.sealing
from reviews.secrets.resealing import reseal


def move(apps, schema_editor):
    reseal(
        apps,
        "casemapping.CaseMap",
        to="speech",
        fields=("selection_reason", "attendance"),
        review="review",
        was="text",
    )
    reseal(
        apps,
        "casemapping.RiskAlert",
        to="report",
        fields=("person_told",),
        review="review",
        was="people",
    )
    reseal(
        apps,
        "casemapping.AgencyInvolvement",
        to="speech",
        fields=("role_group",),
        review="case__review",
        was="text",
    )
    reseal(
        apps,
        "casemapping.TimelineEvent",
        to="speech",
        fields=("text",),
        review="case__review",
        was="text",
    )
    reseal(
        apps,
        "casemapping.DecisionPoint",
        to="speech",
        fields=("question", "known_then", "decision", "alternatives"),
        review="case__review",
        was="text",
    )
    reseal(
        apps,
        "casemapping.Factor",
        to="speech",
        fields=("text",),
        review="case__review",
        was="text",
    )
    reseal(
        apps,
        "casemapping.ChildVoice",
        to="speech",
        fields=("text",),
        review="case__review",
        was="text",
    )
    reseal(
        apps,
        "casemapping.Learning",
        to="speech",
        fields=("text",),
        review="case__review",
        was="text",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0014_keys_by_purpose"),
        ("casemapping", "0002_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="casemap",
            name="selection_reason",
            field=reviews.secrets.sealing.SealedTextField(null=True, pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="casemap",
            name="attendance",
            field=reviews.secrets.sealing.SealedTextField(default="", null=True, pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="riskalert",
            name="person_told",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="report"),
        ),
        migrations.AlterField(
            model_name="agencyinvolvement",
            name="role_group",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="timelineevent",
            name="text",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="decisionpoint",
            name="question",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="decisionpoint",
            name="known_then",
            field=reviews.secrets.sealing.SealedTextField(default="", pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="decisionpoint",
            name="decision",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="decisionpoint",
            name="alternatives",
            field=reviews.secrets.sealing.SealedTextField(default="", pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="factor",
            name="text",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="childvoice",
            name="text",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="speech"),
        ),
        migrations.AlterField(
            model_name="learning",
            name="text",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="speech"),
        ),
        migrations.RunPython(move, elidable=True),
    ]
