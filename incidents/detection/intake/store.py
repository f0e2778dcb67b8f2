"""Stored before it is answered: one statement, one commit, however many alerts a request holds.

It writes the request down as it came, counts repeats, moves signals that changed, and lets a new one join the
incident that already gathers its like. What it cannot settle itself it leaves with `due_at`, for `settle`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection

from incidents.detection.intake.alerts import RESOLVED, Alert
from incidents.detection.routing import Route, Sender

# A burst goes on while its alerts keep coming, at most this long after the incident was opened.
LONGEST_BURST = timedelta(minutes=30)
MOST_BODY_OF_REFUSED = 64 * 1024

TAKE = """
WITH live AS MATERIALIZED (
    SELECT 1 WHERE coalesce((SELECT number FROM detection_intakerevision WHERE id = 1), 0) = %(revision)s
), sent AS MATERIALIZED (
    SELECT s.*, s.outcome NOT IN ('recorded', 'silenced') AS wants
    FROM live, unnest(
        %(fingerprint)s::text[], %(key)s::text[], %(name)s::text[], %(route)s::text[], %(status)s::text[],
        %(outcome)s::text[], %(title)s::text[], %(text)s::text[], %(labels)s::text[], %(facts)s::text[],
        %(severity)s::smallint[], %(count)s::bigint[], %(timed)s::boolean[], %(starts_at)s::timestamptz[],
        %(ends_at)s::timestamptz[], %(due_at)s::timestamptz[]
    ) AS s(fingerprint, key, name, route, status, outcome, title, text, labels, facts, severity, count, timed,
        starts_at, ends_at, due_at)
), met AS MATERIALIZED (
    -- Quiet is an alert that tells nothing new: it is counted in a slot, and its signal stays unlocked.
    SELECT s.*, g.id, g.id IS NOT NULL AND CASE
        WHEN s.status = 'resolved' AND g.status = 'resolved' THEN s.ends_at <= g.ends_at
        WHEN s.status = 'resolved' THEN s.ends_at < g.starts_at
        WHEN g.status = 'resolved' THEN s.starts_at <= g.ends_at
        ELSE (NOT s.timed OR s.starts_at <= g.starts_at)
            AND (NOT s.wants OR g.due_at <= %(now)s OR coalesce(i.is_open OR i.closure = 'cancelled', false))
        END AS quiet
    FROM sent s
    LEFT JOIN detection_signal g ON g.source_id = %(source)s AND g.fingerprint = s.fingerprint
    LEFT JOIN incidents_incident i ON i.id = g.incident_id
), tallied AS (
    INSERT INTO detection_signaltally (signal_id, slot, count, last_at)
    SELECT id, pg_backend_pid() %% 16, count, %(now)s FROM met WHERE quiet ORDER BY id
    ON CONFLICT (signal_id, slot) DO UPDATE SET
        count = detection_signaltally.count + excluded.count,
        last_at = greatest(detection_signaltally.last_at, excluded.last_at)
), changed AS (
    INSERT INTO detection_signal AS g (source_id, fingerprint, key, name, route, status, outcome, title, text, labels,
        facts, severity, count, first_at, last_at, starts_at, ends_at, incident_id, said, lines, due_at, attempts,
        error)
    SELECT %(source)s, m.fingerprint, m.key, m.name, m.route, m.status,
        CASE WHEN m.status = 'resolved' THEN 'late' WHEN t.incident_id IS NOT NULL THEN 'folded' ELSE m.outcome END,
        m.title, m.text, m.labels::jsonb, m.facts::jsonb, m.severity, m.count, %(now)s, %(now)s,
        m.starts_at, m.ends_at, t.incident_id, CASE WHEN t.incident_id IS NOT NULL THEN 'firing' ELSE '' END, 0,
        CASE WHEN m.status = 'firing' AND t.incident_id IS NULL
            THEN CASE WHEN m.wants THEN %(now)s ELSE m.due_at END END, 0, ''
    FROM met m LEFT JOIN LATERAL (
        SELECT c.incident_id FROM detection_gathering c JOIN incidents_incident i ON i.id = c.incident_id
        WHERE m.id IS NULL AND m.wants AND m.status = 'firing'
            AND c.source_id = %(source)s AND c.route = m.route AND c.name IN (m.name, '')
            AND (c.name <> '' OR (c.last_at > %(burst_from)s AND c.opened_at > %(longest_from)s))
            AND i.is_open AND i.severity <= m.severity
        ORDER BY c.name DESC LIMIT 1
    ) t ON true
    WHERE NOT m.quiet ORDER BY m.fingerprint
    ON CONFLICT (source_id, fingerprint) DO UPDATE SET
        count = g.count + excluded.count,
        last_at = greatest(g.last_at, excluded.last_at),
        status = CASE
            WHEN excluded.status = 'resolved' AND excluded.ends_at >= g.starts_at THEN 'resolved'
            WHEN excluded.status = 'firing' AND g.status = 'resolved' AND excluded.starts_at > g.ends_at THEN 'firing'
            ELSE g.status END,
        starts_at = CASE WHEN excluded.status = 'firing' THEN greatest(g.starts_at, excluded.starts_at)
            ELSE g.starts_at END,
        ends_at = CASE
            WHEN excluded.status = 'resolved' AND excluded.ends_at >= g.starts_at
                THEN greatest(g.ends_at, excluded.ends_at)
            WHEN excluded.status = 'firing' AND excluded.starts_at > g.ends_at THEN NULL
            ELSE g.ends_at END,
        key = CASE WHEN excluded.status = 'firing' THEN excluded.key ELSE g.key END,
        name = CASE WHEN excluded.status = 'firing' THEN excluded.name ELSE g.name END,
        route = CASE WHEN excluded.status = 'firing' THEN excluded.route ELSE g.route END,
        title = CASE WHEN excluded.status = 'firing' THEN excluded.title ELSE g.title END,
        text = CASE WHEN excluded.status = 'firing' THEN excluded.text ELSE g.text END,
        labels = CASE WHEN excluded.status = 'firing' THEN excluded.labels ELSE g.labels END,
        facts = CASE WHEN excluded.status = 'firing' THEN excluded.facts ELSE g.facts END,
        severity = CASE WHEN excluded.status = 'firing' THEN excluded.severity ELSE g.severity END,
        outcome = CASE
            WHEN excluded.status = 'firing' AND g.incident_id IS NULL AND excluded.outcome IN ('recorded', 'silenced')
                THEN excluded.outcome ELSE g.outcome END,
        due_at = CASE
            WHEN excluded.status = 'firing' AND g.incident_id IS NULL AND excluded.outcome IN ('recorded', 'silenced')
                THEN excluded.due_at
            ELSE %(now)s END
    RETURNING g.id, g.route, g.name, g.incident_id, g.due_at, xmax = 0 AS is_new
), named AS (
    -- The names of a burst: later alerts of the same name join its incident also when the burst is over.
    INSERT INTO detection_gathering AS c (source_id, route, name, incident_id, opened_at, last_at)
    SELECT DISTINCT ON (n.route, n.name) %(source)s, n.route, n.name, n.incident_id, %(now)s, %(now)s
    FROM changed n WHERE n.is_new AND n.incident_id IS NOT NULL AND n.name <> '' AND NOT EXISTS (
        SELECT 1 FROM detection_gathering o WHERE o.source_id = %(source)s AND o.route = n.route
            AND o.name = n.name AND o.incident_id = n.incident_id)
    ORDER BY n.route, n.name
    ON CONFLICT (source_id, route, name) DO UPDATE SET incident_id = excluded.incident_id, last_at = excluded.last_at
), prolonged AS (
    UPDATE detection_gathering SET last_at = %(now)s
    WHERE source_id = %(source)s AND name = '' AND last_at < %(now)s - interval '5 seconds'
        AND incident_id IN (SELECT incident_id FROM changed WHERE is_new AND incident_id IS NOT NULL)
), delivery AS (
    INSERT INTO detection_delivery (source_id, received_at, content_type, body, alerts, signal_ids, refusal)
    SELECT %(source)s, %(now)s, %(content_type)s, %(body)s, %(alerts)s,
        ARRAY(SELECT id FROM met WHERE quiet UNION ALL SELECT id FROM changed), ''
    FROM live RETURNING id
)
SELECT (SELECT id FROM delivery), ARRAY(SELECT id FROM changed WHERE due_at <= %(now)s)
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """`owed` are the signals that `settle` has yet to look at."""

    delivery_id: int
    owed: tuple[int, ...]


class Stale(Exception):
    """The configuration changed since it was read; nothing was written."""


def take(
    sender: Sender,
    alerts: Sequence[tuple[Alert, Route]],
    *,
    revision: int,
    body: bytes,
    content_type: str,
    at: datetime,
) -> Taken:
    """Writes one request and its alerts down; Stale when `revision` is no longer the newest."""
    values: dict[str, Any] = {
        "revision": revision,
        "source": sender.id,
        "now": at,
        "burst_from": at - timedelta(seconds=sender.burst_seconds),
        "longest_from": at - LONGEST_BURST,
        "content_type": content_type[:100],
        "body": body,
        "alerts": len(alerts),
        **_columns(_once_each(alerts, at)),
    }
    delivery_id, owed = _round_trip(values)
    if delivery_id is None:
        raise Stale
    return Taken(delivery_id, tuple(owed))


def _round_trip(values: dict[str, Any]) -> tuple[int | None, list[int]]:
    """Past Django's cursor, so that PostgreSQL prepares the statement once for a connection."""
    connection.ensure_connection()
    driver = connection.connection
    with connection.wrap_database_errors, psycopg.Cursor(driver) as cursor:
        driver.prepare_threshold = 2
        cursor.execute(TAKE, values)
        row = cursor.fetchone()
        assert row is not None
        return row[0], row[1]


@dataclass(slots=True)
class _Row:
    alert: Alert
    route: Route
    count: int
    starts_at: datetime
    ends_at: datetime | None


def _once_each(alerts: Sequence[tuple[Alert, Route]], at: datetime) -> list[_Row]:
    """One row a fingerprint: of several alerts the one that was last true, with the number of all.

    No time lies in the future: a monitor whose clock is ahead, or a hostile one, would keep a signal from changing.
    """
    rows: dict[str, _Row] = {}
    for alert, route in alerts:
        ends_at = min(alert.ends_at or at, at) if alert.status == RESOLVED else None
        starts_at = min(alert.at or ends_at or at, at)
        row = _Row(alert, route, 1, min(starts_at, ends_at or starts_at), ends_at)
        earlier = rows.get(alert.fingerprint)
        if earlier is not None:
            later = (row.ends_at or row.starts_at) >= (earlier.ends_at or earlier.starts_at)
            row, count = (row if later else earlier), earlier.count + 1
            row.count = count
        rows[alert.fingerprint] = row
    return list(rows.values())


def _columns(rows: Sequence[_Row]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [] for name in _NAMES}
    for row in rows:
        alert, route = row.alert, row.route
        facts = {**alert.facts, "severity_word": alert.severity_word}
        if route.rule:
            facts["rule"] = route.rule
        if route.silence:
            facts["silence"] = route.silence
        outcome = "recorded" if route.record_only else "silenced" if route.silenced_until else "waiting"
        values = (
            alert.fingerprint,
            alert.key[:255],
            alert.name,
            route.key,
            alert.status,
            outcome,
            alert.title,
            alert.text,
            _json(alert.labels),
            _json(facts),
            route.severity,
            row.count,
            alert.at is not None,
            row.starts_at,
            row.ends_at,
            None if route.record_only else route.silenced_until,
        )
        for name, value in zip(_NAMES, values, strict=True):
            found[name].append(value)
    return found


_NAMES = (
    "fingerprint",
    "key",
    "name",
    "route",
    "status",
    "outcome",
    "title",
    "text",
    "labels",
    "facts",
    "severity",
    "count",
    "timed",
    "starts_at",
    "ends_at",
    "due_at",
)
_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def keep_refused(sender: Sender, *, body: bytes, content_type: str, sentence: str, at: datetime) -> None:
    """Keeps the beginning of what was not taken, so that whoever sets the sender up can see it in the page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO detection_delivery (source_id, received_at, content_type, body, alerts, signal_ids, refusal) "
            "VALUES (%s, %s, %s, %s, 0, '{}', %s)",
            [sender.id, at, content_type[:100], body[:MOST_BODY_OF_REFUSED], sentence[:300]],
        )
