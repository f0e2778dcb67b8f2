"""`manage.py redact < text`: takes secrets and private details out of a text; needs no database."""

import argparse
import json
import os
import sys
from typing import Any, TextIO

from django.core.management.base import BaseCommand

from notifications.redaction import Redacted, redact

LARGEST = 32 << 20
"""Characters that are read of a text, or of one JSON line; more is refused, not cut."""


class Command(BaseCommand):
    help = (
        "Reads text on standard input and writes it redacted. With --jsonl, reads lines {id, text} and writes one line "
        "{id, text, findings: [{kind, start, end}]} for each; offsets are characters of the original text."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--jsonl", action="store_true", help="read and write one JSON object a line")
        parser.add_argument("--default-deny", action="store_true", help="also mask every token of secret-like shape")
        parser.add_argument("--deadline", type=float, default=20.0, help="seconds for one text; later, it is withheld")

    def handle(self, *args: Any, **options: Any) -> None:
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape", newline="")  # type: ignore[union-attr]
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="")  # type: ignore[union-attr]
        try:
            withheld = self._lines(options) if options["jsonl"] else self._whole(options)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            withheld = False
        if withheld:
            sys.exit(1)

    def _whole(self, options: dict[str, Any]) -> bool:
        done = _redacted(sys.stdin.read(), options)
        sys.stdout.write(done.text)
        if done.withheld:
            self.stderr.write(f"The whole text is withheld: {done.withheld}.")
        return bool(done.withheld)

    def _lines(self, options: dict[str, Any]) -> bool:
        """A line that cannot be read is answered by an error, and the next line is read."""
        for line in _lines_of(sys.stdin):
            if line.strip():
                sys.stdout.write(json.dumps(_answer(line, options)) + "\n")
                sys.stdout.flush()
        return False


def _lines_of(stream: TextIO) -> Any:
    """Only a line feed ends a line: JSON may hold U+2028 as it is."""
    return iter(stream.readline, "")


def _redacted(text: str, options: dict[str, Any]) -> Redacted:
    return redact(
        text,
        default_deny=options["default_deny"],
        deadline_seconds=options["deadline"],
    )


def _answer(line: str, options: dict[str, Any]) -> dict[str, Any]:
    if len(line) > LARGEST:
        return {"id": None, "error": "The line is too long."}
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return {"id": None, "error": "The line is not JSON."}
    if not isinstance(read, dict):
        return {"id": None, "error": "The line is not an object."}
    name = read.get("id")
    if not isinstance(name, str | int) or isinstance(name, bool):
        name = None
    if not isinstance(read.get("text"), str):
        return {"id": name, "error": 'The line has no "text", or it is no string.'}
    done = _redacted(read["text"], options)
    answer: dict[str, Any] = {
        "id": name,
        "text": done.text,
        "findings": [{"kind": f.kind, "start": f.start, "end": f.end} for f in done.findings],
    }
    return {**answer, "error": f"withheld: {done.withheld}"} if done.withheld else answer
