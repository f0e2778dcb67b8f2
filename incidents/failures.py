"""Letters that did not arrive are put on the incident's record and escalated, never silently lost (issue point 5)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from incidents import escalation, notices, timeline
from incidents.escalation import Raising
from incidents.models import DigestLine, Incident, Situation, TimelineEntry
from incidents.timeline import Line
from notifications import aside
from notifications.models import OutboundMessage

BATCH = 100


def sweep(*, now: datetime) -> int:
    """Looks at each undelivered or stale letter once: a line on the record, and the situation “letter failed”.

    The letter itself stays a blocker for closing until somebody retries or waives it.
    """
    return aside.settle_due(
        "failed letters", _due().order_by("pk"), lambda ids: _settle(ids, now), now=now, batch=BATCH
    )


def _due() -> QuerySet[OutboundMessage]:
    undelivered = (*OutboundMessage.FAILED, OutboundMessage.State.SUPERSEDED)
    letters = OutboundMessage.objects.filter(kind__in=notices.LETTERS, state__in=undelivered, reported_at=None)
    ours = letters.filter(Q(about__startswith="incident:") | Q(about__startswith="digest:"))
    return ours.exclude(last_error="")


def _settle(ids: list[int], now: datetime) -> int:
    failed = list(_due().select_for_update(skip_locked=True, of=("self",)).filter(pk__in=ids).order_by("pk"))
    for message in failed:
        _tell(message, now)
    return OutboundMessage.objects.filter(pk__in=[message.pk for message in failed]).update(reported_at=now)


def _tell(message: OutboundMessage, now: datetime) -> None:
    """A scheduled update that did not arrive is told once, on the record of the first incident that stood in it."""
    kind, _, pk = message.about.partition(":")
    incident_id = int(pk)
    if kind == "digest":
        incident_id = DigestLine.objects.filter(digest_id=incident_id).values_list("incident_id", flat=True)[0]
    incident = Incident.objects.select_for_update(no_key=True).defer("search").get(pk=incident_id)
    text = f"The letter to {message.recipient} did not arrive: {message.last_error}"
    if message.may_be_there:
        # Begun and not answered: on a record that nobody can correct, it is not called lost.
        text = f"Nobody knows whether the letter to {message.recipient} arrived: {message.last_error}"
    line = Line(TimelineEntry.Kind.LETTER_FAILED, now, text, {"letter": message.pk, "state": message.state})
    cause = f"letter:{message.pk}:{message.attempts}"
    lines = escalation.raise_all([Raising(incident, Situation.LETTER_FAILED, cause, text, line=line)], at=now)
    timeline.append_many(lines, recorded_at=now)
