"""A CRM note may be written by Allclear: where it stands, its proof, and who hears when it was not."""

from typing import Any

from django.db import migrations, models

from incidents import shipped


def settle(apps: Any, schema_editor: Any) -> None:
    """Idempotent: the row of the matrix, unless the situation has one."""
    rule_model, role_model = apps.get_model("incidents", "EscalationRule"), apps.get_model("incidents", "Role")
    for name, situation, severities, role_keys, channels, urgency, repeat, enabled, from_sop in shipped.MATRIX:
        if situation != "crm_note_failed" or rule_model.objects.filter(situation=situation).exists():
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
        rule.roles.set(role_model.objects.filter(key__in=role_keys))


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0011_let_tokens_expire_and_keep_answers"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="crmnote",
            name="crm_note_is_settled_with_reference_or_reason",
        ),
        migrations.AddField(
            model_name="client",
            name="crm_kind",
            field=models.CharField(
                choices=[("deals", "Deal"), ("companies", "Company"), ("contacts", "Contact")],
                db_default="deals",
                default="deals",
                max_length=10,
                verbose_name="CRM record",
            ),
        ),
        migrations.AddField(
            model_name="crmnote",
            name="link",
            field=models.URLField(
                blank=True, db_default="", default="", help_text="Where the note can be read.", max_length=500
            ),
        ),
        migrations.AlterField(
            model_name="client",
            name="crm_reference",
            field=models.CharField(blank=True, max_length=120, verbose_name="CRM id"),
        ),
        migrations.AlterField(
            model_name="crmnote",
            name="state",
            field=models.CharField(
                choices=[
                    ("owed", "Owed"),
                    ("sent", "Written to the CRM"),
                    ("recorded", "Recorded by hand"),
                    ("waived", "Waived"),
                ],
                default="owed",
                max_length=10,
            ),
        ),
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
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="timelineentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("reported", "Reported"),
                    ("triaged", "Triaged"),
                    ("reclassified", "Severity changed"),
                    ("rescoped", "Scope changed"),
                    ("assigned", "Assigned"),
                    ("acknowledged", "Acknowledged"),
                    ("updated", "Client updated"),
                    ("investigated", "Investigation started"),
                    ("diagnosed", "Diagnosis"),
                    ("isolated", "Isolated"),
                    ("changed", "Production change"),
                    ("worked_around", "Workaround in place"),
                    ("outage_started", "Outage started"),
                    ("outage_ended", "Outage ended"),
                    ("fixed", "Fix in place"),
                    ("confirmed", "Fix confirmed"),
                    ("verification_failed", "Verification failed"),
                    ("resolved", "Resolved"),
                    ("reopened", "Reopened"),
                    ("merged", "Merged"),
                    ("absorbed", "Duplicate merged into this"),
                    ("cancelled", "Not an incident"),
                    ("closed", "Closed"),
                    ("noted", "Note"),
                    ("evidence_added", "Evidence"),
                    ("paused", "Clock paused"),
                    ("resumed", "Clock resumed"),
                    ("rebaselined", "Policy applied"),
                    ("breach_voided", "Breach voided"),
                    ("at_risk", "At risk"),
                    ("breached", "Breached"),
                    ("situation_raised", "Situation raised"),
                    ("escalated", "Escalated"),
                    ("escalation_taken", "Escalation taken"),
                    ("resurfaced", "Untouched"),
                    ("letter_failed", "Letter not delivered"),
                    ("note_settled", "CRM note"),
                    ("note_failed", "CRM note not written"),
                    ("reviewed", "Review published"),
                    ("error_kept", "Error report kept"),
                    ("review_opened", "Review opened"),
                    ("review_moved", "Review"),
                    ("action_moved", "Prevention action"),
                    ("check_run", "Regression check"),
                    ("change_documented", "Documented change"),
                    ("work_paused", "Work paused"),
                    ("gate_moved", "Restart gate"),
                    ("handed_off", "Support report"),
                    ("playbook_started", "Playbook started"),
                    ("playbook_step", "Playbook step"),
                    ("step_done", "Playbook step done"),
                    ("step_skipped", "Playbook step skipped"),
                    ("prohibition_read", "Prohibition read"),
                    ("playbook_ended", "Playbook ended"),
                    ("typed", "Incident type"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="crmnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("state", "owed")),
                    models.Q(
                        ("settled_at__isnull", False),
                        ("state__in", ("sent", "recorded")),
                        models.Q(("reference", ""), _negated=True),
                    ),
                    models.Q(
                        ("settled_at__isnull", False), ("state", "waived"), models.Q(("reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="crm_note_is_settled_with_proof_or_reason",
            ),
        ),
        migrations.RunPython(settle, migrations.RunPython.noop, elidable=False),
    ]
