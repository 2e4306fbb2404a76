from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('proposals', '0008_followers')]

    operations = [
        migrations.AddField(
            model_name='followup',
            name='outcome',
            field=models.CharField(blank=True, choices=[('may_proceed', 'Not prohibited, may proceed'), ('clarified', 'Interpretation given'), ('rule_change', 'Rule to be changed'), ('statute_change', 'Statute to be changed'), ('trial', 'Trial or sandbox'), ('partly', 'Partly adopted'), ('not_adopted', 'Not adopted'), ('not_competent', "Another body's matter"), ('cannot_judge', 'Cannot be judged for lack of information'), ('no_comment', 'No comment'), ('unclassified', 'Not classified')], default='', max_length=16, verbose_name='outcome'),
            preserve_default=False,
        ),
    ]
