"""When a client's scheduled update is due: weekdays and an hour of the client's own wall clock. Pure.

An hour that a change of clocks leaves out is the instant at which the clock first shows a later time; of one that comes
twice it is the first (sla.md S3). So every scheduled day has exactly one instant.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONDAY, NINE = 0, 9
# How long before a scheduled update words are asked for, and by when after it it must have left.
LEAD = timedelta(hours=2)
GRACE = timedelta(minutes=15)


class Schedule(NamedTuple):
    """Weekdays (0 is Monday), the hour (0 to 23), and the IANA zone in which they count."""

    days: tuple[int, ...]
    hour: int
    zone: str

    @property
    def mark(self) -> str:
        """One line that differs when the schedule does: `0,3@9@Europe/London`."""
        return f"{','.join(map(str, self.days))}@{self.hour}@{self.zone}"

    @property
    def words(self) -> str:
        """`Mondays and Thursdays at 09:00 (Europe/London)`."""
        if self.days == (0, 1, 2, 3, 4):
            named = "Monday to Friday"
        elif len(self.days) == 7:
            named = "Every day"
        else:
            names = [f"{WEEKDAYS[day]}s" for day in self.days]
            named = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0] if names else "Never"
        return f"{named} at {self.hour:02d}:00 ({self.zone})"


class Due(NamedTuple):
    """One scheduled update: the client's date, and the instant in UTC."""

    on: date
    at: datetime


def schedule_of(
    days: Sequence[int] | None, hour: int | None, of_tier: tuple[Sequence[int], int], zone: str
) -> Schedule:
    """The client's own days and hour where there are any, else the tier's."""
    chosen = days if days else of_tier[0]
    return Schedule(tuple(sorted({int(day) for day in chosen})), of_tier[1] if hour is None else hour, zone)


def instant_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The first instant of a day at which the clock in the zone shows this hour or a later time, in UTC."""
    wall = datetime(day.year, day.month, day.day, hour)  # noqa: DTZ001 (a wall clock)
    early = wall.replace(tzinfo=zone).astimezone(UTC)
    if early.astimezone(zone).replace(tzinfo=None) == wall:
        return early
    # Left out by a jump: the transition lies between the two readings of the time that does not exist.
    late = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    low, high = sorted((int(early.timestamp()), int(late.timestamp())))
    while low < high:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, UTC).astimezone(zone).replace(tzinfo=None) >= wall:
            high = middle
        else:
            low = middle + 1
    return datetime.fromtimestamp(low, UTC)


def coming(schedule: Schedule, *, after: datetime) -> Iterator[Due]:
    """Every scheduled update strictly after an instant, in order; nothing when the schedule names no day."""
    zone = ZoneInfo(schedule.zone)
    day = after.astimezone(zone).date() - timedelta(days=1)
    while schedule.days and day.year < 9990:
        if day.weekday() in schedule.days and (at := instant_of(day, schedule.hour, zone)) > after:
            yield Due(day, at)
        day += timedelta(days=1)


def next_due(schedule: Schedule, *, after: datetime, taken: Collection[date] = ()) -> Due | None:
    """The first scheduled update after an instant whose date is not taken already."""
    return next((due for due in coming(schedule, after=after) if due.on not in taken), None)


def owed_to(schedule: Schedule, *, since: datetime, now: datetime) -> Due | None:
    """The update in which something that began at `since` must stand: there must be time to put it into words.

    One that has passed by more than its grace is no deadline any more that could be set: then the next from now on.
    """
    first = next_due(schedule, after=since + LEAD)
    if first is not None and first.at + GRACE > now:
        return first
    return next_due(schedule, after=now)
