"""Where the marks of the charts stand: x in per cent and y in pixels, so that they reflow without a script. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# A target stands at two thirds of the width, so that half as much again beyond it still shows.
TARGET_AT = 200 / 3


def percent(number: float) -> str:
    """`12.5%` with at most two decimals, as SVG takes it."""
    return f"{round(number, 2):g}%"


@dataclass(frozen=True, slots=True)
class Bullet:
    """A time as a share of its own target: the median, nine in ten, and what of these lies beyond the target."""

    median: str
    within: str
    beyond: str
    target: str


def bullet(median: float | None, nine_in_ten: float | None, target: float | None) -> Bullet | None:
    """None without anything measured; without a target the longest stands at two thirds."""
    if median is None or nine_in_ten is None:
        return None
    scale = (target or max(nine_in_ten, 1)) / TARGET_AT
    ninth = min(100.0, nine_in_ten / scale)
    return Bullet(
        percent(min(100.0, median / scale)),
        percent(min(ninth, TARGET_AT)),
        percent(ninth) if ninth > TARGET_AT + 0.1 else "",
        percent(TARGET_AT) if target else "",
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a row of bars: where it begins, how wide it is, and its tone (a class of the stylesheet)."""

    x: str
    width: str
    tone: str


def stacked(parts: Sequence[tuple[int, str]], most: int, *, width: float = 100.0) -> list[Bar]:
    """Pieces one after the other, `most` filling `width` per cent; nothing for a part of nothing.

    A piece that is there is never thinner than one per cent, so that a single late one among thousands is seen.
    """
    bars, x = [], 0.0
    for number, tone in parts:
        if number:
            wide = max(1.0, width * number / max(most, 1))
            bars.append(Bar(percent(x), percent(wide - 0.3), tone))
            x += wide
    return bars


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: float
    words: str


@dataclass(frozen=True, slots=True)
class Segment:
    x1: str
    y1: float
    x2: str
    y2: float


@dataclass(frozen=True, slots=True)
class Line:
    """One series: its dots, and a piece of line between two neighbours that both have a value."""

    name: str
    tone: str
    dots: tuple[Dot, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    lines: tuple[Line, ...]
    grid: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[str, str, str], ...]
    height: int


LEFT, RIGHT, TOP, BOTTOM = 6.0, 97.0, 12.0, 172.0


def lines(labels: Sequence[str], series: Sequence[tuple[str, str, Sequence[float | None]]]) -> Chart | None:
    """Shares in per cent over the steps of a period; None when no step of any series has a value.

    The scale begins at the nearest lower quarter (0, 25, 50, 75) that shows every point.
    """
    values = [value for *_, points in series for value in points if value is not None]
    if not values:
        return None
    floor = min(75, int(min(values) // 25 * 25))

    def x(place: int) -> float:
        return LEFT + (RIGHT - LEFT) * (place / (len(labels) - 1) if len(labels) > 1 else 0.5)

    def y(value: float) -> float:
        return round(TOP + (BOTTOM - TOP) * (100 - value) / (100 - floor), 1)

    drawn = []
    for name, tone, points in series:
        dots = [
            Dot(percent(x(place)), y(value), f"{name}, {labels[place]}: {value:.1f} %")
            for place, value in enumerate(points)
            if value is not None
        ]
        segments = [
            Segment(percent(x(place)), y(one), percent(x(place + 1)), y(following))
            for place, (one, following) in enumerate(pairwise(points))
            if one is not None and following is not None
        ]
        drawn.append(Line(name, tone, tuple(dots), tuple(segments)))
    step = (100 - floor) / 5
    grid = tuple((y(100 - step * n), f"{100 - step * n:g}") for n in range(6))
    return Chart(tuple(drawn), grid, _ticks(labels, x), 196)


def _ticks(labels: Sequence[str], x: object) -> tuple[tuple[str, str, str], ...]:
    """At most five labels, the first and the last among them when there are several: x, anchor, words."""
    assert callable(x)
    last = len(labels) - 1
    chosen = sorted({round(last * n / 4) for n in range(5)}) if last >= 4 else list(range(last + 1))
    return tuple(
        (percent(x(place)), "end" if place == last and last else "middle" if place else "start", labels[place])
        for place in chosen
    )


@dataclass(frozen=True, slots=True)
class Pair:
    """Two bars of one week, up and down from the axis, with their numbers."""

    x: str
    middle: str
    up: float
    down: float
    opened: int
    done: int
    label: str


AXIS, TALL = 60.0, 36.0


def pairs(weeks: Sequence[tuple[str, int, int]]) -> list[Pair]:
    """Opened above the axis and done below it, each week as wide as the next."""
    most = max([number for _, opened, done in weeks for number in (opened, done)], default=0) or 1
    wide = 100 / max(len(weeks), 1)
    return [
        Pair(
            percent(place * wide + wide * 0.25),
            percent(place * wide + wide * 0.5),
            round(TALL * opened / most, 1),
            round(TALL * done / most, 1),
            opened,
            done,
            label if place % 2 or len(weeks) < 5 else "",
        )
        for place, (label, opened, done) in enumerate(weeks)
    ]
