"""What a calendar means, said with an example (sla.md S2): counted hours are not hours on the wall. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from incidents.calendars import calendar_of, from_seconds, to_seconds

HOUR = 3600
WEEK = 7 * 24 * HOUR


def _written(instant: datetime, opened: datetime) -> str:
    day = f"{instant:%A %H:%M}"
    return day if instant - opened < timedelta(days=6) else f"{instant:%A} {instant.day} {instant:%B %H:%M}"


def plain_week(now: datetime, zone: ZoneInfo) -> datetime:
    """A Friday at 16:00 in the zone, not before `now`; the example of every sentence starts there."""
    local = now.astimezone(zone)
    day = local.date() + timedelta(days=(4 - local.weekday()) % 7)
    friday = datetime(day.year, day.month, day.day, 16, tzinfo=zone)
    return friday if friday.astimezone(UTC) >= now else friday + timedelta(days=7)


def example(body: dict[str, Any], counted_seconds: int, *, now: datetime) -> str:
    """`24 counted hours = 3 working days; opened Friday 16:00 → due Wednesday 16:00`, in the calendar's zone.

    Working days are those of an ordinary week. CalendarError when the body is none; OverflowError when the hours
    would not pass in sixty years.
    """
    calendar = calendar_of(body)
    zone = ZoneInfo(body["tz"])
    opened = plain_week(now, zone)
    due = from_seconds(calendar.add(to_seconds(opened.astimezone(UTC)), counted_seconds)).astimezone(zone)
    hours = f"{counted_seconds / HOUR:g} counted hours"
    per_day = _ordinary_day(body)
    days = counted_seconds / per_day if per_day else 0
    length = f" = {days:.2g} working {'day' if days == 1 else 'days'}" if days else ""
    return f"{hours}{length}; opened {opened:%A %H:%M} → due {_written(due, opened)}"


def _ordinary_day(body: dict[str, Any]) -> float:
    """Open seconds of the mean day that is open at all, in a week without holidays or exceptions."""
    days = [day for day in body.get("weekly", {}).values() if day]
    if not days:
        return 0
    plain = calendar_of({"tz": "UTC", "weekly": body["weekly"]})
    start = to_seconds(datetime(2026, 6, 1, tzinfo=UTC))
    return plain.between(start, start + WEEK) / len(days)


def open_hours(body: dict[str, Any]) -> float:
    """Open hours of an ordinary week."""
    days = len([day for day in body.get("weekly", {}).values() if day])
    return _ordinary_day(body) * days / HOUR
