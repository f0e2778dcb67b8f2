"""What the reader of a report asked for, and what of it they may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Min, Q, QuerySet
from django.urls import reverse

from incidents.models import Incident, Responder
from postmortems.counted import TOGETHER, listed
from postmortems.models import IncidentFact
from postmortems.reports.period import DATES, Asked, Period, asked


@dataclass(frozen=True, slots=True)
class Wanted:
    """A period and filters; 0 is “any”. Nonsense in a filter is left out, never an error."""

    asked: Asked
    severity: int = 0
    client: int = 0
    system: int = 0
    type: int = 0

    @property
    def period(self) -> Period:
        return self.asked.period

    @classmethod
    def from_query(cls, query: Mapping[str, str], today: date) -> "Wanted":
        def number(name: str, most: int = 2**31) -> int:
            text = query.get(name, "")
            return int(text) if text.isascii() and text.isdigit() and int(text[:12]) < most else 0

        oldest = IncidentFact.objects.aggregate(n=Min("day"))["n"] if query.get("period") == "all" else None
        filters = {name: number(name) for name in ("client", "system", "type")}
        return cls(asked(query, today, oldest=oldest), number("severity", 5), **filters)

    def address(self, **more: object) -> str:
        """The same question as the query of an address, with something changed or added; None and 0 take out."""
        named = self.period.key != DATES
        period: dict[str, object] = {"period": self.period.key}
        if not named:
            period |= {"from": self.period.first.isoformat(), "to": self.period.last.isoformat()}
        filters = {name: getattr(self, name) for name in ("severity", "client", "system", "type")}
        return "?" + urlencode({key: value for key, value in {**period, **filters, **more}.items() if value})

    def listed(self, what: str = "", **more: object) -> str:
        """Where the incidents behind a figure are listed."""
        return reverse("postmortems:report_incidents") + self.address(**more, what=what)

    def over(self, period: Period) -> "Wanted":
        return Wanted(Asked(period), self.severity, self.client, self.system, self.type)


def conditions(wanted: Wanted, prefix: str = "") -> Q:
    """What the period and the filters ask of a fact; `prefix` is the way to it, such as `fact__`."""
    asks: dict[str, Any] = {"day__gte": wanted.period.first, "day__lte": wanted.period.last}
    if wanted.severity:
        asks["severity"] = wanted.severity
    for field, value in (("client_ids", wanted.client), ("system_ids", wanted.system), ("type_ids", wanted.type)):
        if value:
            asks[f"{field}__contains"] = [value]
    return Q(**{prefix + name: value for name, value in asks.items()})


def facts(wanted: Wanted) -> QuerySet[IncidentFact]:
    """The facts of the period that the filters let through, restricted ones too: the caller says who looks."""
    return IncidentFact.objects.filter(conditions(wanted))


def restricted(wanted: Wanted, viewer: Responder) -> list[Any]:
    """The restricted incidents of the period that this reader may see; sums never hold them (B-110)."""
    chosen = facts(wanted).filter(is_restricted=True)
    chosen = chosen.filter(incident__in=Incident.objects.visible_to(viewer).filter(is_restricted=True))
    return list(
        chosen.values(
            "incident_id", "day", "severity", "client_ids", "system_ids", "type_ids", "paused_seconds", "counts"
        )
    )


def incidents(wanted: Wanted, what: str, viewer: Responder) -> QuerySet[Incident]:
    """The incidents behind one figure that this reader may see, newest day first."""
    asks, found = conditions(wanted, "fact__"), listed(what)
    if found is not None:
        asks &= Q(fact__counts__has_any_keys=list(found[1])) if what in TOGETHER else Q(fact__counts__has_key=what)
    return Incident.objects.visible_to(viewer).filter(asks).order_by("-fact__day", "-pk")


@dataclass(frozen=True, slots=True)
class Counted:
    """How many incidents stand behind a figure, and how often it counts them; `more` when there are more than that."""

    incidents: int
    times: int
    more: bool


MOST_COUNTED = 10_000


def counted(chosen: QuerySet[Incident], what: str) -> Counted:
    """One query over ten thousand of them at most: a figure of promises or breaches counts one several times."""
    found = listed(what)
    names = found[1] if found is not None else ()
    rows = chosen.order_by().values_list("fact__counts", flat=True)[: MOST_COUNTED + 1]
    each = [sum(int(counts.get(name, 0)) for name in names) for counts in rows]
    return Counted(len(each[:MOST_COUNTED]), sum(each[:MOST_COUNTED]), len(each) > MOST_COUNTED)


CHOICES = """
    SELECT 'clients', id, name FROM incidents_client WHERE is_active
    UNION ALL SELECT 'systems', id, name FROM incidents_system WHERE is_active
    UNION ALL SELECT 'types', id, name FROM playbooks_incidenttype
    ORDER BY 1, 3, 2
"""


def choices() -> dict[str, list[tuple[int, str]]]:
    """What the filters offer, by name, in one query."""
    offered: dict[str, list[tuple[int, str]]] = {"clients": [], "systems": [], "types": []}
    with connection.cursor() as cursor:
        cursor.execute(CHOICES)
        for kind, pk, name in cursor.fetchall():
            offered[kind].append((pk, name))
    return offered
