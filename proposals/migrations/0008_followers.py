import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import members.clock
import proposals.models.follows


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0002_letters_that_come_back"),
        ("proposals", "0007_after_the_answer"),
        ("workinggroups", "0002_minutes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Follower",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=proposals.models.follows.new_token,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follower",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("email", models.EmailField(max_length=254, null=True, unique=True, verbose_name="e-mail")),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hant", "正體中文"), ("en", "English")],
                        default="zh-hant",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                ("created_at", models.DateTimeField(default=members.clock.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email__isnull", False), ("user__isnull", True)),
                            models.Q(("email__isnull", True), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="proposals_follower_address_stored_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email__isnull", True),
                            ("email", django.db.models.functions.text.Lower("email")),
                            _connector="OR",
                        ),
                        name="proposals_follower_address_in_small_letters",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Follow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "follower",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="proposals.follower",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="proposals.proposal",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="workinggroups.workinggroup",
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=proposals.models.follows.new_token,
                        editable=False,
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("created_at", models.DateTimeField(default=members.clock.now)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("told_until", models.DateTimeField(default=members.clock.now)),
            ],
            options={
                "ordering": ["created_at", "pk"],
                "indexes": [
                    models.Index(
                        models.F("told_until"),
                        condition=models.Q(("confirmed_at__isnull", False)),
                        name="proposals_follow_to_tell",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("follower", "proposal", "group"),
                        name="proposals_follow_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proposal__isnull", True), ("group__isnull", True), _connector="OR"
                        ),
                        name="proposals_follow_one_thing",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                models.OrderBy(models.F("accepted_at"), descending=True, nulls_last=True),
                models.OrderBy(models.F("id"), descending=True),
                name="proposals_by_acceptance",
            ),
        ),
    ]
