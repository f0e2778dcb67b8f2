"""Slack, Discord, Teams and SMS by apprise, behind one adapter.

Only these few of its many services may be used: each posts to hosts of its own, fixed in apprise or named here, so that
no address that somebody types can lead inside. Redirects are not followed.
"""

import logging
import re
from typing import Any
from urllib.parse import unquote

import apprise
from apprise.plugins.base import NotifyBase
from apprise.plugins.clicksend import NotifyClickSend
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.messagebird import NotifyMessageBird
from apprise.plugins.slack import NotifySlack
from apprise.plugins.twilio import NotifyTwilio
from apprise.plugins.vonage import NotifyVonage
from apprise.plugins.workflows import NotifyWorkflows

from notifications import sealed
from notifications.channels.outcomes import Ambiguous, Refused
from notifications.models import Destination, OutboundMessage

SERVICES: dict[str, tuple[str, type[NotifyBase]]] = {
    "slack": ("Slack", NotifySlack),
    "discord": ("Discord", NotifyDiscord),
    "workflows": ("Microsoft Teams", NotifyWorkflows),
    "twilio": ("SMS by Twilio", NotifyTwilio),
    "vonage": ("SMS by Vonage", NotifyVonage),
    "msgbird": ("SMS by MessageBird", NotifyMessageBird),
    "clicksend": ("SMS by ClickSend", NotifyClickSend),
}
ALIASES = {"workflow": "workflows", "nexmo": "vonage"}
# Teams posts to a host that stands in the address: only Microsoft's own.
TEAMS_HOSTS = re.compile(r"[a-z0-9.-]+\.(?:logic\.azure\.com|powerplatform\.com|webhook\.office\.com)")
STATUS = re.compile(r"error\s*=\s*(\d{3})")
LONGEST = 1400
TIMEOUT = (3.0, 10.0)
# Untyped, and the only way to hear of a status.
CAPTURE: Any = apprise.LogCapture


class NotAllowed(Exception):
    """That address is none of the services that may be used; the sentence is for whoever typed it."""


def recipient(destination_id: int) -> str:
    return f"destination:{destination_id}"


def service_of(url: str) -> tuple[str, Any]:
    """The scheme and the ready service of an address as apprise writes it, or as Slack, Discord and Teams show it."""
    url = url.strip()
    scheme, _, rest = url.partition("://")
    scheme = ALIASES.get(scheme.lower(), scheme.lower())
    if any(ord(one) <= 32 or ord(one) == 127 for one in url) or not rest:
        raise NotAllowed("Give one address, such as slack://… or the webhook address that Slack shows.")
    if scheme == "https":
        return _native(url)
    if scheme not in SERVICES:
        names = ", ".join(f"{one}://" for one in SERVICES)
        raise NotAllowed(f"“{scheme[:20]}://” is not allowed. These are: {names}.")
    service = SERVICES[scheme][1]
    return scheme, _made(scheme, service, _parsed(service.parse_url, url))


def _native(url: str) -> tuple[str, Any]:
    for scheme, (_, service) in SERVICES.items():
        told = _parsed(service.parse_native_url, url)
        if told:
            return scheme, _made(scheme, service, told)
    raise NotAllowed("That is no webhook address of Slack, Discord or Teams.")


def _parsed(parse: Any, url: str) -> dict[str, Any] | None:
    try:
        told = parse(url)
    except (TypeError, ValueError, apprise.exception.AppriseException):
        return None
    return dict(told) if told else None


def _made(scheme: str, service: type[NotifyBase], told: dict[str, Any] | None) -> Any:
    label = SERVICES[scheme][0]
    if not told:
        raise NotAllowed(f"That is no address of {label}.")
    asset = apprise.AppriseAsset(http_redirects=False)
    try:
        made: Any = service(**{**told, "asset": asset})
    except (TypeError, ValueError, apprise.exception.AppriseException) as error:
        raise NotAllowed(f"That is no address of {label}: a part is missing or wrong.") from error
    if scheme == "workflows" and not TEAMS_HOSTS.fullmatch(str(made.host).lower()):
        raise NotAllowed("Teams posts to Microsoft’s own hosts only, such as ….logic.azure.com.")
    if not made.verify_certificate:
        raise NotAllowed("Certificates are always checked: leave verify=no out of the address.")
    made.socket_connect_timeout, made.socket_read_timeout = TIMEOUT
    made.redirects = False
    # The outbox keeps the pace, and tries again itself.
    made.request_rate_per_sec = 0
    return made


def shown(url: str) -> str:
    """Enough of an address to know it by: its service, and the few characters that apprise leaves of the rest."""
    scheme, service = service_of(url)
    hidden = str(service.url(privacy=True)).partition("://")[2].partition("?")[0]
    return f"{scheme}://{unquote(hidden)}"[:200]


class Chat:
    """`message.recipient` is `destination:7`; one that fails rests by itself."""

    def open(self) -> None:
        """Every destination is a service of its own: there is nothing to open."""

    def send(self, message: OutboundMessage) -> str:
        destination = Destination.objects.filter(pk=int(message.recipient.partition(":")[2])).first()
        if destination is None or not destination.is_active:
            raise Refused("the destination is switched off", permanent=True)
        try:
            _, service = service_of(sealed.unseal(destination.sealed_url))
        except sealed.Lost as error:
            # Tried again: whoever started Allclear with another key gives the right one back, or enters it anew.
            raise Refused(f"its address cannot be read. {error}", permanent=False) from error
        except NotAllowed as error:
            raise Refused(str(error), permanent=True) from error
        with CAPTURE(level=logging.WARNING, name="apprise") as said:
            taken = service.send(body=message.body_text[:LONGEST], title="")
            words = said.getvalue()
        if not taken:
            raise _refused(SERVICES[destination.scheme][0], words)
        return destination.scheme

    def close(self) -> None:
        """Nothing is kept open."""


def _refused(name: str, words: str) -> Refused | Ambiguous:
    """What apprise says of a failure holds a status at best; its words may name the address and are never repeated."""
    found = STATUS.search(words)
    if found is None and "onnection error" in words:
        return Ambiguous(f"the connection to {name} broke off")
    status = int(found[1]) if found else 0
    sentence = f"{name} answered {status}" if status else f"{name} did not take it"
    return Refused(sentence, permanent=400 <= status < 500 and status not in (408, 425, 429))
