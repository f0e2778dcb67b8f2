"""How a clock looks: words, tone and share, computed once for a page and drawn by a template tag. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from incidents.spelling import spell

WARN_AT = 75


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A clock as a person reads it. `tone` is run, warn, bad, ok or none; `percent` is of its own target.

    `warn_at` is when the tone turns to warn; `after` is what the words become when the time is up and nothing is late.
    """

    label: str
    tone: str
    icon: str
    words: str
    percent: int
    small: str
    due_at: datetime | None = None
    ticking: bool = False
    overdue: bool = False
    warn_at: datetime | None = None
    after: str = ""

    @property
    def due_iso(self) -> str:
        return iso(self.due_at)

    @property
    def warn_iso(self) -> str:
        return iso(self.warn_at)


@dataclass(frozen=True, slots=True)
class RailLink:
    """A page in the rail, with what waits there."""

    url: str
    label: str
    icon: str
    count: str = ""
    hot: bool = False
    current: bool = False


def iso(instant: datetime | None) -> str:
    """UTC to the second, as a script reads it; "" for None."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if instant else ""


def day_time(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """`14:40`, `Fri 14:40` within a week, `12 Oct 14:40` beyond: in the viewer's zone."""
    local, today = instant.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if abs((local.date() - today.date()).days) < 7:
        return f"{local:%a %H:%M}"
    return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y}"


def clock_face(
    *,
    label: str,
    state: str,
    start_at: datetime,
    due_at: datetime | None,
    stopped_at: datetime | None,
    now: datetime,
    zone: ZoneInfo,
    kind: str = "",
    pause_until: datetime | None = None,
    marks: Sequence[tuple[int, datetime | None]] = (),
    warn_at: datetime | None = None,
) -> ClockFace:
    """The face of a clock at `now`, derived from `due_at` and not from a stored state, so that it is right even when
    nothing sweeps (sla.md S11).

    `marks` are the instants at which 50, 75, 90 per cent of the target are used: pauses and calendars make them uneven,
    and the bar follows them. Without `warn_at` the tone turns at 75 per cent.
    """
    if state == "cancelled":
        return ClockFace(label, "none", "circle-minus", "Cancelled", 0, "neither met nor missed")
    if state in ("complete", "failed", "skipped") or stopped_at:
        return _stopped(label, state, start_at, due_at, stopped_at, now, zone, kind)
    if due_at is None:
        return ClockFace(label, "none", "player-pause", "Paused", 0, "until somebody resumes it")
    due = day_time(due_at, now, zone)
    if state == "paused" and (pause_until is None or now < pause_until):
        until = f"until {day_time(pause_until, now, zone)}" if pause_until else "until resumed"
        return ClockFace(label, "none", "player-pause", "Paused", 0, until, due_at)
    left = (due_at - now).total_seconds()
    if left < 0:
        if kind == "verification":
            return ClockFace(label, "ok", "circle-check", "Window over", 100, f"since {due}", due_at)
        words = f"{spell(left)} overdue"
        return ClockFace(label, "bad", "alert-triangle", words, 100, f"was due {due}", due_at, True, True)
    percent = share_used(start_at, due_at, marks, now)
    if kind == "verification":
        words = f"{spell(left)} left"
        return ClockFace(label, "run", "eye-check", words, percent, f"until {due}", due_at, True, after="Window over")
    late_soon = now >= warn_at if warn_at else percent >= WARN_AT
    tone, icon = ("warn", "alarm") if late_soon else ("run", "clock")
    return ClockFace(label, tone, icon, f"{spell(left)} left", percent, f"due {due}", due_at, True, warn_at=warn_at)


def share_used(
    start_at: datetime, due_at: datetime, marks: Sequence[tuple[int, datetime | None]], now: datetime
) -> int:
    """How much of the target is used at `now`, 0 to 100: a straight line from each known mark to the next."""
    before, used = start_at, 0.0
    for share, instant in (*marks, (100, due_at)):
        if instant is None or instant <= before:
            continue
        if now < instant:
            done = (now - before) / (instant - before)
            return max(0, int(used + (share - used) * done))
        before, used = instant, share
    return 100


def _stopped(
    label: str,
    state: str,
    start_at: datetime,
    due_at: datetime | None,
    stopped_at: datetime | None,
    now: datetime,
    zone: ZoneInfo,
    kind: str,
) -> ClockFace:
    end = stopped_at or due_at or now
    when = day_time(end, now, zone)
    if state == "failed":
        return ClockFace(label, "bad", "circle-x", "Failed", 100, f"at {when}")
    if state == "skipped":
        return ClockFace(label, "warn", "circle-minus", "Cut short", 100, f"at {when}")
    if kind == "verification":
        return ClockFace(label, "ok", "circle-check", "Complete", 100, f"at {when}")
    took = spell((end - start_at).total_seconds())
    if state == "met_late":
        over = spell((end - due_at).total_seconds()) if due_at else took
        return ClockFace(label, "bad", "alert-triangle", f"{over} late", 100, f"after {took}, at {when}")
    return ClockFace(label, "ok", "circle-check", f"Met in {took}", 100, f"at {when}")
