import reviews.secrets.sealing
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='finding',
            name='reason',
            field=reviews.secrets.sealing.SealedTextField(null=True, pad=256, scope='text'),
        ),
        migrations.AddField(
            model_name='finding',
            name='to_agree_again',
            field=models.BooleanField(default=False),
        ),
    ]
