"""What is unresolved is found by when its clock started, however many clocks run."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("incidents", "0023_count_hours_on_the_wall"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="escalationrule",
            constraint=models.CheckConstraint(
                condition=models.Q(wall_hours=None) | models.Q(situation="resolve_breached", wall_hours__gte=1),
                name="hours_on_the_wall_are_of_the_resolution",
            ),
        ),
        AddIndexConcurrently(
            model_name="clock",
            index=models.Index(
                fields=("severity", "start_at"),
                condition=models.Q(kind="resolve", stopped_at=None, breached_at=None),
                name="unresolved_by_start",
            ),
        ),
    ]
