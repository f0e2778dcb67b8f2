"""A year of a routine check at a glance: a square for each day on which it ran, and the months in numbers. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

WEEKS = 53
STEP, SIDE = 13, 11
ORDER = ("passed", "open", "found", "missed")
NAMES = {"passed": "all good", "found": "issue found", "missed": "not signed in time", "open": "to do"}


@dataclass(frozen=True, slots=True)
class Square:
    x: int
    y: int
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    passed: int
    found: int
    missed: int
    open: int


@dataclass(frozen=True, slots=True)
class Year:
    squares: tuple[Square, ...]
    months: tuple[Month, ...]
    labels: tuple[tuple[int, str], ...]
    width: int
    height: int
    words: str


def year(runs: Iterable[tuple[datetime, str]], today: date, zone: tzinfo) -> Year:
    """`runs` are (scheduled_for, state); of several on one day the worst is shown, and all are counted."""
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    days: dict[date, str] = {}
    counts: dict[tuple[int, int], dict[str, int]] = {}
    for instant, state in runs:
        day = instant.astimezone(zone).date()
        if not first <= day <= today:
            continue
        if day not in days or ORDER.index(state) > ORDER.index(days[day]):
            days[day] = state
        month = counts.setdefault((day.year, day.month), dict.fromkeys(ORDER, 0))
        month[state] += 1
    squares = []
    for number in range((today - first).days + 1):
        day = first + timedelta(days=number)
        state = days.get(day, "none")
        words = f"{day:%d %b %Y}: {NAMES.get(state, 'no run')}"
        squares.append(Square(number // 7 * STEP, number % 7 * STEP, state, words))
    months = tuple(Month(f"{date(y, m, 1):%B %Y}", **counts[y, m]) for y, m in sorted(counts, reverse=True))
    total = {state: sum(getattr(one, state) for one in months) for state in ORDER}
    said = ", ".join(f"{n} {NAMES[state]}" for state, n in total.items() if n)
    labels = tuple(
        (week * STEP, f"{first + timedelta(weeks=week):%b}")
        for week in range(WEEKS)
        if (first + timedelta(weeks=week)).day <= 7
    )
    return Year(
        tuple(squares), months, labels, WEEKS * STEP, 7 * STEP, f"The last {WEEKS} weeks: {said or 'no run yet'}."
    )
