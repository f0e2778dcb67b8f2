"""Grants the permissions of reviews and gates to the roles that ship, adds their rows to the matrix, guards evidence."""

from typing import Any

from django.db import migrations

from incidents import permissions, shipped

NEW = {
    "attest_time",
    "name_third_party",
    "write_review",
    "sign_review",
    "verify_action",
    "pause_work",
    "confirm_evidence",
    "restart_work",
    "hand_off",
    "dismiss_finding",
    "judge_report",
}
SITUATIONS = ("closed_incomplete", "review_overdue", "action_overdue", "restart_forced", "paused_again")
GUARD = """
CREATE TRIGGER error_reports_are_kept BEFORE UPDATE OR DELETE ON incidents_errorreport
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
ALTER TABLE incidents_errorreport ENABLE ALWAYS TRIGGER error_reports_are_kept;
"""


def grant(apps: Any, schema_editor: Any) -> None:
    """Idempotent: what an administrator has granted or switched since stays."""
    role_model, rule_model = apps.get_model("incidents", "Role"), apps.get_model("incidents", "EscalationRule")
    roles = {role.key: role for role in role_model.objects.filter(key__in=permissions.MATRIX)}
    for key, role in roles.items():
        role.permissions = sorted({*role.permissions, *(permissions.MATRIX[key] & NEW)})
        role.save(update_fields=["permissions"])
    apps.get_model("incidents", "Tier").objects.filter(key="premium", postmortem_severities=[]).update(
        postmortem_severities=[1]
    )
    for name, situation, severities, role_keys, channels, urgency, repeat, enabled, from_sop in shipped.MATRIX:
        if situation not in SITUATIONS or rule_model.objects.filter(situation=situation).exists():
            continue
        rule = rule_model.objects.create(
            name=name,
            situation=situation,
            severities=severities,
            channels=channels,
            urgency=urgency,
            repeat_minutes=repeat,
            is_enabled=enabled,
            from_sop=from_sop,
        )
        rule.roles.set([roles[key] for key in role_keys if key in roles])


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_find_what_was_not_reviewed")]
    operations = [
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False),
        migrations.RunSQL(GUARD, "DROP TRIGGER error_reports_are_kept ON incidents_errorreport;"),
    ]
