"""What has not left yet, once an incident is for named people only (B-110)."""

from datetime import datetime

from django.db.models import Q

from incidents.escalation.matrix import Matrix
from incidents.escalation.raising import restricted
from incidents.models import Incident
from notifications import outbox
from notifications.channels import webhook
from notifications.models import OutboundMessage, WebhookEndpoint


def hush(incident: Incident, *, at: datetime) -> int:
    """Withdraws the waiting messages of whoever may not see this incident and says the little that may be said instead;
    what they have in Allclear and have not read counts as read, for they cannot open it. Returns how many it withdrew.
    """
    if not incident.is_restricted:
        return 0
    ours = OutboundMessage.objects.filter(about=incident.about, responder__isnull=False).exclude(kind="restricted")
    ours.filter(channel="in_app", seen_at=None).exclude(responder__in=_may_see(incident)).update(seen_at=at)
    waiting = ours.filter(state=OutboundMessage.State.PENDING).exclude(responder__in=_may_see(incident))
    withdrawn = list(waiting.select_related("responder"))
    keys = [*(one.key for one in withdrawn), *_elsewhere(incident)]
    outbox.supersede(at=at, reason="the incident is restricted now", keys=keys)
    outbox.enqueue([restricted(incident, one) for one in withdrawn], at=at)
    return len(withdrawn)


def _elsewhere(incident: Incident) -> list[str]:
    """What waits for a chat room, the CRM, or a webhook that hears of no restricted incident: nobody knows who reads it
    there, so it is withdrawn without a word in its place. The note stays owed, and a person decides what it says."""
    deaf = WebhookEndpoint.objects.filter(includes_restricted=False).values_list("pk", flat=True)
    where = Q(channel__in=("chat", "crm")) | Q(channel="webhook", recipient__in=[webhook.recipient(pk) for pk in deaf])
    waiting = OutboundMessage.objects.filter(where, about=incident.about, state=OutboundMessage.State.PENDING)
    return list(waiting.values_list("key", flat=True))


def _may_see(incident: Incident) -> list[int]:
    matrix = Matrix(incident.touched_at)
    return [person.pk for person in matrix.people.values() if matrix.may_see(person, incident)]
