"""A person tries a row that was put aside at once, or gives it up with a reason; and hears of it without looking."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("notifications", "0013_name_the_sender"),
    ]
    operations = [
        migrations.AddField(
            model_name="setaside",
            name="kind",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="The model of the row, app and name.", max_length=60
            ),
        ),
        migrations.AddField(model_name="setaside", name="told_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="setaside", name="given_up_at", field=models.DateTimeField(null=True)),
        migrations.AddField(
            model_name="setaside",
            name="given_up_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="setaside",
            name="give_up_reason",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AlterField(
            model_name="setaside",
            name="retry_at",
            field=models.DateTimeField(help_text="Empty: somebody gave it up.", null=True),
        ),
        # On the way back, what was given up is tried again: nobody can say there that it is not.
        migrations.RunSQL(
            migrations.RunSQL.noop, "UPDATE notifications_setaside SET retry_at = now() WHERE retry_at IS NULL"
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_up_at", None), ("given_up_by", None), ("retry_at__isnull", False))
                | (
                    models.Q(("given_up_at__isnull", False), ("given_up_by__isnull", False), ("retry_at", None))
                    & ~models.Q(("give_up_reason", ""))
                ),
                name="a_row_is_given_up_by_somebody_with_a_reason",
            ),
        ),
    ]
