"""Asked every second for escalations whose letter has left since; built without holding up what is raised meanwhile."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("incidents", "0031_name_kinds_in_code_alone")]
    operations = [
        AddIndexConcurrently(
            model_name="escalation",
            index=models.Index(
                fields=["id"],
                condition=models.Q(situation="letter_failed", taken_at=None, ended_at=None),
                name="escalations_of_failed_letters",
            ),
        )
    ]
