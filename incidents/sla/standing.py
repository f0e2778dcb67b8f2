"""How a clock stands at an instant, and why: the answer of the engine. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from incidents.calendars import AnyCalendar, from_seconds, to_seconds
from incidents.sla.cycle import Cycle
from incidents.sla.events import KINDS, Event, PolicyTable
from incidents.sla.fold import fold

LEVELS = (50, 75, 90)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a clock's life and how much of it counted; `end` is None while it goes on."""

    start: datetime
    end: datetime | None
    counted_seconds: int
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Every field of the simulator's result (sla.md), and what the caller stores beside it. Instants are UTC.

    `next_check_at` is the next instant at which time alone changes something: the next warning, the end of a pause,
    or one second past the deadline; None when nothing is left to happen.
    """

    state: str
    cycle: int
    cycles: int
    target_seconds: int | None = None
    due_at: datetime | None = None
    elapsed_seconds: int = 0
    remaining_seconds: int | None = None
    breached_at: datetime | None = None
    late_by: int = 0
    late_wall: int = 0
    paused: bool = False
    provisional: bool = False
    level: int = 0
    warn_at: Mapping[int, datetime | None] | None = None
    start_at: datetime | None = None
    stopped_at: datetime | None = None
    severity: str = ""
    pause_until: datetime | None = None
    next_check_at: datetime | None = None
    stretches: tuple[Stretch, ...] = ()


def evaluate(
    events: Sequence[Event],
    *,
    kind: str,
    policy: PolicyTable,
    calendar: AnyCalendar | str = "24x7",
    as_of: datetime,
    cycle: int | None = None,
    threshold_seconds: int | None = None,
) -> Standing:
    """How the clock of `kind` stands at `as_of`; the newest cycle, or the one asked for.

    Pure: the same events give the same answer, whoever swept in between. `calendar` is that of the table's rows and
    is only named here for the reader. KeyError when the policy has no row for a severity in force; OverflowError when
    a deadline lies beyond the calendar's horizon.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown kind of clock {kind!r}")
    at = to_seconds(as_of.astimezone(UTC))
    cycles = fold(events, kind=kind, policy=policy, as_of=at, threshold=threshold_seconds)
    if cycle is None and cycles:
        cycle = len(cycles)
    if not cycles or cycle is None or not 1 <= cycle <= len(cycles):
        return Standing("not_started", cycle or 0, len(cycles))
    return _stand(cycles[cycle - 1], len(cycles), at)


def _stand(one: Cycle, count: int, at: int) -> Standing:
    end = min(instant for instant in (one.stop, one.cancelled, at) if instant is not None)
    elapsed = one.elapsed(end)
    due = one.due
    gone = one.cancelled is not None and one.breached is None and one.stop is None
    needs = {level: -(-one.target * level // 100) for level in LEVELS}
    warn = None if gone else {level: _instant(one.reach(need)) for level, need in needs.items()}
    breached = one.breached is not None
    state = _state(one)
    return Standing(
        state=state,
        cycle=one.number,
        cycles=count,
        target_seconds=one.target,
        due_at=None if gone else _instant(due),
        elapsed_seconds=elapsed,
        remaining_seconds=one.target - elapsed,
        breached_at=_instant(one.breached),
        late_by=max(0, elapsed - one.target) if breached else 0,
        late_wall=max(0, end - due) if breached and due is not None else 0,
        paused=one.paused,
        provisional=one.provisional,
        level=max([level for level, need in needs.items() if elapsed >= need], default=0),
        warn_at=warn,
        start_at=from_seconds(one.start),
        stopped_at=_instant(one.stop),
        severity=one.severity,
        pause_until=_instant(one.until),
        next_check_at=_next(one, state, due, warn, at),
        stretches=_stretches(one, end),
    )


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else from_seconds(seconds)


def _state(one: Cycle) -> str:
    if one.outcome:
        return one.outcome
    if one.stop is not None:
        return "met" if one.breached is None else "met_late"
    if one.breached is not None:
        return "breached"
    if one.cancelled is not None:
        return "cancelled"
    return "paused" if one.paused else "running"


def _next(
    one: Cycle, state: str, due: int | None, warn: Mapping[int, datetime | None] | None, at: int
) -> datetime | None:
    if state not in ("running", "paused") or due is None:
        return None
    now = from_seconds(at)
    instants = [instant for instant in (warn or {}).values() if instant is not None and instant > now]
    instants.append(from_seconds(due + 1))
    if one.paused and one.until is not None:
        instants.append(from_seconds(one.until))
    return min(instants)


def _stretches(one: Cycle, end: int) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for start, finish in one.ran:
        if start >= end and found:
            continue
        until = end if finish is None else finish
        counted = one.row.calendar.between(start, until)
        closed = " (opening hours)" if counted != until - start else ""
        found.append(Stretch(from_seconds(start), _instant(finish), counted, f"counted{closed}"))
    for start, finish, why in one.gaps:
        if why not in ("stopped", "cancelled"):
            found.append(Stretch(from_seconds(start), _instant(finish), 0, why))
    return tuple(sorted(found, key=lambda stretch: stretch.start))
