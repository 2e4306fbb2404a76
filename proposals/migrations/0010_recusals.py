import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import members.clock


class Migration(migrations.Migration):
    dependencies = [
        ("proposals", "0009_follow_up_says_its_outcome"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Recusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("declared", "declared by the officer"),
                            ("requested", "requested by the proposer"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("chair", "alliance convener"),
                            ("convener", "group convener"),
                            ("deputy", "deputy convener"),
                            ("secretary", "group secretary"),
                            ("member", "group member"),
                            ("observer", "observer"),
                        ],
                        help_text="The seat held in the group that day.",
                        max_length=12,
                        verbose_name="role",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("made_at", models.DateTimeField(default=members.clock.now)),
                ("decided_at", models.DateTimeField(null=True, verbose_name="decided")),
                ("is_granted", models.BooleanField(null=True, verbose_name="granted")),
                ("decision", models.TextField(blank=True, verbose_name="reason of the decision")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to="proposals.proposal",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="officer",
                    ),
                ),
            ],
            options={
                "verbose_name": "recusal",
                "verbose_name_plural": "recusals",
                "ordering": ["made_at", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True),
                    models.Q(("is_granted__isnull", True), ("is_granted", True), _connector="OR"),
                ),
                fields=("proposal", "user", "kind"),
                name="proposals_recusal_once_while_it_stands",
            ),
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="proposals_recusal_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                        ("is_granted__isnull", True),
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("is_granted__isnull", False),
                        ("kind", "requested"),
                        models.Q(("decision", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="proposals_recusal_decided_with_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recusal",
            trigger=pgtrigger.compiler.Trigger(
                name="recusal_is_never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="28ce267e3d93d46b718ac72574d698d1ec45b2ff",
                    operation="DELETE",
                    pgid="pgtrigger_recusal_is_never_deleted_0cdca",
                    table="proposals_recusal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recusal",
            trigger=pgtrigger.compiler.Trigger(
                name="recusal_stays_as_it_was_made",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."proposal_id" IS DISTINCT FROM (NEW."proposal_id") OR OLD."user_id" IS DISTINCT FROM (NEW."user_id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."made_at" IS DISTINCT FROM (NEW."made_at") OR OLD."made_by_id" IS DISTINCT FROM (NEW."made_by_id") OR (OLD."decided_at" IS NOT NULL AND (OLD."decided_at" IS DISTINCT FROM (NEW."decided_at") OR OLD."decided_by_id" IS DISTINCT FROM (NEW."decided_by_id") OR OLD."is_granted" IS DISTINCT FROM (NEW."is_granted") OR OLD."decision" IS DISTINCT FROM (NEW."decision"))) OR OLD."ended_at" IS NOT NULL)',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="13358f81d562be4e64b132547d27be5fff0dec4c",
                    operation="UPDATE",
                    pgid="pgtrigger_recusal_stays_as_it_was_made_eff17",
                    table="proposals_recusal",
                    when="BEFORE",
                ),
            ),
        ),
    ]
