"""Each active client has exactly one scheduled update to come, on the day that its schedule says."""

from datetime import date, datetime

from django.db import connection

from incidents.digest_days import Schedule, next_due, schedule_of
from incidents.models import Digest

# Clients whose next update is missing, or was planned by another schedule; nothing else is read.
UNPLANNED = """
    SELECT c.id, coalesce(nullif(c.digest_days, '{}'), t.digest_days), coalesce(c.digest_hour, t.digest_hour),
        c.time_zone, d.id, d.schedule, (SELECT max(p."on") FROM incidents_digest p WHERE p.client_id = c.id
            AND p.settled_at IS NOT NULL AND p.outcome <> 'cancelled')
    FROM incidents_client c JOIN incidents_tier t ON t.id = c.tier_id
    LEFT JOIN incidents_digest d ON d.client_id = c.id AND d.settled_at IS NULL
    WHERE c.is_active AND (d.id IS NULL OR (d.held_at IS NULL AND d.schedule <>
        array_to_string(ARRAY(SELECT DISTINCT x FROM unnest(coalesce(nullif(c.digest_days, '{}'), t.digest_days)) x
            ORDER BY x), ',') || '@' || coalesce(c.digest_hour, t.digest_hour) || '@' || c.time_zone))
    ORDER BY c.id
"""
PLAN = """
    INSERT INTO incidents_digest (client_id, "on", schedule, scheduled_at, due_at, held_because, outcome, errors,
        last_error)
    SELECT v.client_id, v.day, v.schedule, v.at, v.at, '', '', 0, ''
    FROM unnest(%s::bigint[], %s::date[], %s::text[], %s::timestamptz[]) AS v(client_id, day, schedule, at)
    ON CONFLICT DO NOTHING
"""
GONE = """
    UPDATE incidents_digest d SET outcome = 'cancelled', settled_at = %s FROM incidents_client c
    WHERE c.id = d.client_id AND NOT c.is_active AND d.settled_at IS NULL
"""


def plan(now: datetime) -> int:
    """Plans what is missing and re-dates what another schedule planned, set-based; returns how many. Safe to run at
    once anywhere: PostgreSQL keeps one update to come for each client, and one for each of its days."""
    with connection.cursor() as cursor:
        cursor.execute(GONE, [now])
        cursor.execute(UNPLANNED)
        rows = cursor.fetchall()
    fresh = []
    moved = 0
    for client_id, days, hour, zone, digest_id, planned_by, last in rows:
        schedule = schedule_of(days, hour, (days, hour), zone)
        due = next_due(schedule, after=now, taken=(last,) if last else ())
        if due is None:
            continue
        if digest_id is None:
            fresh.append((client_id, due.on, schedule.mark, due.at))
        else:
            moved += _moved(digest_id, planned_by, schedule, due.on, due.at)
    if fresh:
        with connection.cursor() as cursor:
            cursor.execute(PLAN, [list(column) for column in zip(*fresh, strict=True)])
            moved += int(cursor.rowcount)
    return moved


def _moved(digest_id: int, planned_by: str, schedule: Schedule, on: date, at: datetime) -> int:
    chosen = Digest.objects.filter(pk=digest_id, settled_at=None, schedule=planned_by)
    return chosen.update(on=on, schedule=schedule.mark, scheduled_at=at, due_at=at, asked_at=None)
