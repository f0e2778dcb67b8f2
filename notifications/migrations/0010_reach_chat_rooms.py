"""Chat rooms and telephones, and the index of escalations that did not get through, built beside workers."""

import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("notifications", "0009_speak_to_other_machines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Destination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("scheme", models.CharField(max_length=12)),
                ("sealed_url", models.TextField()),
                ("shown", models.CharField(help_text="Enough of the address to know it by.", max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("name", "pk"),
            },
        ),
        AddIndexConcurrently(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(
                    ("kind", "escalation"),
                    ("reported_at", None),
                    ("state__in", ("pending", "claimed", "handoff", "dead", "unknown", "suppressed")),
                ),
                fields=["created_at"],
                name="escalations_not_through",
            ),
        ),
        migrations.AddField(
            model_name="destination",
            name="responder",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose it is; empty: a room.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="destinations",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
