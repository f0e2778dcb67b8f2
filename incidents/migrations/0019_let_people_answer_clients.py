"""Grants the filing of inbound mail to the shipped roles that speak with clients; what was taken away since stays away."""

from typing import Any

from django.db import migrations

from incidents import permissions

NEW = "answer_client"


def grant(apps: Any, schema_editor: Any) -> None:
    for role in apps.get_model("incidents", "Role").objects.filter(key__in=permissions.MATRIX):
        if NEW in permissions.MATRIX[role.key] and NEW not in role.permissions:
            role.permissions = sorted({*role.permissions, NEW})
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("incidents", "0018_owe_answers_to_clients")]
    operations = [migrations.RunPython(grant, migrations.RunPython.noop, elidable=False)]
