"""The metrics and routine checks of the SOP, a first ping key, and the permissions of those who watch."""

import secrets
from datetime import UTC, datetime
from typing import Any

from django.db import migrations

from incidents import permissions
from incidents.detection import shipped
from incidents.detection.schedules import Routine


def settle(apps: Any, schema_editor: Any) -> None:
    def model(name: str) -> Any:
        return apps.get_model("detection", name)

    role_model = apps.get_model("incidents", "Role")
    now = datetime.now(UTC)
    for role in role_model.objects.all():
        granted = {"run_checks", "set_watch"} & set(permissions.MATRIX.get(role.key, ())) - set(role.permissions)
        if granted:
            role.permissions = sorted({*role.permissions, *granted})
            role.save(update_fields=["permissions"])
    for row in shipped.METRICS:
        metric = model("Metric").objects.create(**row, from_sop=True)
        if not metric.subject_name:
            model("Series").objects.create(metric=metric)
    for row in shipped.CHECKS:
        values = {name: value for name, value in row.items() if name not in ("lines", "role")}
        routine = Routine(row["cadence"], row["at_time"], "UTC", row.get("weekday", 0), row.get("month_day", 1))
        check = model("CheckDefinition").objects.create(
            **values,
            role=role_model.objects.filter(key=row["role"]).first(),
            from_sop=True,
            next_run_at=routine.after(now),
        )
        for position, line in enumerate(row["lines"], 1):
            model("CheckLine").objects.create(definition=check, position=position, **line)
    model("PingKey").objects.create(key=secrets.token_urlsafe(16), made_at=now)


class Migration(migrations.Migration):
    dependencies = [("detection", "0001_watching"), ("incidents", "0003_settle_a_fresh_install")]
    operations = [migrations.RunPython(settle, migrations.RunPython.noop, elidable=False)]
