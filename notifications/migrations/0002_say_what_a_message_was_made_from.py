from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0001_outbox"),
    ]

    operations = [
        migrations.AddField(
            model_name="outboundmessage",
            name="made_from",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The text that it was made from, opaque too.",
                max_length=80,
            ),
        ),
    ]
