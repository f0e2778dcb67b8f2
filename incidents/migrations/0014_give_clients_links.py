"""Links by which clients see how things stand, and who may give them."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROLES = ("coordinator", "communicator", "administrator")


def grant(apps: Any, schema_editor: Any) -> None:
    """Whoever writes to clients may give them a link; an administrator changes that."""
    for role in apps.get_model("incidents", "Role").objects.filter(key__in=ROLES):
        role.permissions = sorted({*role.permissions, "share_status"})
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0013_find_incidents_by_title"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("hint", models.CharField(help_text="The last characters, to tell links apart.", max_length=8)),
                ("note", models.CharField(max_length=200, verbose_name="for whom")),
                ("created_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(help_text="From this instant it shows nothing.")),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                ("opened_count", models.PositiveIntegerField(default=0)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="incidents.client"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-pk"),
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]
