"""Roles, severities, one policy and the escalation matrix of the SOP; people and brands are for the administrator."""

from datetime import UTC, datetime
from typing import Any

from django.db import migrations

from incidents import permissions, policy, shipped


def settle(apps: Any, schema_editor: Any) -> None:
    def model(name: str) -> Any:
        return apps.get_model("incidents", name)

    role_model, rule_model = model("Role"), model("EscalationRule")
    roles = {
        key: role_model.objects.create(key=key, name=name, permissions=sorted(permissions.MATRIX[key]))
        for key, name in permissions.ROLE_NAMES.items()
    }
    for row in shipped.SEVERITIES:
        model("Severity").objects.create(**row)
    for key, name in shipped.TIERS:
        model("Tier").objects.create(key=key, name=name)
    model("Brand").objects.create(
        name="Allclear", subject_prefix="Allclear", signature="The support team", is_default=True
    )
    default = model("SlaPolicy").objects.create(name="Standard", is_default=True)
    model("PolicyVersion").objects.create(
        policy=default,
        number=1,
        body=policy.SHIPPED,
        note="As the SOP says",
        created_at=datetime.now(UTC),
    )
    for name, situation, severities, role_keys, channels, urgency, repeat, enabled, from_sop in shipped.MATRIX:
        rule = rule_model.objects.create(
            name=name,
            situation=situation,
            severities=severities,
            channels=channels,
            urgency=urgency,
            repeat_minutes=repeat,
            is_enabled=enabled,
            from_sop=from_sop,
        )
        rule.roles.set([roles[key] for key in role_keys])


class Migration(migrations.Migration):
    dependencies = [("incidents", "0002_guard_the_record")]
    operations = [migrations.RunPython(settle, migrations.RunPython.noop, elidable=False)]
