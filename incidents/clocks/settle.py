"""Write down what the record says about every clock of one incident; called by each verb."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from incidents.bulk import save_rows
from incidents.clocks.events import ENGINE_KIND, moving_entries, policy_of, standing_of
from incidents.digest_days import GRACE, owed_to
from incidents.models import Clock, ClockFact, Incident, IncidentClient, TimelineEntry
from incidents.sla import Standing

Kind, State = Clock.Kind, Clock.State
TZDATA = version("tzdata")
UNDECIDED = (State.RUNNING, State.PAUSED, State.BREACHED)
SORTS = (Kind.ACKNOWLEDGE, Kind.RESOLVE, Kind.NOTIFY, Kind.UPDATE, Kind.VERIFICATION)
SOON = timedelta(minutes=10)
BREACH = 100


@dataclass(frozen=True, slots=True)
class Reached:
    """A clock reached a level for the first time: 50, 75, 90 or BREACH; `scheduled_at` is the true instant."""

    clock: Clock
    level: int
    scheduled_at: datetime


def settle(incident: Incident, *, at: datetime) -> list[Reached]:
    """Recomputes the clocks of a locked incident as of `at`, saves them and `next_due_at`, and returns new levels.

    The caller writes those levels on the record (incidents.escalation.announce) in the same transaction.
    """
    entries = moving_entries(incident)
    clocks = Clocks(incident)
    reached: list[Reached] = []
    for kind in ENGINE_KIND:
        reached += _settle_kind(clocks, kind, entries, at)
    reached += _settle_notices(clocks, at)
    clocks.save()
    ClockFact.objects.bulk_create(
        [
            ClockFact(clock=r.clock, revision=r.clock.revision, level=r.level, scheduled_at=r.scheduled_at, fired_at=at)
            for r in reached
        ],
        ignore_conflicts=True,
    )
    incident.next_due_at = clocks.next_due
    return reached


class Clocks:
    """The clocks of a locked incident as they stand, and what becomes of them; nothing is written before `save`."""

    def __init__(self, incident: Incident) -> None:
        self.incident = incident
        self.rows: dict[tuple[str, int | None], list[Clock]] = {}
        self.stored: dict[int, list[object]] = {}
        for clock in Clock.objects.filter(incident=incident).order_by("cycle"):
            clock.incident = incident
            self.of(clock.kind, clock.client_id).append(clock)
            self.stored[clock.pk] = _values(clock)

    def of(self, kind: str, client_id: int | None = None) -> list[Clock]:
        """The clocks of one promise, by cycle; what is put into the list belongs to the incident from now on."""
        return self.rows.setdefault((kind, client_id), [])

    def save(self) -> None:
        """Writes new clocks in one go, and of the others those whose columns have changed."""
        clocks = [clock for own in self.rows.values() for clock in own]
        Clock.objects.bulk_create([clock for clock in clocks if clock.pk is None])
        save_rows(Clock, [one for one in clocks if one.pk in self.stored and _values(one) != self.stored[one.pk]])

    @property
    def next_due(self) -> datetime | None:
        """The earliest deadline that is not decided yet and that the board sorts by."""
        undecided = (clock for own in self.rows.values() for clock in own if clock.state in UNDECIDED)
        return min((c.due_at for c in undecided if c.kind in SORTS and c.due_at and not c.stopped_at), default=None)


def _values(clock: Clock) -> list[object]:
    return [getattr(clock, field.attname) for field in Clock._meta.concrete_fields]


def _settle_kind(clocks: Clocks, kind: Clock.Kind, entries: Sequence[TimelineEntry], at: datetime) -> list[Reached]:
    incident, existing = clocks.incident, clocks.of(kind)
    newest = standing_of(entries, kind, as_of=at)
    cycles = 0 if newest.cycle is None or newest.state == "not_started" else newest.cycle
    for clock in [one for one in existing if one.cycle > cycles]:
        # The record knows no such cycle any more: the letter that began it was taken back.
        existing.remove(clock)
        clock.delete()
    if not cycles or newest.cycle is None:
        return []
    known = {clock.cycle: clock for clock in existing}
    open_cycles = [c.cycle for c in existing if c.state in UNDECIDED or c.provisional]
    first = min([*open_cycles, *([] if newest.cycle in known else [len(existing) + 1]), newest.cycle])
    reached: list[Reached] = []
    for cycle in range(first, newest.cycle + 1):
        standing = newest if cycle == newest.cycle else standing_of(entries, kind, as_of=at, cycle=cycle)
        if standing.start_at is None:
            continue
        clock = known.get(cycle) or Clock(incident=incident, kind=kind, cycle=cycle, level=0)
        if clock.pk is None:
            existing.append(clock)
        reached += _copy(clock, standing, incident, at)
    return reached


def _copy(clock: Clock, standing: Standing, incident: Incident, at: datetime) -> list[Reached]:
    retargeted = clock.pk is not None and clock.due_at is not None and clock.due_at != standing.due_at
    was_breached = clock.breached_at
    assert standing.start_at is not None
    clock.state = standing.state
    clock.severity = int((standing.severity or incident.severity_key)[-1])
    clock.start_at = standing.start_at
    clock.target_seconds = standing.target_seconds
    clock.due_at = standing.due_at
    warn = standing.warn_at or {}
    clock.warn_50_at, clock.warn_75_at, clock.warn_90_at = (warn.get(level) for level in (50, 75, 90))
    clock.paused = standing.paused
    clock.pause_until = standing.pause_until
    clock.provisional = standing.provisional
    clock.stopped_at = standing.stopped_at
    clock.breached_at = standing.breached_at
    clock.late_seconds = standing.late_by or 0
    clock.policy_version_id = incident.policy_version_id
    clock.tzdata_version = TZDATA
    if clock.kind == Kind.UPDATE:
        _warn_ten_minutes_before(clock)
    if retargeted:
        clock.revision += 1
        clock.level = min(clock.level, _level(clock, at))
    clock.next_check_at = next_check(clock)
    clock.errors, clock.last_error, clock.quarantined_at = 0, "", None
    return _reach(clock, at, newly_breached=was_breached is None)


def _warn_ten_minutes_before(clock: Clock) -> None:
    """The communicator is warned ten minutes before a promise, halfway for a short one (S10)."""
    clock.warn_50_at = clock.warn_75_at = clock.warn_90_at = None
    if clock.due_at:
        clock.warn_90_at = max(clock.due_at - SOON, clock.start_at + (clock.due_at - clock.start_at) / 2)


def warnings(clock: Clock) -> list[tuple[int, datetime]]:
    """The warning levels of a clock with their instants, lowest first; a verification window warns of nothing."""
    if clock.kind in (Kind.VERIFICATION, Kind.OUTAGE, Kind.OUTAGE_NOTICE):
        return []
    pairs = ((50, clock.warn_50_at), (75, clock.warn_75_at), (90, clock.warn_90_at))
    return [(level, instant) for level, instant in pairs if instant is not None]


def next_check(clock: Clock) -> datetime | None:
    """The next instant at which time alone changes something about a clock; None when nothing is left to happen.

    One second past the deadline, since at the deadline itself nothing is broken yet (S4, S11); a verification
    window is over at its end.
    """
    if clock.state not in (State.RUNNING, State.PAUSED) or clock.due_at is None or clock.stopped_at:
        return None
    instants = [instant for level, instant in warnings(clock) if level > clock.level]
    instants.append(clock.due_at + timedelta(seconds=0 if clock.kind == Kind.VERIFICATION else 1))
    if clock.paused and clock.pause_until:
        instants.append(clock.pause_until)
    return min(instants)


def _level(clock: Clock, at: datetime) -> int:
    end = min(at, clock.stopped_at or at)
    return max([level for level, instant in warnings(clock) if instant <= end], default=0)


def _reach(clock: Clock, at: datetime, *, newly_breached: bool) -> list[Reached]:
    """The levels that are new; each is a fact once for each target, however often this runs."""
    end = min(at, clock.stopped_at or at)
    fresh = [Reached(clock, level, when) for level, when in warnings(clock) if level > clock.level and when <= end]
    if clock.state == State.CANCELLED:
        fresh = []
    if clock.breached_at and newly_breached and clock.level < BREACH:
        fresh.append(Reached(clock, BREACH, clock.breached_at))
        clock.noticed_at = at
    if fresh:
        clock.level = fresh[-1].level
    if clock.breached_at is None and clock.level == BREACH:
        clock.level, clock.noticed_at = _level(clock, at), None
    clock.next_check_at = next_check(clock)
    return fresh


def _settle_notices(clocks: Clocks, at: datetime) -> list[Reached]:
    """The promise to tell each client (C-08): an absolute instant in the client's own day, met by the first letter."""
    incident = clocks.incident
    policy = policy_of(incident.policy_version_id)
    reached: list[Reached] = []
    noticed = {client_id for kind, client_id in clocks.rows if kind == Kind.NOTIFY}
    for affected in IncidentClient.objects.filter(incident=incident).select_related("client__tier"):
        affected.incident = incident
        noticed.discard(affected.client_id)
        known = clocks.rows.get((Kind.NOTIFY, affected.client_id))
        clock = known[-1] if known else None
        due = policy.notify_due(incident.severity, incident.opened_at, affected.client.zone)
        digested = policy.terms(incident.severity).notify_mode == "digest"
        if digested and affected.reported_it:
            due = incident.opened_at + timedelta(seconds=policy.terms(incident.severity).notify_seconds)
        elif digested and incident.triaged_at and not incident.is_restricted:
            due = _digest_due(clock, affected, at)
        if clock is None and (due is None or affected.notified_at or affected.digested_at or not incident.is_open):
            continue
        if clock is None:
            clock = _notice(incident, affected)
            clocks.of(Kind.NOTIFY, affected.client_id).append(clock)
        reached += _settle_notice(clock, affected, due, at, lasting=digested)
    # Clients that are not affected any more.
    for clock in [clock for client_id in noticed for clock in clocks.of(Kind.NOTIFY, client_id)]:
        if clock.state in UNDECIDED:
            clock.state, clock.next_check_at = State.CANCELLED, None
    return reached


def _notice(incident: Incident, affected: IncidentClient) -> Clock:
    return Clock(incident=incident, kind=Kind.NOTIFY, client=affected.client, start_at=incident.opened_at, level=0)


def _digest_due(clock: Clock | None, affected: IncidentClient, at: datetime) -> datetime | None:
    """By when the client's next scheduled update must have left with this in it (C-04); one that is past stays."""
    if clock is not None and clock.due_at and clock.due_at <= at:
        return clock.due_at
    since = max(affected.incident.opened_at, affected.added_at)
    due = owed_to(affected.client.digest_schedule, since=since, now=at)
    return due.at + GRACE if due else None


def _settle_notice(
    clock: Clock, affected: IncidentClient, due: datetime | None, at: datetime, *, lasting: bool = False
) -> list[Reached]:
    incident = clock.incident
    decided = clock.breached_at is not None or clock.stopped_at is not None
    if not decided and due != clock.due_at:
        clock.revision += 0 if clock.pk is None else 1
        clock.due_at = due
    was_breached = clock.breached_at
    clock.severity, clock.policy_version_id = incident.severity, incident.policy_version_id
    if clock.due_at:
        span = clock.due_at - clock.start_at
        clock.target_seconds = int(span.total_seconds())
        clock.warn_75_at = clock.start_at + span * 0.75
    stopped = affected.notified_at or affected.digested_at
    # After the change that put the deadline into the past, not before its cause (S7.3).
    if clock.due_at and clock.breached_at is None and min(stopped or at, at) > clock.due_at:
        clock.breached_at = max(clock.due_at, affected.added_at)
    clock.stopped_at = stopped
    if stopped:
        clock.state = State.MET_LATE if clock.breached_at else State.MET
    elif clock.due_at is None or not (incident.is_open or (lasting and incident.status == "resolved")):
        clock.state = State.CANCELLED
    else:
        clock.state = State.BREACHED if clock.breached_at else State.RUNNING
    if clock.breached_at and clock.due_at:
        clock.late_seconds = max(0, int(((stopped or at) - clock.due_at).total_seconds()))
    return _reach(clock, at, newly_breached=was_breached is None)
