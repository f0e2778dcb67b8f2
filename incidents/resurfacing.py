"""An open incident that nobody has touched for as long as its policy allows is raised again (B-130)."""

from datetime import datetime, timedelta

from django.db.models import Q

from incidents import escalation, timeline
from incidents.clocks import policy_of
from incidents.escalation import Raising
from incidents.models import Incident, Situation, TimelineEntry
from incidents.models.incident import IncidentQuerySet
from incidents.spelling import spell
from incidents.timeline import Line
from notifications import aside

AGAIN = "still untouched, and said again"


def sweep(*, now: datetime) -> int:
    """Raises each untouched incident once for every stretch of silence; returns how many."""
    quiet = _quiet(now).order_by("pk")
    return aside.settle_due("untouched", quiet, lambda ids: _settle(ids, now), now=now)


def _settle(ids: list[int], now: datetime) -> int:
    locked = _quiet(now).select_for_update(skip_locked=True, of=("self",), no_key=True).defer("search")
    quiet = locked.filter(pk__in=ids).order_by("pk")
    raisings = [raising for incident in quiet if (raising := _raising(incident, now))]
    for raising in raisings:
        # One thing to take, not one for each stretch of the same silence.
        escalation.end(raising.incident, situations=(Situation.UNTOUCHED,), reason=AGAIN, at=now)
    timeline.append_many(escalation.raise_all(raisings, at=now), recorded_at=now)
    Incident.objects.filter(pk__in=[raising.incident.pk for raising in raisings]).update(resurfaced_at=now)
    return len(raisings)


def _quiet(now: datetime) -> IncidentQuerySet:
    """Silent for as long as their own policy allows: those that are not yet due are neither read nor locked."""
    rows = Incident.objects.filter(is_open=True)
    quiet = Q(pk__in=())
    for version, severity in rows.order_by().values_list("policy_version_id", "severity").distinct():
        since = now - timedelta(seconds=policy_of(version).terms(severity).resurface_seconds)
        said = Q(resurfaced_at=None) | Q(resurfaced_at__lte=since)
        quiet |= Q(said, policy_version_id=version, severity=severity, touched_at__lte=since)
    return rows.filter(quiet)


def _raising(incident: Incident, now: datetime) -> Raising | None:
    allowed = policy_of(incident.policy_version_id).terms(incident.severity).resurface_seconds
    since = max(incident.touched_at, incident.resurfaced_at or incident.touched_at)
    if incident.next_due_at and incident.status == Incident.Status.VERIFYING and incident.next_due_at > now:
        return None
    silent = (now - incident.touched_at).total_seconds()
    if (now - since).total_seconds() < allowed:
        return None
    text = f"Nobody has touched {incident.reference} for {spell(silent)}."
    cause = f"incident:{incident.pk}:untouched:{int(since.timestamp())}"
    line = Line(TimelineEntry.Kind.RESURFACED, now, text)
    return Raising(incident, Situation.UNTOUCHED, cause, text, line=line)
