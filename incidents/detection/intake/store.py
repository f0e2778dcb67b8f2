"""Stored before it is answered: one statement, one commit, however many alerts a request holds.

It writes the request down as it came, counts repeats, moves signals that changed, and lets a new one join the
incident that already gathers its like. What it cannot settle itself it leaves with `due_at`, for `settle`. The
statement is the function `detection_take` of the first migration: PostgreSQL plans it once for a connection.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.db import connection

from incidents.detection.intake.alerts import RESOLVED, Alert
from incidents.detection.intake.routing import Route, Sender

# A burst goes on while its alerts keep coming, at most this long after the incident was opened.
LONGEST_BURST = timedelta(minutes=30)
MOST_BODY_OF_REFUSED = 64 * 1024

TAKE = "SELECT delivery_id, owed FROM detection_take(%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)"


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
    values = (
        sender.id,
        revision,
        at,
        at - timedelta(seconds=sender.burst_seconds),
        at - LONGEST_BURST,
        content_type[:100],
        body,
        len(alerts),
        _json([_record(row) for row in _once_each(alerts, at)]),
    )
    delivery_id, owed = _round_trip(values)
    if delivery_id is None:
        raise Stale
    return Taken(delivery_id, tuple(owed))


def _round_trip(values: Sequence[Any]) -> tuple[int | None, list[int]]:
    """Past Django's cursor, which would write the values into the text and have PostgreSQL read it all."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(TAKE, values, binary=True)
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


def _record(row: _Row) -> dict[str, Any]:
    """As detection_take reads it."""
    alert, route = row.alert, row.route
    facts = {**alert.facts, "severity_word": alert.severity_word}
    if route.rule:
        facts["rule"] = route.rule
    if route.silence:
        facts["silence"] = route.silence
    return {
        "fingerprint": alert.fingerprint,
        "key": alert.key[:255],
        "name": alert.name,
        "route": route.key,
        "status": alert.status,
        "outcome": "recorded" if route.record_only else "silenced" if route.silenced_until else "waiting",
        "title": alert.title,
        "text": alert.text,
        "labels": alert.labels,
        "facts": facts,
        "severity": route.severity,
        "count": row.count,
        "timed": alert.at is not None,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat() if row.ends_at else None,
        # When the silence ends; what wants an incident is owed at once.
        "due_at": route.silenced_until.isoformat() if route.silenced_until and not route.record_only else None,
    }


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def keep_refused(sender: Sender, *, body: bytes, content_type: str, sentence: str, at: datetime) -> None:
    """Keeps the beginning of what was not taken, so that whoever sets the sender up can see it in the page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO detection_delivery (source_id, received_at, content_type, body, alerts, signal_ids, refusal) "
            "VALUES (%s, %s, %s, %s, 0, '{}', %s)",
            [sender.id, at, content_type[:100], body[:MOST_BODY_OF_REFUSED], sentence[:300]],
        )
