"""Letters that came in are not kept for ever: after a while what nobody needs any more is forgotten, in batches."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

BATCH = 200
# Closed for as long as letters are kept; while it is open, or was until lately, everything about it stays.
# A duplicate is as open as what took it in.
STILL = """i.closed_at IS NULL OR i.is_open OR i.closed_at > %(before)s OR EXISTS (
    SELECT 1 FROM incidents_incident s WHERE s.id = i.merged_into_id
        AND (s.closed_at IS NULL OR s.is_open OR s.closed_at > %(before)s)
)"""
OLD = f"""
    SELECT m.id FROM notifications_inboundmail m
    WHERE m.received_at < %(before)s AND m.state IN ('filed', 'set_aside') AND octet_length(m.raw) > 0
        AND NOT EXISTS (SELECT 1 FROM incidents_incident i WHERE m.about = 'incident:' || i.id AND ({STILL}))
        AND NOT EXISTS (
            SELECT 1 FROM incidents_clientreply r JOIN incidents_incident i ON i.id = r.incident_id
            WHERE r.mail_id = m.id AND ({STILL})
        )
    ORDER BY m.received_at LIMIT {BATCH} FOR UPDATE OF m SKIP LOCKED
"""  # noqa: S608 (our own text)
# What a client answered stands on the record; of its letter only the words are left there.
EMPTIED = """
    UPDATE notifications_inboundmail m SET raw = ''
    WHERE m.id = ANY(%(ids)s) AND EXISTS (SELECT 1 FROM incidents_clientreply r WHERE r.mail_id = m.id)
"""
DELETED = """
    DELETE FROM notifications_inboundmail m
    WHERE m.id = ANY(%(ids)s) AND NOT EXISTS (SELECT 1 FROM incidents_clientreply r WHERE r.mail_id = m.id)
"""
FILES = f"""
    UPDATE incidents_evidence SET content = '' WHERE id IN (
        SELECT e.id FROM incidents_evidence e JOIN incidents_incident i ON i.id = e.incident_id
        WHERE e.added_by_id IS NULL AND e.added_at < %(before)s AND octet_length(e.content) > 0 AND NOT ({STILL})
        ORDER BY e.added_at LIMIT {BATCH} FOR UPDATE OF e SKIP LOCKED
    )
"""  # noqa: S608 (our own text)


def sweep(*, now: datetime) -> int:
    """Forgets letters that came in more than KEEP_MAIL_DAYS ago, and the files that came with them; returns how many.

    Nothing of an incident that is open, or was closed since then; nothing that waits for a person. A letter that a
    reply stands on loses its bytes and keeps its line; of a file its name, size and hash stay on the record. With 0
    days everything is kept for ever.
    """
    if not settings.KEEP_MAIL_DAYS:
        return 0
    named = {"before": now - timedelta(days=settings.KEEP_MAIL_DAYS)}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OLD, named)
        ids = [row[0] for row in cursor.fetchall()]
        if ids:
            cursor.execute(EMPTIED, {"ids": ids})
            cursor.execute(DELETED, {"ids": ids})
        cursor.execute(FILES, named)
        return len(ids) + int(cursor.rowcount)
