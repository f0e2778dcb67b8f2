"""The metric of our own letters, for installations that were settled before it was shipped."""

from typing import Any

from django.db import migrations

from incidents.detection import shipped


def settle(apps: Any, schema_editor: Any) -> None:
    """Idempotent: what an administrator has made of it stays."""
    metric_model = apps.get_model("detection", "Metric")
    if metric_model.objects.filter(key="letters_bounced").exists():
        return
    row = next(row for row in shipped.METRICS if row["key"] == "letters_bounced")
    metric = metric_model.objects.create(**row, from_sop=False)
    apps.get_model("detection", "Series").objects.create(metric=metric)


class Migration(migrations.Migration):
    dependencies = [("detection", "0004_take_mail_in")]
    operations = [migrations.RunPython(settle, migrations.RunPython.noop, elidable=False)]
