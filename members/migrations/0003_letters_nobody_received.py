from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0002_letters_that_come_back")]

    operations = [
        migrations.AddField(
            model_name="letter",
            name="reported_at",
            field=models.DateTimeField(
                editable=False, help_text="When the secretariat was told that nobody received it.", null=True
            ),
        ),
    ]
