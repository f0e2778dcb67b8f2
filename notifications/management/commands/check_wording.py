"""Reads a letter on stdin and prints what the guard finds; with --jsonl one answer for each line, whatever it holds."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from notifications.guard import check


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def answer(line: str) -> dict[str, Any]:
    """The answer to one line of JSON; what cannot be read is answered too, with what was wrong."""
    told: Any = None
    try:
        told = json.loads(line.removeprefix("\ufeff"))
        if not isinstance(told, dict) or not isinstance(told.get("text"), str):
            raise ValueError("an object with a text is expected")
        return {"id": told.get("id"), "findings": _findings(told)}
    except (ValueError, TypeError, RecursionError, OverflowError, MemoryError) as error:
        return {"id": told.get("id") if isinstance(told, dict) else None, "findings": [], "error": str(error)[:200]}


def _findings(told: dict[str, Any]) -> list[dict[str, Any]]:
    given = told.get("context")
    context: dict[str, Any] = given if isinstance(given, dict) else {}
    client, field = context.get("client"), context.get("field")
    found = check(
        told["text"],
        third_parties=_texts(told.get("third_parties")),
        client=client if isinstance(client, str) else "",
        other_clients=_texts(context.get("other_clients")),
        field=field if isinstance(field, str) else "",
    )
    return [
        {"kind": one.kind, "start": one.start, "end": one.end, "text": one.text, "suggestion": one.suggestion}
        for one in found
    ]


def written(line: str) -> str:
    """One line of plain ASCII, whatever stood in the one that it answers."""
    said = answer(line)
    try:
        return json.dumps(said, allow_nan=False)
    except (ValueError, RecursionError):
        return json.dumps({**said, "id": None})


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--jsonl", action="store_true", help="one JSON object a line, in and out")

    def handle(self, *args: Any, **options: Any) -> None:
        reader = sys.stdin
        if hasattr(reader, "reconfigure"):
            reader.reconfigure(encoding="utf-8", errors="replace")
        if not options["jsonl"]:
            for one in check(reader.read()):
                self.stdout.write(f"{one.kind} {one.start}-{one.end}: “{one.text}”. {one.why}")
                if one.suggestion:
                    self.stdout.write(f"    instead: {one.suggestion}")
            return
        for line in reader:
            if line.strip():
                self.stdout.write(written(line))
                self.stdout.flush()
