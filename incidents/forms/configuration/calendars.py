"""The form of a calendar: weekly hours, holidays, and days that differ, as a person writes them."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from incidents.forms.configuration.look import LineField, Sheet, TextField, ZoneField

DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_HOURS = re.compile(r"^(\d{1,2}:\d{2})\s*(?:-|–|to)\s*(\d{1,2}:\d{2})$")
FORM = "Write hours like 09:00-17:00, several separated by commas."


def read_hours(text: str) -> list[list[str]]:
    """`09:00-12:30, 13:30-17:00` as pairs; empty or `closed` is closed all day. ValidationError with a sentence."""
    if text.strip().lower() in ("", "closed"):
        return []
    pairs = []
    for part in text.split(","):
        match = _HOURS.match(part.strip())
        if match is None:
            raise forms.ValidationError(FORM)
        start, end = (one.zfill(5) for one in match.groups())
        if start >= "24:00" or end > "24:00" or start[3:] > "59" or end[3:] > "59" or start == end:
            raise forms.ValidationError(f"“{part.strip()}” is not a stretch of a day. {FORM}")
        pairs.append([start, end])
    return pairs


def write_hours(pairs: list[list[str]]) -> str:
    return ", ".join(f"{start}-{end}" for start, end in pairs)


def read_date(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError as error:
        raise forms.ValidationError(f"“{text.strip()}” is not a date like 2026-12-25.") from error


class HoursField(forms.CharField):
    """The opening hours of one day of the week."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return read_hours(text or "")

    def validate(self, value: Any) -> None:
        """An empty list is closed, and that is an answer."""

    def run_validators(self, value: Any) -> None:
        """The validators of a text do not apply to pairs."""

    def prepare_value(self, value: Any) -> Any:
        return write_hours(value) if isinstance(value, list) else value


class CalendarForm(Sheet):
    name = LineField(max_length=80)
    tz = ZoneField(label="Time zone", help_text="The hours are those of a clock on the wall there, summer and winter.")
    holidays = TextField(
        required=False,
        max_length=20000,
        help_text="One date on each line, such as 2026-12-25. Closed from 00:00 to 24:00.",
    )
    overrides = TextField(
        required=False,
        max_length=20000,
        label="Days with other hours",
        help_text="One on each line: 2026-12-24: 09:00-12:00. They replace that day’s hours; a holiday beats them.",
    )

    def further_fields(self) -> dict[str, forms.Field]:
        return {key: HoursField(label=name, required=False, max_length=200) for key, name in DAYS.items()}

    @staticmethod
    def initial_of(name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "name": name,
            "tz": body.get("tz", "UTC"),
            "holidays": "\n".join(body.get("holidays", [])),
            "overrides": "\n".join(
                f"{day}: {write_hours(pairs) or 'closed'}" for day, pairs in sorted(body.get("overrides", {}).items())
            ),
            **{key: body.get("weekly", {}).get(key, []) for key in DAYS},
        }

    def week(self) -> list[Any]:
        return [self[key] for key in DAYS]

    def clean_holidays(self) -> list[str]:
        lines = [line for line in self.cleaned_data["holidays"].split("\n") if line.strip()]
        return sorted({read_date(line) for line in lines})

    def clean_overrides(self) -> dict[str, list[list[str]]]:
        days: dict[str, list[list[str]]] = {}
        for line in self.cleaned_data["overrides"].split("\n"):
            if not line.strip():
                continue
            day, colon, hours = line.strip().partition(" ")
            if not colon and not day.endswith(":"):
                raise forms.ValidationError(f"“{line.strip()}”: write a date, a colon and hours.")
            days[read_date(day.rstrip(":"))] = read_hours(hours.lstrip(": "))
        return days

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not any(cleaned[key] for key in DAYS):
            self.add_error("mon", "At least one minute of a week must be open.")
        return cleaned

    def body(self) -> dict[str, Any]:
        """The calendar in the form of sla.md S3."""
        return {
            "tz": self.cleaned_data["tz"],
            "weekly": {key: self.cleaned_data[key] for key in DAYS if self.cleaned_data[key]},
            "holidays": self.cleaned_data["holidays"],
            "overrides": self.cleaned_data["overrides"],
        }
