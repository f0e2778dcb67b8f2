"""Who is named on a restricted incident, and what is suggested until a person decides."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0014_give_clients_links"),
    ]

    operations = [
        migrations.CreateModel(
            name="SuggestedSituation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "situation",
                    models.CharField(
                        choices=[
                            ("client_leaving", "Client threatening to leave"),
                            ("payment_dispute", "Payment or refund dispute"),
                            ("data_breach", "Data breach suspicion"),
                            ("legal_threat", "Legal threat"),
                        ],
                        max_length=24,
                    ),
                ),
                ("cause", models.CharField(max_length=200, unique=True)),
                ("source", models.CharField(help_text="What it was read from: “Mail of Dana Reyes”.", max_length=120)),
                ("because", models.TextField(help_text="Why, in a sentence.")),
                ("words", models.TextField(blank=True, help_text="The words that suggest it, as they were written.")),
                (
                    "link",
                    models.CharField(blank=True, help_text="The page where it stands: a path of ours.", max_length=300),
                ),
                ("suggested_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Waits for a person"), ("confirmed", "Raised"), ("dismissed", "Dismissed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="Why it was dismissed, or what was said when it was raised."
                    ),
                ),
            ],
            options={
                "ordering": ("suggested_at", "pk"),
            },
        ),
        migrations.AddField(
            model_name="incident",
            name="named",
            field=models.ManyToManyField(
                blank=True,
                help_text="Who may see it while it is restricted.",
                related_name="named_on",
                to=settings.AUTH_USER_MODEL,
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
                    ("situation_suggested", "Situation suggested"),
                    ("situation_dismissed", "Suggestion dismissed"),
                    ("restricted", "Restricted to named people"),
                    ("people_named", "Who may see it"),
                    ("restriction_lifted", "Restriction lifted"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="suggestedsituation",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="suggestedsituation",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suggested_situations",
                to="incidents.incident",
            ),
        ),
        migrations.AddIndex(
            model_name="suggestedsituation",
            index=models.Index(condition=models.Q(("state", "open")), fields=["incident"], name="suggestions_open"),
        ),
        migrations.AddConstraint(
            model_name="suggestedsituation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("state", "open")),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ("confirmed", "dismissed")),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="suggestion_is_decided_with_a_reason",
            ),
        ),
    ]
