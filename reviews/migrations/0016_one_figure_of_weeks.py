"""For how many weeks what people say is kept is one figure of the review.

Until now each questionnaire had its own: the migration of questionnaires takes over the least.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0015_titles_screened_for_the_team"),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="keep_words_weeks",
            field=models.PositiveSmallIntegerField(default=6),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("keep_words_weeks__range", (1, 12))),
                name="review_keeps_words_for_a_while",
            ),
        ),
    ]
