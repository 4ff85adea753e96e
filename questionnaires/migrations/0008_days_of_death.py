"""The weeks become the review's; whom a questionnaire invites is sealed under a key of its own."""

from django.db import migrations, models
from django.db.models import Min

import reviews.secrets.sealing
from reviews.secrets import keystore
from reviews.secrets.resealing import reseal


def take_over_weeks(apps, schema_editor):
    """The least that any of its people were told, so that nobody's words outlive their day."""
    review = apps.get_model("reviews", "Review")
    rows = (
        apps.get_model("questionnaires", "Questionnaire")
        ._base_manager.values_list("review")
        .annotate(least=Min("keep_words_weeks"))
        .order_by()
    )
    for number, weeks in list(rows):
        review._base_manager.filter(pk=number).update(keep_words_weeks=weeks)


def key_of_list(number):
    return f"questionnaire-{number}-invitees"


def seal_lists(apps, schema_editor):
    questionnaire = apps.get_model("questionnaires", "Questionnaire")
    unreleased = questionnaire._base_manager.exclude(state="released")
    for number in unreleased.values_list("pk", flat=True):
        keystore.ensure(key_of_list(number))
    for label, fields in (
        ("questionnaires.Invitation", ("name", "email")),
        ("questionnaires.PendingImport", ("file", "rows", "faults", "ignored")),
    ):
        reseal(
            apps,
            label,
            to="invitees",
            fields=fields,
            review="questionnaire__review",
            was="people",
            own=("questionnaire", key_of_list),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0016_one_figure_of_weeks"),
        ("questionnaires", "0007_what_is_told"),
    ]

    operations = [
        migrations.RunPython(take_over_weeks, elidable=True),
        migrations.RemoveConstraint(
            model_name="questionnaire",
            name="questionnaire_keeps_for_a_while",
        ),
        migrations.RemoveField(
            model_name="questionnaire",
            name="keep_words_weeks",
        ),
        migrations.AddConstraint(
            model_name="questionnaire",
            constraint=models.CheckConstraint(
                condition=models.Q(("keep_addresses_days__range", (1, 28))),
                name="questionnaire_keeps_addresses_for_a_while",
            ),
        ),
        migrations.AlterField(
            model_name="questionnaire",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "Draft"),
                    ("opening", "Opening"),
                    ("open", "Open"),
                    ("closed", "Closed"),
                    ("releasing", "Being released"),
                    ("released", "Released"),
                    ("destroyed", "Destroyed unread"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="name",
            field=reviews.secrets.sealing.SealedTextField(pad=256, scope="invitees"),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="email",
            field=reviews.secrets.sealing.SealedTextField(pad=512, scope="invitees"),
        ),
        migrations.AlterField(
            model_name="pendingimport",
            name="file",
            field=reviews.secrets.sealing.SealedBytesField(
                null=True, pad=256, scope="invitees"
            ),
        ),
        migrations.AlterField(
            model_name="pendingimport",
            name="rows",
            field=reviews.secrets.sealing.SealedJSONField(pad=4096, scope="invitees"),
        ),
        migrations.AlterField(
            model_name="pendingimport",
            name="faults",
            field=reviews.secrets.sealing.SealedJSONField(pad=4096, scope="invitees"),
        ),
        migrations.AlterField(
            model_name="pendingimport",
            name="ignored",
            field=reviews.secrets.sealing.SealedJSONField(pad=4096, scope="invitees"),
        ),
        migrations.RunPython(seal_lists, elidable=True),
    ]
