"""Which days a report is about, which came before them, and the fewest days, months and years that cover them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

CHOICES = {
    "7": "7 days",
    "30": "30 days",
    "90": "90 days",
    "quarter": "This quarter",
    "year": "This year",
    "all": "All",
}
DATES = "dates"
DAYS_UNTIL, WEEKS_UNTIL = 16, 130
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days `first` to `last`, both included, in the organisation's zone. `key` is what was chosen."""

    first: date
    last: date
    key: str = DATES

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """As many days, ending where this period begins."""
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    @property
    def unit(self) -> str:
        """In what steps a line through this period goes: day, week or month."""
        return "day" if self.days <= DAYS_UNTIL else "week" if self.days <= WEEKS_UNTIL else "month"


@dataclass(frozen=True, slots=True)
class Asked:
    """The period that was asked for; when the dates were no good the default, and the sentence that says why."""

    period: Period
    typed_first: str = ""
    typed_last: str = ""
    error: str = ""


def asked(query: Mapping[str, str], today: date, *, oldest: date | None = None) -> Asked:
    """Reads `period`, `from` and `to`. Dates without a period mean dates; “all” begins at `oldest`.

    `was` is what the form showed: whoever typed other dates means these, even when they left a period chosen.
    """
    first, last = query.get("from", "").strip()[:20], query.get("to", "").strip()[:20]
    key = query.get("period", "")
    typed = query.get("was", "") not in ("", f"{first}_{last}")
    if key == DATES or ((typed or key not in CHOICES) and (first or last)):
        return _dates(first, last, today)
    return Asked(_chosen(key if key in CHOICES else "30", today, oldest or today))


def _chosen(key: str, today: date, oldest: date) -> Period:
    match key:
        case "quarter":
            first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
        case "year":
            first = date(today.year, 1, 1)
        case "all":
            first = max(FIRST_DAY, min(oldest, today))
        case _:
            first = today - timedelta(days=int(key) - 1)
    return Period(first, today, key)


def _dates(first: str, last: str, today: date) -> Asked:
    instead = _chosen("30", today, today)
    try:
        start = date.fromisoformat(first) if first else None
        end = date.fromisoformat(last) if last else today
    except ValueError:
        return Asked(instead, first, last, "Write both dates as year-month-day, for example 2026-07-16.")
    if start is None:
        return Asked(instead, first, last, "From which day? Choose the first one too.")
    if start > end:
        return Asked(instead, first, last, "The first day comes after the last; swap them.")
    if start < FIRST_DAY:
        return Asked(instead, first, last, "That is before 2000; nothing is counted there.")
    if end > today + timedelta(days=366):
        return Asked(instead, first, last, "That ends more than a year from now.")
    return Asked(Period(start, end), first, last)


@dataclass(frozen=True, slots=True)
class Span:
    """Cells of one grain (`d`, `m` or `y`) whose start lies between two days, both included."""

    grain: str
    first: date
    last: date


def cover(period: Period, *, years: bool = True) -> list[Span]:
    """Whole years, else whole months, else days: every day of the period exactly once, in at most five spans."""
    return _cover(period.first, period.last, ("y", "m", "d") if years else ("m", "d"))


def _cover(first: date, last: date, grains: tuple[str, ...]) -> list[Span]:
    if first > last:
        return []
    grain, finer = grains[0], grains[1:]
    if not finer:
        return [Span(grain, first, last)]
    start, end = _up(first, grain), _down(last + timedelta(days=1), grain)
    if start >= end:
        return _cover(first, last, finer)
    inside = [Span(grain, start, end - timedelta(days=1))]
    return _cover(first, start - timedelta(days=1), finer) + inside + _cover(end, last, finer)


def _down(day: date, grain: str) -> date:
    return day.replace(month=1, day=1) if grain == "y" else day.replace(day=1)


def _up(day: date, grain: str) -> date:
    start = _down(day, grain)
    if start == day:
        return day
    if grain == "y":
        return date(day.year + 1, 1, 1)
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def steps(period: Period) -> list[date]:
    """Where each day, week (from Monday) or month of the period begins, in order; the first may begin before it."""
    found = [step_of(period.first, period.unit)]
    while True:
        following = _next(found[-1], period.unit)
        if following > period.last:
            return found
        found.append(following)


def step_of(day: date, unit: str) -> date:
    if unit == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == "month" else day


def _next(step: date, unit: str) -> date:
    if unit == "month":
        return _up(step + timedelta(days=1), "m")
    return step + timedelta(days=7 if unit == "week" else 1)
