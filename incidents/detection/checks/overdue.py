"""A run that nobody signed in time: the Coordinator hears of it, again each day, at most three times.

As long as it is said it stands among what is to do. Then it is history: missed, and still to be signed late by whoever
did it after all.
"""

from datetime import datetime, timedelta

from incidents.detection.checks.telling import tell_coordinator
from incidents.detection.due import sweep_rows
from incidents.detection.models import CheckRun

AGAIN = timedelta(days=1)
MOST_SAID = 3
# So long after its deadline a run counts as missed for good.
MISSED_AFTER = AGAIN * MOST_SAID


def sweep(*, now: datetime) -> int:
    return sweep_rows(CheckRun, "due_at", settle, now=now)


def settle(run: CheckRun, now: datetime) -> None:
    if run.signed_at is None:
        run.state = CheckRun.State.MISSED
        run.missed_at = run.missed_at or now
        run.times_said += 1
        tell_coordinator(run, at=now)
    said_enough = run.signed_at is not None or run.times_said >= MOST_SAID
    run.due_at = None if said_enough else now + AGAIN
    run.errors, run.last_error = 0, ""
    run.save(update_fields=["state", "missed_at", "times_said", "due_at", "errors", "last_error"])
