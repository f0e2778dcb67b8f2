"""Letters that did not arrive are put on the incident's record and escalated, never silently lost (issue point 5)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from incidents import escalation, notices, timeline
from incidents.escalation import Raising
from incidents.models import DigestLine, Incident, Situation, TimelineEntry
from incidents.timeline import Line
from notifications.models import OutboundMessage

BATCH = 100


def sweep(*, now: datetime) -> int:
    """Looks at each undelivered or stale letter once: a line on the record, and the situation “letter failed”.

    The letter itself stays a blocker for closing until somebody retries or waives it.
    """
    count = 0
    while True:
        with transaction.atomic():
            failed = list(
                OutboundMessage.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(
                    kind__in=notices.LETTERS,
                    state__in=(*OutboundMessage.FAILED, OutboundMessage.State.SUPERSEDED),
                    reported_at=None,
                )
                .filter(Q(about__startswith="incident:") | Q(about__startswith="digest:"))
                .exclude(last_error="")
                .order_by("pk")[:BATCH]
            )
            if not failed:
                return count
            for message in failed:
                _tell(message, now)
            OutboundMessage.objects.filter(pk__in=[message.pk for message in failed]).update(reported_at=now)
            count += len(failed)


def _tell(message: OutboundMessage, now: datetime) -> None:
    """A scheduled update that did not arrive is told once, on the record of the first incident that stood in it."""
    kind, _, pk = message.about.partition(":")
    incident_id = int(pk)
    if kind == "digest":
        incident_id = DigestLine.objects.filter(digest_id=incident_id).values_list("incident_id", flat=True)[0]
    incident = Incident.objects.select_for_update(no_key=True).defer("search").get(pk=incident_id)
    text = f"The letter to {message.recipient} did not arrive: {message.last_error}"
    line = Line(TimelineEntry.Kind.LETTER_FAILED, now, text, {"letter": message.pk, "state": message.state})
    cause = f"letter:{message.pk}:{message.attempts}"
    lines = escalation.raise_all([Raising(incident, Situation.LETTER_FAILED, cause, text, line=line)], at=now)
    timeline.append_many(lines, recorded_at=now)
