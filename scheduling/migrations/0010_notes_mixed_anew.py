"""Sessions get the name that their notes are told as; what a note says becomes one sealed body."""

import json

from django.db import migrations, models

import reviews.secrets.sealing
from reviews.secrets import keystore
from reviews.secrets.sealing import SPEECH_PAD, key_name, seal, unseal


def seal_bodies(apps, schema_editor):
    Note = apps.get_model("scheduling", "Note")
    rows = Note.objects.values_list(
        "pk",
        "review",
        "themes",
        "kind",
        "line_of_enquiry",
        "screening",
        "text",
        "old_box",
    )
    for pk, review, themes, kind, line, screening, text, box in list(rows):
        name = key_name("text", review)
        key, key_id = keystore.read(name), keystore.key_id(name)

        def aad(field):
            return f"scheduling.note.{field}|{pk}|{review}".encode()

        words = unseal(bytes(text), key=key, aad=aad("text")).decode()
        said = json.dumps(
            [themes, kind, line, screening, words],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        Note.objects.filter(pk=pk).update(
            body=seal(
                said.encode(),
                key=key,
                key_id=key_id,
                aad=aad("body"),
                pad_to=SPEECH_PAD,
            ),
            source_box=seal(
                bytes(box), key=key, key_id=key_id, aad=aad("source_box"), pad_to=256
            ),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0009_main_building"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="told_as",
            field=models.CharField(blank=True, max_length=20, default=""),
            preserve_default=False,
        ),
        migrations.RenameField("note", "source_box", "old_box"),
        migrations.AddField(
            model_name="note",
            name="body",
            field=reviews.secrets.sealing.SealedJSONField(
                pad=SPEECH_PAD, scope="text", null=True
            ),
        ),
        migrations.AddField(
            model_name="note",
            name="source_box",
            field=reviews.secrets.sealing.SealedBytesField(
                pad=256, scope="text", null=True
            ),
        ),
        migrations.RunPython(seal_bodies, elidable=True),
        *(
            migrations.RemoveField("note", name)
            for name in (
                "themes",
                "kind",
                "line_of_enquiry",
                "screening",
                "text",
                "old_box",
            )
        ),
        migrations.AlterField(
            model_name="note",
            name="body",
            field=reviews.secrets.sealing.SealedJSONField(pad=SPEECH_PAD, scope="text"),
        ),
        migrations.AlterField(
            model_name="note",
            name="source_box",
            field=reviews.secrets.sealing.SealedBytesField(pad=256, scope="text"),
        ),
    ]
