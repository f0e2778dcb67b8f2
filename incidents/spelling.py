"""Durations and instants in words. Pure."""

import re
from datetime import UTC, datetime, tzinfo

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
CLOCK = {False: "%H:%M", True: "%H:%M:%S"}
IN_UTC = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)}) (\d{{4}}) (\d\d):(\d\d)(?::(\d\d))? UTC\b")


def spell(seconds: float) -> str:
    """`3h 18m`, `2d 4h`, `45s`: the two largest units, truncated, without a sign."""
    whole = int(abs(seconds))
    days, rest = divmod(whole, 86400)
    hours, rest = divmod(rest, 3600)
    minutes, secs = divmod(rest, 60)
    parts = [f"{n}{unit}" for n, unit in ((days, "d"), (hours, "h"), (minutes, "m")) if n]
    return " ".join(parts[:2]) if parts else f"{secs}s"


def say_long(seconds: float) -> str:
    """`12 minutes`, `1 hour 5 minutes`, `2 days 4 hours`, `less than a minute`: `spell` for sentences that are read."""
    if abs(seconds) < 60:
        return "less than a minute"
    named = {"d": "day", "h": "hour", "m": "minute"}
    parts = [(part[:-1], named[part[-1]]) for part in spell(seconds).split()]
    return " ".join(f"{count} {unit}{'' if count == '1' else 's'}" for count, unit in parts)


def in_utc(instant: datetime, *, seconds: bool = False) -> str:
    """`24 Nov 2026 15:20 UTC`: how a text that several people read holds an instant, until `for_zone` tells it."""
    utc = instant.astimezone(UTC)
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc.year} {utc:{CLOCK[seconds]}} UTC"


def wall_time(instant: datetime, zone: tzinfo, *, seconds: bool = False) -> str:
    """`15:20 on Tuesday 24 November (GMT)`: on the wall of a zone, with the zone said."""
    local = instant.astimezone(zone)
    return f"{local:{CLOCK[seconds]}} on {local:%A} {local.day} {local:%B} ({zone_of(local)})"


def zone_of(local: datetime) -> str:
    """`CET`, `EST`, or `UTC-03` where a zone has no letters of its own: “-03” would say nothing to anybody."""
    name = local.tzname() or ""
    return f"UTC{name}" if name[:1] in ("+", "-") else name


def for_zone(text: str, zone: tzinfo) -> str:
    """A text in which each instant that `in_utc` wrote is told as the clocks of a zone show it."""
    return IN_UTC.sub(lambda found: _told(found, zone), text) if " UTC" in text else text


def _told(found: re.Match[str], zone: tzinfo) -> str:
    day, month, year, hour, minute, second = found.groups()
    clock = (int(hour), int(minute), int(second or 0))
    try:
        instant = datetime(int(year), MONTHS.index(month) + 1, int(day), *clock, tzinfo=UTC)
        return wall_time(instant, zone, seconds=second is not None)
    except (ValueError, OverflowError):
        # No such day: somebody typed it, and it stays as it was typed.
        return found[0]
