"""A resolved letter says that some work is paused; a process of the version before writes rows without it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("incidents", "0032_find_what_a_letter_that_left_had_raised")]
    operations = [
        migrations.AddField(
            model_name="incident",
            name="work_paused",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="How much work its gates keep from running as before, stamped from above.",
            ),
        )
    ]
