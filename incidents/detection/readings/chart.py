"""A metric's readings as a drawing: a line, the rungs it may reach, and a dot where a reading failed. Pure.

Coordinates are shares of width and height in per cent, so that the page can be as wide as it likes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal

from incidents.detection.ladders import Ladder, plain

BUCKETS = 300
TICKS = 5


@dataclass(frozen=True, slots=True)
class Point:
    taken_at: datetime
    value: Decimal
    fails: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A rung's line, or a dot: `x`, `y` as per cent; `tone` 1 is the mildest rung."""

    x: str
    y: str
    words: str
    tone: int = 0


@dataclass(frozen=True, slots=True)
class Chart:
    line: str
    dots: tuple[Mark, ...]
    rungs: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    top: str
    bottom: str
    words: str


def draw(points: Sequence[Point], ladder: Ladder, since: datetime, until: datetime, zone: tzinfo) -> Chart | None:
    """None when there is nothing to draw. Of many points the worst of each of 300 stretches is drawn."""
    if not points:
        return None
    drawn = _thinned(points, ladder, since, until)
    values = [float(one.value) for one in drawn]
    bounds = values + [float(rung.threshold) for rung in ladder.rungs]
    low, high = min([*bounds, 0.0]), max(bounds)
    high = high + (high - low) * 0.08 if high > low else low + 1
    span = (until - since).total_seconds() or 1.0

    def x(instant: datetime) -> float:
        return 100 * (instant - since).total_seconds() / span

    def y(value: float) -> float:
        return 100 - 100 * (value - low) / (high - low)

    worst = max(points, key=lambda one: one.value) if ladder.upward else min(points, key=lambda one: one.value)
    failed = sum(one.fails for one in points)
    newest = points[-1]
    return Chart(
        line=" ".join(f"{x(one.taken_at):.2f},{y(float(one.value)):.2f}" for one in drawn),
        dots=tuple(
            Mark(f"{x(one.taken_at):.2f}%", f"{y(float(one.value)):.2f}%", f"{plain(one.value)} {_when(one, zone)}")
            for one in drawn
            if one.fails or len(drawn) == 1
        ),
        rungs=tuple(
            Mark("0", f"{y(float(rung.threshold)):.2f}%", f"{rung.name} {rung.words}", number)
            for number, rung in enumerate(ladder.rungs, 1)
        ),
        ticks=tuple(
            Mark(f"{100 * n / TICKS:.1f}%", "0", f"{(since + (until - since) * n / TICKS).astimezone(zone):%d %b}")
            for n in range(TICKS)
        ),
        top=_short(high),
        bottom=_short(low),
        words=(
            f"{len(points)} reading{'' if len(points) == 1 else 's'}, newest {plain(newest.value)}, "
            f"worst {plain(worst.value)} {_when(worst, zone)}, {failed} failed. The table below has the numbers."
        ),
    )


def _when(point: Point, zone: tzinfo) -> str:
    return f"on {point.taken_at.astimezone(zone):%d %b %H:%M}"


def _short(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100_000 else f"{value:.2e}"


def _thinned(points: Sequence[Point], ladder: Ladder, since: datetime, until: datetime) -> list[Point]:
    if len(points) <= BUCKETS:
        return list(points)
    width = (until - since).total_seconds() / BUCKETS or 1.0
    worst: dict[int, Point] = {}
    for one in points:
        bucket = int((one.taken_at - since).total_seconds() / width)
        known = worst.get(bucket)
        if known is None or (one.value > known.value if ladder.upward else one.value < known.value):
            worst[bucket] = one
    return [worst[bucket] for bucket in sorted(worst)]
