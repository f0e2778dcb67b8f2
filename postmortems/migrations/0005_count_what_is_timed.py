"""How many incidents stand behind a median; all of them are counted again, by the sweep.

Every count gets its default in PostgreSQL too, so that a worker of the version before can go on writing.
"""

from django.db import migrations, models

KNOWN = (
    "incidents",
    "void",
    "open_now",
    "first_monitoring",
    "first_agent",
    "first_client",
    "first_review",
    "gap_known",
    "again",
    "reopened",
    "watch_failed",
    "paused",
    "ack_met",
    "ack_late",
    "ack_open_late",
    "ack_running",
    "fix_met",
    "fix_workaround",
    "fix_late",
    "fix_open_late",
    "fix_running",
    "fix_paused",
    "fix_watched",
    "cancelled",
    "kept_120",
    "kept_60",
    "kept_30",
    "kept_10",
    "kept_0",
    "promise_late",
    "promise_open_late",
    "promise_running",
    "notify_met",
    "notify_late",
    "breached",
    "unexplained",
    "why_nobody_on_call",
    "why_not_assigned",
    "why_told_late",
    "why_waited_client",
    "why_waited_provider",
    "why_access",
    "why_no_fallback",
    "why_first_fix_failed",
    "why_harder",
    "why_other",
    "unreviewed",
    "no_report_look",
    "no_handoff_look",
    "no_recovery_look",
    "forced_close",
    "early_resolve",
    "unacknowledged",
    "voided",
    "forced_restart",
    "let_through",
)
NEW = ("ack_known", "fix_known", "confirm_known")
AGAIN = "INSERT INTO postmortems_factdue (incident_id) SELECT id FROM incidents_incident ORDER BY id"


class Migration(migrations.Migration):
    dependencies = [("postmortems", "0004_notice_what_is_to_be_counted")]
    operations = [
        *(migrations.AlterField("reportcell", name, models.IntegerField(default=0, db_default=0)) for name in KNOWN),
        *(migrations.AddField("reportcell", name, models.IntegerField(default=0, db_default=0)) for name in NEW),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
