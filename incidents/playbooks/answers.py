"""What may be recorded as an answer: typed, bounded, as plain JSON; and how it is written for people."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from incidents.playbooks.shape import FIGURES, YES_NO, Field, Step
from incidents.refusals import Refused
from incidents.spelling import in_utc

LONG = 10_000
MOST_NUMBER = 1e12
MOST_COUNTED = 1e9
_LINK = re.compile(r"https?://[^\s<>\"'\\]+\Z", re.IGNORECASE)


def clean(field: Field, raw: Any) -> Any:
    """The answer as it is stored, None when there is none; a refusal beside its field when it is not of its kind."""
    if isinstance(raw, str):
        raw = raw.replace("\r\n", "\n").strip()
        if "\x00" in raw:
            raise Refused("It holds a character that cannot be stored.", field.key)
        if len(raw) > LONG:
            raise Refused(f"At most {LONG:,} characters fit; this has {len(raw):,}.", field.key)
    if raw is None or raw == "":
        return None
    return _KINDS[field.kind](field, raw)


def clean_note(text: str) -> str:
    """Free text beside an answer."""
    text = text.replace("\r\n", "\n").strip()
    if "\x00" in text:
        raise Refused("It holds a character that cannot be stored.", "note")
    if len(text) > LONG:
        raise Refused(f"At most {LONG:,} characters fit; this has {len(text):,}.", "note")
    return text


def _text(field: Field, raw: Any) -> str:
    return str(raw)[:LONG]


def _number(field: Field, raw: Any) -> float:
    try:
        number = float(Decimal(str(raw).strip().removesuffix("%").replace(",", ".").strip()[:40]))
    except (InvalidOperation, ValueError, OverflowError) as error:
        raise Refused("Write a number.", field.key) from error
    if not math.isfinite(number) or abs(number) > MOST_NUMBER:
        raise Refused("Write a number that can be counted.", field.key)
    return number


def _count(field: Field, raw: Any) -> float:
    number = _number(field, raw)
    if number < 0:
        raise Refused("This cannot be less than 0.", field.key)
    if not number.is_integer():
        raise Refused("This is counted: write a whole number.", field.key)
    if number > MOST_COUNTED:
        raise Refused(f"More than {MOST_COUNTED:,.0f} cannot have been counted.", field.key)
    return number


def _yes_no(field: Field, raw: Any) -> str:
    if raw not in YES_NO:
        raise Refused("Choose yes, no or not known.", field.key)
    return str(raw)


def _choice(field: Field, raw: Any) -> str:
    if raw not in field.choices:
        raise Refused("Choose one of these.", field.key)
    return str(raw)


def _when(field: Field, raw: Any) -> str:
    if isinstance(raw, str):
        try:
            raw = datetime.fromisoformat(raw)
        except ValueError as error:
            raise Refused("Write a date and a time.", field.key) from error
    if not isinstance(raw, datetime) or raw.tzinfo is None:
        raise Refused("Write a date and a time with its zone.", field.key)
    try:
        return raw.astimezone(UTC).replace(microsecond=0).isoformat()
    except (OverflowError, ValueError) as error:
        raise Refused("That is not an instant that exists.", field.key) from error


def _link(field: Field, raw: Any) -> str:
    link = str(raw)
    if len(link) > 2000 or not _LINK.match(link):
        raise Refused("Write a web address that begins with https://.", field.key)
    return link


_KINDS = {
    "text": _text,
    "number": _number,
    "count": _count,
    "yes_no": _yes_no,
    "choice": _choice,
    "when": _when,
    "link": _link,
}


def consistent(step: Step, answers: Mapping[str, Any], *, at: datetime) -> None:
    """Refuses what cannot be: a negative count or share, parts of more than their whole, a reading yet to come."""
    parts: dict[str, float] = {}
    measures = any(field.under is not None for field in step.fields)
    for field in step.fields:
        value = answers.get(field.key)
        if value is None:
            continue
        # Without a unit it is a count; playbooks that were installed before there were counts ask for numbers.
        if field.kind == "number" and value < 0 and (not field.unit or (field.under is not None and field.unit == "%")):
            raise Refused("This cannot be less than 0.", field.key)
        if field.part_of:
            parts[field.part_of] = parts.get(field.part_of, 0) + value
            whole = answers.get(field.part_of)
            if whole is not None and parts[field.part_of] > whole:
                raise Refused(f"Together that is {parts[field.part_of]:g} of {whole:g}.", field.key)
        if field.kind == "when" and measures and datetime.fromisoformat(value) > at:
            raise Refused("That is in the future.", field.key)


def missing(step: Step, answers: Mapping[str, Any], checks: set[str]) -> None:
    """Refuses to tick a step that lacks a required answer, a sub-check, or whose number is not under its limit."""
    for field in step.fields:
        value = answers.get(field.key)
        if field.required and value is None:
            raise Refused(f"“{field.label}” is needed before this can be ticked.", field.key)
        if field.under is not None and value is not None and not value < field.under:
            raise Refused(f"{value:g}{field.unit} is not under {field.under:g}{field.unit}.", field.key)
    left = [check.label for check in step.checks if check.key not in checks]
    if left:
        raise Refused(f"Still to do: {'; '.join(left)}.", "checks")


def spelled(field: Field, value: Any) -> str:
    """An answer as a line of the record says it; instants in UTC."""
    if value is None:
        return ""
    if field.kind == "yes_no":
        return YES_NO.get(value, str(value))
    if field.kind in FIGURES:
        number = f"{int(value)}" if float(value).is_integer() else f"{value:g}"
        return f"{number}{field.unit}"
    if field.kind == "when":
        return in_utc(datetime.fromisoformat(value))
    return str(value)
