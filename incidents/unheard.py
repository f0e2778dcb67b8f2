"""A webhook that has failed for three days is switched off, and whoever configures Allclear hears of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from incidents import broadcast
from incidents.models import Responder
from notifications import aside, outbox
from notifications.models import WebhookAttempt, WebhookEndpoint
from notifications.outbox import Outgoing

PATIENCE = timedelta(days=3)
KEPT = timedelta(days=30)
BATCH = 1000


def sweep(*, now: datetime) -> int:
    """Switches off what has failed without a break for so long, and forgets attempts that are a month old."""
    switched = aside.settle_due(
        "unheard webhooks", _failing(now).order_by("pk"), lambda ids: _settle(ids, now), now=now
    )
    old = WebhookAttempt.objects.filter(at__lt=now - KEPT).order_by("at").values("pk")[:BATCH]
    WebhookAttempt.objects.filter(pk__in=old).delete()
    return switched


def _failing(now: datetime) -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(is_active=True, failing_since__lte=now - PATIENCE)


def _settle(ids: list[int], now: datetime) -> int:
    found = list(_failing(now).select_for_update(skip_locked=True).filter(pk__in=ids).order_by("pk"))
    for endpoint in found:
        _switch_off(endpoint, now)
    return len(found)


def _switch_off(endpoint: WebhookEndpoint, now: datetime) -> None:
    last = endpoint.attempts.order_by("-pk").values_list("outcome", flat=True).first() or "no answer"
    why = f"It failed without a break since {endpoint.failing_since:%d %B %H:%M} UTC; the last time: {last}"
    endpoint.is_active, endpoint.switched_off_at, endpoint.switched_off_because = False, now, why[:300]
    endpoint.save(update_fields=["is_active", "switched_off_at", "switched_off_because"])
    broadcast.withdraw(endpoint, "the webhook was switched off", now)
    where = f"{settings.PUBLIC_URL}/settings/webhooks/{endpoint.pk}/"
    text = f"The webhook “{endpoint.name}” ({endpoint.shown}) is switched off.\n\n{why}\n\n{where}\n"
    people = Responder.objects.filter(is_active=True, holdings__role__permissions__contains=["configure"]).distinct()
    outbox.enqueue(
        [
            Outgoing(
                key=f"webhook-off:{endpoint.pk}:{now.isoformat()}:{channel}:{person.pk}",
                channel=channel,
                to=person.email if channel == "email" else str(person.pk),
                to_name=str(person),
                subject=f"Webhook “{endpoint.name}” is switched off",
                text=text,
                html="",
                about="",
                kind="webhook-off",
                responder_id=person.pk,
            )
            for person in people
            for channel in ("email", "in_app")
        ],
        at=now,
    )
