"""What every form of the settings shares: its look, durations, zones, and how a refusal finds its field."""

import re
import unicodedata
import zoneinfo
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents.refusals import Refused
from incidents.spelling import for_zone

UNITS = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "m": 60,
    "min": 60,
    "minute": 60,
    "h": 3600,
    "hour": 3600,
    "d": 86400,
    "day": 86400,
    "w": 604800,
    "week": 604800,
}
YEAR = 366 * 86400
TOO_LONG = "At most %(limit_value)d characters fit; this has %(show_value)d. All of it is still here: shorten it."
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z]*)")


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[str, str]]:
    """UTC first, then every IANA zone that has a place in its name."""
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class Sheet(forms.Form):
    """A form of the settings. Widgets get their classes here, so that a field says only what it is.

    No widget carries `maxlength`: a browser cuts a longer paste there without a word. The server says what was too
    long, beside its field, and gives back all that was typed.
    """

    # A mark of what the form started from, so that a second tab does not save over the first without a word.
    opened = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.fields.update(self.further_fields())
        for field in self.fields.values():
            widget = field.widget
            widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.CharField):
                field.error_messages.setdefault("max_length", TOO_LONG)
            if isinstance(widget, forms.CheckboxSelectMultiple | forms.RadioSelect | forms.HiddenInput):
                continue
            if isinstance(widget, forms.CheckboxInput):
                name = "form-check-input"
            elif isinstance(widget, forms.Select):
                name = "form-select"
            else:
                name = "form-control"
            widget.attrs["class"] = f"{name} {widget.attrs.get('class', '')}".strip()

    def further_fields(self) -> dict[str, forms.Field]:
        """Fields whose number depends on what is stored."""
        return {}

    def refuse(self, refused: Refused) -> None:
        """Shows the sentence beside the field that it belongs to, or above the form, on the reader's own clock."""
        sentence = for_zone(refused.sentence, timezone.get_current_timezone())
        self.add_error(refused.field if refused.field in self.fields else None, sentence)


def one_line(value: str) -> None:
    if any(unicodedata.category(one) == "Cc" for one in value):
        raise ValidationError("This stands on one line: line breaks and control characters are not allowed.")


class LineField(forms.CharField):
    """Text on one line; refuses line breaks and control characters, which could end in the header of a letter."""

    default_validators = [one_line]


class TextField(forms.CharField):
    """Text on several lines, with plain line feeds."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


class ZoneField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=zone_choices, **kwargs)


def write_duration(seconds: int) -> str:
    """`90 min`, `4 h`, `168 h`: hours when they are whole, else minutes, else seconds."""
    if seconds % 3600 == 0:
        return f"{seconds // 3600} h"
    if seconds % 60 == 0:
        return f"{seconds // 60} min"
    return f"{seconds} s"


def read_duration(text: str) -> int:
    """Seconds of `4`, `4 h`, `90 min`, `1 h 30 min`, `1 week`; a number alone is hours. ValueError otherwise."""
    rest = text.strip().lower()
    total, found = 0.0, False
    while rest:
        match = _PART.match(rest)
        if match is None:
            raise ValueError(text)
        unit = match.group(2) or "h"
        unit = unit if unit in UNITS else unit.removesuffix("s")
        if unit not in UNITS or (found and not match.group(2)):
            raise ValueError(text)
        total += float(match.group(1).replace(",", ".")) * UNITS[unit]
        found = True
        rest = rest[match.end() :].strip(" ,")
    if not found or total != int(total):
        raise ValueError(text)
    return int(total)


class DurationField(forms.CharField):
    """A length of time in seconds, typed as `4 h`, `90 min` or `1 week`."""

    def __init__(self, *, least: int = 60, most: int = YEAR, **kwargs: Any) -> None:
        super().__init__(max_length=30, **kwargs)
        self.least, self.most = least, most

    def prepare_value(self, value: Any) -> Any:
        return write_duration(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            return read_duration(text)
        except (ValueError, OverflowError) as error:
            raise ValidationError("Write a length of time such as 4 h, 90 min or 1 week.") from error

    def validate(self, value: Any) -> None:
        super().validate(value if value is not None else "")
        if value is None:
            return
        if value < self.least:
            raise ValidationError(f"At least {write_duration(self.least)}.")
        if value > self.most:
            raise ValidationError(f"At most {write_duration(self.most)}.")

    def run_validators(self, value: Any) -> None:
        """The validators of a text do not apply to a number."""
