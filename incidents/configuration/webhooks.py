"""Webhooks: who hears of what; a secret shown once, rotated with two live; replays; each change on the record."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from incidents import broadcast
from incidents.configuration.record import checked, record_change
from incidents.models import Incident, Responder, TimelineEntry
from incidents.refusals import Refused
from notifications import egress, outbox, sealed
from notifications.channels.webhook import recipient
from notifications.models import OutboundMessage, WebhookEndpoint
from notifications.outbox import Outgoing

SUBJECT = "webhook"
CHANGED = ("name", "shown", "events", "sends_text", "includes_restricted", "is_active")
KINDS = frozenset(str(kind) for kind in TimelineEntry.Kind.values)


def _snapshot(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Never the address in full, nor a secret."""
    return {name: getattr(endpoint, name) for name in CHANGED}


def shown(url: str) -> str:
    """Enough of an address to know it by: its host, and that there is more."""
    parts = egress.checked(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}/{'…' if parts.path.strip('/') or parts.query else ''}"


def _address(url: str) -> tuple[str, str]:
    try:
        return sealed.seal(url), shown(url)
    except egress.Forbidden as error:
        raise Refused(str(error), "url") from error


def _events(events: Sequence[str]) -> list[str]:
    if unknown := set(events) - KINDS:
        raise Refused(f"There is no event “{sorted(unknown)[0]}”.", "events")
    return sorted(set(events))


def _locked(endpoint_id: int) -> WebhookEndpoint:
    row = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint_id).first()
    if row is None:
        raise Refused("There is no such webhook any more.")
    return row


def _recorded(row: WebhookEndpoint, action: str, before: Mapping[str, Any], by: Responder, at: datetime) -> None:
    record_change(row, subject=SUBJECT, action=action, before=before, after=_snapshot(row), by=by, at=at)


@transaction.atomic
def add_webhook(
    *,
    name: str,
    url: str,
    events: Sequence[str],
    sends_text: bool,
    includes_restricted: bool,
    by: Responder,
    at: datetime,
) -> tuple[WebhookEndpoint, str]:
    """The row and its signing secret, which is returned here and by `rotate_webhook`, and nowhere else.

    Refuses an address that egress does not allow. It hears of what happens from now on.
    """
    sealed_url, known_by = _address(url.strip())
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    row = WebhookEndpoint(
        name=name.strip(),
        sealed_url=sealed_url,
        shown=known_by[:200],
        sealed_secret=sealed.seal(secret),
        events=_events(events),
        sends_text=sends_text,
        includes_restricted=includes_restricted,
        made_at=at,
    )
    checked(row).save()
    _recorded(row, "added", {}, by, at)
    return row, secret


@transaction.atomic
def save_webhook(
    endpoint_id: int,
    *,
    name: str,
    url: str,
    events: Sequence[str],
    sends_text: bool,
    includes_restricted: bool,
    by: Responder,
    at: datetime,
) -> WebhookEndpoint:
    """Changes it; an empty `url` keeps the address that it has, which nobody is shown again."""
    row = _locked(endpoint_id)
    before = _snapshot(row)
    if url.strip():
        row.sealed_url, known_by = _address(url.strip())
        row.shown = known_by[:200]
    row.name, row.events = name.strip(), _events(events)
    row.sends_text, row.includes_restricted = sends_text, includes_restricted
    checked(row).save()
    _recorded(row, "changed", before, by, at)
    return row


@transaction.atomic
def rotate_webhook(endpoint_id: int, *, by: Responder, at: datetime) -> tuple[WebhookEndpoint, str]:
    """A new secret, returned once. The one before signs as well, until it is retired; not one that cannot be read."""
    row = _locked(endpoint_id)
    if row.sealed_old_secret:
        raise Refused("Two secrets are live already: retire the old one first.")
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    row.sealed_old_secret = row.sealed_secret if sealed.opens(row.sealed_secret) else ""
    row.sealed_secret = sealed.seal(secret)
    row.save(update_fields=["sealed_old_secret", "sealed_secret"])
    told = {"live_secrets": 1}, {"live_secrets": 2 if row.sealed_old_secret else 1, "made": "a new secret"}
    record_change(row, subject=SUBJECT, action="changed", before=told[0], after=told[1], by=by, at=at)
    return row, secret


@transaction.atomic
def retire_old_secret(endpoint_id: int, *, by: Responder, at: datetime) -> WebhookEndpoint:
    row = _locked(endpoint_id)
    if not row.sealed_old_secret:
        raise Refused("Only one secret is live.")
    row.sealed_old_secret = ""
    row.save(update_fields=["sealed_old_secret"])
    told = {"live_secrets": 2}, {"live_secrets": 1}
    record_change(row, subject=SUBJECT, action="changed", before=told[0], after=told[1], by=by, at=at)
    return row


@transaction.atomic
def switch_webhook(endpoint_id: int, *, on: bool, by: Responder, at: datetime) -> WebhookEndpoint:
    """On or off. What waits for one that is switched off is withdrawn; switched on, it hears of what comes."""
    row = _locked(endpoint_id)
    if row.is_active == on:
        raise Refused(f"It is {'on' if on else 'off'} already.")
    before = _snapshot(row)
    row.is_active, row.failing_since = on, None
    row.switched_off_at, row.switched_off_because = (None, "") if on else (at, f"Switched off by {by}.")
    row.save(update_fields=["is_active", "failing_since", "switched_off_at", "switched_off_because"])
    if not on:
        broadcast.withdraw(row, f"switched off by {by}", at)
    _recorded(row, "changed", before, by, at)
    return row


@transaction.atomic
def try_webhook(endpoint_id: int, *, by: Responder, at: datetime) -> None:
    """Sends it an event that says nothing, through the same signature, queue and log as every other."""
    row = _listening(endpoint_id)
    told = {
        "id": f"evt_test_{secrets.token_hex(6)}",
        "type": "test",
        "version": broadcast.VERSION,
        "at": at.isoformat(),
    }
    outbox.enqueue([broadcast.outgoing(row, told["id"], told, "test", about="")], at=at)


@transaction.atomic
def replay_delivery(endpoint_id: int, message_id: int, *, by: Responder, at: datetime) -> None:
    """Sends one event again, byte for byte and under the same event id, whatever became of it the first time."""
    row = _listening(endpoint_id)
    message = OutboundMessage.objects.filter(pk=message_id, channel="webhook", recipient=recipient(endpoint_id)).first()
    if message is None:
        raise Refused("There is no such delivery.")
    kind, _, pk = message.about.partition(":")
    if (
        kind == "incident"
        and not row.includes_restricted
        and Incident.objects.filter(pk=pk, is_restricted=True).exists()
    ):
        raise Refused("That incident is restricted now, and this webhook hears of no restricted incident.")
    first = message.key.partition(":again:")[0]
    copies = OutboundMessage.objects.filter(Q(key=first) | Q(key__startswith=f"{first}:again:"))
    if copies.filter(state__in=outbox.WAITING).exists():
        raise Refused("It is on its way already.")
    again = Outgoing(
        key=f"{first}:again:{secrets.token_hex(6)}",
        channel="webhook",
        to=message.recipient,
        to_name=row.name,
        subject=message.subject,
        text=message.body_text,
        html="",
        about=message.about,
        kind=message.kind,
    )
    outbox.enqueue([again], at=at)


def _listening(endpoint_id: int) -> WebhookEndpoint:
    row = _locked(endpoint_id)
    if not row.is_active:
        raise Refused("It is switched off; switch it on first.")
    return row
