"""A webhook that listens, and its letters delivered: what both files of webhook tests stand on."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from incidents import configuration
from incidents.models import Responder
from notifications import delivery
from notifications.models import WebhookEndpoint
from tests.factories import after
from tests.notifications.receiver import Receiver


def listen(receiver: Receiver, by: Responder, **more: Any) -> tuple[WebhookEndpoint, str]:
    told = {"name": "Warehouse", "url": receiver.url, "events": [], "sends_text": False, "includes_restricted": False}
    return configuration.add_webhook(**{**told, **more}, by=by, at=after())


def deliver(**later: float) -> None:
    delivery.sweep("webhook", now=timezone.now() + timedelta(**later))
