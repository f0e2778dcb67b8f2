"""Enforce what time alone has decided: claimed with SKIP LOCKED, in batches, exactly once (design laws 5 and 6)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Model

from incidents import timeline
from incidents.bulk import bare, read_rows, records, update_rows
from incidents.clocks.announce import announce
from incidents.clocks.settle import BREACH, Reached, next_check, settle, warnings
from incidents.escalation import Matrix
from incidents.models import Clock, Incident

log = logging.getLogger(__name__)
# The first batch is small, so that the first deadline is told of soon; the others spread their fixed costs.
FIRST, BATCH = 200, 2000


def _columns(model: type[Model], names: str) -> tuple[str, ...]:
    """The named columns, all of them columns of the model."""
    found = tuple(names.split())
    assert set(found) <= {field.attname for field in model._meta.concrete_fields}, found
    return found


# What enforcing reads of a clock and of its incident; the rest of two wide rows would cost more than the work.
CLOCK = _columns(
    Clock,
    "id incident_id client_id kind cycle state due_at warn_50_at warn_75_at warn_90_at next_check_at level paused "
    "pause_until stopped_at breached_at noticed_at revision",
)
INCIDENT = _columns(
    Incident,
    "id severity title status is_restricted acknowledged_at coordinator_id resolver_id communicator_id "
    "entry_count head",
)
QUARANTINE_AFTER = 5
Kind, State = Clock.Kind, Clock.State

# The incident is the lock of its clocks (one lock order: incident, clock, outbox). Rows that another sweep holds are
# passed over; what it has meanwhile settled is left out by reading the clocks again under the lock.
CLAIM = """
    SELECT c.id, c.incident_id FROM incidents_clock c JOIN incidents_incident i ON i.id = c.incident_id
    WHERE c.next_check_at <= %s ORDER BY c.next_check_at, c.id LIMIT %s FOR NO KEY UPDATE OF i SKIP LOCKED
"""
READ = f"""
    SELECT {", ".join(f"c.{name}" for name in CLOCK)}, {", ".join(f"i.{name}" for name in INCIDENT)}
    FROM incidents_clock c JOIN incidents_incident i ON i.id = c.incident_id
    WHERE c.id = ANY(%s) AND c.next_check_at <= %s ORDER BY c.next_check_at, c.id
"""  # noqa: S608 (names of columns, all of them above)
FACTS = """
    INSERT INTO incidents_clockfact (clock_id, revision, level, scheduled_at, fired_at)
    SELECT clock_id, revision, level, scheduled_at, %s::timestamptz FROM jsonb_to_recordset(%s)
        AS v(clock_id bigint, revision int, level smallint, scheduled_at timestamptz)
    ON CONFLICT (clock_id, revision, level) DO NOTHING RETURNING clock_id, revision, level
"""
SAVED = {
    "level": "smallint",
    "state": "varchar",
    "breached_at": "timestamptz",
    "noticed_at": "timestamptz",
    "next_check_at": "timestamptz",
}


@dataclass(slots=True)
class Swept:
    """What one sweep did. `failed` counts clocks put back with a delay, or into quarantine."""

    enforced: int = 0
    failed: int = 0


def sweep(*, now: datetime, limit: int = 100_000) -> Swept:
    """Enforces every clock whose instant has come, oldest first, at most `limit`; any number may run at once.

    A batch that fails is done again one clock at a time under savepoints, so that a poisoned row delays only itself:
    it is tried again after 2, 4, 8… seconds and quarantined, visibly, after five failures.
    """
    swept, size = Swept(), FIRST
    while swept.enforced + swept.failed < limit:
        try:
            with transaction.atomic():
                done = _batch(now, size)
            size = BATCH
        except Exception:
            log.exception("a batch of clocks failed; doing it one by one")
            done = _one_by_one(now, swept)
        if not done:
            return swept
        swept.enforced += done
    return swept


def _claim(now: datetime, size: int) -> list[Clock]:
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(CLAIM, [now, size])
        ids = [row[0] for row in cursor.fetchall()]
    clocks: list[Clock] = []
    incidents: dict[int, Incident] = {}
    for row in read_rows(READ, [ids, now]) if ids else ():
        clock = bare(Clock, CLOCK, row[: len(CLOCK)])
        if clock.incident_id not in incidents:
            incidents[clock.incident_id] = bare(Incident, INCIDENT, row[len(CLOCK) :])
        # Clocks of one incident share it: its record grows by one line for each of them.
        clock.incident = incidents[clock.incident_id]
        clocks.append(clock)
    return clocks


def _batch(now: datetime, size: int) -> int:
    clocks = _claim(now, size)
    if clocks:
        enforce(clocks, now=now, matrix=Matrix(now))
    return len(clocks)


def enforce(clocks: Sequence[Clock], *, now: datetime, matrix: Matrix) -> None:
    """Moves locked clocks to what `now` says: facts, states, record and escalations, in one set-based go.

    A paused clock whose pause may have run out goes the long way, through the engine.
    """
    reached: list[Reached] = []
    plain = [clock for clock in clocks if not clock.paused]
    for clock in plain:
        reached += _advance(clock, now)
    reached = _kept(reached, now)
    update_rows(
        Clock._meta.db_table,
        SAVED,
        [(c.pk, c.level, c.state, c.breached_at, c.noticed_at, c.next_check_at) for c in plain],
    )
    timeline.append_many(announce(reached, at=now, matrix=matrix), recorded_at=now)
    for incident_id in {clock.incident_id for clock in clocks if clock.paused}:
        incident = Incident.objects.defer("search").get(pk=incident_id)
        lines = announce(settle(incident, at=now), at=now, matrix=matrix)
        incident.save(update_fields=["next_due_at"])
        timeline.append_many(lines, recorded_at=now)


def _kept(reached: Sequence[Reached], now: datetime) -> list[Reached]:
    """Writes the facts; returns those that are new, for each level of a target is told once.

    One can stand already: a verb on a machine whose clock is behind took back what a sweep had seen.
    """
    if not reached:
        return []
    facts = [(r.clock.pk, r.clock.revision, r.level, r.scheduled_at) for r in reached]
    columns = ("clock_id", "revision", "level", "scheduled_at")
    new = set(read_rows(FACTS, [now, records(columns, facts)]))
    return [r for r in reached if (r.clock.pk, r.clock.revision, r.level) in new]


def _advance(clock: Clock, now: datetime) -> list[Reached]:
    reached = [Reached(clock, level, when) for level, when in warnings(clock) if level > clock.level and when <= now]
    if clock.kind == Kind.VERIFICATION and clock.due_at and clock.due_at <= now:
        clock.state = State.COMPLETE
        reached = [Reached(clock, BREACH, clock.due_at)]
    elif clock.due_at and clock.due_at < now.replace(microsecond=0):
        clock.state, clock.breached_at, clock.noticed_at = State.BREACHED, clock.due_at, now
        reached.append(Reached(clock, BREACH, clock.due_at))
    if reached:
        clock.level = reached[-1].level
    clock.next_check_at = next_check(clock)
    return reached


def _one_by_one(now: datetime, swept: Swept) -> int:
    done = 0
    with transaction.atomic():
        for clock in _claim(now, FIRST):
            # Afresh for each clock: a savepoint that was rolled back leaves the object ahead of its row.
            clock.incident = Incident.objects.defer("search").get(pk=clock.incident_id)
            try:
                with transaction.atomic():
                    enforce([clock], now=now, matrix=Matrix(now))
                done += 1
            except Exception as error:
                if isinstance(error, DatabaseError) and transaction.get_connection().needs_rollback:
                    raise
                swept.failed += 1
                _put_back(clock.pk, error, now)
    return done


def _put_back(clock_id: int, error: Exception, now: datetime) -> None:
    clock = Clock.objects.get(pk=clock_id)
    clock.errors += 1
    clock.last_error = f"{type(error).__name__}: {error}"[:500]
    if clock.errors >= QUARANTINE_AFTER:
        clock.quarantined_at, clock.next_check_at = now, None
        log.error("clock %s is quarantined: %s", clock.pk, clock.last_error)
    else:
        clock.next_check_at = now + timedelta(seconds=2**clock.errors)
    clock.save(update_fields=["errors", "last_error", "quarantined_at", "next_check_at"])
