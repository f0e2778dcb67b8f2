"""A gate waits for the readings of one subject, or of each: until now any of them opened it for all (C-17, C-24)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0016_drop_what_lay_plain")]

    operations = [
        migrations.AddField(
            "criterion",
            "subject",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What it is measured for; empty: every subject must meet it.",
                max_length=120,
            ),
        ),
        migrations.AddField(
            "criterion",
            "reading_subject",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Of several, the one that this was read for.",
                max_length=120,
            ),
        ),
    ]
