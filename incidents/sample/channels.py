"""How the sample reaches others: a room and a telephone, a webhook with its deliveries, an address that is dead.

Nothing here ever leaves: in the sample workspace these channels only rehearse (notifications.delivery.OUTSIDE).
"""

from datetime import datetime, timedelta
from typing import Any

from incidents import broadcast, configuration
from incidents.broadcast import Event
from incidents.models import EscalationRule, Incident, TimelineEntry
from incidents.sample.world import World
from incidents.timeline import COLUMNS
from notifications import outbox, suppression
from notifications.models import OutboundMessage, WebhookAttempt, WebhookEndpoint

HEARD = ("acknowledged", "updated", "resolved", "breached", "closed")
NEWEST = 14


def open_channels(world: World, *, now: datetime) -> None:
    """Set up by the administrator two weeks ago; the webhook heard of the newest entries, and failed once."""
    ada, long_ago = world.people["ada"], now - timedelta(days=14)
    room = configuration.save_destination(
        None,
        name="#incidents",
        url="slack://TSAMPLE01/BSAMPLE01/thisIsNotATokenOfSlack00/#incidents",
        responder=None,
        by=ada,
        at=long_ago,
    )
    configuration.save_destination(
        None,
        name="Clayton’s phone",
        url=f"twilio://AC{'0' * 32}:{'0' * 32}@15550100100/15550100199",
        responder=world.people["clayton"],
        by=ada,
        at=long_ago,
    )
    EscalationRule.objects.get(situation="untouched").rooms.add(room)
    endpoint, _ = configuration.add_webhook(
        name="Status page",
        url="https://status.leadspanther.example/hooks/allclear",
        events=HEARD,
        sends_text=False,
        includes_restricted=False,
        by=ada,
        at=long_ago,
    )
    _tell(endpoint, now)
    suppression.suppress(
        "m.keller@cedarlegal.example",
        reason="SMTP 550: 5.1.1 <m.keller@cedarlegal.example>: Recipient address rejected: User unknown",
        at=now - timedelta(days=6),
    )


def _tell(endpoint: WebhookEndpoint, now: datetime) -> None:
    """The newest entries, as they were told at their time: the one before the last took a second attempt."""
    entries = list(
        TimelineEntry.objects.filter(kind__in=HEARD, incident__is_restricted=False).order_by("-recorded_at", "-pk")[
            :NEWEST
        ]
    )
    incidents = Incident.objects.in_bulk([entry.incident_id for entry in entries])
    for number, entry in enumerate(reversed(entries)):
        event = Event(incidents[entry.incident_id], {column: getattr(entry, column) for column in COLUMNS})
        told = broadcast.outgoing_of(endpoint, event)
        outbox.enqueue([told], at=entry.recorded_at)
        message = OutboundMessage.objects.get(key=told.key)
        at = entry.recorded_at + timedelta(seconds=1)
        failed = number == NEWEST - 3
        if failed:
            _attempt(endpoint, message, at, 503, "HTTP 503", "Service Unavailable")
            at += timedelta(seconds=11)
        _attempt(endpoint, message, at, 200, "", '{"ok": true}')
        OutboundMessage.objects.filter(pk=message.pk).update(
            state="sent", sent_at=at, settled_at=at, handoff_at=at, due_at=None, attempts=2 if failed else 1
        )
    if entries:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(last_ok_at=min(now, entries[0].recorded_at))


def _attempt(
    endpoint: WebhookEndpoint, message: OutboundMessage, at: datetime, status: int, outcome: str, body: str
) -> None:
    headers: dict[str, Any] = {
        "Content-Type": "application/json",
        "User-Agent": "Allclear-Webhook/1",
        "Allclear-Event": message.subject,
        "Allclear-Event-Id": message.key.rpartition(":")[2],
    }
    WebhookAttempt.objects.create(
        endpoint=endpoint,
        message=message,
        at=at,
        milliseconds=84 if status == 200 else 310,
        status=status,
        outcome=outcome,
        request_headers=headers,
        response_headers={"content-type": "application/json"},
        response_body=body,
    )
