"""Webhooks and the log of their deliveries."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0008_let_one_lane_rest"),
    ]

    operations = [
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("sealed_url", models.TextField()),
                ("shown", models.CharField(help_text="Enough of the address to know it by.", max_length=200)),
                ("sealed_secret", models.TextField()),
                ("sealed_old_secret", models.TextField(blank=True, help_text="Signs as well, until it is retired.")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        help_text="Empty: every event.",
                        size=None,
                    ),
                ),
                ("sends_text", models.BooleanField(default=False, help_text="Also the words of the entry.")),
                ("includes_restricted", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
                ("made_at", models.DateTimeField()),
                ("last_ok_at", models.DateTimeField(blank=True, null=True)),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                ("switched_off_at", models.DateTimeField(blank=True, null=True)),
                ("switched_off_because", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "ordering": ("name", "pk"),
                "indexes": [
                    models.Index(condition=models.Q(("is_active", True)), fields=["id"], name="webhooks_listening")
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("milliseconds", models.PositiveIntegerField()),
                ("status", models.PositiveSmallIntegerField(null=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True, help_text="Why it counts as failed; empty: it was taken.", max_length=300
                    ),
                ),
                ("request_headers", models.JSONField(default=dict)),
                ("response_headers", models.JSONField(default=dict)),
                ("response_body", models.TextField(blank=True)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="webhook_attempts",
                        to="notifications.outboundmessage",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="notifications.webhookendpoint",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [models.Index(fields=["at"], name="webhook_attempts_by_age")],
            },
        ),
    ]
