from django.db import migrations, models

# Of open referrals what their answer's deadline says already.
FILL = """
UPDATE proposals_referral r SET is_paused = TRUE FROM proposals_deadline d
    WHERE d.referral_id = r.id AND d.kind IN ('answer', 'support') AND d.is_paused AND d.settled_at IS NULL;
"""


class Migration(migrations.Migration):

    dependencies = [('proposals', '0003_deadlines_that_hold')]

    operations = [
        migrations.AddField(
            model_name='referral',
            name='is_paused',
            field=models.BooleanField(default=False, editable=False, verbose_name='clock stands'),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
