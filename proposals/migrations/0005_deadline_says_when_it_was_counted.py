from django.db import migrations, models
from django.db.models import F

import members.clock


def from_its_beginning(apps, schema_editor):
    apps.get_model('proposals', 'Deadline').objects.update(counted_at=F('created_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('proposals', '0004_referral_knows_that_its_clock_stands'),
    ]

    operations = [
        migrations.AddField(
            model_name='deadline',
            name='counted_at',
            field=models.DateTimeField(default=members.clock.now, verbose_name='counted'),
        ),
        migrations.RunPython(from_its_beginning, migrations.RunPython.noop, elidable=True),
    ]
