"""Letters that came in are not kept for ever: after a while what nobody needs any more is forgotten, in batches."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from incidents.detection.mail.filing import FOR_A_PERSON
from notifications.models import InboundMail

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
# What waits for a person, counted from when it began to wait: one that was put back waits anew. No reply stands on it.
UNFILED = f"""
    DELETE FROM notifications_inboundmail WHERE id IN (
        SELECT m.id FROM notifications_inboundmail m
        WHERE m.state IN ('unmatched', 'quarantined') AND greatest(m.received_at, m.settled_at) < %(before)s
            AND NOT EXISTS (SELECT 1 FROM incidents_clientreply r WHERE r.mail_id = m.id)
        ORDER BY m.id LIMIT {BATCH} FOR UPDATE OF m SKIP LOCKED
    )
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

    Nothing of an incident that is open, or was closed since then. A letter that a reply stands on loses its bytes and
    keeps its line; of a file its name, size and hash stay on the record. What waits for a person goes after
    KEEP_UNFILED_MAIL_DAYS of waiting. With 0 days everything of its kind is kept for ever.
    """
    count = 0
    with transaction.atomic(), connection.cursor() as cursor:
        if settings.KEEP_UNFILED_MAIL_DAYS:
            cursor.execute(UNFILED, {"before": now - timedelta(days=settings.KEEP_UNFILED_MAIL_DAYS)})
            count += int(cursor.rowcount)
        if settings.KEEP_MAIL_DAYS:
            count += _old(cursor, now - timedelta(days=settings.KEEP_MAIL_DAYS))
    return count


def _old(cursor: Any, before: datetime) -> int:
    named = {"before": before}
    cursor.execute(OLD, named)
    ids = [row[0] for row in cursor.fetchall()]
    if ids:
        cursor.execute(EMPTIED, {"ids": ids})
        cursor.execute(DELETED, {"ids": ids})
    cursor.execute(FILES, named)
    return len(ids) + int(cursor.rowcount)


def forgotten_on(mail: InboundMail) -> datetime | None:
    """When a letter that waits for a person goes, if nobody files it; None when it does not wait, or for ever."""
    if mail.state not in FOR_A_PERSON or not settings.KEEP_UNFILED_MAIL_DAYS:
        return None
    return max(mail.received_at, mail.settled_at or mail.received_at) + timedelta(days=settings.KEEP_UNFILED_MAIL_DAYS)
