"""An update is due soon: of a short promise it was never ten minutes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0028_seal_second_factors"),
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
                    ("update_soon", "Promised update due soon"),
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
                    ("update_soon", "Promised update due soon"),
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
    ]
