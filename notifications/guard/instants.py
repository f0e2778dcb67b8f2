"""The instant that a sentence names, as far as the sentence and the hour at which it is read tell (B-50). Pure."""

import re
from datetime import date, datetime, timedelta, timezone

# Hours east of Greenwich, as letters abbreviate them.
ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 1, "ist": 1, "cet": 1, "west": 1, "cest": 2, "eet": 2, "eest": 3, "est": -5, "edt": -4, "cst": -6,
    "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "et": -5, "pt": -8, "ct": -6,
}  # fmt: skip
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>[ap]\.?m\.?)?(?:\s*\(?(?P<zone>[A-Za-z]{2,4}|Z)\)?(?![A-Za-z]))?",
    re.I,
)
ISO = re.compile(r"\b(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})\b")
NAMED = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH.replace('month', 'month_')} (?P<day_>\d{{1,2}})(?:st|nd|rd|th)?)\b(?:,? (?P<year>\d{{4}}))?",
    re.I,
)
WEEKDAY = re.compile(rf"\b(?:{'|'.join(DAYS)})\b", re.I)
NOON = re.compile(r"\b(noon|midday|midnight)\b", re.I)
LENGTH = re.compile(
    r"\b(?:in|within|every)\s+(?:the (?:next )?(?:hour|day)|(?:about |another )?(?:\d+|an?|one|two|three|four|five|six|ten|twelve|fifteen|twenty|thirty|forty|ninety|half an)(?:-| )*(?:minutes?|hours?|days?|min|h)\b)",
    re.I,
)
DAY_ONLY = re.compile(
    r"\b(?:tomorrow|tonight|end of (?:the |this )?(?:day|business|week)|close of business|this (?:afternoon|evening)|eod|cob)\b",
    re.I,
)


def named_time(sentence: str, now: datetime | None) -> str:
    """“ahead”, “past”, or "" where no time stands; “shortly” is no time. Without `now` every time counts as ahead.

    A clock without a day is today's: it has passed when it lies up to twelve hours back. Without a zone it is read in that
    of `now`.
    """
    if LENGTH.search(sentence):
        return "ahead"
    day = _day(sentence, now)
    rest = ISO.sub(" ", NAMED.sub(" ", sentence))
    clock = _clock(rest)
    if clock is None and day is None:
        return "ahead" if DAY_ONLY.search(sentence) or WEEKDAY.search(sentence) else ""
    if now is None:
        return "ahead"
    hour, minute, zone = clock or (23, 59, None)
    if day is None and WEEKDAY.search(sentence):
        return "ahead"
    try:
        there = now.astimezone(zone) if zone is not None else now
        on = day or (there.date() + timedelta(days=1) if re.search(r"\btomorrow\b", sentence, re.I) else there.date())
    except OverflowError:
        # At the edge of the calendar.
        return "ahead"
    at = datetime(on.year, on.month, on.day, hour, minute, tzinfo=there.tzinfo)
    past = at <= there and (day is not None or there - at < timedelta(hours=12))
    return "past" if past else "ahead"


def _clock(sentence: str) -> tuple[int, int, timezone | None] | None:
    for match in CLOCK.finditer(sentence):
        zone = (match["zone"] or "").lower()
        if match["minute"] is None and match["half"] is None and zone not in ZONES:
            continue
        hour, minute = int(match["hour"]), int(match["minute"] or 0)
        if match["half"]:
            hour = hour % 12 + (12 if match["half"].lower().startswith("p") else 0)
        if hour < 24 and minute < 60:
            return hour, minute, timezone(timedelta(hours=ZONES[zone])) if zone in ZONES else None
    noon = NOON.search(sentence)
    if noon is not None:
        return (23, 59, None) if noon[1].lower() == "midnight" else (12, 0, None)
    return None


def _day(sentence: str, now: datetime | None) -> date | None:
    """The day that is named, in the year of `now` where none is given, or in the next when that lies half a year back."""
    iso, named = ISO.search(sentence), NAMED.search(sentence)
    try:
        if iso is not None:
            return date(int(iso["year"]), int(iso["number"]), int(iso["day"]))
        if named is None:
            return None
        month = MONTHS.index((named["month"] or named["month_"])[:3].lower()) + 1
        day = int(named["day"] or named["day_"])
        if named["year"]:
            return date(int(named["year"]), month, day)
        if now is None:
            return date(2000, month, day)
        on = date(now.year, month, day)
        return on.replace(year=now.year + 1) if now.date() - on > timedelta(days=183) else on
    except ValueError:
        return None
