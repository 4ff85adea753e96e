import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reviews', '0004_outbox_briefing'),
    ]

    operations = [
        migrations.CreateModel(
            name='FrameworkPack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=100, unique=True)),
                ('title', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['title', 'code'],
            },
        ),
        migrations.CreateModel(
            name='PackVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('label', models.CharField(max_length=40)),
                ('text', models.TextField()),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('made_at', models.DateTimeField()),
                ('made_by_name', models.CharField(max_length=200)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='reviews.frameworkpack')),
            ],
            options={
                'ordering': ['pack', 'number'],
                'constraints': [models.UniqueConstraint(fields=('pack', 'number'), name='pack_version_number_once'), models.UniqueConstraint(fields=('pack', 'label'), name='pack_version_label_once')],
            },
        ),
    ]
