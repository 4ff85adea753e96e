"""Lists are read in the background, sending can be stopped, and what comes back is taken in."""

import uuid

import django.db.models.deletion
import reviews.secrets.sealing
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0007_speech_counts"),
        ("questionnaires", "0003_proof"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Lists that nobody has confirmed belong to nobody yet: they are chosen again.
        migrations.DeleteModel("PendingImport"),
        migrations.CreateModel(
            name="PendingImport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("uploaded_on", models.DateField()),
                ("state", models.CharField(choices=[("reading", "Being read"), ("read", "Waits to be confirmed"), ("refused", "Cannot be used"), ("adding", "Being added")], default="reading", max_length=7)),
                ("file", reviews.secrets.sealing.SealedBytesField(null=True, pad=256, scope="people")),
                ("rows", reviews.secrets.sealing.SealedJSONField(pad=4096, scope="people")),
                ("faults", reviews.secrets.sealing.SealedJSONField(pad=4096, scope="people")),
                ("ignored", reviews.secrets.sealing.SealedJSONField(pad=4096, scope="people")),
                ("refusal", models.CharField(blank=True, max_length=300)),
                ("job", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="reviews.job")),
                ("questionnaire", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="pending_imports", to="questionnaires.questionnaire")),
                ("uploaded_by", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.AddConstraint(
            model_name="pendingimport",
            constraint=models.UniqueConstraint(fields=("questionnaire", "uploaded_by"), name="pending_import_once_each"),
        ),
        migrations.CreateModel(
            name="Bounce",
            fields=[
                ("mark", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("delivery_state", models.CharField(choices=[("new", "Not sent yet"), ("draft", "Draft: waits for you"), ("queued", "Waiting"), ("sending", "Sending"), ("sent", "Delivered to the mail server"), ("no_address", "Address does not exist"), ("mailbox", "Mailbox not accepting"), ("failed", "Technical failure"), ("unknown", "Unknown: the sender stopped in the middle")], max_length=10)),
            ],
        ),
        migrations.AddField("questionnaire", "most_reminders", models.PositiveSmallIntegerField(default=2)),
        migrations.AddField(
            "questionnaire",
            "sending",
            models.CharField(blank=True, choices=[("", "Nothing is being sent"), ("invite", "The invitations are being prepared"), ("remind", "The reminder is being prepared"), ("again", "What did not go is being prepared"), ("going", "Messages are going out"), ("stopped", "Sending is stopped")], default="", max_length=7),
        ),
        migrations.AddField(
            "questionnaire",
            "letter",
            models.CharField(choices=[("invitation", "Invitation"), ("reminder", "Reminder"), ("again", "Invitation, once more")], default="invitation", max_length=10),
        ),
        migrations.AddField("questionnaire", "round_size", models.PositiveIntegerField(default=0)),
        migrations.AddField("questionnaire", "a_minute", models.PositiveIntegerField(blank=True, null=True)),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(condition=models.Q(("most_reminders__lte", 3)), name="questionnaire_reminds_seldom"),
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(condition=models.Q(("a_minute__isnull", True), ("a_minute__gte", 10), _connector="OR"), name="questionnaire_sends_at_some_rate"),
        ),
    ]
