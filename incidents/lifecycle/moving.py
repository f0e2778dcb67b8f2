"""Lock, move, consequences: the one frame in which every verb runs, and the only place where a status changes."""

import functools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, transaction

from incidents import clocks, escalation, moves, once, timeline
from incidents.escalation import Raising
from incidents.models import Incident, Responder, TimelineEntry
from incidents.refusals import Refused
from incidents.spelling import in_utc
from incidents.timeline import Line

P = ParamSpec("P")
R = TypeVar("R")
RETRIED = {"40001", "40P01"}
LOCK_TIMEOUT = "55P03"
BUSY = "Somebody else is changing this just now; nothing of yours was written. Try again in a moment."
HIDDEN = "It is restricted to named people, and you are not among them."
Kind = TimelineEntry.Kind

# What a verb leaves on the record, to say who did it already.
LEAVES = {
    "triage": Kind.TRIAGED,
    "acknowledge": Kind.ACKNOWLEDGED,
    "investigate": Kind.INVESTIGATED,
    "fix": Kind.FIXED,
    "confirm": Kind.CONFIRMED,
    "resolve": Kind.RESOLVED,
    "close": Kind.CLOSED,
    "reopen": Kind.REOPENED,
    "merge": Kind.MERGED,
    "cancel": Kind.CANCELLED,
}


def retried(verb: Callable[P, R]) -> Callable[P, R]:
    """Does a verb again, up to three times with jitter, when PostgreSQL chose it as the victim of a deadlock.

    Refuses with a sentence when that does not help, or when a lock was not to be had in time.
    """

    @functools.wraps(verb)
    def again(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in (1, 2, 3):
            try:
                return verb(*args, **kwargs)
            except OperationalError as error:
                state = getattr(error.__cause__, "sqlstate", None)
                if state not in {*RETRIED, LOCK_TIMEOUT}:
                    raise
                if attempt == 3 or state == LOCK_TIMEOUT or once.holds_more():
                    raise Refused(BUSY) from error
                time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 (jitter, not a secret)
        raise AssertionError("unreachable")

    return again


class Move:
    """One verb on one locked incident. `at` never precedes what people did before it (S13)."""

    def __init__(self, incident: Incident, verb: str, by: Responder | None, at: datetime) -> None:
        self.incident = incident
        self.verb = verb
        self.by = by
        self.at = max(at, incident.touched_at)
        self.now = self.at
        self.raisings: list[Raising] = []
        self.written: list[TimelineEntry] = []

    def write(
        self,
        kind: str,
        text: str = "",
        *,
        at: datetime | None = None,
        client_visible: bool = False,
        status: str | None = None,
        **facts: Any,
    ) -> TimelineEntry:
        """Appends to the record; with a `status`, moves the incident there. This is the only way a status changes."""
        if status is not None:
            self.incident.status = status
            self.incident.is_open = status in moves.OPEN
        line = Line(kind, at or self.at, text, facts, client_visible, status or "")
        self.written.append(timeline.append(self.incident, line, by=self.by, recorded_at=self.now))
        return self.written[-1]

    def to(self) -> str:
        """Where the table of moves leads from here."""
        return moves.destination(self.verb, self.incident.status)

    def escalate(self, raising: Raising) -> None:
        """Tells people of a situation when the verb is done."""
        self.raisings.append(raising)

    def finish(self) -> None:
        """The consequences: clocks settled, escalations written, the incident saved, all in this transaction."""
        incident = self.incident
        if self.by is not None:
            incident.touched_at, incident.resurfaced_at = self.at, None
        lines = clocks.announce(clocks.settle(incident, at=self.at), at=self.at)
        lines += escalation.raise_all(self.raisings, at=self.at, by=self.by)
        for _, line in lines:
            self.written.append(timeline.append(incident, line, by=None, recorded_at=self.now))
        incident.save()
        timeline.announce(incident, self.written, at=self.now)


@contextmanager
def moving(incident_id: int, verb: str, *, by: Responder | None, at: datetime) -> Iterator[Move]:
    """Locks the incident, refuses what the table of moves does not allow, and states the consequences at the end."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update(no_key=True).defer("search").get(pk=incident_id)
        # The gate stands here once more, beneath every door: nobody acts on what they may not see.
        if by is not None and not incident.is_visible_to(by):
            raise Refused(HIDDEN)
        if not moves.allowed(verb, incident.status):
            raise Refused(why_not(incident, verb))
        move = Move(incident, verb, by, at)
        yield move
        move.finish()


def why_not(incident: Incident, verb: str) -> str:
    """The sentence of a refusal: who did it already and when, or from where it would be possible."""
    already = None
    if verb in LEAVES:
        already = incident.timeline.filter(kind=LEAVES[verb]).order_by("-seq").first()
    action = verb.replace("_", " ")
    if already is not None:
        return (
            f"{already.by_name} did that already, at {in_utc(already.at, seconds=True)}: "
            f"{incident.reference} is {incident.get_status_display().lower()} now."
        )
    possible = [str(Incident.Status(status).label).lower() for status in moves.MOVES.get(verb, {})]
    where = f" It can be done while an incident is {' or '.join(possible)}." if possible else ""
    return f"You cannot {action} {incident.reference} while it is {incident.get_status_display().lower()}.{where}"


def required(value: str, field: str, sentence: str) -> str:
    """The stripped value, or a refusal beside its field."""
    if not value.strip():
        raise Refused(sentence, field)
    return value.strip()
