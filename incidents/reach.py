"""Who of us is not reached where they asked to be: a dead e-mail address, a Telegram chat that takes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.models import Responder
from notifications import suppression
from notifications.models import OutboundMessage

LOOKS_BACK = timedelta(days=30)
State = OutboundMessage.State


@dataclass(frozen=True, slots=True)
class Unreached:
    """One way to a person that ends nowhere, what was said there, and when: an address at first, a chat at last."""

    channel: str
    address: str
    why: str
    at: datetime


def unreached(people: Sequence[Responder], *, now: datetime) -> dict[int, list[Unreached]]:
    """By the id of each person who has such a way; two queries, however many people.

    An address counts while it is suppressed. A chat counts while the newest message to it that was tried in the last
    thirty days was refused for good: the first that gets through ends it, and so does another chat.
    """
    found: dict[int, list[Unreached]] = {}
    dead = suppression.among(person.email for person in people)
    chats = {person.pk: person.telegram_chat for person in people if person.telegram_chat}
    tried = OutboundMessage.objects.filter(
        responder_id__in=chats,
        channel="telegram",
        created_at__gte=now - LOOKS_BACK,
        state__in=(State.SENT, State.DEAD),
        recipient__in=set(chats.values()),
    )
    newest: dict[int, OutboundMessage] = {}
    if chats:
        rows = tried.only("responder_id", "recipient", "state", "last_error", "settled_at", "created_at")
        ordered = rows.order_by("responder_id", "recipient", "-pk").distinct("responder_id", "recipient")
        newest = {pk: row for row in ordered if (pk := row.responder_id or 0) and row.recipient == chats[pk]}
    for person in people:
        ways = []
        if person.email in dead:
            row = dead[person.email]
            ways.append(Unreached("email", person.email, row.reason, row.since))
        message = newest.get(person.pk)
        if message is not None and message.state == State.DEAD:
            at = message.settled_at or message.created_at
            ways.append(Unreached("telegram", message.recipient, message.last_error, at))
        if ways:
            found[person.pk] = ways
    return found
