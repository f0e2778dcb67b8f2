"""The board's read model: fifty rows in a fixed number of queries, whatever stands in the tables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import F, Q

from incidents.bulk import read_rows
from incidents.models import Client, Incident, Responder, System
from incidents.models.incident import IncidentQuerySet
from incidents.rows import ClockRow, Line, Row, row_of

PAGE = 50
FIRST = datetime(1, 1, 1, tzinfo=UTC)
VIEWS = {
    "open": "All open",
    "acknowledge": "To acknowledge",
    "mine": "Mine",
    "verifying": "Verifying",
    "resolved": "Resolved",
    "closed": "Closed",
    "all": "All",
}
# What the export writes: half of its time would be spent on columns that nobody reads.
SHOWN = (
    "pk",
    "title",
    "severity",
    "status",
    "detected_at",
    "acknowledged_at",
    "resolved_at",
    "closed_at",
    "resolver__name",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for; nonsense in a filter is left out, never an error."""

    view: str = "open"
    severity: int | None = None
    client: int | None = None
    system: int | None = None
    resolver: int | None = None
    words: str = ""
    after: str = ""

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Wanted":
        def number(name: str, most: int = 2**31) -> int | None:
            text = query.get(name, "")
            return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:12]) < most else None

        view = query.get("view", "open")
        return cls(
            view=view if view in VIEWS else "open",
            severity=number("severity", 5),
            client=number("client"),
            system=number("system"),
            resolver=number("resolver"),
            words=query.get("q", "").replace("\x00", "").strip()[:200],
            after=query.get("after", "")[:60],
        )

    @property
    def ended(self) -> bool:
        return self.view in ("resolved", "closed", "all")


def found(wanted: Wanted, viewer: Responder) -> IncidentQuerySet:
    """The incidents that the reader asked for and may see, without an order."""
    chosen = Incident.objects.visible_to(viewer).only(*SHOWN)
    me = Q(resolver=viewer) | Q(communicator=viewer) | Q(coordinator=viewer)
    views = {
        "open": Q(is_open=True),
        "acknowledge": Q(is_open=True, acknowledged_at=None),
        "mine": Q(is_open=True) & me,
        "verifying": Q(is_open=True, status="verifying"),
        "resolved": Q(is_open=False, status="resolved"),
        "closed": Q(is_open=False, status="closed"),
        "all": Q(),
    }
    chosen = chosen.filter(views[wanted.view])
    if wanted.severity:
        chosen = chosen.filter(severity=wanted.severity)
    if wanted.client:
        chosen = chosen.filter(client_ids__contains=[wanted.client])
    if wanted.system:
        chosen = chosen.filter(system_ids__contains=[wanted.system])
    if wanted.resolver:
        chosen = chosen.filter(resolver_id=wanted.resolver)
    if wanted.words:
        reference = wanted.words.upper().removeprefix("INC-")
        if reference.isascii() and reference.isdigit() and len(reference) < 12:
            return chosen.filter(pk=int(reference))
        query = SearchQuery(wanted.words, config="english", search_type="websearch")
        chosen = chosen.filter(search=query)
    return chosen


CHOICES = """
    SELECT 'clients', id, name FROM incidents_client WHERE is_active
    UNION ALL SELECT 'systems', id, name FROM incidents_system WHERE is_active
    UNION ALL SELECT 'resolvers', id, name FROM incidents_responder WHERE is_active
    ORDER BY 1, 3, 2
"""


def choices() -> dict[str, list[tuple[int, str]]]:
    """What the filters offer: `clients`, `systems` and `resolvers` that are active, by name, in one query."""
    offered: dict[str, list[tuple[int, str]]] = {"clients": [], "systems": [], "resolvers": []}
    with connection.cursor() as cursor:
        cursor.execute(CHOICES)
        for kind, pk, name in cursor.fetchall():
            offered[kind].append((pk, name))
    return offered


def rows(
    wanted: Wanted,
    viewer: Responder,
    offered: Mapping[str, list[tuple[int, str]]],
    *,
    now: datetime,
    zone: ZoneInfo,
) -> tuple[list[Row], str]:
    """One page of rows, and the mark after which the next page begins ("" at the end).

    Two queries, and one more for each of clients and systems when a row names one that is no longer active.
    """
    chosen = found(wanted, viewer)
    if wanted.ended:
        if wanted.after.isdigit():
            chosen = chosen.filter(pk__lt=int(wanted.after))
        page = _lines(chosen.order_by("-pk"))
        mark = str(page[PAGE - 1].pk) if len(page) > PAGE else ""
    else:
        chosen = _after(chosen, wanted.after)
        page = _matching(chosen, wanted) if wanted.words else _lines(chosen.order_by("next_due_at", "pk"))
        last = page[PAGE - 1] if len(page) > PAGE else None
        mark = f"{last.next_due_at.timestamp():.6f}_{last.pk}" if last and last.next_due_at else ""
    page = page[:PAGE]
    clocks = _clocks([line.pk for line in page])
    clients = _names(Client, {pk for line in page for pk in line.client_ids}, offered["clients"])
    systems = _names(System, {pk for line in page for pk in line.system_ids}, offered["systems"])
    return [row_of(line, clocks, clients, systems, now, zone) for line in page], mark


def _lines(chosen: IncidentQuerySet) -> list[Line]:
    """A page of them, and one more that tells whether another page follows."""
    return [Line._make(line) for line in chosen.values_list(*Line._fields)[: PAGE + 1]]


NEAR = """
    SELECT id FROM (
        SELECT id, search FROM incidents_incident WHERE is_open AND (next_due_at, id) > (%s, %s)
        ORDER BY next_due_at, id LIMIT 1000
    ) near WHERE search @@ websearch_to_tsquery('english', %s)
"""


def _matching(chosen: IncidentQuerySet, wanted: Wanted) -> list[Line]:
    """A page of what matches words, the next due first.

    PostgreSQL does not know where in that order the words stand, and may walk through tens of thousands of rows that
    lack them. So the thousand that are due next are looked through; where they do not fill a page, every match is found
    by its words and sorted, and an order by more than the column keeps PostgreSQL from walking.
    """
    near = [pk for (pk,) in read_rows(NEAR, [*(_mark(wanted.after) or (FIRST, 0)), wanted.words])]
    if len(near) > PAGE:
        page = _lines(chosen.filter(pk__in=near).order_by("next_due_at", "pk"))
        if len(page) > PAGE:
            return page
    return _lines(chosen.order_by(F("next_due_at") + timedelta(0), "pk"))


def _mark(mark: str) -> tuple[datetime, int] | None:
    """The due time and the id after which a page begins; None for nonsense."""
    instant, _, pk = mark.partition("_")
    try:
        return datetime.fromtimestamp(float(instant), tz=UTC), int(pk)
    except (ValueError, OverflowError, OSError):
        return None


def _after(chosen: IncidentQuerySet, mark: str) -> IncidentQuerySet:
    found = _mark(mark)
    if found is None:
        return chosen
    due, pk = found
    return chosen.filter(Q(next_due_at__gt=due) | Q(next_due_at=due, pk__gt=pk)).filter(next_due_at__gte=due)


CLOCKS = f"""
    SELECT {", ".join(ClockRow._fields)} FROM incidents_clock
    WHERE incident_id = ANY(%s) AND kind IN ('acknowledge', 'resolve', 'update', 'verification') ORDER BY cycle
"""  # noqa: S608 (names of columns, all of them fields of ours)


def _clocks(ids: list[int]) -> dict[int, dict[str, ClockRow]]:
    # Two hundred rows of eight instants: read in binary they cost a third of what the ORM's cursor asks for them.
    found: dict[int, dict[str, ClockRow]] = {}
    for row in read_rows(CLOCKS, [ids]):
        clock = ClockRow._make(row)
        found.setdefault(clock.incident_id, {})[clock.kind] = clock
    return found


def _names(model: Any, ids: set[int], offered: list[tuple[int, str]]) -> dict[int, str]:
    known = dict(offered)
    missing = ids - known.keys()
    return known | dict(model.objects.filter(pk__in=missing).values_list("pk", "name")) if missing else known


PULSE = """
    SELECT (SELECT count(*) FROM (SELECT 1 FROM incidents_incident WHERE is_open AND severity = 1 LIMIT 1000) a),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_incident WHERE is_open AND severity = 2 LIMIT 1000) b),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_incident WHERE is_open AND severity = 3 LIMIT 1000) c),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_incident WHERE is_open AND severity = 4 LIMIT 1000) d),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_incident
            WHERE is_open AND acknowledged_at IS NULL LIMIT 1000) e),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_incident
            WHERE is_open AND acknowledged_at IS NULL AND next_due_at < %(now)s LIMIT 1000) f),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_clock WHERE kind = 'resolve' AND due_at < %(soon)s
            AND state IN ('running', 'breached', 'paused') LIMIT 1000) g),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_clock WHERE kind = 'update' AND due_at < %(hour)s
            AND state IN ('running', 'breached', 'paused') LIMIT 1000) h),
        (SELECT count(*) FROM (SELECT 1 FROM incidents_incident WHERE is_open AND status = 'verifying' LIMIT 1000) i),
        (SELECT numbers::text FROM incidents_figures WHERE name = 'promises-30-days')
"""


@dataclass(frozen=True, slots=True)
class Pulse:
    """The numbers above the board. Each count stops at a thousand, so that none grows with the table."""

    by_severity: tuple[int, int, int, int]
    waiting: int
    overdue: int
    resolve_soon: int
    updates_soon: int
    verifying: int
    promises: Mapping[str, Any]

    @property
    def open(self) -> int:
        return sum(self.by_severity)

    def segments(self) -> list[tuple[int, int, float, float]]:
        """Severity, count, and where its part of the bar begins and how wide it is, in per cent."""
        total, start, parts = max(1, self.open), 0.0, []
        for rank, count in enumerate(self.by_severity, 1):
            width = round(100 * count / total, 2)
            parts.append((rank, count, round(start, 2), max(0.0, round(width - 1, 2))))
            start += width
        return parts

    def kept(self) -> tuple[float, int, int] | None:
        """Share of acknowledgements in time over 30 days, met, and all; None when there was none."""
        row = self.promises.get("acknowledge", {})
        met, late = row.get("met", 0), row.get("late", 0)
        return (round(100 * met / (met + late), 1), met, met + late) if met + late else None


def pulse(*, now: datetime) -> Pulse:
    with connection.cursor() as cursor:
        hours = {"now": now, "soon": now + timedelta(hours=3), "hour": now + timedelta(hours=1)}
        cursor.execute(PULSE, hours)
        n = cursor.fetchone()
    return Pulse(tuple(n[:4]), n[4], n[5], n[6], n[7], n[8], json.loads(n[9]) if n[9] else {})
