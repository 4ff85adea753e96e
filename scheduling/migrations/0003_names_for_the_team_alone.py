from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scheduling', '0002_kept_out'),
    ]

    operations = [
        migrations.AddField(
            model_name='session',
            name='names_kept',
            field=models.BooleanField(default=False),
        ),
    ]
