"""A letter that a person wrote and sent does not call itself automatic. Old rows have left already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0014_give_up_rows_put_aside")]
    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="by_person",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="A person wrote it and sent it; else it is automatic (RFC 3834).",
            ),
        )
    ]
