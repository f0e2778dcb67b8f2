"""Reads a letter on stdin and prints what the guard finds; with --jsonl one answer for each line, whatever it holds."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.guard import check
from notifications.protected import written as secrets_of_settings


@cache
def _secrets() -> Sequence[str]:
    """Read once; a run of the command sees one set of settings."""
    return secrets_of_settings()


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def answer(line: str, now: datetime | None) -> dict[str, Any]:
    """The answer to one line of JSON; what cannot be read is answered too, with what was wrong. Where neither `now` nor
    the line says when the letter is read, it may be of any day, and no time in it counts as past."""
    told: Any = None
    try:
        told = json.loads(line.removeprefix("\ufeff"), strict=False)
        if not isinstance(told, dict) or not isinstance(told.get("text"), str):
            raise ValueError("an object with a text is expected")
        return {"id": told.get("id"), "findings": _findings(told, now)}
    except (ValueError, TypeError, RecursionError, OverflowError, MemoryError) as error:
        return {"id": told.get("id") if isinstance(told, dict) else None, "findings": [], "error": str(error)[:200]}


def _instant(value: Any, otherwise: datetime | None) -> datetime | None:
    """An instant as ISO 8601 writes it, in UTC where it says no zone; anything else is as good as nothing."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else otherwise
        return read.replace(tzinfo=UTC) if read is not None and read.tzinfo is None else read
    except ValueError:
        return otherwise


def _findings(told: dict[str, Any], now: datetime | None) -> list[dict[str, Any]]:
    given = told.get("context")
    context: dict[str, Any] = given if isinstance(given, dict) else {}
    client, field, kind = (
        said if isinstance(said, str) else "" for said in map(context.get, ("client", "field", "kind"))
    )
    read_at = _instant(context.get("now"), now)
    found = check(
        told["text"],
        third_parties=_texts(told.get("third_parties")),
        client=client,
        other_clients=_texts(context.get("other_clients")),
        field=field,
        kind=kind,
        next_update_by=_instant(context.get("next_update_by"), None),
        now=read_at or datetime.now(UTC),
        secrets=_secrets(),
        sent_now=read_at is not None,
    )
    return [
        {"kind": one.kind, "start": one.start, "end": one.end, "text": one.text, "suggestion": one.suggestion}
        for one in found
    ]


def written(line: str, now: datetime | None) -> str:
    """One line of plain ASCII, whatever stood in the one that it answers."""
    said = answer(line, now)
    try:
        return json.dumps(said, allow_nan=False)
    except (ValueError, RecursionError):
        return json.dumps({**said, "id": None})


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--now",
            help="the instant at which a letter is read, ISO 8601; the present unless given, for lines of JSON none",
        )
        parser.add_argument("--jsonl", action="store_true", help="one JSON object a line, in and out")

    def handle(self, *args: Any, **options: Any) -> None:
        now = _instant(options["now"], None)
        if options["now"] and now is None:
            raise CommandError(f"“{options['now']}” is not an instant; write it like 2026-11-24T15:30+01:00.")
        reader = sys.stdin
        if hasattr(reader, "reconfigure"):
            reader.reconfigure(encoding="utf-8", errors="replace")
        if not options["jsonl"]:
            for one in check(reader.read(), now=now or datetime.now(UTC), secrets=_secrets()):
                self.stdout.write(f"{one.kind} {one.start}-{one.end}: “{one.text}”. {one.why}")
                if one.suggestion:
                    self.stdout.write(f"    instead: {one.suggestion}")
            return
        for line in reader:
            if line.strip():
                self.stdout.write(written(line, now))
                self.stdout.flush()
