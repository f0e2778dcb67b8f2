"""Questions about the library: what fits an incident, what is never used, what is old, what has no playbook."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Prefetch, Q, prefetch_related_objects

from incidents import presence
from incidents.models import Incident, Responder, System
from incidents.playbooks.models import (
    IncidentType,
    Playbook,
    PlaybookHint,
    PlaybookVersion,
    ReadingHint,
    Run,
    TypedIncident,
    short_name,
)
from incidents.playbooks.shape import Cues
from incidents.playbooks.suggesting import Candidate, Read, Seen, Suggestion, suggest

OUTDATED = timedelta(days=180)
MONTH = timedelta(days=31)
MOST_UNMATCHED = 50
CUES: dict[int, Cues] = {}
# What most incidents have none of: `presence` looks for it as well.
RARE: presence.Places = {
    "runs": (Run, "incident_id"),
    "type": (TypedIncident, "incident_id"),
    "readings": (ReadingHint, "incident_id"),
    "named": (PlaybookHint, "incident_id"),
}


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


def choices() -> list[tuple[str, str]]:
    """Every playbook in use by its short name and its name, for those who name one in a rule, a source or a ladder."""
    used = Playbook.objects.filter(is_retired=False, newest__isnull=False).order_by("name")
    return [(one.short_name, one.name) for one in used]


def type_choices() -> list[tuple[str, str]]:
    """Every type of incident by its key and its name."""
    return list(IncidentType.objects.values_list("key", "name"))


def type_of(words: str) -> IncidentType | None:
    """The type of this key or, as rules once named them, of this name."""
    wanted = words.strip()
    return IncidentType.objects.filter(Q(key__iexact=wanted) | Q(name__iexact=wanted)).first() if wanted else None


def candidates() -> list[Candidate]:
    """The playbooks in use with what they listen for; one query, and one more when a version is new to this process."""
    rows = Playbook.objects.filter(is_retired=False, newest__isnull=False)
    told = rows.values_list("pk", "name", "shipped", "newest", "incident_type__key", "incident_type__name")
    found = list(told)
    # Versions are immutable, so each is read once by a process.
    if new := {version for _, _, _, version, _, _ in found} - CUES.keys():
        for version in PlaybookVersion.objects.filter(pk__in=new):
            CUES[version.pk] = version.content.cues
    return [
        Candidate(pk, name, CUES[version], key or "", title or "", short_name(name, shipped))
        for pk, name, shipped, version, key, title in found
    ]


def suggestions(incident: Incident, has: Collection[str] = tuple(RARE)) -> list[Suggestion]:
    """What fits this incident, each with its reasons; at most five queries.

    `has` names what of RARE the incident may have: what is not in it is not asked for.
    """
    return _suggested(candidates(), [incident], has)[incident.pk]


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


def _suggested(
    known: Iterable[Candidate], incidents: Iterable[Incident], has: Collection[str] = tuple(RARE)
) -> Mapping[int, list[Suggestion]]:
    """In a fixed number of queries, however many incidents."""
    incidents, known = list(incidents), list(known)
    pks = [one.pk for one in incidents]
    prefetch_related_objects(incidents, Prefetch("systems", System.objects.only("name")))
    typed = TypedIncident.objects.filter(incident__in=pks).values_list("incident_id", "incident_type__key")
    types = dict(typed) if "type" in has else {}
    readings: dict[int, list[Read]] = {}
    for hint in ReadingHint.objects.filter(incident__in=pks) if "readings" in has else ():
        read = Read(hint.metric, hint.value, hint.unit, hint.source)
        readings.setdefault(hint.incident_id, []).append(read)
    named: dict[int, dict[str, str]] = {}
    for told in PlaybookHint.objects.filter(incident__in=pks) if "named" in has else ():
        named.setdefault(told.incident_id, {})[told.short_name] = told.because
    return {
        one.pk: suggest(
            known,
            Seen(
                f"{one.title}\n{one.description}",
                one.source,
                tuple(system.name for system in one.systems.all()),
                types.get(one.pk, ""),
                tuple(readings.get(one.pk, ())),
                named.get(one.pk, {}),
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
