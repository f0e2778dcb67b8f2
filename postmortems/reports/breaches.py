"""Broken promises with their reasons, and the updates that came late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from incidents.models import Clock, Incident, Responder
from incidents.spelling import spell
from postmortems.counted import REASONS
from postmortems.models import BreachReason
from postmortems.reports import wanted as asking
from postmortems.reports.reading import Sums
from postmortems.reports.wanted import Wanted

COUNTED = (Clock.Kind.ACKNOWLEDGE, Clock.Kind.RESOLVE, Clock.Kind.UPDATE, Clock.Kind.NOTIFY)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken promise. `late_seconds` counts as the clock does: opening hours only, pauses left out."""

    incident: Incident
    clock: Clock
    label: str
    late: str
    still: bool
    clients: str
    reason: BreachReason | None
    explain: str


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    count: int
    url: str
    missing: bool = False


def chips(sums: Sums, wanted: Wanted) -> list[Chip]:
    """Each kind of reason that was given, the most frequent first, and how many breaches have none yet."""
    given = [(REASONS[key], sums[f"why_{key}"], wanted.listed(f"why_{key}")) for key in REASONS]
    found = [Chip(*one) for one in sorted(given, key=lambda one: -one[1]) if one[1]]
    if sums["unexplained"]:
        found.append(Chip("No reason yet", sums["unexplained"], wanted.listed("unexplained"), True))
    return found


def of(incidents: Sequence[Incident], names: Mapping[int, str], now: datetime) -> list[Breach]:
    """The breaches of these incidents in their order; one query for the clocks, none for each."""
    rows = Clock.objects.filter(incident__in=[one.pk for one in incidents], kind__in=COUNTED, breached_at__isnull=False)
    rows = rows.select_related("client", "breach_reason").order_by("breached_at", "pk")
    by_incident: dict[int, list[Clock]] = {}
    for clock in rows:
        by_incident.setdefault(clock.incident_id, []).append(clock)
    return [_breach(one, clock, names, now) for one in incidents for clock in by_incident.get(one.pk, [])]


def _breach(incident: Incident, clock: Clock, names: Mapping[int, str], now: datetime) -> Breach:
    still = clock.stopped_at is None and clock.state == Clock.State.BREACHED and incident.is_open
    late = clock.late_seconds
    if still and clock.due_at:
        # What the clock stored is of when it was settled last; an open breach grows by the wall clock.
        late = max(late, int((now - clock.due_at).total_seconds()))
    label = clock.get_kind_display() + (f", {clock.client}" if clock.client else "")
    clients = "internal" if incident.is_internal else ", ".join(names.get(pk, "–") for pk in incident.client_ids[:3])
    reason = getattr(clock, "breach_reason", None)
    explain = reverse("postmortems:explain_breach", args=[clock.pk])
    return Breach(incident, clock, label, spell(late), still, clients, reason, explain)


def chosen(wanted: Wanted, viewer: Responder) -> QuerySet[Incident]:
    """The incidents with a breach, newest day first, with what their line shows."""
    return asking.incidents(wanted, "breached", viewer).only(
        "pk", "title", "severity", "client_ids", "is_internal", "is_open", "status"
    )


def latest(wanted: Wanted, viewer: Responder, names: Mapping[int, str], now: datetime) -> list[Breach]:
    """The breaches of the newest ten incidents that have any."""
    return of(list(chosen(wanted, viewer)[:SHOWN]), names, now)[:SHOWN]


@dataclass(frozen=True, slots=True)
class LateUpdate:
    reference: str
    url: str
    by: str


def late_updates(wanted: Wanted, viewer: Responder) -> list[LateUpdate]:
    """The newest five incidents whose promised update came late or not at all, with by how much at worst."""
    late = Clock.objects.filter(kind=Clock.Kind.UPDATE, breached_at__isnull=False).order_by("-late_seconds")
    rows = asking.incidents(wanted, "promises_missed", viewer).only("pk")
    rows = rows.prefetch_related(Prefetch("clocks", queryset=late, to_attr="late_updates"))
    found = []
    for one in rows[:5]:
        clocks: list[Clock] = getattr(one, "late_updates", [])
        if clocks:
            by = spell(clocks[0].late_seconds) if clocks[0].stopped_at else "not yet sent"
            found.append(LateUpdate(one.reference, reverse("incidents:incident", args=[one.pk]), by))
    return found
