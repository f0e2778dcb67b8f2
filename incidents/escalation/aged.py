"""“SEV-2 not resolved in 24 hours” means hours on the wall: no pause and no closed hours hide it (B-112)."""

from datetime import datetime, timedelta

from django.db import connection

from incidents import timeline
from incidents.escalation.matrix import Matrix
from incidents.escalation.raising import Raising, raise_all
from incidents.models import Clock, EscalationRule, Incident, Situation, TimelineEntry
from incidents.spelling import in_utc
from incidents.timeline import Line
from notifications import aside

EVERY = [1, 2, 3, 4]
# A clock that is due is left to the sweep of clocks, which says the same with the breach itself.
DUE = """
    SELECT c.id FROM incidents_clock c JOIN incidents_incident i ON i.id = c.incident_id
    WHERE c.kind = 'resolve' AND c.stopped_at IS NULL AND c.breached_at IS NULL
        AND c.severity = ANY(%(severities)s) AND c.start_at <= %(started)s
        AND i.is_open AND i.severity = c.severity
        AND (c.due_at IS NULL OR c.due_at > %(now)s)
        AND NOT EXISTS (
            SELECT FROM incidents_escalation e WHERE e.cause = %(rule)s || ':clock:' || c.id || ':unresolved')
"""
CLAIM = f"{DUE} AND c.id = ANY(%(ids)s) ORDER BY c.id FOR NO KEY UPDATE OF i SKIP LOCKED"


def sweep(*, now: datetime) -> int:
    """Raises what is unresolved for as many hours as a rule says, once for each clock and rule; returns how many.

    The hours run from the start of the resolve clock, through pauses and closed hours. Any number may run at once.
    """
    rules = list(EscalationRule.objects.filter(is_enabled=True, wall_hours__isnull=False).order_by("pk"))
    due = Clock.objects.filter(pk__in={pk for rule in rules for pk in _ids(DUE, rule, now)}).order_by("pk")
    return aside.settle_due(
        "hours on the wall", due, lambda ids: sum(_settle(rule, ids, now) for rule in rules), now=now
    )


def _settle(rule: EscalationRule, ids: list[int], now: datetime) -> int:
    found = _claim(rule, ids, now)
    lines = raise_all([_raising(clock, rule, now) for clock in found], at=now, matrix=Matrix(now)) if found else []
    timeline.append_many(lines, recorded_at=now)
    return len(found)


def _ids(query: str, rule: EscalationRule, now: datetime, ids: list[int] | None = None) -> list[int]:
    wanted: dict[str, str | datetime | list[int] | None] = {
        "severities": rule.severities or EVERY,
        "started": now - timedelta(hours=rule.wall_hours or 0),
        "now": now,
        "rule": str(rule.pk),
        "ids": ids,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, wanted)
        return [row[0] for row in cursor.fetchall()]


def _claim(rule: EscalationRule, wanted: list[int], now: datetime) -> list[Clock]:
    ids = _ids(CLAIM, rule, now, wanted)
    clocks = {clock.incident_id: clock for clock in Clock.objects.filter(pk__in=ids).order_by("pk")}
    for incident in Incident.objects.defer("search").filter(pk__in=clocks):
        clocks[incident.pk].incident = incident
    return list(clocks.values())


def _raising(clock: Clock, rule: EscalationRule, now: datetime) -> Raising:
    reached = clock.start_at + timedelta(hours=rule.wall_hours or 0)
    text = f"Not resolved for {rule.wall_hours} h by the wall clock"
    text += ", its clock is paused." if clock.paused else "; its clock counts fewer."
    # While it is paused its due time moves on with every minute.
    text += f" Due {in_utc(clock.due_at)}." if clock.due_at and not clock.paused else ""
    facts = {"clock_kind": clock.kind, "cycle": clock.cycle, "wall_hours": rule.wall_hours}
    line = Line(TimelineEntry.Kind.AT_RISK, reached, text, facts)
    cause = f"clock:{clock.pk}:unresolved"
    return Raising(clock.incident, Situation.RESOLVE_BREACHED, cause, text, clock=clock, line=line, rule=rule)
