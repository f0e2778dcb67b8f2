"""Scheduled updates: when each client gets them, the words, what was sent; and who hears when words are missing."""

from typing import Any

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import incidents.models.clients
from incidents import shipped

SITUATIONS = ("digest_words", "digest_held")
GUARD = """
CREATE TRIGGER digest_lines_are_append_only BEFORE UPDATE OR DELETE ON incidents_digestline
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
ALTER TABLE incidents_digestline ENABLE ALWAYS TRIGGER digest_lines_are_append_only;
"""
# The book of letters is closed to changes; this is the one time that a new column of it is filled.
SPEAKS_OF = """
ALTER TABLE incidents_clientletter DISABLE TRIGGER letters_are_append_only;
UPDATE incidents_clientletter SET incident_ids = ARRAY[incident_id] WHERE incident_id IS NOT NULL;
ALTER TABLE incidents_clientletter ENABLE ALWAYS TRIGGER letters_are_append_only;
"""
# What was over before there were scheduled updates does not turn up in the first one.
OVER = """
UPDATE incidents_incidentclient a SET digested_resolved_at = i.resolved_at
FROM incidents_incident i WHERE i.id = a.incident_id AND NOT i.is_open AND i.resolved_at IS NOT NULL
"""


def settle(apps: Any, schema_editor: Any) -> None:
    """Idempotent: Premium clients hear on working days, others on Mondays; the rows of the matrix, unless there are."""
    apps.get_model("incidents", "Tier").objects.filter(key="premium", digest_days=[0]).update(
        digest_days=[0, 1, 2, 3, 4]
    )
    rule_model, role_model = apps.get_model("incidents", "EscalationRule"), apps.get_model("incidents", "Role")
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
        ("incidents", "0021_name_letters_taken_back"),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(help_text="The day in the client’s own time zone.")),
                ("schedule", models.CharField(help_text="The schedule that it was planned by.", max_length=100)),
                ("scheduled_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(help_text="When words were asked for.", null=True)),
                (
                    "held_at",
                    models.DateTimeField(
                        help_text="Since when it waits for words or for somebody to write to.", null=True
                    ),
                ),
                ("held_because", models.CharField(blank=True, max_length=300)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "To come"),
                            ("sent", "Sent"),
                            ("empty", "Nothing to say"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=10,
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True)),
                ("errors", models.PositiveSmallIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
            ],
            options={
                "ordering": ("-on", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="DigestLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sentence", models.TextField()),
                ("status", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.AddField(
            model_name="client",
            name="digest_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), blank=True, null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="client",
            name="digest_hour",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="clientletter",
            name="incident_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                db_default=[],
                default=list,
                help_text="All that it speaks of.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="incidentclient",
            name="digested_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="incidentclient",
            name="digested_resolved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="incidentclient",
            name="sentence",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="incidentclient",
            name="sentence_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="incidentclient",
            name="sentence_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="digest_days",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(),
                db_default=[0],
                default=incidents.models.clients.monday,
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="tier",
            name="digest_hour",
            field=models.PositiveSmallIntegerField(db_default=9, default=9),
        ),
        migrations.AlterField(
            model_name="clientletter",
            name="incident",
            field=models.ForeignKey(
                help_text="None for a scheduled update.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="client_letters",
                to="incidents.incident",
            ),
        ),
        migrations.AlterField(
            model_name="clientletter",
            name="seq",
            field=models.PositiveIntegerField(
                help_text="The entry of the record that wrote it; of an update its number."
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
                ],
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            model_name="incidentclient",
            index=models.Index(
                condition=models.Q(("digested_resolved_at", None), ("notified_at", None), ("reported_it", False)),
                fields=["client", "incident"],
                name="affected_to_be_digested",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("digest_hour", None), ("digest_hour__lte", 23), _connector="OR"),
                name="client_digest_hour_exists",
            ),
        ),
        migrations.AddField(
            model_name="digest",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="digests", to="incidents.client"
            ),
        ),
        migrations.AddField(
            model_name="digestline",
            name="digest",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="incidents.digest"
            ),
        ),
        migrations.AddField(
            model_name="digestline",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="digest_lines", to="incidents.incident"
            ),
        ),
        migrations.AddIndex(
            model_name="digest",
            index=models.Index(condition=models.Q(("settled_at", None)), fields=["due_at", "id"], name="digests_due"),
        ),
        migrations.AddIndex(
            model_name="digest",
            index=models.Index(
                condition=models.Q(("asked_at", None), ("settled_at", None)),
                fields=["scheduled_at", "id"],
                name="digests_to_ask_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(fields=("client", "on"), name="one_digest_for_a_client_and_day"),
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at", None)), fields=("client",), name="one_digest_to_come_for_a_client"
            ),
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", ""), ("settled_at", None)),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="settled_digest_says_how",
            ),
        ),
        migrations.AddConstraint(
            model_name="digestline",
            constraint=models.UniqueConstraint(
                fields=("digest", "incident"), name="an_incident_stands_once_in_a_digest"
            ),
        ),
        migrations.RunSQL(SPEAKS_OF, migrations.RunSQL.noop),
        migrations.RunSQL(OVER, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, "DROP TRIGGER digest_lines_are_append_only ON incidents_digestline;"),
        migrations.RunPython(settle, migrations.RunPython.noop),
    ]
