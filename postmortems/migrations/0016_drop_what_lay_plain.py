"""Drops the plain column of what signs the runs of a check; everything that runs has read the sealed one since 0014.

Backwards it comes back empty: going back over 0014 fills it from what is sealed.
"""

from django.db import migrations

DROP = "ALTER TABLE postmortems_regressioncheck DROP COLUMN secret"
AGAIN = "ALTER TABLE postmortems_regressioncheck ADD COLUMN secret varchar(64) NOT NULL DEFAULT ''"


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0015_keep_runs_and_criteria")]
    operations = [migrations.RunSQL(DROP, AGAIN)]
