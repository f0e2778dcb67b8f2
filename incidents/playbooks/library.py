"""Questions about the library: what fits an incident, what is never used, what is old, what has no playbook."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q

from incidents.models import Incident, Responder
from incidents.playbooks.models import IncidentType, Playbook, ReadingHint, Run, TypedIncident
from incidents.playbooks.suggesting import Candidate, Read, Seen, Suggestion, suggest

OUTDATED = timedelta(days=180)
MONTH = timedelta(days=31)
MOST_UNMATCHED = 50


@dataclass(frozen=True, slots=True)
class Shelf:
    """A playbook as the list shows it. `unused`: nobody has followed it in 180 days of being there."""

    playbook: Playbook
    uses: int
    last_used: datetime | None
    unused: bool
    outdated: bool


def shelves(now: datetime) -> list[Shelf]:
    """Every playbook with its use; unused: no run in 180 days; outdated: not changed in 180 days."""
    rows = (
        Playbook.objects.select_related("newest", "incident_type", "draft")
        .annotate(
            uses=Count("runs", distinct=True), last_used=Max("runs__started_at"), since=Min("versions__created_at")
        )
        .order_by("is_retired", "name")
    )
    found = []
    for row in rows:
        used, changed = row.last_used, row.newest.created_at if row.newest else None
        began = used or row.since
        unused = began is not None and now - began > OUTDATED
        outdated = changed is not None and now - changed > OUTDATED
        found.append(Shelf(row, row.uses, used, unused and not row.is_retired, outdated and not row.is_retired))
    return found


def types_without() -> list[IncidentType]:
    """Types of incident for which no playbook is in use."""
    used = Playbook.objects.filter(is_retired=False, newest__isnull=False, incident_type__isnull=False)
    return list(IncidentType.objects.exclude(pk__in=used.values("incident_type")))


def candidates() -> list[Candidate]:
    rows = Playbook.objects.filter(is_retired=False, newest__isnull=False).select_related("newest", "incident_type")
    return [
        Candidate(
            row.pk,
            row.name,
            row.newest.content.cues,
            row.incident_type.key if row.incident_type else "",
            row.incident_type.name if row.incident_type else "",
        )
        for row in rows
        if row.newest
    ]


def suggestions(incident: Incident) -> list[Suggestion]:
    """What fits this incident, each with its reasons; four queries."""
    return _suggested(candidates(), [incident])[incident.pk]


def unmatched(viewer: Responder, *, since: datetime, until: datetime | None = None) -> list[Incident]:
    """Incidents reported in that time that no playbook was followed on and none would be suggested for (B-125)."""
    rows = (
        Incident.objects.visible_to(viewer)
        .filter(reported_at__gte=since, playbook_runs=None)
        .exclude(closure__in=("merged", "cancelled"))
        .only("pk", "title", "description", "source", "severity", "system_ids", "reported_at")
    )
    rows = rows.filter(reported_at__lte=until) if until else rows
    found = list(rows.order_by("-reported_at")[: 4 * MOST_UNMATCHED])
    suggested = _suggested(candidates(), found)
    return [one for one in found if not suggested[one.pk]][:MOST_UNMATCHED]


def _suggested(known: Iterable[Candidate], incidents: Iterable[Incident]) -> Mapping[int, list[Suggestion]]:
    """In a fixed number of queries, however many incidents."""
    incidents, known = list(incidents), list(known)
    pks = [one.pk for one in incidents]
    systems: dict[int, list[str]] = {}
    links = Incident.systems.through._default_manager.filter(incident_id__in=pks)
    for pk, name in links.values_list("incident_id", "system__name"):
        systems.setdefault(pk, []).append(name)
    types = dict(TypedIncident.objects.filter(incident__in=pks).values_list("incident_id", "incident_type__key"))
    readings: dict[int, list[Read]] = {}
    for hint in ReadingHint.objects.filter(incident__in=pks):
        read = Read(hint.metric, hint.value, hint.unit, hint.source)
        readings.setdefault(hint.incident_id, []).append(read)
    return {
        one.pk: suggest(
            known,
            Seen(
                f"{one.title}\n{one.description}",
                one.source,
                tuple(systems.get(one.pk, ())),
                types.get(one.pk, ""),
                tuple(readings.get(one.pk, ())),
            ),
        )
        for one in incidents
    }


def earlier(incident: Incident, viewer: Responder, *, playbook_id: int | None = None, words: str = "") -> list[Run]:
    """Ended runs of this playbook, and documented resolutions for the same systems (B-100); only what one may see."""
    seen = Incident.objects.visible_to(viewer).exclude(pk=incident.pk)
    rows = Run.objects.filter(ended_at__isnull=False, incident__in=seen).select_related("incident", "playbook")
    same = Q(incident__system_ids__overlap=incident.system_ids) & ~Q(resolution="")
    rows = rows.filter(same | Q(playbook=playbook_id)) if playbook_id else rows.filter(same)
    for word in words.split()[:6]:
        rows = rows.filter(Q(resolution__icontains=word) | Q(incident__title__icontains=word))
    return list(rows.defer("incident__search").order_by("-ended_at")[:8])
