"""From a request to its answer: whose key, how many, what it says, stored, settled."""

import json
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from incidents.detection.intake import limits, settle, store, world
from incidents.detection.intake.alerts import Alert
from incidents.detection.intake.keys import digest
from incidents.detection.intake.routing import Sender, World, decide
from incidents.detection.intake.store import Stale, Taken
from incidents.detection.intake.strict import Unreadable, read
from incidents.detection.models import InboundSource

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


def take(
    key: str,
    body: bytes,
    content_type: str,
    parse: Parse,
    *,
    kinds: Collection[str],
    at: datetime,
    payload: Any = None,
) -> Told:
    """Stores what a key's owner sent, then settles what it can; `payload` is the body when it was read already.

    The door takes keys of sources of `kinds`. Whoever has a key of another is told which door is theirs, and the
    page of the source shows it: a client form's key, say, opens nothing but its form.

    Raises UnknownKey, TooMany or Unreadable, and whatever the database raises before the alert is stored. After that
    nothing that goes wrong reaches the sender: the sweep settles what is owed.
    """
    sender, kept = whose(key)
    wait = limits.requests.take(sender.id, sender.limit_per_minute)
    if wait:
        # Once a minute on the page of the source: whoever set it up sees that its alerts are turned away.
        if not limits.refusals.take(f"{sender.id}:rate", 1):
            said = f"Too many requests: more than {sender.limit_per_minute} a minute. It was asked to wait."
            store.keep_refused(sender, body=b"", content_type=content_type, sentence=said, at=at)
        raise TooMany(wait)
    try:
        if sender.kind not in kinds:
            kind = InboundSource.Kind(sender.kind).label
            raise Unreadable(
                f"This key belongs to a source of another kind: {kind}. Its page shows where to send.", 403
            )
        found = read(body) if payload is None else payload
        return _stored(sender, kept, lambda sender, kept: parse(found, sender, kept), body, content_type, at)
    except Unreadable as unreadable:
        # One a second at most: a hostile sender fills no table.
        if not limits.refusals.take(sender.id, 60):
            store.keep_refused(sender, body=body, content_type=content_type, sentence=unreadable.sentence, at=at)
        raise


def send_test(source_id: int, alert: Alert, *, at: datetime) -> Told:
    """An alert that Allclear sends to itself, through everything that comes after the key."""
    kept = world.fresh()
    body = json.dumps({"test": True, "title": alert.title}).encode()
    return _stored(kept.sources[source_id], kept, lambda sender, kept: [alert], body, "application/json", at)


def _stored(
    sender: Sender,
    kept: World,
    alerts_of: Callable[[Sender, World], Sequence[Alert]],
    body: bytes,
    content_type: str,
    at: datetime,
) -> Told:
    """Reads, decides and stores by one and the same configuration; does it again when that was not the newest."""
    for _ in range(5):
        try:
            alerts = alerts_of(sender, kept)
            routed = [(alert, decide(kept, sender, alert, at=at)) for alert in alerts]
            taken = store.take(sender, routed, revision=kept.revision, body=body, content_type=content_type, at=at)
        except (Stale, Unreadable) as reason:
            if isinstance(reason, Unreadable) and world.revision() == kept.revision:
                raise
            kept = world.reload()
            sender = _still(sender, kept)
            continue
        _settle(sender, taken, at)
        return Told(sender, taken, alerts)
    raise DatabaseError("the configuration changes faster than an alert can be stored")


def _still(sender: Sender, kept: World) -> Sender:
    """The same sender by the newest configuration; its key may have ended in between."""
    if not sender.key_id:
        return kept.sources[sender.id]
    found = next((one for one in kept.senders.values() if one.key_id == sender.key_id), None)
    if found is None:
        raise UnknownKey
    return found


def _settle(sender: Sender, taken: Taken, at: datetime) -> None:
    if not taken.owed:
        return
    try:
        settle.settle(taken.owed, source_id=sender.id, now=at)
    except Exception:
        log.exception("delivery %s is stored; what it owes is left to the sweep", taken.delivery_id)
