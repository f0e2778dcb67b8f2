"""“SEV-2 not resolved in 24 hours” means hours on the wall: no pause and no closed hours hide it (B-112)."""

from datetime import datetime, timedelta

from django.db import connection, transaction

from incidents import timeline
from incidents.escalation.matrix import Matrix
from incidents.escalation.raising import Raising, raise_all
from incidents.models import Clock, EscalationRule, Incident, Situation, TimelineEntry
from incidents.timeline import Line

BATCH = 200
EVERY = [1, 2, 3, 4]
# A clock that is due is left to the sweep of clocks, which says the same with the breach itself.
FIND = """
    SELECT c.id FROM incidents_clock c JOIN incidents_incident i ON i.id = c.incident_id
    WHERE c.kind = 'resolve' AND c.stopped_at IS NULL AND c.breached_at IS NULL
        AND c.severity = ANY(%(severities)s) AND c.start_at <= %(started)s AND c.id > %(after)s
        AND i.is_open AND i.severity = c.severity
        AND (c.due_at IS NULL OR c.due_at > %(now)s)
        AND NOT EXISTS (
            SELECT FROM incidents_escalation e WHERE e.cause = %(rule)s || ':clock:' || c.id || ':unresolved')
    ORDER BY c.id LIMIT %(batch)s FOR NO KEY UPDATE OF i SKIP LOCKED
"""


def sweep(*, now: datetime) -> int:
    """Raises what is unresolved for as many hours as a rule says, once for each clock and rule; returns how many.

    The hours run from the start of the resolve clock, through pauses and closed hours. Any number may run at once.
    """
    rules = EscalationRule.objects.filter(is_enabled=True, wall_hours__isnull=False).order_by("pk")
    return sum(_sweep(rule, now) for rule in rules)


def _sweep(rule: EscalationRule, now: datetime) -> int:
    count, after = 0, 0
    while True:
        with transaction.atomic():
            found = _claim(rule, now, after)
            if not found:
                return count
            after = found[-1].pk
            lines = raise_all([_raising(clock, rule, now) for clock in found], at=now, matrix=Matrix(now))
            timeline.append_many(lines, recorded_at=now)
            count += len(found)


def _claim(rule: EscalationRule, now: datetime, after: int) -> list[Clock]:
    wanted: dict[str, str | int | datetime | list[int] | None] = {
        "severities": rule.severities or EVERY,
        "started": now - timedelta(hours=rule.wall_hours or 0),
        "now": now,
        "rule": str(rule.pk),
        "after": after,
        "batch": BATCH,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND, wanted)
        ids = [row[0] for row in cursor.fetchall()]
    clocks = {clock.incident_id: clock for clock in Clock.objects.filter(pk__in=ids).order_by("pk")}
    for incident in Incident.objects.defer("search").filter(pk__in=clocks):
        clocks[incident.pk].incident = incident
    return list(clocks.values())


def _raising(clock: Clock, rule: EscalationRule, now: datetime) -> Raising:
    reached = clock.start_at + timedelta(hours=rule.wall_hours or 0)
    text = f"Not resolved for {rule.wall_hours} h by the wall clock"
    text += ", its clock is paused." if clock.paused else "; its clock counts fewer."
    facts = {"clock_kind": clock.kind, "cycle": clock.cycle, "wall_hours": rule.wall_hours}
    line = Line(TimelineEntry.Kind.AT_RISK, reached, text, facts)
    cause = f"clock:{clock.pk}:unresolved"
    return Raising(clock.incident, Situation.RESOLVE_BREACHED, cause, text, clock=clock, line=line, rule=rule)
