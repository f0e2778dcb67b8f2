"""A ping: one statement, no Redis, and nothing said. What follows from it is the sweep's, which it makes due."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify

from incidents.detection.models import Heartbeat, Ping, PingKey

MOST_BODY = 100_000
KEPT = 100
MOST_REGISTERED_BY_PING = 1_000

# The job is found by its id, or by a live key and its slug. A period is reckoned here; a cron expression, a failure
# and a recovery make the row due at once, for the sweep to reckon and to tell.
PING = """
    WITH known AS (
        UPDATE detection_heartbeat h SET
            ping_count = h.ping_count + 1,
            last_ping_at = GREATEST(h.last_ping_at, s.at),
            last_ok_at = CASE WHEN s.kind = 'ok' THEN GREATEST(h.last_ok_at, s.at) ELSE h.last_ok_at END,
            last_failed_at = CASE WHEN s.kind = 'fail' THEN s.at ELSE h.last_failed_at END,
            exit_status = CASE WHEN s.kind IN ('ok', 'fail') THEN s.exit_status ELSE h.exit_status END,
            took_seconds = CASE
                WHEN s.kind NOT IN ('ok', 'fail') THEN h.took_seconds
                WHEN h.started_at IS NOT NULL AND h.started_rid IS NOT DISTINCT FROM s.rid
                THEN EXTRACT(EPOCH FROM s.at - h.started_at) END,
            started_rid = CASE WHEN s.kind = 'start' THEN s.rid ELSE h.started_rid END,
            started_at = CASE
                WHEN s.kind = 'start' THEN s.at
                WHEN s.kind IN ('ok', 'fail') AND h.started_rid IS NOT DISTINCT FROM s.rid THEN NULL
                ELSE h.started_at END,
            state = CASE s.kind WHEN 'ok' THEN 'up' WHEN 'fail' THEN 'failed' ELSE h.state END,
            errors = CASE WHEN s.kind IN ('ok', 'fail') THEN 0 ELSE h.errors END,
            quarantined_at = CASE WHEN s.kind IN ('ok', 'fail') THEN NULL ELSE h.quarantined_at END,
            due_at = CASE
                WHEN s.kind = 'fail' THEN s.at
                WHEN s.kind = 'ok' AND (h.cron <> '' OR h.down_since IS NOT NULL) THEN s.at
                WHEN s.kind = 'ok' THEN s.at + make_interval(secs => h.period_seconds + h.grace_seconds)
                WHEN s.kind = 'start' AND h.state IN ('new', 'up')
                THEN LEAST(h.due_at, s.at + make_interval(secs => h.grace_seconds))
                ELSE h.due_at END
        FROM (SELECT %(at)s::timestamptz AS at, %(kind)s::text AS kind, %(exit)s::smallint AS exit_status,
            %(rid)s::uuid AS rid) s
        WHERE {found}
        RETURNING h.id, h.ping_count
    ), forgotten AS (
        DELETE FROM detection_ping p USING known k
        WHERE p.heartbeat_id = k.id AND p.number <= k.ping_count - %(kept)s
    )
    INSERT INTO detection_ping (heartbeat_id, number, at, kind, exit_status, method, remote, agent, rid, body, body_cut)
    SELECT k.id, k.ping_count, %(at)s, %(kind)s, %(exit)s, %(method)s, %(remote)s, %(agent)s, %(rid)s, %(body)s,
        %(cut)s FROM known k
    RETURNING heartbeat_id
"""
BY_CODE = PING.format(found="h.code = %(code)s")
BY_SLUG = PING.format(
    found="""h.slug = %(slug)s AND EXISTS (
        SELECT 1 FROM detection_pingkey k WHERE k.key = %(key)s AND k.revoked_at IS NULL)"""
)


@dataclass(frozen=True, slots=True)
class Signal:
    """One ping as it came in. `exit_status` above 0 is a failure."""

    kind: str = Ping.Kind.OK
    exit_status: int | None = None
    method: str = "GET"
    remote: str = ""
    agent: str = ""
    rid: uuid.UUID | None = None
    body: bytes = b""


def ping(signal: Signal, *, at: datetime, code: uuid.UUID | None = None, key: str = "", slug: str = "") -> int | None:
    """Writes a ping down for the job with this id, or this slug under a live key; None when there is none."""
    values: dict[str, Any] = {
        "at": at,
        "kind": str(signal.kind),
        "exit": signal.exit_status,
        "rid": signal.rid,
        "method": signal.method[:10],
        "remote": signal.remote[:64],
        "agent": _printable(signal.agent)[:200],
        "body": signal.body[:MOST_BODY],
        "cut": len(signal.body) > MOST_BODY,
        "kept": KEPT,
        "code": code,
        "key": key,
        "slug": slug,
    }
    with connection.cursor() as cursor:
        cursor.execute(BY_CODE if code else BY_SLUG, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def register_by_ping(key: str, slug: str, *, at: datetime) -> bool:
    """Registers a job that pings under a live key and asks to be known (`?create=1`): daily, with an hour's grace."""
    if slugify(slug) != slug or not PingKey.objects.filter(key=key, revoked_at=None).exists():
        return False
    with transaction.atomic():
        if Heartbeat.objects.count() >= MOST_REGISTERED_BY_PING:
            return False
        fresh = Heartbeat(slug=slug, name=slug, registered_at=at, note="Registered by its first ping.")
        Heartbeat.objects.bulk_create([fresh], ignore_conflicts=True)
    return True


def _printable(text: str) -> str:
    return "".join(one for one in text if one.isprintable())
