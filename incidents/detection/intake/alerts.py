"""One alert, whoever sent it: what a parser makes of a payload and everything after it reads. Pure."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from incidents.detection.intake.strict import Unreadable, an_object, shown

MOST_LABELS = 200
MOST_LABEL = 2000
MOST_ALERTS = 5000
MOST_TEXT = 20_000
FIRING, RESOLVED = "firing", "resolved"
# Go writes "no time" as year one.
LEAST_YEAR = 1970


@dataclass(frozen=True, slots=True)
class Alert:
    """`key` is what makes two alerts the same; `at` is the sender's own time, None where it gives none."""

    key: str
    title: str
    status: str = FIRING
    name: str = ""
    text: str = ""
    at: datetime | None = None
    ends_at: datetime | None = None
    severity_word: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_test(self) -> bool:
        """Whether the sender only tries its connection (`proving`)."""
        return self.facts.get("test") is True

    @property
    def fingerprint(self) -> str:
        """The key itself where it is short and plain, else its SHA-256."""
        key = self.key
        if len(key) <= 64 and key.isascii() and key.isprintable():
            return key
        return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def instant(value: Any) -> datetime | None:
    """An RFC 3339 text or Unix seconds or milliseconds as an aware UTC instant; None for year one, 10000 and noise.

    A time that cannot be read never costs the alert: it then counts from when it arrived.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value > 1e11 else value
            found = datetime.fromtimestamp(seconds, UTC)
        elif isinstance(value, str) and 10 <= len(value) <= 40:
            # Python's own clients send an offset and a Z after it.
            text = value[:-1] if value.endswith("Z") and "+" in value else value
            found = datetime.fromisoformat(_to_microseconds(text))
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.year >= LEAST_YEAR else None


def _to_microseconds(text: str) -> str:
    """Go writes nanoseconds, which Python 3.11 reads only up to six digits of."""
    head, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[: min(digits, 6)].ljust(6, '0')}{rest[digits:]}"


def labels(value: Any, where: str) -> dict[str, str]:
    """A flat object of texts; numbers and truth become text, and anything deeper its JSON. At most 200 of them."""
    if value is None:
        return {}
    found = an_object(value, where)
    if len(found) > MOST_LABELS:
        raise Unreadable(f"{where} has {len(found)} entries; at most {MOST_LABELS} are taken.")
    return {key[:MOST_LABEL]: plain(one)[:MOST_LABEL] for key, one in found.items()}


def plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def one_line(text: str, most: int) -> str:
    """Text on one line, without control characters: it may end in a subject or a page's title."""
    if not text.isprintable():
        text = "".join(one if one.isprintable() else " " for one in text[: most * 4])
    return " ".join(text.split())[:most]


def titled(text: str) -> str:
    """A title for an incident: one line, and never nothing, whatever characters a sender thinks a name is made of."""
    return one_line(text, 200) or "Alert without a name"


def not_too_many(alerts: list[Any]) -> None:
    if len(alerts) > MOST_ALERTS:
        raise Unreadable(f"{len(alerts)} alerts in one request; at most {MOST_ALERTS} are taken.", 413)


def a_status(value: Any, where: str) -> str:
    if value not in (FIRING, RESOLVED):
        raise Unreadable(f"{where} must be “firing” or “resolved”, not “{shown(value)}”.")
    return str(value)
