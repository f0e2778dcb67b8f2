"""Letters that went out without the approval that they needed, counted for the deviations; none did before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("postmortems", "0011_count_all_of_a_statement_at_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportcell",
            name="unapproved",
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
