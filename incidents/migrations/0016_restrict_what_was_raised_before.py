"""Restricts incidents on which a breach or a legal threat stands already, each with a line on its record.

The chain of the record is written here as it was when this was made, so that later changes of the code change nothing.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models, transaction

from incidents import permissions

BATCH = 200
RESTRICTING = ["data_breach", "legal_threat"]
TEXT = "For named people only, because of what was raised."


def grant(apps: Any, schema_editor: Any) -> None:
    """Idempotent: whoever may be granted it by the matrix that ships is."""
    for role in apps.get_model("incidents", "Role").objects.filter(key__in=permissions.MATRIX):
        if "restrict_incident" in permissions.MATRIX[role.key]:
            role.permissions = sorted({*role.permissions, "restrict_incident"})
            role.save(update_fields=["permissions"])


def restrict(apps: Any, schema_editor: Any) -> None:
    """Names whoever raised it. In batches, each committed for itself, so that nobody waits for the whole."""
    incident_model, entry_model = apps.get_model("incidents", "Incident"), apps.get_model("incidents", "TimelineEntry")
    after = 0
    while True:
        with transaction.atomic():
            rows = incident_model.objects.select_for_update(no_key=True).filter(
                situations__overlap=RESTRICTING, pk__gt=after
            )
            found = list(rows.defer("search").order_by("pk")[:BATCH])
            for incident in found:
                raised = entry_model.objects.filter(incident=incident, kind="situation_raised")
                raisers = {
                    entry.by_id for entry in raised if entry.facts.get("situation") in RESTRICTING and entry.by_id
                }
                incident.named.add(*raisers)
                if not incident.is_restricted:
                    _write(incident, entry_model, sorted(raisers))
            if not found:
                return
            after = found[-1].pk


def _write(incident: Any, entry_model: Any, raisers: list[int]) -> None:
    at = max(datetime.now(UTC), incident.touched_at)
    row = {
        "incident_id": incident.pk,
        "seq": incident.entry_count + 1,
        "kind": "restricted",
        "at": at,
        "recorded_at": at,
        "by_id": None,
        "by_name": "Allclear",
        "client_visible": False,
        "text": TEXT,
        "facts": {"added": raisers, "removed": []},
        "status_after": "",
        "previous": incident.head,
    }
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in row.values()]
    canonical = json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    entry = entry_model.objects.create(**row, hash=hashlib.sha256(canonical.encode()).hexdigest())
    incident.is_restricted, incident.entry_count, incident.head = True, entry.seq, entry.hash
    incident.save(update_fields=["is_restricted", "entry_count", "head"])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0015_restrict_to_named_people")]
    operations = [
        AddIndexConcurrently(
            "incident",
            models.Index(fields=("id",), condition=models.Q(is_restricted=True), name="incidents_restricted"),
        ),
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(restrict, migrations.RunPython.noop, elidable=False),
    ]
