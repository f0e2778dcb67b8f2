"""One cycle of one clock while events are folded into it: stretches that count, the row in force, its outcome. Pure.

Instants are whole seconds since 1970. A cycle is *decided* once it is stopped, breached or cancelled; only a
withdrawn stop and a voided breach undo that (sla.md S7, S8).
"""

from bisect import bisect_left
from dataclasses import dataclass, field
from operator import itemgetter

from incidents.calendars import AnyCalendar
from incidents.sla.events import Row


@dataclass(slots=True)
class Cycle:
    number: int
    start: int
    severity: str
    row: Row
    target: int
    # Stretches in which the clock ran: [start, end); the last one is open (None) while it runs.
    ran: list[tuple[int, int | None]] = field(default_factory=list)
    gaps: list[tuple[int, int | None, str]] = field(default_factory=list)
    changed: int = 0
    paused: bool = False
    until: int | None = None
    pause_reason: str = ""
    stop: int | None = None
    provisional: bool = False
    window: int = 0
    breached: int | None = None
    breach_due: int | None = None
    cancelled: int | None = None
    outcome: str = ""
    # By calendar: what the closed stretches hold, summed up. They never change again, so each is counted once.
    _sums: dict[AnyCalendar, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.changed = self.start
        if not self.ran:
            self.ran.append((self.start, None))

    @property
    def decided(self) -> bool:
        return self.stop is not None or self.breached is not None or self.cancelled is not None

    @property
    def ended(self) -> bool:
        """No longer counting, whatever comes."""
        return self.stop is not None or self.cancelled is not None

    def elapsed(self, instant: int, row: Row | None = None) -> int:
        """Counted seconds up to `instant`."""
        calendar = (row or self.row).calendar
        before = bisect_left(self.ran, instant, key=itemgetter(0)) - 1
        if before < 0:
            return 0
        start, end = self.ran[before]
        return self._counted(calendar)[before] + calendar.between(start, instant if end is None else min(end, instant))

    def reach(self, seconds: int, row: Row | None = None, go_on: int | None = None) -> int | None:
        """The first instant at which `seconds` are counted; None while an open-ended pause hides it.

        A closed last stretch goes on at `go_on`: where a pause ends by itself, or where a stop could be withdrawn.
        """
        calendar = (row or self.row).calendar
        if seconds <= 0:
            return self.start
        counted = self._counted(calendar)
        closed = bisect_left(counted, seconds)
        if closed < len(counted):
            return calendar.add(self.ran[closed - 1][0], seconds - counted[closed - 1])
        rest = seconds - counted[-1]
        if self.ran[-1][1] is None:
            return calendar.add(self.ran[-1][0], rest)
        follow = go_on if go_on is not None else self._goes_on()
        return None if follow is None else calendar.add(follow, rest)

    def _counted(self, calendar: AnyCalendar) -> list[int]:
        """What the closed stretches hold, summed up: before the first, after the first, and so on."""
        sums = self._sums.setdefault(calendar, [0])
        for start, end in self.ran[len(sums) - 1 :]:
            if end is not None:
                sums.append(sums[-1] + calendar.between(start, end))
        return sums

    def _goes_on(self) -> int | None:
        if self.stop is not None:
            return self.stop
        if self.paused:
            return self.until
        return self.ran[-1][1]

    @property
    def due(self) -> int | None:
        if self.breach_due is not None:
            return self.breach_due
        if self.cancelled is not None and self.stop is None:
            return None
        return self.reach(self.target)

    def close_stretch(self, at: int, why: str) -> None:
        start, end = self.ran[-1]
        if end is None:
            self.ran[-1] = (start, at)
            self.gaps.append((at, None, why))

    def open_stretch(self, at: int) -> None:
        if self.ran[-1][1] is not None:
            self.ran.append((at, None))
            if self.gaps and self.gaps[-1][1] is None:
                self.gaps[-1] = (self.gaps[-1][0], at, self.gaps[-1][2])

    def settle(self, at: int) -> None:
        """Whatever time alone has decided before `at`: a pause that ran out, a deadline that passed (S5)."""
        if self.paused and self.until is not None and self.until <= at and not self.ended:
            self.open_stretch(self.until)
            self.paused, self.until = False, None
        if not self.decided:
            due = self.due
            if due is not None and due < at:
                self.breached, self.breach_due = max(due, self.changed), due

    def pause(self, at: int, until: int | None, reason: str) -> None:
        """Pausing again replaces `until` (S6): one that is over already ends the pause in this second."""
        if until is not None and until <= at:
            self.resume(at)
            return
        if not self.paused:
            self.close_stretch(at, reason or "paused")
        self.paused, self.until, self.pause_reason = True, until, reason

    def resume(self, at: int) -> None:
        if self.paused:
            self.paused, self.until = False, None
            self.open_stretch(at)

    def halt(self, at: int, *, provisional: bool, window: int = 0) -> None:
        """Stops; a pause ends with it."""
        self.close_stretch(at, "stopped")
        self.paused, self.until = False, None
        self.stop, self.provisional, self.window = at, provisional, window

    def withdraw(self, at: int) -> None:
        """The stop never was: what is left goes on from `at`, the time between is not counted (S8)."""
        self.stop, self.provisional = None, False
        if self.gaps and self.gaps[-1][1] is None:
            self.gaps[-1] = (self.gaps[-1][0], None, "a fix that did not hold")
        self.open_stretch(at)

    def first_due(self, at: int, rows: list[Row]) -> Row:
        """Of several clients' rows the one that is due first (S7.8), as if an open-ended pause ended at `at`."""
        if len(rows) == 1:
            return rows[0]
        go_on = at if self.paused and self.until is None else None
        dues = [(self.reach(row.target_seconds or 0, row, go_on), index) for index, row in enumerate(rows)]
        return rows[min((due, index) for due, index in dues if due is not None)[1]]

    def retarget(self, at: int, severity: str, rows: list[Row]) -> None:
        """The promise in force from now on, recounted from the start."""
        self.severity = severity
        row = self.first_due(at, rows)
        if row is not self.row:
            self.row, self.target = row, row.target_seconds or 0
        self.changed = at
        # Retargeting is a change in this very second: a deadline before it is broken now, one in it not yet (S7.3).
        if not self.decided:
            due = self.due
            if due is not None and due < at:
                self.breached, self.breach_due = at, due
