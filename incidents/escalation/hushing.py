"""What has not left yet, once an incident is for named people only (B-110)."""

from datetime import datetime

from incidents.escalation.matrix import Matrix
from incidents.escalation.raising import restricted
from incidents.models import Incident
from notifications import outbox
from notifications.models import OutboundMessage


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
    # Of a chat room nobody knows who reads along: what waits for one is withdrawn without a word in its place.
    rooms = OutboundMessage.objects.filter(about=incident.about, channel="chat", state=OutboundMessage.State.PENDING)
    keys = [*(one.key for one in withdrawn), *rooms.values_list("key", flat=True)]
    outbox.supersede(at=at, reason="the incident is restricted now", keys=keys)
    outbox.enqueue([restricted(incident, one) for one in withdrawn], at=at)
    return len(withdrawn)


def _may_see(incident: Incident) -> list[int]:
    matrix = Matrix(incident.touched_at)
    return [person.pk for person in matrix.people.values() if matrix.may_see(person, incident)]
