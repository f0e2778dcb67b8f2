"""What a machine is told that asks whether it may run: go, or hold and why. One read, no lock, fails closed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

GO = ("partial", "normal")
RESTRICTED = "Its incident is restricted; ask whoever answers for this work."
SCOPES = ("paused", "shadow", "partial", "normal")
QUERY = """
    SELECT w.is_retired, g.id, g.incident_id, g.stage, g.partial_scope, g.stage_at,
           coalesce((SELECT array_agg(c.name || CASE WHEN c.detail = '' THEN '' ELSE ': ' || c.detail END
                                      ORDER BY c.position, c.id)
                     FROM postmortems_criterion c
                     WHERE c.gate_id = g.id AND c.state = 'open' AND NOT c.for_normal_only), '{}'),
           coalesce(i.is_restricted, false)
    FROM postmortems_pausablework w
    LEFT JOIN postmortems_restartgate g ON g.work_id = w.id AND g.ended_at IS NULL
    LEFT JOIN incidents_incident i ON i.id = g.incident_id
    WHERE w.key = %s
    ORDER BY g.paused_at
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """`go` only when every live gate of the work is at partial or normal scope; `body` is what the API answers."""

    go: bool
    body: dict[str, Any]


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def decide(key: str) -> Decision | None:
    """The decision for one key in one query; None for a key that nobody registered."""
    with connection.cursor() as cursor:
        cursor.execute(QUERY, [key])
        rows = cursor.fetchall()
    if not rows:
        return None
    if rows[0][0]:
        return Decision(False, {"decision": "hold", "gate": key, "scope": "retired", "unmet": ["It is retired."]})
    gates = [row for row in rows if row[1] is not None]
    if not gates:
        return Decision(True, {"decision": "go", "gate": key, "scope": "normal"})
    # The narrowest of several pauses decides what may run; the oldest gate that holds is the one that is named.
    holding = [row for row in gates if row[3] not in GO]
    if not holding:
        _, gate, incident, stage, partial, since, _, restricted = min(gates, key=lambda row: SCOPES.index(row[3]))
        body = {"decision": "go", "gate": key, "scope": stage, "incident": f"INC-{incident}", "since": _utc(since)}
        if stage == "partial" and partial and not restricted:
            body["partial_scope"] = partial
        return Decision(True, body)
    _, gate, incident, stage, _, since, *_ = holding[0]
    # What holds a restricted incident's work is for named people; that it is held is for everybody who asks.
    unmet = [sentence for row in holding for sentence in ([RESTRICTED] if row[7] else row[6])]
    body = {
        "decision": "hold",
        "gate": key,
        "scope": stage,
        "unmet": unmet or ["Nobody has restarted it yet."],
        "incident": f"INC-{incident}",
        "reference": f"GATE-{gate}",
        "since": _utc(since),
    }
    return Decision(False, body)
