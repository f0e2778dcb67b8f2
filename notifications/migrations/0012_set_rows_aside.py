"""A place for rows that a sweep could not do, so that they hold up no other and a person sees them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0011_count_what_bounced")]
    operations = [
        migrations.CreateModel(
            name="SetAside",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sweep", models.CharField(max_length=40)),
                ("row", models.BigIntegerField(help_text="The id of the row, of whatever kind its sweep is about.")),
                ("errors", models.PositiveSmallIntegerField(default=1)),
                ("last_error", models.TextField(blank=True)),
                ("since", models.DateTimeField()),
                ("retry_at", models.DateTimeField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("sweep", "row"), name="a_row_is_aside_once")]},
        ),
    ]
