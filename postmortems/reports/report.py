"""One report, whole: every figure of a period and its filters, in a fixed number of queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from incidents.models import Client, Responder, System
from postmortems.models import RestartGate
from postmortems.reports import breaches, learned, promises, reading, recurrence, targets
from postmortems.reports import wanted as asking
from postmortems.reports.breaches import Breach, Chip, LateUpdate
from postmortems.reports.drawing import Chart
from postmortems.reports.figures import Change, Share, change, spelled
from postmortems.reports.learned import Debt, Line, Unreviewed
from postmortems.reports.promises import BarRow
from postmortems.reports.reading import Sums
from postmortems.reports.recurrence import Failed, Return
from postmortems.reports.targets import KeptRow, NamedRow, StepRow, TimeTable
from postmortems.reports.times import times
from postmortems.reports.wanted import Wanted

CSV_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Pulse:
    """One number of the strip at the top, with how it stood in the period before."""

    label: str
    share: Share
    change: Change
    url: str


@dataclass(frozen=True, slots=True)
class Report:
    """What the page, the print and the CSV show. `waiting` changes are not counted yet, `aside` cannot be counted."""

    wanted: Wanted
    names: Mapping[str, dict[int, str]]
    sums: Sums
    before: Sums
    pulse: list[Pulse]
    kept: list[KeptRow]
    kept_whole: KeptRow | None
    times: list[TimeTable]
    clients: list[NamedRow]
    clients_count: int
    systems: list[NamedRow]
    systems_count: int
    steps: list[StepRow]
    line: Chart | None
    earliness: list[BarRow]
    late_updates: list[LateUpdate]
    signals: list[BarRow]
    chips: list[Chip]
    breaches: list[Breach]
    returns: list[Return]
    safeguards: list[Failed]
    debt: Debt
    deviations: list[Line]
    forced: list[RestartGate]
    looks: list[Line]
    unreviewed: list[Unreviewed]
    paused: str
    waiting: int
    aside: int
    hides_restricted: bool

    @property
    def empty(self) -> bool:
        return not self.sums["incidents"] and not self.sums["void"]


def today(now: datetime) -> date:
    """The day in the organisation's zone, in which days begin and end for reports."""
    return now.astimezone(ZoneInfo(settings.ALLCLEAR_TIME_ZONE)).date()


DUE = """
    SELECT (SELECT count(*) FROM (SELECT 1 FROM postmortems_factdue WHERE quarantined_at IS NULL LIMIT 1000) a),
        (SELECT count(*) FROM (SELECT 1 FROM postmortems_factdue WHERE quarantined_at IS NOT NULL LIMIT 1000) b)
"""


def _due() -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        waiting, aside = cursor.fetchone()
    return waiting, aside


def build(wanted: Wanted, viewer: Responder, *, now: datetime, every: bool = False) -> Report:
    """Reads everything; `every` client and system instead of the twelve with most incidents, for the export."""
    offered = asking.choices()
    names = {kind: dict(rows) for kind, rows in offered.items()}
    hidden = asking.restricted(wanted, viewer)
    found = reading.by_severity(wanted, hidden)
    sums = reading.whole(found.values())
    earlier = wanted.over(wanted.period.before)
    before = reading.whole(reading.by_severity(earlier, asking.restricted(earlier, viewer)).values())
    populations = {rank: one.total(("incidents", "void")) for rank, one in found.items()}
    most = CSV_MOST if every else targets.MOST
    clients, clients_count = targets.named("client", wanted, hidden, names["clients"], most)
    systems, systems_count = targets.named("system", wanted, hidden, names["systems"], most)
    clients = _with_names(clients, names["clients"], Client)
    systems = _with_names(systems, names["systems"], System)
    kept, steps = targets.kept_by_severity(found, wanted), targets.by_step(wanted, hidden)
    waiting, aside = _due()
    return Report(
        wanted=wanted,
        names=names,
        sums=sums,
        before=before,
        pulse=_pulse(sums, before, wanted),
        kept=kept,
        kept_whole=_whole(sums, wanted) if kept else None,
        times=targets.time_tables(times(wanted, populations, hidden), wanted),
        clients=clients,
        clients_count=clients_count,
        systems=systems,
        systems_count=systems_count,
        steps=steps,
        line=targets.line(steps),
        earliness=promises.by_earliness(sums, wanted),
        late_updates=breaches.late_updates(wanted, viewer) if sums["promise_late"] + sums["promise_open_late"] else [],
        signals=promises.signals(sums, before, wanted),
        chips=breaches.chips(sums, wanted),
        breaches=breaches.latest(wanted, viewer, names["clients"], now) if sums["breached"] else [],
        returns=recurrence.returns(wanted, viewer, names["systems"]) if sums["again"] else [],
        safeguards=recurrence.safeguards(wanted, viewer),
        debt=learned.debt(wanted, viewer, now),
        deviations=learned.deviations(sums, wanted),
        forced=learned.forced(viewer),
        looks=learned.looks(sums, wanted),
        unreviewed=learned.unreviewed(wanted, viewer, now) if sums["unreviewed"] else [],
        paused=spelled(sums["paused_seconds"]),
        waiting=waiting,
        aside=aside,
        hides_restricted=not viewer.has_perm("view_restricted"),
    )


def _pulse(sums: Sums, before: Sums, wanted: Wanted) -> list[Pulse]:
    rows = []
    for label, of, better in (
        ("Acknowledged in time", targets.acknowledged, True),
        ("Resolved in time", targets.fixed, True),
        ("Promises kept", targets.promised, True),
        ("The client told us first", targets.told_by_client, False),
    ):
        share, earlier = of(sums, wanted), of(before, wanted)
        rows.append(Pulse(label, share, change(share, earlier, more_is_better=better), share.url))
    return rows


def _whole(sums: Sums, wanted: Wanted) -> KeptRow:
    shares = targets.acknowledged(sums, wanted), targets.fixed(sums, wanted), targets.promised(sums, wanted)
    return KeptRow(0, shares[0], [], shares[1], [], shares[2])


def _with_names(rows: list[NamedRow], known: Mapping[int, str], model: Any) -> list[NamedRow]:
    """Names of those that are no longer active, by one query when a row has one."""
    missing = [row.pk for row in rows if row.pk not in known]
    if not missing:
        return rows
    found = dict(model.objects.filter(pk__in=missing).values_list("pk", "name"))
    return [row if row.pk in known else row.called(found.get(row.pk, "–")) for row in rows]
