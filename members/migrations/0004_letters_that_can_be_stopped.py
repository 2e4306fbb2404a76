from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0003_letters_nobody_received")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="headers",
            field=models.JSONField(
                blank=True,
                default=dict,
                editable=False,
                help_text="What mail programs read: how to end a subscription.",
            ),
        ),
    ]
