"""That there is no such document is said by each agency for itself, and dates that somebody set by
hand remember how far they are from the framework's."""

import django.db.models.deletion
from django.db import migrations, models

from reviews.rules import lead_in


def keep_reasons(apps, schema_editor):
    Request = apps.get_model('reviews', 'DocumentRequest')
    NoSuchDocument = apps.get_model('reviews', 'NoSuchDocument')
    for request in Request.objects.exclude(none_because=''):
        NoSuchDocument.objects.create(
            request=request, agency=request.agency, because=request.none_because
        )


def remember_dates(apps, schema_editor):
    Review = apps.get_model('reviews', 'Review')
    for review in Review.objects.all():
        weekends = {
            each['code']
            for each in review.framework.get('milestones', ())
            if each.get('keeps_weekend')
        }
        for milestone in review.milestones.all():
            milestone.shift_days = lead_in.shift_days(
                review.day_zero,
                milestone.offset_days,
                milestone.due_on,
                keeps_weekend=milestone.code in weekends,
            )
            # What is done stayed behind when the visit moved: that is no date set by hand.
            if milestone.shift_days and milestone.status in ('open', 'in_progress'):
                milestone.save(update_fields=['shift_days'])


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0008_acceptance'),
    ]

    operations = [
        migrations.CreateModel(
            name='NoSuchDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.CharField(max_length=300)),
                ('agency', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reviews.agency')),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nones', to='reviews.documentrequest')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('request', 'agency'), name='no_such_document_once_an_agency'), models.UniqueConstraint(condition=models.Q(('agency', None)), fields=('request',), name='no_such_document_once_for_the_council')],
            },
        ),
        migrations.AddField(
            model_name='documentrequest',
            name='reminded_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='milestone',
            name='shift_days',
            field=models.SmallIntegerField(default=0),
        ),
        migrations.RunPython(keep_reasons, migrations.RunPython.noop),
        migrations.RunPython(remember_dates, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='documentrequest',
            name='none_because',
        ),
    ]
