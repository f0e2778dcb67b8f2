"""From a request to its answer: whose key, how many, what it says, stored, settled."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from incidents.detection.intake import limits, settle, store, world
from incidents.detection.intake.alerts import Alert
from incidents.detection.intake.keys import digest
from incidents.detection.intake.store import Stale, Taken
from incidents.detection.intake.strict import Unreadable, read
from incidents.detection.routing import Sender, World, decide

log = logging.getLogger(__name__)
UNKNOWN_KEY = "This key is not known here, or it was switched off."
Parse = Callable[[Any, Sender, World], Sequence[Alert]]


class UnknownKey(Exception):
    """Wrong, ended, or of a source that is switched off: one answer for all, from the same steps."""


class TooMany(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Told:
    """What was stored, from whom."""

    sender: Sender
    taken: Taken
    alerts: Sequence[Alert]


def whose(key: str) -> tuple[Sender, World]:
    """The sender of a key. A key that the kept world does not know is looked for in the newest one, once."""
    kept = world.current()
    wanted = digest(key)
    sender = kept.senders.get(wanted)
    if sender is None:
        if world.revision() != kept.revision:
            kept = world.reload()
            sender = kept.senders.get(wanted)
        if sender is None:
            raise UnknownKey
    return sender, kept


def take(key: str, body: bytes, content_type: str, parse: Parse, *, at: datetime, payload: Any = None) -> Told:
    """Stores what a key's owner sent, then settles what it can; `payload` is the body when it was read already.

    Raises UnknownKey, TooMany or Unreadable, and whatever the database raises before the alert is stored. After that
    nothing that goes wrong reaches the sender: the sweep settles what is owed.
    """
    sender, kept = whose(key)
    wait = limits.requests.take(sender.id, sender.limit_per_minute)
    if wait:
        raise TooMany(wait)
    try:
        found = read(body) if payload is None else payload
        alerts = parse(found, sender, kept)
    except Unreadable as unreadable:
        # One a second at most: a hostile sender fills no table.
        if not limits.refusals.take(sender.id, 60):
            store.keep_refused(sender, body=body, content_type=content_type, sentence=unreadable.sentence, at=at)
        raise
    for _ in range(5):
        routed = [(alert, decide(kept, sender, alert, at=at)) for alert in alerts]
        try:
            taken = store.take(sender, routed, revision=kept.revision, body=body, content_type=content_type, at=at)
        except Stale:
            kept = world.reload()
            sender = kept.senders.get(digest(key)) or _unknown()
            continue
        _settle(sender, taken, at)
        return Told(sender, taken, alerts)
    raise DatabaseError("the configuration changes faster than an alert can be stored")


def _unknown() -> Sender:
    raise UnknownKey


def _settle(sender: Sender, taken: Taken, at: datetime) -> None:
    if not taken.owed:
        return
    try:
        settle.settle(taken.owed, source_id=sender.id, now=at)
    except Exception:
        log.exception("delivery %s is stored; what it owes is left to the sweep", taken.delivery_id)
