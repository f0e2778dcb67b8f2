"""Run as a process of its own: does each line of Python that it is given (as JSON), and answers with `result`.

The words of the tests (`Team`, `clocks`, …) are there. One console is one start of Django, however much a test asks.
"""

import contextlib
import importlib
import json
import sys
import traceback
from datetime import timedelta
from typing import Any

import django
from django.utils import timezone


def words() -> dict[str, Any]:
    """What a line may speak of; the modules are read once Django is set up."""
    modules = ("clocks", "escalation", "lifecycle", "models", "notices", "stuck", "timeline")
    found = {name: importlib.import_module(f"incidents.{name}") for name in modules}
    for name in ("tests.factories", "notifications.models", "incidents.models"):
        found |= vars(importlib.import_module(name))
    found["call_command"] = importlib.import_module("django.core.management").call_command
    found["Browser"] = importlib.import_module("django.test").Client
    found["connection"] = importlib.import_module("django.db").connection
    found["delivery"] = importlib.import_module("notifications.delivery")
    return {**found, "timezone": timezone, "timedelta": timedelta}


def main() -> None:
    django.setup()
    known = words()
    for line in sys.stdin:
        known["result"] = None
        try:
            with contextlib.redirect_stdout(sys.stderr):
                exec(json.loads(line), known)
            answer = {"result": known["result"]}
        except Exception:
            answer = {"error": traceback.format_exc()}
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
