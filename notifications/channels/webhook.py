"""Signed events to somebody else's machine, with a log of every attempt; through the gate of `egress`.

`Allclear-Signature` is as `notifications.signatures` says; while a secret is being rotated there is a `v1` for each of
the two. Delivery is at least once: the event's id is the same in every copy.
"""

import json
import time
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime

from django.db.models.functions import Coalesce
from django.utils import timezone

from notifications import egress, sealed, signatures
from notifications.channels.outcomes import Refused
from notifications.models import OutboundMessage, WebhookAttempt, WebhookEndpoint

SECONDS = 10.0
KEPT = 2000
KEPT_HEADERS = 20
LONGEST_WAIT = 3600.0


def recipient(endpoint_id: int) -> str:
    return f"webhook:{endpoint_id}"


class Webhook:
    """One endpoint that fails rests by itself (bulkheads); its dead messages alarm nobody but its own page."""

    def open(self) -> None:
        """Every endpoint is a server of its own: there is nothing to open."""

    def send(self, message: OutboundMessage) -> str:
        endpoint = WebhookEndpoint.objects.filter(pk=int(message.recipient.partition(":")[2])).first()
        if endpoint is None or not endpoint.is_active:
            raise Refused("the webhook is switched off", permanent=True)
        try:
            url, secrets = sealed.unseal(endpoint.sealed_url), _secrets(endpoint)
        except sealed.Lost as error:
            # Tried again: whoever started Allclear with another key gives the right one back, or enters it anew.
            raise Refused(f"its address or its secret cannot be read. {error}", permanent=False) from error
        body, at = message.body_text.encode(), timezone.now()
        headers = _headers(message)
        marks = signatures.sign(body, secrets, int(at.timestamp()))
        signed = {"Allclear-Signature": marks}
        attempt = WebhookAttempt(endpoint=endpoint, message=message, at=at, request_headers=headers, milliseconds=0)
        began = time.monotonic()
        try:
            answer = egress.post(url, body, headers | signed, seconds=SECONDS)
        except egress.Forbidden as error:
            raise self._failed(attempt, began, Refused(str(error), permanent=True)) from error
        except egress.Failed as error:
            raise self._failed(attempt, began, Refused(str(error), permanent=False)) from error
        attempt.status = answer.status
        attempt.response_headers = _kept_headers(answer.headers)
        attempt.response_body = answer.body.decode("utf-8", "replace").replace("\x00", "")[:KEPT]
        if 200 <= answer.status < 300:
            self._taken(attempt, began)
            return f"HTTP {answer.status}"
        raise self._failed(attempt, began, _refused(answer))

    def _taken(self, attempt: WebhookAttempt, began: float) -> None:
        self._log(attempt, began)
        WebhookEndpoint.objects.filter(pk=attempt.endpoint_id).update(last_ok_at=attempt.at, failing_since=None)

    def _failed(self, attempt: WebhookAttempt, began: float, refused: Refused) -> Refused:
        attempt.outcome = str(refused)[:300]
        self._log(attempt, began)
        endpoint = WebhookEndpoint.objects.filter(pk=attempt.endpoint_id)
        endpoint.update(failing_since=Coalesce("failing_since", attempt.at))
        if attempt.status == 410:
            why = "It answered 410 Gone: it does not want to hear any more."
            endpoint.update(is_active=False, switched_off_at=attempt.at, switched_off_because=why)
        return refused

    def _log(self, attempt: WebhookAttempt, began: float) -> None:
        attempt.milliseconds = int((time.monotonic() - began) * 1000)
        attempt.save()

    def close(self) -> None:
        """Nothing is kept open."""


def _secrets(endpoint: WebhookEndpoint) -> list[str]:
    """What signs: the present secret, and the one before it while both are live and it can be read."""
    found = [sealed.unseal(endpoint.sealed_secret)]
    with suppress(sealed.Lost):
        found += [sealed.unseal(endpoint.sealed_old_secret)] if endpoint.sealed_old_secret else []
    return found


def _headers(message: OutboundMessage) -> dict[str, str]:
    event = json.loads(message.body_text)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Allclear-Webhook/1",
        "Allclear-Event": str(event.get("type", "")),
        "Allclear-Event-Id": str(event.get("id", "")),
        "Allclear-Delivery": f"{message.pk}-{message.attempts + 1}",
    }


def _kept_headers(headers: dict[str, str]) -> dict[str, str]:
    kept = [(name, value[:200].replace("\x00", "")) for name, value in headers.items() if name != "set-cookie"]
    return dict(kept[:KEPT_HEADERS])


def _refused(answer: egress.Answer) -> Refused:
    if 300 <= answer.status < 400:
        where = answer.headers.get("location", "")[:100]
        return Refused(f"HTTP {answer.status}: it redirects to {where}; enter that address", permanent=True)
    wait = _wait(answer.headers.get("retry-after", "")) if answer.status in (429, 503) else None
    return Refused(f"HTTP {answer.status}", permanent=answer.status == 410, wait=wait)


def _wait(retry_after: str) -> float | None:
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            until: datetime = parsedate_to_datetime(retry_after)
            seconds = (until - timezone.now()).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 1.0), LONGEST_WAIT)
