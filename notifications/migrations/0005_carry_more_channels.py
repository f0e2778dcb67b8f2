"""Messages may go to the CRM, to chat rooms and to webhooks; built beside running workers."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("notifications", "0004_look_for_suppressed_letters"),
    ]

    operations = [
        migrations.AlterField(
            model_name="outboundmessage",
            name="channel",
            field=models.CharField(
                choices=[
                    ("email", "E-mail"),
                    ("telegram", "Telegram"),
                    ("in_app", "In Allclear"),
                    ("crm", "CRM"),
                    ("chat", "Chat or SMS"),
                    ("webhook", "Webhook"),
                ],
                max_length=10,
            ),
        ),
        AddIndexConcurrently(
            model_name="outboundmessage",
            index=models.Index(
                condition=models.Q(
                    ("channel", "crm"), ("reported_at", None), ("state__in", ("sent", "dead", "unknown", "suppressed"))
                ),
                fields=["id"],
                name="crm_messages_to_settle",
            ),
        ),
    ]
