"""The clocks' semantics read a second time, as naively as possible; shares nothing with the engine but sla.md.

Opening hours are looked up minute by minute on a wall clock that never runs backwards (S3), deadlines by walking
along them, and every clock by replaying its events. Slow, and therefore hard to get wrong in the same way.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

from tests.incidents.oracle_hours import DAY, Hours

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RETARGETS = ("severity_changed", "client_added", "client_removed", "rebaselined")


def seconds(text: str) -> int:
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(seconds=1)


def instant(at: int | None) -> str | None:
    return None if at is None else f"{EPOCH + timedelta(seconds=at):%Y-%m-%dT%H:%M:%SZ}"


ALWAYS = Hours("24x7")
HOURS: dict[str, Hours] = {}


@dataclass
class Row:
    target: int
    hours: Hours
    pausable: bool
    window: int


@dataclass
class Clock:
    start: int
    row: Row
    ran: list[list[float]] = field(default_factory=list)
    paused: bool = False
    until: int | None = None
    stop: int | None = None
    provisional: bool = False
    window: int = 0
    breached: int | None = None
    cancelled: int | None = None
    outcome: str = ""

    def __post_init__(self) -> None:
        self.ran = [[self.start, inf]]

    @property
    def ends(self) -> int | None:
        return self.stop if self.stop is not None else self.cancelled

    def reach(self, need: int, row: Row | None = None, resumed: int | None = None) -> int | None:
        row = row or self.row
        ran = [tuple(one) for one in self.ran]
        # A stopped clock is shown as if it had gone on; a pause goes on where it ends.
        follow = self.until if self.paused else self.ends
        follow = resumed if follow is None else follow
        for start, end in [*ran, *([] if follow is None else [(follow, inf)])]:
            at, need = row.hours.walk(int(start), end, need)
            if at is not None:
                return at
        return None

    def due(self) -> int | None:
        return self.reach(self.row.target)

    def halt(self, at: int) -> None:
        if self.ran[-1][1] == inf:
            self.ran[-1][1] = at

    def go_on(self, at: int) -> None:
        self.paused, self.until = False, None
        if self.ran[-1][1] != inf:
            self.ran.append([at, inf])


class Replay:
    def __init__(self, line: dict[str, Any]) -> None:
        self.line, self.kind = line, line["clock"]["kind"]
        self.newest = self.pinned = line["policy"]
        self.clocks: list[Clock] = []
        self.severity, self.tiers = "", [""]
        self.over = self.final = False
        self.end: int | None = None
        self.window = 0

    def row(self, tier: str = "") -> Row:
        own = dict(self.pinned[self.severity])
        own |= self.pinned.get("tiers", {}).get(tier, {}).get(self.severity, {})
        window = own.get("verify_seconds", 3600 if self.severity == "SEV-1" else DAY)
        hours = own.get("calendar", self.line["calendar"])
        return Row(
            own["target_seconds"], HOURS.setdefault(repr(hours), Hours(hours)), own.get("pausable", True), window
        )

    def strictest(self, clock: Clock, at: int) -> Row:
        rows = [self.row(tier) for tier in self.tiers or [""]]
        return min(rows, key=lambda row: clock.reach(row.target, row, at) or 0)

    def begin(self, at: int, target: int | None = None) -> None:
        clock = Clock(at, self.row() if target is None else Row(target, ALWAYS, False, 0))
        self.clocks.append(clock)
        if target is None:
            clock.row = self.strictest(clock, at)

    def settle(self, at: int) -> None:
        if not self.clocks or self.clocks[-1].ends is not None:
            return
        clock = self.clocks[-1]
        due = clock.due()
        if self.kind == "verification":
            if due is not None and due <= at:
                clock.halt(due)
                clock.stop, clock.outcome = due, "complete"
            return
        if clock.breached is None and due is not None and due < at:
            clock.breached = due
        if clock.paused and clock.until is not None and clock.until <= at:
            clock.go_on(clock.until)

    def retarget(self, clock: Clock, at: int) -> None:
        if clock.breached is None:
            clock.row = self.strictest(clock, at)
            due = clock.due()
            clock.breached = at if due is not None and due < at else None
        if clock.paused and not self.strictest(clock, at).pausable:
            clock.go_on(at)
            if clock.breached is None:
                clock.row = self.strictest(clock, at)

    def stopped(self, clock: Clock, at: int, outcome: str = "") -> None:
        if clock.paused:
            clock.go_on(at)
        clock.halt(at)
        clock.stop, clock.outcome, clock.window = at, outcome, self.row().window if self.severity else 0

    def void(self, clock: Clock, at: int) -> None:
        if clock.breached is None or self.kind not in ("ack", "resolve"):
            return
        clock.row, clock.breached = self.strictest(clock, at), None
        due = clock.due()
        if due is not None and due < (at if clock.ends is None else clock.ends):
            clock.breached = at

    def apply(self, at: int, event: dict[str, Any]) -> None:
        name, clock = event["type"], self.clocks[-1] if self.clocks else None
        live = clock is not None and clock.ends is None
        if name == "policy_changed":
            self.newest = event["policy"]
        elif name == "opened":
            self.pinned, self.severity = self.newest, event["severity"]
            self.tiers = list(event.get("tiers") or [""])
            if self.kind in ("ack", "resolve"):
                self.begin(at)
            self.promise(at, event)
        elif name in ("cancelled", "merged"):
            self.over = True
            if live:
                clock.halt(at)
                clock.cancelled, clock.paused, clock.until = at, False, None
        elif name == "breach_voided" and clock:
            self.void(clock, at)
        elif not self.over:
            self.move(at, event, name, clock, live)

    def move(self, at: int, event: dict[str, Any], name: str, clock: Any, live: bool) -> None:
        self.severity = event["severity"] if name == "severity_changed" else self.severity
        self.tiers += [event["tier"]] if name == "client_added" else []
        if name == "client_removed" and event["tier"] in self.tiers:
            self.tiers.remove(event["tier"])
        self.pinned = self.newest if name == "rebaselined" else self.pinned
        if name in RETARGETS and live and self.kind in ("ack", "resolve"):
            self.retarget(clock, at)
        ended, inside = self.end is not None, self.end is not None and at < self.end + self.window
        if name == "reopened" and ended and not inside and self.kind != "ack":
            self.pinned = self.newest
        getattr(self, self.kind)(at, event, name, clock, live, ended, inside)
        if name in ("fixed", "resolved"):
            if not ended:
                self.end, self.window = at, self.row().window
            self.final |= name == "resolved"
        elif name == "reopened" or (name == "verification_failed" and not self.final):
            self.end, self.final = None, False

    def ack(self, at: int, event: Any, name: str, clock: Clock, live: bool, ended: bool, _: bool) -> None:
        if name in ("acked", "fixed", "resolved") and live:
            self.stopped(clock, at)
        elif name == "reopened" and ended and not live and event.get("by", "responder") != "responder":
            self.pinned = self.newest
            self.begin(at)

    def resolve(self, at: int, event: Any, name: str, clock: Clock, live: bool, ended: bool, inside: bool) -> None:
        if name in ("fixed", "resolved") and live:
            self.stopped(clock, at)
            clock.provisional = name == "fixed"
        elif name == "resolved":
            clock.provisional = False
        elif (name == "verification_failed" and clock.provisional) or (name == "reopened" and ended and inside):
            clock.stop, clock.provisional = None, False
            clock.go_on(at)
            self.retarget(clock, at)
        elif name == "reopened" and ended:
            clock.provisional = False
            self.begin(at)
        elif live and (name == "resumed" or (name == "paused" and self.strictest(clock, at).pausable)):
            until = seconds(event["until"]) if event.get("until") else None
            if name == "paused" and (until is None or until > at):
                clock.halt(at)
                clock.paused, clock.until = True, until
            else:
                clock.go_on(at)
            if clock.breached is None:
                clock.row = self.strictest(clock, at)

    def promise(
        self, at: int, event: Any, name: str = "opened", clock: Any = None, live: bool = False, *_: Any
    ) -> None:
        if self.kind != "promise" or name not in ("opened", "update_posted", "resolved"):
            return
        if live:
            self.stopped(clock, at)
        if name != "resolved" and event.get("next_update_by") and seconds(event["next_update_by"]) >= at:
            self.begin(at, seconds(event["next_update_by"]) - at)

    def verification(self, at: int, _e: Any, name: str, clock: Clock, live: bool, ended: bool, _: bool) -> None:
        if name == "fixed" and not ended:
            self.begin(at, self.row().window)
        elif live and name in ("verification_failed", "reopened", "resolved"):
            self.stopped(clock, at, "skipped" if name == "resolved" else "failed")

    def outage(self, at: int, _e: Any, name: str, clock: Clock, live: bool, *_: bool) -> None:
        if name == "outage_started" and not live:
            self.begin(at, self.line["threshold_seconds"])
        elif name == "outage_ended" and live:
            self.stopped(clock, at)


def answer(line: dict[str, Any]) -> dict[str, Any]:
    """The result that sla.md asks for one object of the simulator's form."""
    replay, query = Replay(line), seconds(line["query"])
    for at, event in sorted(((seconds(e["t"]), e) for e in line["events"]), key=lambda pair: pair[0]):
        if at <= query:
            replay.settle(at)
            replay.apply(at, event)
    replay.settle(query)
    clock = replay.clocks[-1]
    late, gone = clock.breached is not None, clock.cancelled is not None and clock.breached is None
    end = query if clock.ends is None else clock.ends
    elapsed = sum(clock.row.hours.count(int(a), min(b, end)) for a, b in clock.ran)
    target, due = clock.row.target, clock.due()
    state = "met_late" if late else "met"
    if clock.stop is None:
        state = "breached" if late else "cancelled" if gone else "paused" if clock.paused else "running"
    return {
        "state": clock.outcome or state,
        "cycle": len(replay.clocks),
        "cycles": len(replay.clocks),
        "target_seconds": target,
        "due_at": None if gone else instant(due),
        "elapsed_seconds": elapsed,
        "remaining_seconds": target - elapsed,
        "breached_at": instant(clock.breached),
        "late_by": max(0, elapsed - target) if late else 0,
        "late_wall": end - due if late else 0,
        "paused": clock.paused,
        "provisional": clock.provisional,
        "level": max(level for level in (0, 50, 75, 90) if level == 0 or elapsed * 100 >= target * level),
        "warn_at": None
        if gone
        else {str(level): instant(clock.reach(-(-target * level // 100))) for level in (50, 75, 90)},
    }
