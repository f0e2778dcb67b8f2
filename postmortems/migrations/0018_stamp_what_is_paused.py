"""Incidents whose work is paused already say so in their letters too; later every verb of a gate stamps it."""

from typing import Any

from django.db import migrations
from django.db.models import Count


def stamp(apps: Any, schema_editor: Any) -> None:
    gates = apps.get_model("postmortems", "RestartGate").objects.filter(ended_at=None).exclude(stage="normal")
    incidents = apps.get_model("incidents", "Incident").objects
    for row in gates.order_by().values("incident").annotate(count=Count("pk")):
        incidents.filter(pk=row["incident"]).update(work_paused=row["count"])


class Migration(migrations.Migration):
    dependencies = [
        ("postmortems", "0017_let_each_subject_hold_a_gate"),
        ("incidents", "0033_say_that_work_is_paused"),
    ]
    operations = [migrations.RunPython(stamp, migrations.RunPython.noop)]
