"""Events for other people's machines: every entry of a timeline, to each webhook that asked for it (issue point 10).

Called where entries are written, in the transaction that writes them, with all of them at once. While nobody listens it
costs one query over an index that is empty.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from incidents.models import Incident
from notifications import outbox
from notifications.channels.webhook import recipient
from notifications.models import OutboundMessage, WebhookEndpoint
from notifications.outbox import Outgoing

VERSION = "1"
KIND = "webhook"
LISTENING = ("id", "name", "events", "sends_text", "includes_restricted")
NEEDED = {"title", "severity", "status", "is_open", "is_restricted", "client_ids", "system_ids"}


@dataclass(frozen=True, slots=True)
class Event:
    """One entry as it was written, of an incident as it stands after it."""

    incident: Incident
    entry: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The same in every copy, to every endpoint, for ever."""
        return f"evt_{self.incident.pk}_{self.entry['seq']}"

    @property
    def type(self) -> str:
        return f"incident.{self.entry['kind']}"


def publish(events: Iterable[Event], *, at: datetime) -> int:
    """Writes down what each listening webhook hears of these entries; returns how many messages that are.

    While nobody listens the events are not even made.
    """
    listening = list(WebhookEndpoint.objects.filter(is_active=True).only(*LISTENING).order_by("pk"))
    if not listening:
        return 0
    told = _whole(list(events))
    heard = [outgoing_of(endpoint, event) for event in told for endpoint in listening if hears(endpoint, event)]
    return outbox.enqueue(heard, at=at, fresh=True)


def _whole(events: list[Event]) -> list[Event]:
    """A sweep reads of an incident only what it needs; what is told of those is read here, in one query."""
    lean = {event.incident.pk for event in events if event.incident.get_deferred_fields() & NEEDED}
    if not lean:
        return events
    known = Incident.objects.only(*NEEDED).in_bulk(lean)
    return [Event(known.get(event.incident.pk, event.incident), event.entry) for event in events]


def hears(endpoint: WebhookEndpoint, event: Event) -> bool:
    """Whether it asked for this kind of event; of a restricted incident only if it says so itself."""
    if event.incident.is_restricted and not endpoint.includes_restricted:
        return False
    return not endpoint.events or event.entry["kind"] in endpoint.events


def outgoing_of(endpoint: WebhookEndpoint, event: Event) -> Outgoing:
    return outgoing(
        endpoint, event.id, payload(event, with_text=endpoint.sends_text), event.type, about=event.incident.about
    )


def outgoing(endpoint: WebhookEndpoint, cause: str, told: Mapping[str, Any], title: str, *, about: str) -> Outgoing:
    """The message whose text is, byte for byte, the body that is signed and sent."""
    return Outgoing(
        key=f"webhook:{endpoint.pk}:{cause}",
        channel="webhook",
        to=recipient(endpoint.pk),
        to_name=endpoint.name,
        subject=title,
        text=json.dumps(told, ensure_ascii=False, separators=(",", ":")),
        html="",
        about=about,
        kind=KIND,
    )


def payload(event: Event, *, with_text: bool) -> dict[str, Any]:
    """What is sent; its parts stand in docs/api.md. Facts of an entry stay here: they may name anybody."""
    incident, entry = event.incident, event.entry
    told = {
        "seq": entry["seq"],
        "kind": entry["kind"],
        "at": _instant(entry["at"]),
        "by": entry["by_name"],
        "client_visible": entry["client_visible"],
    }
    return {
        "id": event.id,
        "type": event.type,
        "version": VERSION,
        "at": _instant(entry["recorded_at"]),
        "incident": {
            "id": incident.pk,
            "reference": incident.reference,
            "title": incident.title,
            "severity": incident.severity,
            "status": incident.status,
            "is_open": incident.is_open,
            "is_restricted": incident.is_restricted,
            "client_ids": incident.client_ids,
            "system_ids": incident.system_ids,
            "url": f"{settings.PUBLIC_URL}/incidents/{incident.pk}/",
        },
        "entry": {**told, "text": entry["text"]} if with_text else told,
    }


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def withdraw(endpoint: WebhookEndpoint, reason: str, at: datetime) -> None:
    """What waits for a webhook that is switched off is never sent."""
    waiting = OutboundMessage.objects.filter(channel="webhook", recipient=recipient(endpoint.pk), state="pending")
    waiting.update(state="superseded", due_at=None, settled_at=at, reported_at=at, noticed_at=at, last_error=reason)
