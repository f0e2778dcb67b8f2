"""`manage.py simulate_sla < lines.jsonl`: the engine behind every clock, on a sequence of events (sla.md)."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand

from incidents.simulator import Malformed, simulate


class Command(BaseCommand):
    help = "Read JSON lines of the simulator's form on standard input; write one result or error for each, in order."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Touches no database and never stops half-way; every line has its answer, also an empty one."""
        for raw in sys.stdin.buffer:
            self.stdout.write(json.dumps(answer(raw), ensure_ascii=True))


def answer(raw: bytes) -> dict[str, Any]:
    """The answer to one line as bytes: `{"id", "result"}` or `{"id", "error"}`; id is null when there was none.

    An id is text or a whole number, and is given back as it came. A byte order mark before the line is passed over.
    """
    name = None
    if not raw.strip():
        return {"id": None, "error": "the line is empty"}
    try:
        line = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
        name = line.get("id") if isinstance(line, dict) else None
        name = name if isinstance(name, str | int) else None
        return {"id": name, "result": simulate(line)}
    except Malformed as error:
        return {"id": name, "error": str(error)}
    except (ValueError, RecursionError):
        return {"id": name, "error": "the line is not JSON in UTF-8"}
    except Exception as error:
        # The contract is to answer every line; what we did not foresee is still one sentence.
        return {"id": name, "error": f"the line could not be evaluated ({type(error).__name__})"}


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
