"""Many incidents by COPY, with an abridged but true record each: reported, acknowledged, resolved, closed.

For measuring, not for reading: titles repeat, and nobody is told anything.
"""

import random
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from incidents import timeline
from incidents.bulk import allot_ids, copy_rows
from incidents.clocks import policy_of
from incidents.models import Clock, Incident, IncidentClient, PolicyVersion, TimelineEntry
from incidents.sample.story import PLOTS
from incidents.sample.world import World
from incidents.timeline import Line

CHUNK = 10_000
DAY = timedelta(days=1)
INCIDENT = [
    "id",
    "title",
    "description",
    "severity",
    "peak_severity",
    "status",
    "source",
    "is_open",
    "is_internal",
    "is_restricted",
    "production_affected",
    "situations",
    "client_ids",
    "system_ids",
    "detected_at",
    "opened_at",
    "reported_at",
    "reported_by_id",
    "coordinator_id",
    "resolver_id",
    "communicator_id",
    "triaged_at",
    "acknowledged_at",
    "acknowledgement_excepted",
    "investigating_at",
    "workaround",
    "fault_domain",
    "broken",
    "cause",
    "done",
    "test_evidence",
    "fixed_at",
    "fixed_by_id",
    "scenario",
    "scenario_result",
    "resolved_at",
    "review_opened_at",
    "reviewed_at",
    "closure_audited_at",
    "closed_at",
    "closure",
    "brief",
    "policy_version_id",
    "next_due_at",
    "touched_at",
    "entry_count",
    "head",
]
CLOCK = [
    "incident_id",
    "kind",
    "cycle",
    "state",
    "severity",
    "start_at",
    "target_seconds",
    "due_at",
    "warn_50_at",
    "warn_75_at",
    "warn_90_at",
    "next_check_at",
    "level",
    "paused",
    "provisional",
    "stopped_at",
    "late_seconds",
    "revision",
    "policy_version_id",
    "tzdata_version",
    "errors",
    "last_error",
]


class Volume:
    """Makes rows; `luck` is seeded, so two loads are alike."""

    def __init__(self, world: World, now: datetime) -> None:
        self.luck = random.Random(11)  # noqa: S311 (a sample, not a secret)
        self.now = now.replace(microsecond=0)
        self.people = [world.people[name].pk for name in ("devin", "priya", "jonas")]
        self.coordinator, self.communicator = world.people["alfred"].pk, world.people["rick"].pk
        self.clients = [client.pk for client in world.clients.values()]
        self.systems = [system.pk for system in world.systems.values()]
        self.version = PolicyVersion.objects.filter(policy__is_default=True).order_by("-number")[0].pk
        self.policy = policy_of(self.version)
        self.tables: dict[str, list[list[Any]]] = {}

    def row(self, pk: int, *, is_open: bool) -> None:
        """One incident with its clients, entries and clocks; every deadline of an open one lies ahead."""
        luck, plot = self.luck, self.luck.choice(PLOTS)
        severity = plot.severity
        terms = self.policy.terms(severity)
        client, system = luck.choice(self.clients), luck.choice(self.systems)
        if is_open:
            opened = self.now - timedelta(seconds=luck.uniform(0.0, 0.45) * terms.acknowledge.target_seconds)
        else:
            opened = self.now - DAY * luck.uniform(9, 900)
        opened = opened.replace(microsecond=0)
        answered = opened + timedelta(seconds=int(terms.acknowledge.target_seconds * luck.uniform(0.1, 0.9)))
        acked = not is_open or luck.random() < 0.7
        if is_open and acked:
            answered = opened + (self.now - opened) * 0.5
        fixed = (
            None if is_open else opened + timedelta(seconds=int(terms.resolve.target_seconds * luck.uniform(0.2, 0.9)))
        )
        ended = None if fixed is None else max(fixed, answered) + timedelta(seconds=terms.verification_seconds + 60)
        status = "closed" if ended else "investigating" if acked else "triaged"
        due = opened + timedelta(seconds=terms.resolve.target_seconds if acked else terms.acknowledge.target_seconds)
        incident = Incident(pk=pk, entry_count=0, head="")
        lines = [Line("reported", opened, plot.description, self._report(severity, opened), status_after="reported")]
        if acked:
            lines.append(Line("acknowledged", answered, "Seen.", {}, status_after="acknowledged"))
        lines.append(Line("closed", ended, "", {}, status_after="closed") if ended else
                     Line("noted", opened, "", {}, status_after=status))  # fmt: skip
        for line in lines:
            linked = timeline._linked(incident, line, None, line.at)
            self._add(TimelineEntry._meta.db_table, linked)
        person = luck.choice(self.people)
        self._add(
            Incident._meta.db_table,
            [pk, f"{plot.title} {pk}", plot.description, severity, severity, status, plot.source, is_open, False, False,
             False, [], [client], [system], opened, opened, opened, self.coordinator, self.coordinator, person,
             self.communicator, opened, answered if acked else None, "", answered if acked else None, "",
             plot.domain if ended else "", plot.title if ended else "", plot.cause if ended else "",
             plot.done if ended else "", "Tested." if ended else "", fixed, person if ended else None, "", "", ended,
             ended, ended, ended, ended, "completed" if ended else "", plot.title, self.version,
             None if ended else due, opened, incident.entry_count, incident.head],
        )  # fmt: skip
        self._add(IncidentClient._meta.db_table, [pk, client, False, opened, answered if acked else None])
        self._clock(pk, "acknowledge", severity, opened, terms.acknowledge.target_seconds, answered if acked else None)
        self._clock(pk, "resolve", severity, opened, terms.resolve.target_seconds, fixed)

    def _report(self, severity: int, opened: datetime) -> dict[str, Any]:
        return {"severity": severity, "opened_at": opened.isoformat(), "tiers": [], "policy_version": self.version}

    def _clock(self, pk: int, kind: str, severity: int, start: datetime, target: int, stop: datetime | None) -> None:
        due = start + timedelta(seconds=target)
        warn = [start + timedelta(seconds=target * share // 100) for share in (50, 75, 90)]
        self._add(
            Clock._meta.db_table,
            [pk, kind, 1, "met" if stop else "running", severity, start, target, due, *warn,
             None if stop else next(instant for instant in [*warn, due] if instant > self.now),
             0, False, False, stop, 0, 1, self.version, "", 0, ""],
        )  # fmt: skip

    def _add(self, table: str, row: list[Any]) -> None:
        self.tables.setdefault(table, []).append(row)

    def write(self) -> None:
        columns = {
            Incident._meta.db_table: INCIDENT,
            IncidentClient._meta.db_table: ["incident_id", "client_id", "reported_it", "added_at", "notified_at"],
            TimelineEntry._meta.db_table: timeline.COLUMNS,
            Clock._meta.db_table: CLOCK,
        }
        for table, names in columns.items():
            copy_rows(table, names, self.tables.pop(table, []))


def load(world: World, *, incidents: int, still_open: int, now: datetime) -> float:
    """Writes the incidents in chunks that commit by themselves, then has PostgreSQL analyse; returns the seconds."""
    began = time.monotonic()
    volume = Volume(world, now)
    for chunk in _chunks(incidents):
        with transaction.atomic():
            for pk, number in zip(allot_ids(Incident, len(chunk)), chunk, strict=True):
                volume.row(pk, is_open=number >= incidents - still_open)
            volume.write()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return time.monotonic() - began


def _chunks(count: int) -> Iterator[range]:
    for first in range(0, count, CHUNK):
        yield range(first, min(first + CHUNK, count))
