"""A form that comes twice is done once: what was sent is remembered for a day. Rows of before need nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0033_say_that_work_is_paused")]
    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of sender, token of the page, address and words.",
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("led_to", models.TextField(blank=True)),
                ("sent_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("sent_at",),
                "indexes": [models.Index(fields=["sent_at"], name="sent_forms_by_age")],
            },
        ),
    ]
