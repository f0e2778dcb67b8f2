"""The book of letters, filled from the outbox and the record as they stand, and closed to changes."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Letters that were written before the book was kept: what the outbox and the record say of them.
FILL = """
INSERT INTO incidents_clientletter
    (incident_id, client_id, seq, kind, at, by_id, by_name, text, promised_until, promise_words, keys)
SELECT i.id, c.id, coalesce(e.seq, 0), m.kind, min(m.created_at), e.by_id, coalesce(e.by_name, 'Allclear'),
    coalesce(e.text, ''), (e.facts ->> 'next_update_by')::timestamptz,
    coalesce(left(substring(min(m.body_text) from 'We''ll update you by [^\n]*'), 200), ''),
    array_agg(m.key::varchar ORDER BY m.id)
FROM notifications_outboundmessage m
JOIN incidents_incident i ON m.about = 'incident:' || i.id
JOIN incidents_client c ON c.id::text = split_part(m.key, ':', 4)
LEFT JOIN incidents_timelineentry e ON e.incident_id = i.id AND e.seq::text = split_part(m.key, ':', 5)
WHERE m.kind LIKE 'incident-%' AND m.key LIKE 'incident:%'
GROUP BY i.id, c.id, e.id, m.kind, split_part(m.key, ':', 5)
ON CONFLICT DO NOTHING
"""
GUARD = """
CREATE TRIGGER letters_are_append_only BEFORE UPDATE OR DELETE ON incidents_clientletter
    FOR EACH ROW EXECUTE FUNCTION incidents_refuse_change();
ALTER TABLE incidents_clientletter ENABLE ALWAYS TRIGGER letters_are_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0009_keep_wordings"),
        ("notifications", "0001_outbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClientLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveIntegerField(help_text="The entry of the incident's record that wrote it.")),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField(help_text="When it was written down.")),
                ("by_name", models.CharField(max_length=120)),
                ("text", models.TextField(help_text="The words that were typed; the whole letter is in the outbox.")),
                ("promised_until", models.DateTimeField(null=True)),
                (
                    "promise_words",
                    models.CharField(blank=True, help_text="The promise as this client reads it.", max_length=200),
                ),
                (
                    "keys",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=200),
                        help_text="The messages that carry it, one for each contact.",
                        size=None,
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="incidents.client"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="client_letters",
                        to="incidents.incident",
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
                "indexes": [
                    models.Index(fields=["client", "-at", "-id"], name="letters_by_client"),
                    models.Index(
                        condition=models.Q(("promised_until__isnull", False)),
                        fields=["promised_until"],
                        name="letters_that_promise",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("incident", "client", "kind", "seq"), name="a_letter_stands_once_in_the_book"
                    )
                ],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, "DROP TRIGGER letters_are_append_only ON incidents_clientletter;"),
    ]
