"""Answers and delivery reports name our letters by Message-ID. Built without holding up what is being sent."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("notifications", "0006_keep_inbound_mail")]
    operations = [
        AddIndexConcurrently(
            model_name="outboundmessage",
            index=models.Index(
                fields=["message_id"], condition=models.Q(channel="email"), name="messages_by_message_id"
            ),
        )
    ]
