"""The indexes of what did not arrive learn of suppressed letters; built beside running workers."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0003_suppress_dead_addresses")]
    operations = [
        AddIndexConcurrently(
            "outboundmessage",
            models.Index(
                fields=("id",),
                condition=models.Q(state__in=("dead", "unknown", "suppressed"), noticed_at=None),
                name="messages_not_arrived",
            ),
        ),
        AddIndexConcurrently(
            "outboundmessage",
            models.Index(
                fields=("id",),
                condition=models.Q(state__in=("dead", "unknown", "suppressed", "superseded"), reported_at=None)
                & ~models.Q(last_error=""),
                name="messages_not_reported",
            ),
        ),
        RemoveIndexConcurrently("outboundmessage", "messages_failed"),
        RemoveIndexConcurrently("outboundmessage", "messages_to_report"),
    ]
