"""The lists that a weekly or monthly line is about (B-118, B-124, B-125), exactly those of its window."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from incidents.detection.models import CheckLine
from incidents.models import Incident, Responder, System
from incidents.playbooks import library

MOST = 200
RECURS = 2


@dataclass(frozen=True, slots=True)
class Row:
    address: str
    words: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """`total` may be more than the rows that are shown."""

    title: str
    rows: tuple[Row, ...]
    total: int
    none: str
    further: tuple[str, str] = ("", "")


def listing(kind: str, since: datetime, until: datetime, viewer: Responder) -> Listing | None:
    """What a line of this kind is about; None when it is about nothing in particular."""
    if kind == CheckLine.Kind.CLIENT_REPORTS:
        return client_reports(since, until, viewer)
    if kind == CheckLine.Kind.RECURRENCES:
        return recurrences(since, until, viewer)
    if kind == CheckLine.Kind.UNPLAYED:
        return unplayed(since, until, viewer)
    return None


def client_reports(since: datetime, until: datetime, viewer: Responder) -> Listing:
    """Incidents that a client reported in the window, whatever else noticed them."""
    told = Q(client_reported_at__gt=since, client_reported_at__lte=until)
    unsaid = Q(source=Incident.Source.CLIENT, client_reported_at=None, reported_at__gt=since, reported_at__lte=until)
    found = Incident.objects.visible_to(viewer).filter(told | unsaid).order_by("pk")
    return _listing("Reported by clients", found, "No client reported an issue in this time.")


def unplayed(since: datetime, until: datetime, viewer: Responder) -> Listing:
    """Incidents of the window that no playbook was followed on and none would be suggested for."""
    found = library.unmatched(viewer, since=since, until=until)
    chosen = Incident.objects.filter(pk__in=[one.pk for one in found]).order_by("pk")
    none = "Every incident had a matching playbook."
    return _listing("Without a matching playbook", chosen, none, ("Playbooks", reverse("playbooks:library")))


def _listing(title: str, found: QuerySet[Incident], none: str, further: tuple[str, str] = ("", "")) -> Listing:
    incidents = list(found.only("title", "severity", "status").prefetch_related("systems")[:MOST])
    rows = tuple(
        Row(
            reverse("incidents:incident", args=[one.pk]),
            f"{one.reference} {one.title}",
            " · ".join([one.severity_key, one.get_status_display(), *(system.name for system in one.systems.all())]),
        )
        for one in incidents
    )
    return Listing(title, rows, len(rows) if len(rows) < MOST else found.count(), none, further)


def recurrences(since: datetime, until: datetime, viewer: Responder) -> Listing:
    """Systems that broke more than once in the window, most often first; each links to its incidents.

    The recurrence report of the same days stands behind them (B-124).
    """
    window = Incident.objects.visible_to(viewer).filter(reported_at__gt=since, reported_at__lte=until)
    counted = list(
        window.exclude(closure__in=["merged", "cancelled"])
        .filter(systems__isnull=False)
        .values_list("systems")
        .annotate(n=Count("pk", distinct=True))
        .filter(n__gte=RECURS)
        .order_by("-n", "systems")[:MOST]
    )
    names = System.objects.in_bulk([pk for pk, _ in counted])
    board = reverse("incidents:board")
    rows = tuple(Row(f"{board}?view=all&system={pk}", names[pk].name, f"{n} incidents") for pk, n in counted)
    none = "No system broke more than once in this time."
    zone = ZoneInfo(settings.ALLCLEAR_TIME_ZONE)
    days = {"period": "dates", "from": since.astimezone(zone).date(), "to": until.astimezone(zone).date()}
    report = f"{reverse('postmortems:reports')}?{urlencode(days)}#again"
    return Listing("What came back", rows, len(rows), none, ("The recurrence report of these days", report))
