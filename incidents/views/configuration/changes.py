"""A change of configuration as lines that a person reads: what it was, what it is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from incidents.forms.configuration.look import write_duration
from incidents.models import ConfigurationChange

MOST_LINES = 60
WORDS = {"tz": "time zone", "target_seconds": "within", "email": "e-mail address", "is_enabled": "on"}
LONG = 300


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
        text = ", ".join("–".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
    else:
        text = str(value)
    return text if len(text) <= LONG else text[: LONG - 1] + "…"
