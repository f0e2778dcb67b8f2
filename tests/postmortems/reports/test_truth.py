"""Each figure equals a slow computation of its own, from the record of incidents that lived at random."""

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from incidents import clocks
from incidents.models import Clock, Incident, Responder, TimelineEntry
from incidents.playbooks.models import TypedIncident
from incidents.sla import Standing
from postmortems.models import BreachReason
from postmortems.reports import cells, report
from postmortems.reports.period import Asked, Period, step_of
from postmortems.reports.reading import by_severity
from postmortems.reports.sweep import sweep
from postmortems.reports.times import times
from postmortems.reports.wanted import Wanted
from tests.factories import T0, ResponderFactory
from tests.postmortems.reports.lives import World

pytestmark = pytest.mark.django_db
END = T0 + timedelta(days=700)
Kind = TimelineEntry.Kind


@dataclass
class Slow:
    """What one incident adds, read from its timeline and asked of the engine, not from any stored clock."""

    incident: Incident
    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, int | None] = field(default_factory=dict)

    @property
    def day(self) -> date:
        return self.incident.opened_at.date()


def slowly(incident: Incident, everyone: Iterable[Incident]) -> Slow:
    one, entries = Slow(incident), list(incident.timeline.order_by("seq"))
    void = incident.closure in ("merged", "cancelled")
    kinds = Counter(entry.kind for entry in entries)
    one.counts["void" if void else "incidents"] += 1
    one.counts["open_now"] += incident.is_open
    if not void:
        one.counts[f"first_{first_signal(entries, incident)}"] += 1
        one.counts["again"] += kinds[Kind.REOPENED] > 0 or came_before(incident, everyone)
    one.counts["reopened"] += kinds[Kind.REOPENED]
    one.counts["watch_failed"] += kinds[Kind.VERIFICATION_FAILED]
    one.counts["voided"] += kinds[Kind.BREACH_VOIDED]
    moving = [entry for entry in entries if entry.kind in clocks.events.MOVING]
    around = {entry.at.replace(microsecond=0) for entry in entries if entry.kind == Kind.WORKED_AROUND}
    rested = 0
    for clock in incident.clocks.filter(kind__in=("acknowledge", "resolve", "update")):
        standing = clocks.standing_of(moving, clock.kind, as_of=END, cycle=clock.cycle)
        name = outcome(clock.kind, standing, around if incident.worked_around_at else set())
        one.counts[name] += 1
        broken(one, standing.breached_at, clock)
        if clock.kind == "resolve" and incident.fixed_at:
            for stretch in standing.stretches:
                if stretch.reason == "paused" and stretch.start < incident.fixed_at:
                    end = min(stretch.end or incident.fixed_at, incident.fixed_at)
                    rested += int((end - stretch.start).total_seconds())
    for clock in incident.clocks.filter(kind="notify"):
        told = incident.affected.filter(client=clock.client).values_list("notified_at", flat=True).first()
        if clock.breached_at:
            one.counts["notify_late"] += 1
        elif told:
            one.counts["notify_met"] += 1
        broken(one, clock.breached_at, clock)
    one.counts["paused"] += rested > 0
    one.seconds = {
        "gap": span(incident.impact_started_at, incident.opened_at),
        "ack": span(incident.opened_at, incident.acknowledged_at),
        "fix": span(incident.opened_at, incident.fixed_at),
        "confirm": span(incident.opened_at, incident.resolved_at),
    }
    for measure, seconds in one.seconds.items():
        if void:
            one.seconds[measure] = None
        one.counts[f"{measure}_known"] += not void and seconds is not None
    one.seconds["paused"] = rested
    severe = min(incident.severity, incident.peak_severity) <= 2
    one.counts["unreviewed"] += bool(severe and not void and incident.resolved_at and not incident.reviewed_at)
    one.counts = +one.counts
    return one


def broken(one: Slow, at: datetime | None, clock: Clock) -> None:
    if at is None:
        return
    one.counts["breached"] += 1
    reason = BreachReason.objects.filter(clock=clock).first()
    one.counts[f"why_{reason.kind}" if reason else "unexplained"] += 1


def first_signal(entries: list[TimelineEntry], incident: Incident) -> str:
    told = entries[0].facts["client_reported_at"] or (
        incident.client_reported_at.isoformat() if incident.client_reported_at else None
    )
    if told and datetime.fromisoformat(told) <= datetime.fromisoformat(entries[0].facts["detected_at"]):
        return "client"
    if entries[0].facts["source"] == "client":
        return "agent" if told else "client"
    return str(entries[0].facts["source"])


def came_before(incident: Incident, everyone: Iterable[Incident]) -> bool:
    return any(
        other.title.lower() == incident.title.lower()
        and set(other.system_ids) & set(incident.system_ids)
        and other.closure not in ("merged", "cancelled")
        and timedelta(0) < incident.opened_at - other.opened_at <= timedelta(days=90)
        for other in everyone
    )


def span(start: datetime | None, end: datetime | None) -> int | None:
    return int((end - start).total_seconds()) if start and end and end >= start else None


def outcome(kind: str, standing: Standing, around: set[datetime]) -> str:
    name = {"acknowledge": "ack", "resolve": "fix", "update": "promise"}[kind]
    match standing.state:
        case "met_late":
            return f"{name}_late"
        case "breached":
            return f"{name}_open_late"
        case "cancelled":
            return "cancelled" if kind != "update" else "nothing"
        case "paused" if kind == "resolve":
            return "fix_paused"
        case "running" | "paused":
            return f"{name}_running"
    assert standing.state == "met"
    if kind == "acknowledge":
        return "ack_met"
    if kind == "update":
        assert standing.due_at and standing.stopped_at
        early = (standing.due_at - standing.stopped_at).total_seconds() / 60
        return f"kept_{next(least for least in (120, 60, 30, 10, 0) if early >= least)}"
    if standing.stopped_at in around:
        return "fix_workaround"
    return "fix_watched" if standing.provisional else "fix_met"


def chosen(slow: list[Slow], wanted: Wanted) -> list[Slow]:
    kept = []
    for one in slow:
        types = TypedIncident.objects.filter(incident=one.incident).values_list("incident_type_id", flat=True)
        if not wanted.period.first <= one.day <= wanted.period.last:
            continue
        if wanted.severity and one.incident.severity != wanted.severity:
            continue
        if wanted.client and wanted.client not in one.incident.client_ids:
            continue
        if wanted.system and wanted.system not in one.incident.system_ids:
            continue
        if wanted.type and wanted.type not in types:
            continue
        kept.append(one)
    return kept


def summed(rows: Iterable[Slow]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for row in rows:
        total.update(row.counts)
        total["paused_seconds"] += row.seconds["paused"] or 0
    total.pop("nothing", None)
    return dict(+total)


def questions(world: World) -> list[Wanted]:
    """Periods that begin and end anywhere, and every combination of filters."""
    first = T0.date()
    periods = [
        Period(first - timedelta(days=3), world.now.date()),
        Period(first + timedelta(days=11), first + timedelta(days=17)),
        Period(first + timedelta(days=20), first + timedelta(days=80)),
        Period(date(2025, 1, 1), date(2027, 12, 31)),
        Period(first - timedelta(days=90), first - timedelta(days=60)),
    ]
    client, system, kind = world.clients[0].pk, world.systems[0].pk, world.types[0].pk
    filters: list[dict[str, Any]] = [
        {},
        {"severity": 2},
        {"client": client},
        {"system": system},
        {"type": kind},
        {"client": client, "system": system, "severity": 1},
        {"client": client, "system": system, "type": kind},
    ]
    return [Wanted(Asked(period), **more) for period in periods for more in filters]


@pytest.mark.requirement("B-03", "B-124", "C-03", "C-06")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_is_what_the_record_says(seed: int) -> None:
    world = World(seed)
    world.live(30)
    clocks.sweep(now=END)
    for _ in range(3):
        sweep(now=END)
    everyone = list(Incident.objects.order_by("pk"))
    slow = [slowly(one, everyone) for one in everyone]
    viewer: Responder = ResponderFactory(role="administrator")
    for wanted in questions(world):
        rows = chosen(slow, wanted)
        found = by_severity(wanted, [])
        for rank in (1, 2, 3, 4):
            expected = summed(row for row in rows if row.incident.severity == rank)
            got = {name: number for name, number in (found[rank].of if rank in found else {}).items() if number}
            assert got == expected, (seed, wanted, rank)
        check_times(wanted, rows)
        check_breakdowns(wanted, rows, viewer, world)
    call_command("verify_reports")
    before = list(cells.crooked())
    call_command("rebuild_reports")
    assert before == [] == cells.crooked()
    assert summed(slow)["incidents"] > 15 and summed(slow)["breached"] > 5 and summed(slow)["paused_seconds"] > 0


def check_times(wanted: Wanted, rows: list[Slow]) -> None:
    populations = Counter(row.incident.severity for row in rows)
    for rank, measured in times(wanted, populations, []).items():
        for measure, one in measured.items():
            values = sorted(
                value for row in rows if row.incident.severity == rank if (value := row.seconds[measure]) is not None
            )
            assert one.count == len(values)
            if values:
                assert one.median is not None and abs(one.median - statistics.median(values)) <= 0.5
                assert one.nine_in_ten == values[-(-9 * len(values) // 10) - 1]


def check_breakdowns(wanted: Wanted, rows: list[Slow], viewer: Responder, world: World) -> None:
    one = report.build(wanted, viewer, now=END)
    for client in world.clients:
        mine = summed(row for row in rows if client.pk in row.incident.client_ids)
        shown = next((row for row in one.clients if row.pk == client.pk), None)
        if wanted.client in (0, client.pk):
            assert (shown.incidents if shown else 0) == mine.get("incidents", 0)
            if shown:
                assert shown.acknowledged.part == mine.get("ack_met", 0)
                assert shown.fixed.part == mine.get("fix_met", 0) + mine.get("fix_workaround", 0)
    for system in one.systems:
        mine = summed(row for row in rows if system.pk in row.incident.system_ids)
        assert (system.incidents, system.again) == (mine["incidents"], mine.get("again", 0))
    for step in one.steps:
        mine = summed(row for row in rows if step_of(row.day, wanted.period.unit) == step.start)
        assert step.incidents == mine.get("incidents", 0)
        assert step.fixed.rest == mine.get("fix_late", 0) + mine.get("fix_open_late", 0)
    assert sum(step.incidents for step in one.steps) == one.sums["incidents"]
    assert len(one.unreviewed) == min(20, one.sums["unreviewed"]) and all(row.why for row in one.unreviewed)
