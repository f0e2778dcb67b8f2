"""Letters that wait for a second person: their rows, who may approve them, and who hears that one waits."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from incidents import permissions, shipped

SITUATIONS = ("letter_awaiting", "letter_sent_back")
NEW = {"approve_letter", "send_unapproved"}


def settle(apps: Any, schema_editor: Any) -> None:
    """Idempotent: the shipped roles may what is new; the rows of the matrix, unless there are some already."""
    role_model, rule_model = apps.get_model("incidents", "Role"), apps.get_model("incidents", "EscalationRule")
    for role in role_model.objects.filter(key__in=permissions.MATRIX):
        role.permissions = sorted({*role.permissions, *(NEW & permissions.MATRIX[role.key])})
        role.save(update_fields=["permissions"])
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
        rule.roles.set(role_model.objects.filter(key__in=role_keys))


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0025_drop_indexes_that_repeat_another"),
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
                    ("digest_words", "Scheduled update lacks words"),
                    ("digest_held", "Scheduled update held back"),
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
                    ("letter_awaiting", "Letter to clients awaits approval"),
                    ("letter_sent_back", "Letter to clients sent back"),
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
                    ("digest_words", "Scheduled update lacks words"),
                    ("digest_held", "Scheduled update held back"),
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
                    ("letter_awaiting", "Letter to clients awaits approval"),
                    ("letter_sent_back", "Letter to clients sent back"),
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
                    ("worded", "Words for the scheduled update"),
                    ("digested", "In a scheduled update"),
                    ("playbook_started", "Playbook started"),
                    ("playbook_step", "Playbook step"),
                    ("step_done", "Playbook step done"),
                    ("step_skipped", "Playbook step skipped"),
                    ("prohibition_read", "Prohibition read"),
                    ("playbook_ended", "Playbook ended"),
                    ("typed", "Incident type"),
                    ("situation_suggested", "Situation suggested"),
                    ("situation_dismissed", "Suggestion dismissed"),
                    ("restricted", "Restricted to named people"),
                    ("people_named", "Who may see it"),
                    ("restriction_lifted", "Restriction lifted"),
                    ("client_replied", "Client replied"),
                    ("auto_replied", "Automatic answer"),
                    ("reply_settled", "Reply dealt with"),
                    ("letter_taken_back", "Letter taken back"),
                    ("letter_awaiting", "Letter awaits approval"),
                    ("letter_sent_back", "Letter sent back"),
                    ("letter_withdrawn", "Letter not sent"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="AwaitingLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("acknowledge", "acknowledgement"),
                            ("update", "update"),
                            ("resolve", "resolved letter"),
                        ],
                        help_text="What is done when it is approved.",
                        max_length=12,
                    ),
                ),
                ("words", models.JSONField(help_text="What the verb is told, as it was typed.")),
                ("client_ids", models.JSONField(default=list, help_text="To whom it was written.")),
                ("written_at", models.DateTimeField()),
                (
                    "seq",
                    models.PositiveIntegerField(help_text="The entry of the record that says that it was written."),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("awaiting", "Awaiting approval"),
                            ("approved", "Approved"),
                            ("sent_back", "Sent back"),
                            ("withdrawn", "Withdrawn"),
                            ("overtaken", "Overtaken"),
                        ],
                        default="awaiting",
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why it was sent back or is not sent.", max_length=2000),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="awaiting_letters",
                        to="incidents.incident",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("awaiting", "sent_back"))),
                        fields=["incident"],
                        name="letters_to_be_approved",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "awaiting")),
                        fields=("incident", "verb"),
                        name="one_letter_of_a_kind_awaits_approval",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("settled_by", None), ("state", "awaiting")),
                            models.Q(
                                ("settled_at__isnull", False), ("state__in", ("sent_back", "withdrawn", "overtaken"))
                            ),
                            models.Q(
                                ("settled_at__isnull", False),
                                ("settled_by__isnull", False),
                                ("state", "approved"),
                                models.Q(("settled_by", models.F("author")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="nobody_approves_their_own_letter",
                    ),
                ],
            },
        ),
        migrations.RunPython(settle, migrations.RunPython.noop, elidable=False),
    ]
