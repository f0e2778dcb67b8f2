"""Whose name and address a letter bears; a process of the version before writes rows without them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0012_set_rows_aside")]
    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="sender",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Its address; empty: the installation's.",
                max_length=320,
            ),
        ),
        migrations.AddField(
            model_name="outboundmessage",
            name="sender_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
    ]
