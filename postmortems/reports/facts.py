"""What each incident adds to a report, derived from the record by one set-based statement.

The same text derives a handful after a change, everything in a rebuild, and what `verify_reports` compares with.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection

from incidents import clocks
from incidents.models import Clock, Incident, TimelineEntry
from postmortems.counted import COUNTS, REASONS

VOID = "('merged', 'cancelled')"
COLUMNS = (
    "incident_id",
    "opened_at",
    "day",
    "severity",
    "client_ids",
    "system_ids",
    "type_ids",
    "is_restricted",
    "luck",
    "gap_seconds",
    "ack_seconds",
    "fix_seconds",
    "confirm_seconds",
    "paused_seconds",
    "counts",
)


def _early(least: int | None, most: int | None) -> str:
    """A promise that was kept so many minutes before its time; at the time itself it is kept."""
    bounds = [f"c.due_at - c.stopped_at >= interval '{least} minutes'"] if least else []
    bounds += [f"c.due_at - c.stopped_at < interval '{most} minutes'"] if most else []
    return " AND ".join(["c.kind = 'update' AND c.state = 'met'", *bounds])


# Of the clocks of an incident, all cycles: the answer of the engine as it is stored. A resolve clock that was stopped
# by a fix counts as kept when its verification window is over (C-03); a workaround counts as itself (C-02).
CLOCKS = {
    "ack_met": "c.kind = 'acknowledge' AND c.state = 'met'",
    "ack_late": "c.kind = 'acknowledge' AND c.state = 'met_late'",
    "ack_open_late": "c.kind = 'acknowledge' AND c.state = 'breached'",
    "ack_running": "c.kind = 'acknowledge' AND c.state IN ('running', 'paused')",
    "fix_met": "c.kind = 'resolve' AND c.state = 'met' AND NOT c.provisional AND NOT around.it",
    "fix_workaround": "c.kind = 'resolve' AND c.state = 'met' AND around.it",
    "fix_watched": "c.kind = 'resolve' AND c.state = 'met' AND c.provisional AND NOT around.it",
    "fix_late": "c.kind = 'resolve' AND c.state = 'met_late'",
    "fix_open_late": "c.kind = 'resolve' AND c.state = 'breached'",
    "fix_running": "c.kind = 'resolve' AND c.state = 'running'",
    "fix_paused": "c.kind = 'resolve' AND c.state = 'paused'",
    "cancelled": "c.kind IN ('acknowledge', 'resolve') AND c.state = 'cancelled'",
    "kept_120": _early(120, None),
    "kept_60": _early(60, 120),
    "kept_30": _early(30, 60),
    "kept_10": _early(10, 30),
    "kept_0": _early(None, 10),
    "promise_late": "c.kind = 'update' AND c.state = 'met_late'",
    "promise_open_late": "c.kind = 'update' AND c.state = 'breached'",
    "promise_running": "c.kind = 'update' AND c.state IN ('running', 'paused')",
    "notify_met": "c.kind = 'notify' AND c.state = 'met'",
    "notify_late": "c.kind = 'notify' AND c.breached_at IS NOT NULL",
    "breached": "c.breached_at IS NOT NULL",
    "unexplained": "c.breached_at IS NOT NULL AND why.id IS NULL",
    **{f"why_{key}": f"c.breached_at IS NOT NULL AND why.kind = '{key}'" for key in REASONS},
}
TOLD = {
    "reopened": "t.kind = 'reopened'",
    "watch_failed": "t.kind = 'verification_failed'",
    "voided": "t.kind = 'breach_voided'",
    "early_resolve": "t.kind = 'resolved' AND t.facts->>'override_reason' <> ''",
    "let_through": "t.facts ? 'guard_reason'",
    "unapproved": "t.facts ? 'unapproved_reason'",
}
SEVERE = "LEAST(i.severity, i.peak_severity) <= 2"
OURS = {
    "incidents": f"i.closure NOT IN {VOID}",
    "void": f"i.closure IN {VOID}",
    "open_now": "i.is_open",
    **{f"first_{key}": f"i.closure NOT IN {VOID} AND first.signal = '{key}'" for key in ("monitoring", "agent")},
    **{f"first_{key}": f"i.closure NOT IN {VOID} AND first.signal = '{key}'" for key in ("client", "review")},
    **{f"{key}_known": f"span.{key} IS NOT NULL" for key in ("gap", "ack", "fix", "confirm")},
    "again": f"i.closure NOT IN {VOID} AND (COALESCE(told.reopened, 0) > 0 OR earlier.found)",
    "paused": "pauses.seconds > 0",
    "unreviewed": f"{SEVERE} AND i.closure NOT IN {VOID} AND i.resolved_at IS NOT NULL AND i.reviewed_at IS NULL",
    "no_report_look": "looks.review AND NOT looks.at_report",
    "no_handoff_look": "looks.handed AND NOT looks.before_handoff",
    "no_recovery_look": "looks.review AND i.resolved_at IS NOT NULL AND NOT looks.after_recovery",
    "forced_close": "i.closure = 'forced'",
    "unacknowledged": "i.acknowledgement_excepted <> ''",
    "forced_restart": "gates.forced",
}


def _filtered(conditions: Mapping[str, str]) -> str:
    return ",\n        ".join(f"count(*) FILTER (WHERE {text}) AS {name}" for name, text in conditions.items())


def _counts() -> str:
    """A jsonb of the counts that are not zero, in pieces that keep below PostgreSQL's hundred arguments."""
    values = {name: f"({text})::int" for name, text in OURS.items()}
    values |= {name: f"clock.{name}" for name in CLOCKS} | {name: f"told.{name}" for name in TOLD}
    if values.keys() != COUNTS.keys():
        raise ValueError(f"counts without a name or a rule: {values.keys() ^ COUNTS.keys()}")
    pairs = [f"'{name}', NULLIF({text}, 0)" for name, text in values.items()]
    pieces = [f"jsonb_build_object({', '.join(pairs[start : start + 30])})" for start in range(0, len(pairs), 30)]
    return f"jsonb_strip_nulls({' || '.join(pieces)})"


def _span(first: str, last: str) -> str:
    """Whole seconds between two instants of an incident that counts; null while one of them is not known."""
    return (
        f"CASE WHEN i.closure NOT IN {VOID} AND {last} >= {first} "
        f"THEN floor(extract(epoch FROM {last} - {first}))::bigint END"
    )


SPANS = {
    "gap": _span("i.impact_started_at", "i.opened_at"),
    "ack": _span("i.opened_at", "i.acknowledged_at"),
    "fix": _span("i.opened_at", "i.fixed_at"),
    "confirm": _span("i.opened_at", "i.resolved_at"),
}


# An incident came again when it was reopened, or when one with the same title on the same system opened within ninety
# days before (C-13). `luck` is even over ids and never changes.
DERIVE = f"""
    wanted AS MATERIALIZED (SELECT DISTINCT unnest(%(ids)s::bigint[]) AS id),
    pauses AS (SELECT unnest(%(paused_ids)s::bigint[]) AS id, unnest(%(paused_seconds)s::bigint[]) AS seconds),
    clock AS (
        SELECT c.incident_id, {_filtered(CLOCKS)}
        FROM wanted JOIN incidents_clock c ON c.incident_id = wanted.id
        JOIN incidents_incident i ON i.id = c.incident_id
        CROSS JOIN LATERAL (
            SELECT COALESCE(c.stopped_at = date_trunc('second', i.worked_around_at), false) AS it
        ) around
        LEFT JOIN postmortems_breachreason why ON why.clock_id = c.id
        WHERE c.kind IN ('acknowledge', 'resolve', 'update', 'notify') GROUP BY c.incident_id
    ),
    told AS (
        SELECT t.incident_id, {_filtered(TOLD)}
        FROM wanted JOIN incidents_timelineentry t ON t.incident_id = wanted.id
        WHERE t.kind IN ('reopened', 'verification_failed', 'breach_voided', 'resolved')
            OR t.facts ?| ARRAY['guard_reason', 'unapproved_reason']
        GROUP BY t.incident_id
    ),
    derived AS (
        SELECT i.id AS incident_id, i.opened_at, (i.opened_at AT TIME ZONE %(zone)s)::date AS day, i.severity,
            i.client_ids, i.system_ids, ARRAY(
                SELECT typed.incident_type_id FROM playbooks_typedincident typed WHERE typed.incident_id = i.id
            ) AS type_ids,
            i.is_restricted, (i.id * 2654435761 %% 4294967296 / 4194304)::smallint AS luck,
            span.gap AS gap_seconds, span.ack AS ack_seconds, span.fix AS fix_seconds, span.confirm AS confirm_seconds,
            COALESCE(pauses.seconds, 0) AS paused_seconds,
            {_counts()} AS counts
        FROM wanted JOIN incidents_incident i ON i.id = wanted.id
        LEFT JOIN clock ON clock.incident_id = i.id
        LEFT JOIN told ON told.incident_id = i.id
        LEFT JOIN pauses ON pauses.id = i.id
        CROSS JOIN LATERAL (SELECT {", ".join(f"{text} AS {key}" for key, text in SPANS.items())}) span
        CROSS JOIN LATERAL (SELECT CASE
            WHEN i.client_reported_at <= i.detected_at THEN 'client'
            WHEN i.source <> 'client' THEN i.source
            WHEN i.client_reported_at IS NULL THEN 'client'
            ELSE 'agent' END AS signal) first
        CROSS JOIN LATERAL (SELECT EXISTS (
            SELECT 1 FROM incidents_incident e
            WHERE UPPER(e.title) = UPPER(i.title) AND e.opened_at < i.opened_at
                AND e.opened_at >= i.opened_at - interval '90 days'
                AND e.system_ids && i.system_ids AND e.closure NOT IN {VOID}
        ) AS found) earlier
        CROSS JOIN LATERAL (SELECT EXISTS (
            SELECT 1 FROM postmortems_restartgate g WHERE g.incident_id = i.id AND g.forced_at IS NOT NULL
        ) AS forced) gates
        CROSS JOIN LATERAL (SELECT
            EXISTS (SELECT 1 FROM postmortems_review r WHERE r.incident_id = i.id) AS review,
            EXISTS (SELECT 1 FROM postmortems_supportreport s WHERE s.incident_id = i.id AND s.sent_at IS NOT NULL)
                AS handed,
            EXISTS (SELECT 1 FROM postmortems_checkpoint k WHERE k.incident_id = i.id AND k.moment = 'at_report')
                AS at_report,
            EXISTS (SELECT 1 FROM postmortems_checkpoint k WHERE k.incident_id = i.id AND k.moment = 'before_handoff')
                AS before_handoff,
            EXISTS (SELECT 1 FROM postmortems_checkpoint k WHERE k.incident_id = i.id AND k.moment = 'after_recovery')
                AS after_recovery
        ) looks
    )
"""
PAUSED = """
    SELECT DISTINCT incident_id FROM incidents_timelineentry WHERE incident_id = ANY(%s) AND kind = 'paused'
"""


def arguments(ids: Iterable[int]) -> dict[str, Any]:
    """What the statement needs for these incidents; pauses are asked of the engine itself, and are rare."""
    wanted = list(ids)
    with connection.cursor() as cursor:
        cursor.execute(PAUSED, [wanted])
        paused = [row[0] for row in cursor.fetchall()]
    seconds = [paused_seconds(one) for one in Incident.objects.filter(pk__in=paused).order_by("pk").defer("search")]
    return {
        "ids": wanted,
        "paused_ids": sorted(paused),
        "paused_seconds": seconds,
        "zone": settings.ALLCLEAR_TIME_ZONE,
    }


def paused_seconds(incident: Incident) -> int:
    """How long its resolve clocks rested until the fix, by the wall clock; 0 while there is no fix (C-06)."""
    if incident.fixed_at is None:
        return 0
    entries: Sequence[TimelineEntry] = clocks.moving_entries(incident)
    total = 0
    for cycle in Clock.objects.filter(incident=incident, kind=Clock.Kind.RESOLVE).values_list("cycle", flat=True):
        standing = clocks.standing_of(entries, Clock.Kind.RESOLVE, as_of=incident.fixed_at, cycle=cycle)
        for stretch in standing.stretches:
            if stretch.reason == "paused":
                total += _seconds(stretch.start, min(stretch.end or incident.fixed_at, incident.fixed_at))
    return total


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))
