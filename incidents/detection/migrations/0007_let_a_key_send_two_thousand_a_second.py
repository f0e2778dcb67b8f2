"""A new source may send two thousand requests a second: a limit that is held everywhere lets no more than itself pass."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("detection", "0006_let_a_link_end")]
    operations = [
        migrations.AlterField(
            model_name="inboundsource",
            name="limit_per_minute",
            field=models.PositiveIntegerField(default=120_000),
        ),
    ]
