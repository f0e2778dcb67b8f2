"""Built while people work: the two indexes from which medians are read hold what they filter by, too."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

TIMED = (
    "incident",
    "is_restricted",
    "client_ids",
    "system_ids",
    "type_ids",
    "gap_seconds",
    "ack_seconds",
    "fix_seconds",
    "confirm_seconds",
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("postmortems", "0005_count_what_is_timed")]
    operations = [
        AddIndexConcurrently(
            "incidentfact",
            models.Index(fields=("severity", "day"), include=("luck", *TIMED), name="facts_timed_by_day"),
        ),
        AddIndexConcurrently(
            "incidentfact",
            models.Index(fields=("severity", "luck"), include=("day", *TIMED), name="facts_timed_by_luck"),
        ),
        RemoveIndexConcurrently("incidentfact", "facts_by_severity"),
        RemoveIndexConcurrently("incidentfact", "facts_by_luck"),
    ]
