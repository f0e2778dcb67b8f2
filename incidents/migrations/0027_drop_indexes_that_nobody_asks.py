"""Nobody looks for rows by these columns: every escalation and every line of a record paid for them all the same.

What was merged into an incident is found by `merged_by_target`, which leaves out all that was not merged.
"""

from django.conf import settings
from django.db import migrations, models
from django.db.models import deletion

UNASKED = (
    ("incidents_clock_policy_version_id_8aa6b23e", "incidents_clock (policy_version_id)"),
    ("incidents_escalation_rule_id_f7e4b89a", "incidents_escalation (rule_id)"),
    ("incidents_escalation_raised_by_id_ca7f8a83", "incidents_escalation (raised_by_id)"),
    ("incidents_escalation_taken_by_id_1c9ed972", "incidents_escalation (taken_by_id)"),
    ("incidents_incident_merged_into_id_75509a6d", "incidents_incident (merged_into_id)"),
    ("incidents_timelineentry_by_id_c9fb720b", "incidents_timelineentry (by_id)"),
)


def _without_index(model: str, name: str, to: str, related: str, *, null: bool, blank: bool) -> migrations.AlterField:
    field = models.ForeignKey(
        blank=blank, db_index=False, null=null, on_delete=deletion.PROTECT, related_name=related, to=to
    )
    return migrations.AlterField(model, name, field)


class Migration(migrations.Migration):
    # Concurrently, so that no worker waits for it.
    atomic = False
    dependencies = [("incidents", "0026_hold_letters_for_approval")]
    operations = [
        migrations.SeparateDatabaseAndState(
            [
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {columns}",
                )
                for name, columns in UNASKED
            ],
            [
                _without_index("clock", "policy_version", "incidents.policyversion", "+", null=False, blank=False),
                _without_index(
                    "escalation", "rule", "incidents.escalationrule", "escalations", null=False, blank=False
                ),
                _without_index("escalation", "raised_by", settings.AUTH_USER_MODEL, "+", null=True, blank=False),
                _without_index(
                    "escalation", "taken_by", settings.AUTH_USER_MODEL, "taken_escalations", null=True, blank=False
                ),
                _without_index("incident", "merged_into", "incidents.incident", "merged", null=True, blank=True),
                _without_index("timelineentry", "by", settings.AUTH_USER_MODEL, "+", null=True, blank=False),
            ],
        )
    ]
