"""What a changed policy would have meant for the last 90 days, and which running clocks it could move.."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from incidents.clocks.events import ENGINE_KIND, MOVING, events_of, first_version, table_of
from incidents.models import Client, Clock, Incident, Responder, SlaPolicy, TimelineEntry
from incidents.policy import Policy
from incidents.sla import Event, PolicyTable, Standing, evaluate

PERIOD = timedelta(days=90)
KINDS = (Clock.Kind.ACKNOWLEDGE, Clock.Kind.RESOLVE)
# Enough to decide by, and still answered within a second; the page says how many were left out.
MOST_INCIDENTS = 2000
MOST_CLOCKS = 100
LATE = (Clock.State.BREACHED, Clock.State.MET_LATE)
MOVABLE = (Clock.State.RUNNING, Clock.State.PAUSED)
ASSIGNS_POLICY = ("policy_changed", "rebaselined")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One clock of one past incident under both policies. `taken_seconds` counts by the draft's calendar."""

    incident: Incident
    clients: str
    kind: str
    severity: int
    late_now: bool
    late_then: bool
    taken_seconds: int
    over_seconds: int
    stopped: bool

    @property
    def kind_label(self) -> str:
        return str(Clock.Kind(self.kind).label)


@dataclass(slots=True)
class Tally:
    """Clocks of one kind and severity: how many were late, and how many would have been."""

    kind: str
    severity: int
    target_now: int
    target_then: int
    counted: int = 0
    late_now: int = 0
    late_then: int = 0
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def kind_label(self) -> str:
        return str(Clock.Kind(self.kind).label)

    @property
    def kept_now(self) -> int:
        return self.counted - self.late_now

    @property
    def kept_then(self) -> int:
        return self.counted - self.late_then


@dataclass(frozen=True, slots=True)
class Move:
    """A running clock that may be put under the new version; `late` when it would be breached at that moment."""

    incident: Incident
    clients: str
    kind: str
    due_now: datetime | None
    due_then: datetime | None
    late: bool

    @property
    def kind_label(self) -> str:
        return str(Clock.Kind(self.kind).label)

    @property
    def moves(self) -> bool:
        return self.due_now != self.due_then or self.late


@dataclass(frozen=True, slots=True)
class Preview:
    """What the last 90 days would have looked like, and what is running now. Lists are newest or soonest first."""

    since: datetime
    incidents: int
    left_out: int
    tallies: tuple[Tally, ...]
    newly_late: tuple[Verdict, ...]
    newly_kept: tuple[Verdict, ...]
    moves: tuple[Move, ...]
    moves_left_out: bool
    decided: int

    @property
    def late_incidents(self) -> int:
        """How many incidents would have had a late clock that had none late of that kind."""
        return len({one.incident.pk for one in self.newly_late})

    @property
    def kept_incidents(self) -> int:
        return len({one.incident.pk for one in self.newly_kept})


def preview(policy: SlaPolicy, *, current: Policy, draft: Policy, seen_by: Responder, now: datetime) -> Preview:
    """Evaluates the draft over the records of incidents under any version of this policy.

    A constant number of queries; restricted incidents only for those who may see them. Of a reopened incident the
    newest cycle counts. Whether a workaround stopped a resolve clock stays as it was decided then.
    """
    since = now - PERIOD
    found = Incident.objects.visible_to(seen_by).filter(
        policy_version__policy=policy, opened_at__gte=since, opened_at__lte=now
    )
    total = found.count()
    incidents = {one.pk: one for one in found.defer("search").order_by("-pk")[:MOST_INCIDENTS]}
    changed = _changed(current, draft)
    entries = _entries(incidents) if changed else {}
    clocks = _newest_cycles(incidents)
    names = _client_names(incidents.values())
    tallies = _tallies(current, draft, changed)
    for clock in clocks:
        incident = incidents[clock.incident_id]
        verdict = _verdict(incident, clock, entries.get(incident.pk), draft, changed, names, now)
        tally = tallies.get((clock.kind, clock.severity))
        if verdict is None or tally is None:
            continue
        tally.counted += 1
        tally.late_now += verdict.late_now
        tally.late_then += verdict.late_then
        tally.verdicts.append(verdict)
    verdicts = [verdict for tally in tallies.values() for verdict in tally.verdicts]
    moves, more = _moves(policy, draft, changed, seen_by, now)
    return Preview(
        since=since,
        incidents=total,
        left_out=max(0, total - len(incidents)),
        tallies=tuple(tally for tally in tallies.values() if tally.counted or tally.target_now != tally.target_then),
        newly_late=tuple(one for one in verdicts if one.late_then and not one.late_now),
        newly_kept=tuple(one for one in verdicts if one.late_now and not one.late_then),
        moves=moves,
        moves_left_out=more,
        decided=sum(1 for clock in clocks if clock.state in LATE and incidents[clock.incident_id].is_open),
    )


def _changed(current: Policy, draft: Policy) -> frozenset[str]:
    """Kinds of clocks for which the tables differ; the others need no evaluation."""
    return frozenset(kind for kind in KINDS if current.table_body(kind) != draft.table_body(kind))


def _entries(incident_ids: Iterable[int]) -> dict[int, list[TimelineEntry]]:
    entries: dict[int, list[TimelineEntry]] = defaultdict(list)
    rows = TimelineEntry.objects.filter(incident_id__in=list(incident_ids), kind__in=MOVING)
    for entry in rows.order_by("incident_id", "seq"):
        entries[entry.incident_id].append(entry)
    return entries


def _newest_cycles(incidents: Iterable[int]) -> list[Clock]:
    rows = Clock.objects.filter(incident_id__in=list(incidents), kind__in=KINDS).exclude(state=Clock.State.CANCELLED)
    return list(rows.order_by("-incident_id", "kind", "-cycle").distinct("incident_id", "kind"))


def _client_names(incidents: Iterable[Incident]) -> Mapping[int, str]:
    ids = {one.client_ids[0] for one in incidents if one.client_ids}
    return dict(Client.objects.filter(pk__in=ids).values_list("pk", "name"))


def _named(incident: Incident, names: Mapping[int, str]) -> str:
    if not incident.client_ids:
        return "internal"
    first = names.get(incident.client_ids[0], "")
    more = len(incident.client_ids) - 1
    return f"{first} and {more} more" if more else first


def _tallies(current: Policy, draft: Policy, changed: frozenset[str]) -> dict[tuple[str, int], Tally]:
    tallies = {}
    for kind in KINDS:
        before, after = current.table_body(kind), draft.table_body(kind)
        tiers_differ = before.get("tiers") != after.get("tiers")
        for rank in (1, 2, 3, 4):
            key = f"SEV-{rank}"
            if kind in changed and (before[key] != after[key] or tiers_differ):
                tallies[str(kind), rank] = Tally(
                    str(kind), rank, before[key]["target_seconds"], after[key]["target_seconds"]
                )
    return tallies


def _under(draft: Policy, entries: list[TimelineEntry], kind: str, now: datetime, cycle: int) -> Standing:
    events = [one for one in events_of(entries, kind) if one.type not in ASSIGNS_POLICY]
    table = PolicyTable.from_body(draft.table_body(kind))
    return evaluate(events, kind=ENGINE_KIND[Clock.Kind(kind)], policy=table, as_of=now, cycle=cycle)


def _verdict(
    incident: Incident,
    clock: Clock,
    entries: list[TimelineEntry] | None,
    draft: Policy,
    changed: frozenset[str],
    names: Mapping[int, str],
    now: datetime,
) -> Verdict | None:
    if clock.kind not in changed or not entries:
        return None
    standing = _under(draft, entries, clock.kind, now, clock.cycle)
    if standing.state in ("not_started", "cancelled"):
        return None
    return Verdict(
        incident=incident,
        clients=_named(incident, names),
        kind=clock.kind,
        severity=clock.severity,
        late_now=clock.breached_at is not None or (clock.stopped_at is None and _passed(clock.due_at, now)),
        late_then=standing.breached_at is not None,
        taken_seconds=standing.elapsed_seconds,
        over_seconds=standing.late_by,
        stopped=standing.stopped_at is not None,
    )


def _passed(due_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and due_at < now


def _moves(
    policy: SlaPolicy, draft: Policy, changed: frozenset[str], seen_by: Responder, now: datetime
) -> tuple[tuple[Move, ...], bool]:
    if not changed:
        return (), False
    visible = Incident.objects.visible_to(seen_by).filter(is_open=True, policy_version__policy=policy)
    rows = Clock.objects.filter(kind__in=changed, state__in=MOVABLE, due_at__gte=now, incident__in=visible)
    clocks = list(rows.select_related("incident").defer("incident__search").order_by("due_at", "pk")[: MOST_CLOCKS + 1])
    incidents = {clock.incident_id: clock.incident for clock in clocks}
    entries, names = _entries(incidents), _client_names(incidents.values())
    tables = {kind: PolicyTable.from_body(draft.table_body(kind)) for kind in changed}
    moves = []
    for clock in clocks[:MOST_CLOCKS]:
        kind, record = clock.kind, entries[clock.incident_id]
        rebased = [
            *events_of(record, kind),
            Event(at=now, type="policy_changed", policy=tables[kind]),
            Event(at=now, type="rebaselined"),
        ]
        standing = evaluate(
            rebased,
            kind=ENGINE_KIND[Clock.Kind(kind)],
            policy=table_of(first_version(record), kind),
            as_of=now,
            cycle=clock.cycle,
        )
        late = standing.breached_at is not None
        moves.append(Move(clock.incident, _named(clock.incident, names), kind, clock.due_at, standing.due_at, late))
    return tuple(move for move in moves if move.moves), len(clocks) > MOST_CLOCKS


def concerns(body: Mapping[str, Any]) -> list[str]:
    """Sentences about a body that is allowed but probably not meant (sla.md S2, C-22)."""
    found = []
    for rank in (1, 2, 3, 4):
        row = body["severities"][f"SEV-{rank}"]
        acknowledge, resolve = row["acknowledge"], row["resolve"]
        if rank <= 2 and (acknowledge.get("calendar") or resolve.get("calendar")):
            found.append(
                f"SEV-{rank} counts in opening hours: nobody is late at night or at the weekend, however bad it is."
            )
        if row.get("verification_seconds", 0) > resolve["target_seconds"]:
            found.append(f"SEV-{rank} is watched after a fix for longer than it may take to resolve.")
        if acknowledge["target_seconds"] > resolve["target_seconds"] and not (
            acknowledge.get("calendar") or resolve.get("calendar")
        ):
            found.append(f"SEV-{rank} may be acknowledged later than it must be resolved.")
        if rank == 1 and resolve.get("pausable"):
            found.append("SEV-1 may be paused: while everything is down, somebody can stop its clock.")
    for rank in (1, 2, 3):
        for kind, verb in (("acknowledge", "acknowledged"), ("resolve", "resolved")):
            here, there = (body["severities"][f"SEV-{one}"][kind] for one in (rank, rank + 1))
            if here["target_seconds"] > there["target_seconds"] and here.get("calendar") == there.get("calendar"):
                found.append(f"SEV-{rank} may be {verb} later than SEV-{rank + 1}, which is less severe.")
    return found
