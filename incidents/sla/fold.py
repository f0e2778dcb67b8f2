"""Fold events into cycles: `(occurred_at, order)`, and before each event whatever time alone has decided. Pure.

Where sla.md is silent, the most literal reading was taken:

- a stop ends a pause, and a pause asked for while the clock is stopped or may not pause is refused, so ignored;
- whether it may is asked of the severity in force, also where a breach froze the target of an earlier one;
- `reopened` means something only after `fixed` or `resolved`; after `cancelled` or `merged` nothing moves any more,
  except that a breach can still be voided, and is then judged by the second in which the clock ended;
- a promise or an outage has no severity to be judged under anew, so that voiding its breach says nothing;
- `verification_failed` withdraws a stop that is still provisional, however late it comes, and none that is final;
- the window is that of the severity's own row, whatever a tier amends;
- an incident opened without tiers has one client of no tier, whose row is the severity's own;
- a promise in the past is rejected: the update ends the running promise and starts none.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from incidents.calendars import ALWAYS, to_seconds
from incidents.sla.cycle import Cycle
from incidents.sla.events import Event, PolicyTable, Row

NO_TIER = ""


@dataclass(slots=True)
class Fold:
    """The state of one kind of clock while events are applied in order."""

    kind: str
    newest: PolicyTable
    threshold: int | None
    pinned: PolicyTable = field(init=False)
    cycles: list[Cycle] = field(default_factory=list)
    severity: str = ""
    # How many clients there are of each tier.
    tiers: Counter[str] = field(default_factory=Counter)
    opened: bool = False
    over: bool = False
    # Where the newest fix or resolution stands; a reopening is judged against it, whatever the kind of clock.
    end: int | None = None
    window: int = 0
    final: bool = False

    def __post_init__(self) -> None:
        self.pinned = self.newest

    @property
    def current(self) -> Cycle | None:
        return self.cycles[-1] if self.cycles else None

    def rows(self) -> list[Row]:
        return self.pinned.candidates(self.severity, tuple(self.tiers))

    def begin(self, at: int, rows: list[Row]) -> None:
        first = rows[0]
        cycle = Cycle(len(self.cycles) + 1, at, self.severity, first, first.target_seconds or 0)
        self.cycles.append(cycle)
        if len(rows) > 1:
            cycle.retarget(at, self.severity, rows)

    def settle(self, at: int) -> None:
        if self.current is None:
            return
        if self.kind == "verification":
            due = self.current.due
            if not self.current.ended and due is not None and due <= at:
                self.current.halt(due, provisional=False)
                self.current.outcome = "complete"
            return
        self.current.settle(at)

    def apply(self, event: Event) -> None:
        at = to_seconds(event.at)
        self.settle(at)
        if event.type == "policy_changed":
            assert event.policy is not None
            self.newest = event.policy
            return
        if event.type == "opened":
            if not self.opened:
                self._open(at, event)
            return
        if self.kind == "outage" and not self.over:
            self._outage(at, event)
        if not self.opened and self.kind != "outage":
            return
        if event.type in ("cancelled", "merged"):
            self._cancel(at)
        elif event.type == "breach_voided":
            self._void(at)
        elif not self.over:
            self._scope(at, event)
            getattr(self, f"_{self.kind}", lambda *_: None)(at, event) if self.kind != "outage" else None
            self._remember_end(at, event)

    def _open(self, at: int, event: Event) -> None:
        self.opened = True
        self.pinned = self.newest
        self.severity = event.severity
        self.tiers = Counter(event.tiers or (NO_TIER,))
        if self.kind in ("ack", "resolve"):
            self.begin(at, self.rows())
        elif self.kind == "promise":
            self._promise_until(at, event)

    def _remember_end(self, at: int, event: Event) -> None:
        if event.type in ("fixed", "resolved"):
            if self.end is None:
                self.end, self.window = at, self.pinned.verify_seconds(self.severity)
            self.final = self.final or event.type == "resolved"
        elif event.type == "reopened" and self.end is not None:
            if at >= self.end + self.window and self.kind != "ack":
                # A new cycle of the incident: what is watched from now on is watched by the newest version (S8). An
                # acknowledgement that nobody has to give anew stays under the version that it was promised by.
                self.pinned = self.newest
            self.end, self.final = None, False
        elif event.type == "verification_failed" and not self.final:
            self.end = None

    def _scope(self, at: int, event: Event) -> None:
        if event.type == "severity_changed":
            self.severity = event.severity
        elif event.type == "client_added":
            self.tiers[event.tier] += 1
        elif event.type == "client_removed":
            self.tiers -= Counter((event.tier,))
        elif event.type == "rebaselined":
            self.pinned = self.newest
        else:
            return
        if self.kind in ("ack", "resolve"):
            self._retarget(at)

    def _retarget(self, at: int) -> None:
        cycle = self.current
        if cycle is None or cycle.ended:
            return
        rows = self.rows()
        if cycle.breached is None:
            cycle.retarget(at, self.severity, rows)
        if cycle.paused and not cycle.first_due(at, rows).pausable:
            cycle.resume(at)
            if cycle.breached is None:
                cycle.retarget(at, self.severity, rows)

    def _cancel(self, at: int) -> None:
        self.over = True
        cycle = self.current
        if cycle is None or cycle.ended:
            return
        cycle.close_stretch(at, "cancelled")
        cycle.paused, cycle.until = False, None
        cycle.cancelled = at
        if self.kind == "verification":
            cycle.outcome = "cancelled"

    def _void(self, at: int) -> None:
        cycle = self.current
        if self.kind not in ("ack", "resolve") or cycle is None or cycle.breached is None:
            return
        cycle.breached = cycle.breach_due = None
        stop, cancelled = cycle.stop, cycle.cancelled
        cycle.stop = cycle.cancelled = None
        cycle.retarget(at, self.severity, self.rows())
        ended = stop if stop is not None else cancelled
        if ended is not None:
            # Judged by the second in which it ended, not by that in which the breach was voided.
            cycle.stop, cycle.cancelled = stop, cancelled
            cycle.breached = cycle.breach_due = None
            due = cycle.reach(cycle.target)
            if due is not None and due < ended:
                cycle.breached, cycle.breach_due = at, due

    def _ack(self, at: int, event: Event) -> None:
        cycle = self.current
        assert cycle is not None
        if event.type in ("acked", "fixed", "resolved") and not cycle.ended:
            cycle.halt(at, provisional=False)
        elif event.type == "reopened" and self.end is not None and event.by != "responder" and cycle.ended:
            self.pinned = self.newest
            self.begin(at, self.rows())

    def _resolve(self, at: int, event: Event) -> None:
        cycle = self.current
        assert cycle is not None
        match event.type:
            case "paused" if not cycle.ended and cycle.first_due(at, self.rows()).pausable:
                until = to_seconds(event.until) if event.until else None
                cycle.pause(at, until, event.reason)
                self._reconsider(cycle, at)
            case "resumed" if not cycle.ended:
                cycle.resume(at)
                self._reconsider(cycle, at)
            case "fixed" if not cycle.ended:
                cycle.halt(at, provisional=True, window=self.pinned.verify_seconds(self.severity))
            case "resolved" if not cycle.ended:
                cycle.halt(at, provisional=False, window=self.pinned.verify_seconds(self.severity))
            case "resolved" if cycle.provisional:
                cycle.provisional = False
            case "verification_failed" if cycle.provisional:
                self._withdraw(cycle, at)
            case "reopened" if cycle.stop is not None:
                if at < cycle.stop + cycle.window:
                    self._withdraw(cycle, at)
                else:
                    cycle.provisional = False
                    self.pinned = self.newest
                    self.begin(at, self.rows())

    def _reconsider(self, cycle: Cycle, at: int) -> None:
        """With several clients a pause may change whose deadline comes first."""
        rows = self.rows()
        if len(rows) > 1 and not cycle.decided:
            changed = cycle.changed
            cycle.retarget(at, self.severity, rows)
            if cycle.breached is None:
                cycle.changed = changed

    def _withdraw(self, cycle: Cycle, at: int) -> None:
        cycle.withdraw(at)
        if cycle.breached is None:
            cycle.retarget(at, self.severity, self.rows())

    def _promise_until(self, at: int, event: Event) -> None:
        if event.next_update_by is None:
            return
        target = to_seconds(event.next_update_by) - at
        if target >= 0:
            self.begin(at, [Row(target, ALWAYS, False, 0)])

    def _join(self, at: int, until: int) -> None:
        """A promise made elsewhere comes here with a merge: the earlier of the two is the clock, and neither is kept.

        One that has passed is broken here from the instant on which it came, late since it was due (S7.3).
        """
        cycle = self.current
        if cycle is None or cycle.ended:
            self.begin(at, [Row(max(until - at, 0), ALWAYS, False, 0)])
            cycle = self.current
        elif cycle.decided or (cycle.due is not None and cycle.due <= until):
            return
        else:
            cycle.target, cycle.changed = max(until - cycle.start, 0), at
            cycle.row = Row(cycle.target, ALWAYS, False, 0)
        if until < at and cycle is not None:
            cycle.breached, cycle.breach_due = at, until

    def _promise(self, at: int, event: Event) -> None:
        if event.type == "promise_joined" and event.next_update_by is not None:
            self._join(at, to_seconds(event.next_update_by))
        if event.type not in ("update_posted", "resolved"):
            return
        if self.current is not None and not self.current.ended:
            self.current.halt(at, provisional=False)
        if event.type == "update_posted":
            self._promise_until(at, event)

    def _verification(self, at: int, event: Event) -> None:
        cycle = self.current
        running = cycle is not None and not cycle.ended
        if event.type == "fixed" and not running and self.end is None:
            seconds = self.pinned.verify_seconds(self.severity)
            self.begin(at, [Row(seconds, ALWAYS, False, seconds)])
        elif cycle is not None and running and event.type in ("verification_failed", "reopened"):
            cycle.halt(at, provisional=False)
            cycle.outcome = "failed"
        elif cycle is not None and running and event.type == "resolved":
            cycle.halt(at, provisional=False)
            cycle.outcome = "skipped"

    def _outage(self, at: int, event: Event) -> None:
        running = self.current is not None and not self.current.ended
        if event.type == "outage_started" and not running:
            self.begin(at, [Row(self.threshold, ALWAYS, False, 0)])
        elif event.type == "outage_ended" and running:
            assert self.current is not None
            self.current.halt(at, provisional=False)


def fold(events: Sequence[Event], *, kind: str, policy: PolicyTable, as_of: int, threshold: int | None) -> list[Cycle]:
    """The cycles as they stand at `as_of`; events at that instant are included, later ones invisible."""
    state = Fold(kind, policy, threshold)
    visible = [event for event in events if to_seconds(event.at) <= as_of]
    for event in sorted(visible, key=lambda one: to_seconds(one.at)):
        state.apply(event)
    state.settle(as_of)
    return state.cycles
