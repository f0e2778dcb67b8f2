"""The coordinator hears of what was fixed at once, after the fact (C-14)."""

from typing import Any

from django.db import migrations, models

from incidents import shipped


def settle(apps: Any, schema_editor: Any) -> None:
    """Idempotent: a row that an administrator has changed or switched off stays as it is."""
    rules = apps.get_model("incidents", "EscalationRule")
    name, situation, roles, channels, urgency = shipped.QUICK_FIX_RULE
    if rules.objects.filter(situation=situation).exists():
        return
    row = rules.objects.create(name=name, situation=situation, channels=channels, urgency=urgency, is_enabled=True)
    row.roles.set(apps.get_model("incidents", "Role").objects.filter(key__in=roles))


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0016_restrict_what_was_raised_before"),
    ]

    operations = [
        migrations.AlterField(
            model_name="escalation",
            name="situation",
            field=models.CharField(
                choices=[
                    ("client_leaving", "Client threatening to leave"),
                    ("payment_dispute", "Payment or refund dispute"),
                    ("data_breach", "Data breach suspicion"),
                    ("legal_threat", "Legal threat"),
                    ("severe", "SEV-1 incident"),
                    ("outage_long", "Third-party outage over its limit"),
                    ("outage_notice", "Outage over the client limit: tell the clients"),
                    ("resolve_breached", "Not resolved in time"),
                    ("acknowledge_breached", "Not acknowledged in time"),
                    ("acknowledge_at_risk", "Acknowledgement at risk (75 %)"),
                    ("resolve_at_risk", "Resolution at risk (75 %)"),
                    ("notify_breached", "Client not notified in time"),
                    ("update_soon", "Promised update due in 10 minutes"),
                    ("update_breached", "Promised update missed"),
                    ("verification_over", "Verification window over"),
                    ("untouched", "Open incident that nobody has touched"),
                    ("letter_failed", "Letter to a client not delivered"),
                    ("crm_note_failed", "CRM note not written"),
                    ("forced_close", "Closed with something missing"),
                    ("closed_incomplete", "Closed incident found incomplete"),
                    ("review_overdue", "Review overdue"),
                    ("action_overdue", "Prevention action overdue"),
                    ("restart_forced", "Restarted by force"),
                    ("paused_again", "Restarted work paused again"),
                    ("quick_fix", "Fixed at once, without triage"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="escalationrule",
            name="situation",
            field=models.CharField(
                choices=[
                    ("client_leaving", "Client threatening to leave"),
                    ("payment_dispute", "Payment or refund dispute"),
                    ("data_breach", "Data breach suspicion"),
                    ("legal_threat", "Legal threat"),
                    ("severe", "SEV-1 incident"),
                    ("outage_long", "Third-party outage over its limit"),
                    ("outage_notice", "Outage over the client limit: tell the clients"),
                    ("resolve_breached", "Not resolved in time"),
                    ("acknowledge_breached", "Not acknowledged in time"),
                    ("acknowledge_at_risk", "Acknowledgement at risk (75 %)"),
                    ("resolve_at_risk", "Resolution at risk (75 %)"),
                    ("notify_breached", "Client not notified in time"),
                    ("update_soon", "Promised update due in 10 minutes"),
                    ("update_breached", "Promised update missed"),
                    ("verification_over", "Verification window over"),
                    ("untouched", "Open incident that nobody has touched"),
                    ("letter_failed", "Letter to a client not delivered"),
                    ("crm_note_failed", "CRM note not written"),
                    ("forced_close", "Closed with something missing"),
                    ("closed_incomplete", "Closed incident found incomplete"),
                    ("review_overdue", "Review overdue"),
                    ("action_overdue", "Prevention action overdue"),
                    ("restart_forced", "Restarted by force"),
                    ("paused_again", "Restarted work paused again"),
                    ("quick_fix", "Fixed at once, without triage"),
                ],
                max_length=24,
            ),
        ),
        migrations.RunPython(settle, migrations.RunPython.noop, elidable=False),
    ]
