"""Opening hours in a time zone, to the second. Pure.

Hours are read off a wall clock that never runs backwards (sla.md S3): a local time means the first instant at which
the local clock shows that time or later. So an interval inside a spring gap is empty, one that begins in the gap
begins at the jump, and the repeated hour in autumn neither closes nor counts twice.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
FIRST_CHUNK = 120
HORIZON = 366 * 60

Span = tuple[int, int]


class CalendarError(ValueError):
    """The body is not a calendar; the message is one sentence for people."""


def to_seconds(instant: datetime) -> int:
    """Whole seconds since 1970, floored."""
    return int((instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1))


def from_seconds(seconds: int) -> datetime:
    """The UTC instant; OverflowError beyond year 9999."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


class Always:
    """Open around the clock: a second is a second."""

    name = "24x7"

    def between(self, start: int, end: int) -> int:
        return max(0, end - start)

    def add(self, start: int, seconds: int) -> int:
        return start + seconds

    def openings(self, start: int, end: int) -> list[Span]:
        return [(start, end)] if end > start else []


@dataclass(frozen=True, slots=True)
class Cover:
    """The open stretches of the days from `first` to `last`, and how many seconds lie before each of them."""

    first: date
    last: date
    starts: list[int]
    ends: list[int]
    sums: list[int]

    def position(self, instant: int) -> int:
        """Open seconds before `instant`."""
        index = bisect_right(self.starts, instant) - 1
        if index < 0:
            return 0
        return self.sums[index] + min(instant, self.ends[index]) - self.starts[index]


class Calendar:
    """Opening hours that repeat weekly, with holidays and overrides; instants are whole seconds since 1970 (UTC).

    Built from a body as in sla.md S3; CalendarError says what is wrong with one. Safe to share between threads:
    what is cached is never changed, only replaced, and whoever has begun to read it reads on in the same.
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.zone = _zone(body.get("tz"))
        weekly = body.get("weekly")
        if not isinstance(weekly, Mapping) or set(weekly) - set(DAYS):
            raise CalendarError("weekly must name days mon to sun")
        self._week: list[list[Span]] = [[] for _ in DAYS]
        for index, day in enumerate(DAYS):
            for start, end in _spans(weekly.get(day, []), day):
                self._week[index].append((start, min(end, DAY)))
                if end > DAY:
                    self._week[(index + 1) % 7].append((0, end - DAY))
        self._week = [_merged(spans, DAYS[index]) for index, spans in enumerate(self._week)]
        if not any(self._week):
            raise CalendarError("the calendar is never open; give it at least one open minute a week")
        self._holidays = {_date(text) for text in _list(body.get("holidays", []), "holidays")}
        self._overrides: dict[date, list[Span]] = {}
        overrides = body.get("overrides", {}) or {}
        if not isinstance(overrides, Mapping):
            raise CalendarError("overrides must map dates to hours")
        tails: dict[date, list[Span]] = {}
        for text, rows in overrides.items():
            day_date = _date(text)
            own = self._overrides.setdefault(day_date, [])
            for start, end in _spans(rows, text):
                own.append((start, min(end, DAY)))
                if end > DAY:
                    tails.setdefault(day_date + timedelta(days=1), []).append((0, end - DAY))
        self._overrides = {day: _merged(spans, str(day)) for day, spans in self._overrides.items()}
        self._tails = tails
        self._cover: Cover | None = None

    def hours(self, day: date) -> list[Span]:
        """Minutes of the local day that are open; a holiday closes exactly its date, an override replaces its date."""
        if day in self._holidays:
            return []
        spans = self._overrides[day] if day in self._overrides else self._week[day.weekday()]
        if day in self._tails:
            return _union([*spans, *self._tails[day]])
        return spans

    def between(self, start: int, end: int) -> int:
        """Open seconds in [start, end). OverflowError when they lie more than a hundred and eighty years apart."""
        if end <= start:
            return 0
        cover = self._covering(start, end)
        return cover.position(end) - cover.position(start)

    def add(self, start: int, seconds: int) -> int:
        """The first instant at which `seconds` open seconds have passed since `start`: the first reach, so a target
        that runs out at closing is due at closing (S4). Zero is `start` itself. OverflowError beyond sixty years."""
        if seconds <= 0:
            return start
        days = FIRST_CHUNK
        while True:
            cover = self._covering(start, start + days * 86400)
            wanted = cover.position(start) + seconds
            if cover.sums[-1] >= wanted:
                index = bisect_left(cover.sums, wanted) - 1
                return cover.starts[index] + wanted - cover.sums[index]
            if days > HORIZON or seconds > HORIZON * 86400:
                raise OverflowError("that many open hours lie more than sixty years ahead")
            days *= 2

    def openings(self, start: int, end: int) -> list[Span]:
        """The open stretches within [start, end), in order."""
        cover = self._covering(start, end)
        first = bisect_right(cover.ends, start)
        found = []
        for begin, finish in zip(cover.starts[first:], cover.ends[first:], strict=True):
            if begin >= end:
                break
            found.append((max(begin, start), min(finish, end)))
        return found

    def _covering(self, start: int, end: int) -> "Cover":
        """What is cached, if it reaches from `start` to `end`, or something longer; too much is not kept together."""
        first = from_seconds(start).date() - timedelta(days=3)
        last = from_seconds(end).date() + timedelta(days=3)
        kept = self._cover
        if kept and kept.first <= first and last <= kept.last:
            return kept
        if (last - first).days > 3 * HORIZON:
            raise OverflowError("those instants lie more than a hundred and eighty years apart")
        if kept and (max(last, kept.last) - min(first, kept.first)).days <= 3 * HORIZON:
            first, last = min(first, kept.first), max(last, kept.last)
        self._cover = self._cover_of(first, last)
        return self._cover

    def _cover_of(self, first: date, last: date) -> "Cover":
        starts: list[int] = []
        ends: list[int] = []
        day = first
        while day <= last:
            for begin_minute, end_minute in self.hours(day):
                begin, finish = self._instant(day, begin_minute), self._instant(day, end_minute)
                if ends:
                    begin = max(begin, ends[-1])
                if finish <= begin:
                    continue
                if ends and ends[-1] == begin:
                    ends[-1] = finish
                else:
                    starts.append(begin)
                    ends.append(finish)
            day += timedelta(days=1)
        sums = [0]
        for begin, finish in zip(starts, ends, strict=True):
            sums.append(sums[-1] + finish - begin)
        return Cover(first, last, starts, ends, sums)

    def _instant(self, day: date, minute: int) -> int:
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)  # noqa: DTZ001 (a wall clock)
        early = wall.replace(tzinfo=self.zone).astimezone(UTC)
        if early.astimezone(self.zone).replace(tzinfo=None) == wall:
            return to_seconds(early)
        # A time that the jump left out: the transition lies between the two readings.
        late = wall.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        low, high = sorted((to_seconds(early), to_seconds(late)))
        while low < high:
            middle = (low + high) // 2
            if from_seconds(middle).astimezone(self.zone).replace(tzinfo=None) >= wall:
                high = middle
            else:
                low = middle + 1
        return low


def _zone(name: object) -> ZoneInfo:
    if not isinstance(name, str) or not name:
        raise CalendarError("tz must be an IANA time zone such as Europe/London")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise CalendarError(f"{name[:60]!r} is not a time zone") from error


def _list(value: object, name: str) -> Sequence[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise CalendarError(f"{name} must be a list")
    return value


def _date(text: object) -> date:
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise CalendarError(f"{str(text)[:40]!r} is not a date like 2026-12-25")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CalendarError(f"{text!r} is not a date") from error


def _minute(text: object) -> int:
    if not isinstance(text, str) or not CLOCK_TIME.fullmatch(text):
        raise CalendarError(f"{str(text)[:40]!r} is not a time like 09:00")
    return int(text[:2]) * 60 + int(text[3:])


def _spans(rows: object, day: object) -> list[Span]:
    """Minutes since midnight; an end at or before its start lies on the next day (22:00-06:00)."""
    spans = []
    for row in _list(rows, str(day)):
        if not isinstance(row, list) or len(row) != 2:
            raise CalendarError(f'{day}: hours are pairs like ["09:00", "17:00"]')
        start, end = _minute(row[0]), _minute(row[1])
        if start in (end, DAY):
            raise CalendarError(f"{day}: hours must begin before they end")
        spans.append((start, end if end > start else end + DAY))
    return spans


def _merged(spans: list[Span], day: str) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start == end:
            continue
        if merged and start < merged[-1][1]:
            raise CalendarError(f"{day}: hours overlap")
        if merged and start == merged[-1][1]:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _union(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


AnyCalendar = Always | Calendar
ALWAYS = Always()


def calendar_of(body: object) -> AnyCalendar:
    """`"24x7"`, or a body as in sla.md S3; the same body gives the same calendar, with what it has counted already."""
    if body == "24x7" or body is None:
        return ALWAYS
    if not isinstance(body, Mapping):
        raise CalendarError('a calendar is "24x7" or an object with tz and weekly')
    return _calendar(json.dumps(body, sort_keys=True))


@lru_cache(maxsize=128)
def _calendar(text: str) -> Calendar:
    return Calendar(json.loads(text))
