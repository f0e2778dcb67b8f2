"""Conditions as administrators write them, one a line: `severity = critical`, `alertname =~ "HubSpot.*"`. Pure.

Regular expressions run on RE2, in time linear in the text: no rule can hold the door up. They match anywhere.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import re2

OPERATORS = ("!=", "!~", "=~", "=")
MOST_LINES, MOST_LINE = 20, 500
# Besides the labels.
WORDS = ("title", "text", "name", "source", "status")


@dataclass(frozen=True, slots=True)
class Condition:
    """One line. `name` is a label, or one of WORDS; a label that is missing counts as empty."""

    name: str
    operator: str
    value: str
    holds_for: Callable[[str], bool]

    def holds(self, values: Mapping[str, str]) -> bool:
        return self.holds_for(values.get(self.name, ""))


@lru_cache(maxsize=1000)
def conditions(text: str) -> tuple[Condition, ...]:
    """The conditions in `text`; ValueError with a sentence when a line is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise ValueError(f"At most {MOST_LINES} conditions.")
    return tuple(_condition(line) for line in lines)


def _condition(line: str) -> Condition:
    if len(line) > MOST_LINE:
        raise ValueError(f"A condition has at most {MOST_LINE} characters.")
    found = [(line.find(operator), -len(operator), operator) for operator in OPERATORS if operator in line]
    if not found:
        raise ValueError(f"“{line[:60]}” is no condition: write label = value, !=, =~ or !~.")
    place, _, operator = min(found)
    name, value = line[:place].strip(), line[place + len(operator) :].strip()
    if len(value) >= 2 and value[0] == value[-1] == '"':
        value = value[1:-1]
    if not name:
        raise ValueError(f"“{line[:60]}” names no label.")
    return Condition(name, operator, value, _test(operator, value))


def _test(operator: str, value: str) -> Callable[[str], bool]:
    if operator == "=":
        return lambda text: text == value
    if operator == "!=":
        return lambda text: text != value
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        pattern = re2.compile(value, options)
    except re2.error as error:
        raise ValueError(f"“{value[:60]}” is not a regular expression: {_said(error)}.") from error
    if operator == "=~":
        return lambda text: pattern.search(text) is not None
    return lambda text: pattern.search(text) is None


def _said(error: Exception) -> str:
    """RE2 speaks bytes."""
    words = error.args[0] if error.args else ""
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
