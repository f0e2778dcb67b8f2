"""The nouns of the mail room: what goes out, what came in, what keeps both going."""

from notifications.models.inbound import InboundMail, Mailbox
from notifications.models.outbox import (
    Breaker,
    Destination,
    OutboundMessage,
    OutboxHold,
    SetAside,
    Suppression,
    SweepHeartbeat,
    WebhookAttempt,
    WebhookEndpoint,
)

__all__ = [
    "Breaker",
    "Destination",
    "InboundMail",
    "Mailbox",
    "OutboundMessage",
    "OutboxHold",
    "SetAside",
    "Suppression",
    "SweepHeartbeat",
    "WebhookAttempt",
    "WebhookEndpoint",
]
