"""Opening hours looked up minute by minute on a wall clock that never runs backwards (sla.md S3); for the oracle."""

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 86_400


def minutes(pair: list[str]) -> list[int]:
    return [int(text[:2]) * 60 + int(text[3:]) for text in pair]


@cache
def ratcheted(zone: str, day: int) -> list[int]:
    """For each minute of the UTC day what the wall clock has shown at most: minutes since the year 1."""
    shown, top = [], 0
    for minute in range(day * 1440 - 1620, day * 1440 + 1440):
        wall = datetime.fromtimestamp(minute * 60, ZoneInfo(zone))
        top = max(top, wall.toordinal() * 1440 + wall.hour * 60 + wall.minute)
        shown.append(top)
    return shown[1620:]


class Hours:
    def __init__(self, body: Any) -> None:
        self.body = None if body == "24x7" else body
        self.days: dict[int, list[tuple[int, int]]] = {}

    def is_open(self, minute: int) -> bool:
        """Whether the minute (since the year 1, on the wall) is open; of a night shift each half has its own date."""
        day, clock = divmod(minute, 1440)
        today, before = (str(date.fromordinal(one)) for one in (day, day - 1))
        overrides = self.body.get("overrides", {})
        week = [self.body["weekly"].get(DAYS[(one - 1) % 7], []) for one in (day, day - 1)]
        own = overrides.get(today, week[0])
        spilt = overrides.get(before, []) + ([] if today in overrides else week[1])
        return today not in self.body.get("holidays", []) and (
            any(start <= clock < (end if end > start else 1440) for start, end in map(minutes, own))
            or any(clock < end <= start for start, end in map(minutes, spilt))
        )

    def stretches(self, day: int) -> list[tuple[int, int]]:
        if self.body is None:
            return [(day * DAY, day * DAY + DAY)]
        if day not in self.days:
            found: list[tuple[int, int]] = []
            for number, minute in enumerate(ratcheted(self.body["tz"], day)):
                if self.is_open(minute):
                    start = day * DAY + number * 60
                    # A minute that follows another prolongs it.
                    begun = found.pop()[0] if found and found[-1][1] == start else start
                    found.append((begun, start + 60))
            self.days[day] = found
        return self.days[day]

    def count(self, start: int, end: float) -> int:
        days = range(start // DAY, int(end) // DAY + 1) if end > start else ()
        return sum(max(0, min(int(end), b) - max(start, a)) for day in days for a, b in self.stretches(day))

    def walk(self, start: int, end: float, need: int) -> tuple[int | None, int]:
        """Where between `start` and `end` the last of `need` seconds is counted, and how many are left."""
        if need <= 0:
            return start, 0
        day = start // DAY
        while day * DAY < end:
            for a, b in self.stretches(day):
                first, last = max(a, start), int(min(b, end))
                if last - first >= need:
                    return first + need, 0
                need -= max(0, last - first)
            day += 1
        return None, need
