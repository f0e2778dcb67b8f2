"""An index by age, so that the letters of one day are found among all; built beside running workers."""

from django.contrib.postgres.indexes import BrinIndex
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0010_reach_chat_rooms")]
    operations = [
        AddIndexConcurrently("outboundmessage", BrinIndex(fields=("created_at",), name="messages_by_age")),
        migrations.AlterField(
            "outboundmessage",
            "bounced_at",
            models.DateTimeField(null=True, help_text="When a server refused it for good, or it came back later."),
        ),
    ]
