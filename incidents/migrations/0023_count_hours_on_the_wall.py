"""A row of the matrix may fire after so many hours on the wall, whatever pauses the clock (B-112)."""

from typing import Any

from django.db import migrations, models

SHIPPED = {"situation": "resolve_breached", "from_sop": True, "name": "SEV-2 not resolved in 24 hours"}


def settle(apps: Any, schema_editor: Any) -> None:
    """The SOP's row counts its 24 hours on the wall; a row that was renamed stays as it is."""
    apps.get_model("incidents", "EscalationRule").objects.filter(**SHIPPED).update(wall_hours=24)


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0022_plan_scheduled_updates"),
    ]

    operations = [
        migrations.AddField(
            model_name="escalationrule",
            name="wall_hours",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text=(
                    "Only of “Not resolved in time”: at the latest so many hours after its clock started, on the wall."
                ),
                null=True,
            ),
        ),
        migrations.RunPython(settle, migrations.RunPython.noop, elidable=False),
    ]
