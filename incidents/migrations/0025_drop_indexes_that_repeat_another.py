"""Each of these begins a unique index, or serves a search that nobody makes; a storm paid for them with every row."""

from django.db import migrations, models
from django.db.models import deletion

REDUNDANT = (
    # Begin `one_clock_for_a_promise_and_cycle`, `a_level_is_reached_once`, `timeline_has_no_gap_filled_twice` and the
    # unique index of an escalation with its recipient.
    ("incidents_clock_incident_id_61d4c16d", "incidents_clock (incident_id)"),
    ("incidents_clockfact_clock_id_3d55a045", "incidents_clockfact (clock_id)"),
    ("incidents_timelineentry_incident_id_1647aff9", "incidents_timelineentry (incident_id)"),
    ("incidents_escalation_recipients_escalation_id_45301e1c", "incidents_escalation_recipients (escalation_id)"),
    # Serves LIKE on a cause; a cause is only ever asked for whole.
    ("incidents_escalation_cause_de843921_like", "incidents_escalation (cause varchar_pattern_ops)"),
)


class Migration(migrations.Migration):
    # Concurrently, so that no worker waits for it.
    atomic = False
    dependencies = [("incidents", "0024_find_what_is_unresolved")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {columns}",
                )
                for name, columns in REDUNDANT
            ],
            [
                migrations.AlterField(
                    "clock",
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.CASCADE,
                        related_name="clocks",
                        to="incidents.incident",
                    ),
                ),
                migrations.AlterField(
                    "clockfact",
                    "clock",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.CASCADE,
                        related_name="reached",
                        to="incidents.clock",
                    ),
                ),
                migrations.AlterField(
                    "timelineentry",
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=deletion.PROTECT,
                        related_name="timeline",
                        to="incidents.incident",
                    ),
                ),
            ],
        )
    ]
