"""A change of configuration as lines that a person reads: what it was, what it is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from incidents.forms.configuration.look import write_duration
from incidents.models import ConfigurationChange

MOST_LINES = 60
WORDS = {"tz": "time zone", "target_seconds": "within", "email": "e-mail address", "is_enabled": "on"}
LONG = 300
# As instants are kept.
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d:\d\d\Z")


@dataclass(frozen=True, slots=True)
class ChangedLine:
    name: str
    before: str
    after: str


def lines_of(change: ConfigurationChange) -> list[ChangedLine]:
    """One line for each value that differs; nested values by their path, such as `SEV-2, resolve, target`."""
    before, after = dict(_flat(change.before)), dict(_flat(change.after))
    names = list(dict.fromkeys([*after, *before]))
    lines = [
        ChangedLine(_name(path), _text(path, before.get(path)), _text(path, after.get(path)))
        for path in names
        if before.get(path) != after.get(path)
    ]
    return lines[:MOST_LINES]


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _flat(one, (*path, str(key)))
    elif path:
        yield path, value


def _name(path: tuple[str, ...]) -> str:
    parts = [WORDS.get(part, part) for part in path if part not in ("promises", "severities", "body")]
    words = [part.removesuffix("_seconds").removeprefix("is_").replace("_", " ") for part in parts]
    return ", ".join(words) or path[-1]


def _text(path: tuple[str, ...], value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and path[-1].endswith("_seconds"):
        return write_duration(value)
    if isinstance(value, list):
        text = ("; " if any(isinstance(one, Mapping) for one in value) else ", ").join(map(_entry, value))
    else:
        text = _instant(value) if isinstance(value, str) and INSTANT.match(value) else str(value)
    return text if len(text) <= LONG else text[: LONG - 1] + "…"


def _entry(one: Any) -> str:
    """An entry of a list: a span of two as a span, a row of names and values as such, without what is empty."""
    if isinstance(one, Mapping):
        named = ((key, _text((str(key),), value)) for key, value in one.items())
        return ", ".join(f"{_name((str(key),))} {text}" for key, text in named if text)
    return "–".join(map(str, one)) if isinstance(one, list) else str(one)


def _instant(text: str) -> str:
    """On the clock of whoever reads it, with its zone."""
    return f"{localtime(datetime.fromisoformat(text)):%-d %b %Y, %H:%M:%S %Z}"
