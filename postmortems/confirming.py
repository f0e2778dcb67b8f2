"""The criteria of a gate: one more, confirmed with evidence, not needed, taken back, read (A-10, A-12, B-89, C-17)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.text import slugify

from incidents.detection.models import Metric, Reading
from incidents.detection.readings import recording
from incidents.lifecycle.moving import Move, required, retried
from incidents.models import Responder
from incidents.refusals import Refused
from notifications import aside
from postmortems.criteria import plain
from postmortems.learning import Kind, learning, shut
from postmortems.models import Criterion, RestartGate

Stage = RestartGate.Stage
State = Criterion.State


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that must be strictly under (`<`) or over (`>`) a limit before the restart (B-89, C-01)."""

    metric: str
    name: str
    comparison: str
    limit: Decimal
    unit: str = ""
    fresh_hours: int = 24


@dataclass(frozen=True, slots=True)
class Seen:
    """A number as a person read it: what, where, and when it was true (B-89)."""

    value: Decimal
    source: str
    taken_at: datetime


def locked(move: Move, gate_id: int) -> RestartGate:
    """The live gate of this incident, locked; a refusal when it is gone or has ended."""
    rows = RestartGate.objects.select_for_update(of=("self",)).select_related("work", "owner")
    gate = rows.filter(pk=gate_id, incident=move.incident).first()
    if gate is None:
        raise Refused("That gate is not there any more.")
    if gate.ended_at is not None:
        raise Refused(f"{gate.reference} ended on {gate.ended_at:%d %B %Y}: {gate.end_reason}")
    return gate


def write_limit(gate: RestartGate, limit: Limit) -> Criterion:
    """Writes a measured criterion; the caller holds the lock of the incident."""
    if limit.comparison not in ("<", ">"):
        raise Refused("Must it be under or over the limit?", "comparison")
    metric = slugify(limit.metric)[:80]
    if not metric:
        raise Refused("Name the metric in letters and digits.", "metric")
    key = f"reading-{metric}"[:40]
    if gate.criteria.filter(key=key).exists():
        raise Refused("This gate has a limit for that metric already.", "metric")
    return gate.criteria.create(
        key=key,
        name=limit.name,
        how=Criterion.How.MEASURED,
        metric=metric,
        comparison=limit.comparison,
        limit=limit.limit,
        unit=limit.unit,
        fresh_hours=limit.fresh_hours,
        position=50,
    )


@retried
def add_criterion(
    incident_id: int, gate_id: int, *, name: str, for_normal_only: bool, by: Responder, at: datetime
) -> Criterion:
    """One more condition that a person confirms."""
    with learning(incident_id, by=by, at=at) as move:
        gate = locked(move, gate_id)
        name = required(name, "name", "Say what must be true.")
        row = gate.criteria.create(
            key=f"own-{gate.criteria.count() + 1}", name=name, for_normal_only=for_normal_only, position=60
        )
        move.write(Kind.GATE_MOVED, f"One more criterion for “{gate.work}”: {name}", gate=gate.pk, criterion=row.key)
    return row


@retried
def add_limit(incident_id: int, gate_id: int, limit: Limit, *, by: Responder, at: datetime) -> Criterion:
    """One more number that has to be met; strict, as C-01 and C-17 say."""
    with learning(incident_id, by=by, at=at) as move:
        gate = locked(move, gate_id)
        row = write_limit(gate, limit)
        text = f"One more criterion for “{gate.work}”: {row.name}"
        move.write(Kind.GATE_MOVED, text, gate=gate.pk, criterion=row.key)
    return row


@retried
def confirm(
    incident_id: int, gate_id: int, criterion_id: int, *, evidence: str, by: Responder, at: datetime
) -> Criterion:
    """A permitted person says, with evidence, that a condition is met (A-10, A-12). Computed ones cannot be said."""
    with learning(incident_id, by=by, at=at) as move:
        gate, row = _criterion(move, gate_id, criterion_id)
        _decide(move, gate, row, State.MET, required(evidence, "evidence", "Say what shows it."), by)
    return row


@retried
def not_applicable(
    incident_id: int, gate_id: int, criterion_id: int, *, reason: str, by: Responder, at: datetime
) -> Criterion:
    """It does not apply here, and why (A-10). What is computed always applies."""
    with learning(incident_id, by=by, at=at) as move:
        gate, row = _criterion(move, gate_id, criterion_id)
        _decide(move, gate, row, State.NOT_APPLICABLE, required(reason, "reason", "Say why it does not apply."), by)
    return row


@retried
def withdraw(
    incident_id: int, gate_id: int, criterion_id: int, *, reason: str, by: Responder, at: datetime
) -> Criterion:
    """Takes a confirmation back; work that runs on it is paused again."""
    with learning(incident_id, by=by, at=at) as move:
        gate, row = _criterion(move, gate_id, criterion_id)
        reason = required(reason, "reason", "Say why it is not met after all.")
        row.state, row.evidence, row.confirmed_by, row.confirmed_at = State.OPEN, "", None, None
        row.save()
        move.write(Kind.GATE_MOVED, f"“{row.name}” is open again: {reason}", gate=gate.pk, criterion=row.key)
        if gate.stage in (Stage.PARTIAL, Stage.NORMAL):
            shut(move, gate, f"{row.name}: {reason}")
            gate.save()
    return row


def _criterion(move: Move, gate_id: int, criterion_id: int) -> tuple[RestartGate, Criterion]:
    gate = locked(move, gate_id)
    row = gate.criteria.filter(pk=criterion_id).first()
    if row is None:
        raise Refused("That criterion is not there any more.")
    if row.how != Criterion.How.CONFIRMED:
        raise Refused(f"“{row.name}” is {row.get_how_display().lower()}; nobody can tick it.")
    return gate, row


def _decide(move: Move, gate: RestartGate, row: Criterion, state: str, why: str, by: Responder) -> None:
    if not by.has_perm("confirm_evidence"):
        raise Refused("Only a support lead or an administrator confirms evidence.")
    if row.key == "actions_done":
        still = move.incident.actions.exclude(state__in=("verified", "declined")).filter(holds_gate=True).first()
        if still is not None:
            raise Refused(f"“{still.title}” is {still.get_state_display().lower()}; it has to be verified first.")
    if row.key == "owner" and gate.owner is None:
        raise Refused("Name the owner of this gate first.")
    row.state, row.evidence, row.confirmed_by, row.confirmed_at = state, why, by, move.at
    row.save()
    word = "met" if state == State.MET else "not needed"
    move.write(Kind.GATE_MOVED, f"“{row.name}” for “{gate.work}” is {word}: {why}", gate=gate.pk, criterion=row.key)


def spellings(metric: str) -> set[str]:
    """Whoever names a metric in a gate writes `bounce-rate`, and who measures it `bounce_rate`: they mean the same."""
    plain = slugify(metric)[:80]
    return {plain, plain.replace("_", "-"), plain.replace("-", "_")}


def write_down(
    incident_id: int, gate_id: int, criterion_id: int, told: Seen, *, by: Responder, at: datetime
) -> Criterion:
    """A reading by hand, for this gate and for every other that waits for the metric (B-89, C-17).

    Refused: one from the future, one without a source, and one that is not newer than what the gate has. It stands on
    the record with the instant for which it was true; where the metric is kept, it is kept and judged there as well.
    """
    row = _write_down(incident_id, gate_id, criterion_id, told, by=by, at=at)
    source = f"{told.source} ({by})"
    read(row.metric, told.value, taken_at=told.taken_at, source=source, at=at)
    kept = Metric.objects.filter(key__in=spellings(row.metric), is_active=True, subject_name="").first()
    if kept is not None:
        recording.record(kept.key, told.value, taken_at=told.taken_at, source=told.source[:80], at=at, by=by)
    return row


@retried
def _write_down(
    incident_id: int, gate_id: int, criterion_id: int, told: Seen, *, by: Responder, at: datetime
) -> Criterion:
    with learning(incident_id, by=by, at=at) as move:
        gate = locked(move, gate_id)
        row = gate.criteria.select_for_update(of=("self",)).filter(pk=criterion_id).first()
        if row is None:
            raise Refused("That criterion is not there any more.")
        if row.how != Criterion.How.MEASURED:
            raise Refused(f"“{row.name}” is {row.get_how_display().lower()}; it has no reading.")
        source = required(told.source, "source", "Say where it was read.")
        if told.taken_at > move.at:
            raise Refused("That is in the future; say when it was read.", "taken_at")
        if row.reading_at is not None and told.taken_at <= row.reading_at:
            raise Refused(
                f"{row.reading_source} gave {plain(row.reading)} at {row.reading_at:%H:%M:%S} UTC on "
                f"{row.reading_at:%d %B %Y}; an older reading changes nothing.",
                "taken_at",
            )
        row.reading, row.reading_at, row.reading_source = told.value, told.taken_at, f"{source} ({by})"[:120]
        row.save()
        text = (
            f"“{row.name}” for “{gate.work}”: {plain(told.value)} {row.unit}".rstrip()
            + f", read from {source} at {told.taken_at:%Y-%m-%d %H:%M:%S} UTC."
        )
        move.write(Kind.GATE_MOVED, text, gate=gate.pk, criterion=row.key, taken_at=told.taken_at.isoformat())
    return row


def waited_for(metric: str) -> bool:
    """Whether a live gate waits for readings of this metric."""
    return Criterion.objects.filter(metric__in=spellings(metric), how="measured", gate__ended_at=None).exists()


def read(metric: str, value: Decimal, *, taken_at: datetime, source: str, at: datetime) -> int:
    """A reading for every live gate that waits for this metric; returns how many took it. Late ones are ignored.

    A reading that no longer meets the limit shuts work that was restarted (C-17).
    """
    rows = Criterion.objects.filter(metric__in=spellings(metric), how="measured", gate__ended_at=None)
    taken = 0
    for pk, incident_id in rows.values_list("pk", "gate__incident_id"):
        taken += _take(incident_id, pk, value, taken_at, source, at)
    return taken


def sweep(*, now: datetime, limit: int = 200) -> int:
    """Brings readings that were recorded elsewhere (a page, a routine check) to the gates that wait for them."""
    rows = Criterion.objects.filter(how="measured", gate__ended_at=None).values_list("metric", flat=True).distinct()
    newest_for: dict[int, Reading] = {}
    for metric in list(rows[:limit]):
        known = Reading.objects.filter(series__metric__key__in=spellings(metric), counted=True)
        newest = known.order_by("-taken_at").first()
        waiting = Criterion.objects.filter(metric=metric, how="measured", gate__ended_at=None)
        if newest is not None:
            behind = waiting.exclude(reading_at__gte=newest.taken_at).values_list("pk", flat=True)
            newest_for |= dict.fromkeys(behind, newest)
    due = Criterion.objects.filter(pk__in=newest_for).order_by("pk")
    return aside.each_due("gate readings", due, lambda pk: _bring(pk, newest_for, now), now=now)


def _bring(pk: int, newest_for: Mapping[int, Reading], at: datetime) -> int:
    one, incident_id = newest_for[pk], Criterion.objects.values_list("gate__incident_id", flat=True).get(pk=pk)
    return _take(incident_id, pk, one.value, one.taken_at, one.source, at)


@retried
def _take(incident_id: int, pk: int, value: Decimal, taken_at: datetime, source: str, at: datetime) -> int:
    with learning(incident_id, by=None, at=at):
        row = Criterion.objects.select_for_update(of=("self",)).get(pk=pk)
        if row.reading_at is not None and row.reading_at >= taken_at:
            return 0
        row.reading, row.reading_at, row.reading_source = value, taken_at, source[:120]
        row.save()
    return 1
