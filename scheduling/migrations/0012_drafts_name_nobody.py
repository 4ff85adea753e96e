"""Whose a draft is stands on it under a key."""

import hmac

from django.db import migrations, models

from reviews.secrets import keystore, sealing


def locate(apps, schema_editor):
    NoteDraft = apps.get_model("scheduling", "NoteDraft")
    for pk, review, owner in list(
        NoteDraft.objects.values_list("pk", "review", "owner")
    ):
        name = sealing.key_name("speech", review)
        keystore.ensure(name)
        key = keystore.read(name)
        told = hmac.digest(key, f"pr-draft-v1|{owner}".encode(), "sha256")
        NoteDraft.objects.filter(pk=pk).update(locator=told[:16].hex())


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0011_source_count"),
    ]

    operations = [
        migrations.AddField(
            model_name="notedraft",
            name="locator",
            field=models.CharField(max_length=32, default=""),
            preserve_default=False,
        ),
        migrations.RunPython(locate, elidable=True),
        migrations.RemoveField("notedraft", "owner"),
        migrations.AlterField(
            model_name="notedraft",
            name="locator",
            field=models.CharField(max_length=32, db_index=True),
        ),
    ]
