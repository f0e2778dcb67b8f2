"""The criteria of a gate: one more, confirmed with evidence, not needed, taken back, read (A-10, A-12, B-89, C-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.text import slugify

from incidents.detection.models import Metric
from incidents.detection.readings import recording
from incidents.lifecycle.moving import Move, required, retried
from incidents.models import Responder
from incidents.refusals import Refused
from incidents.spelling import in_utc
from notifications import aside
from postmortems.criteria import plain
from postmortems.learning import Kind, learning, shut
from postmortems.measuring import Newest, concerning, farthest, newest, rounded, says_more, spellings
from postmortems.models import Criterion, RestartGate

Stage = RestartGate.Stage
State = Criterion.State


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that must be strictly under (`<`) or over (`>`) a limit before the restart (B-89, C-01).

    `subject` is what it is measured for, such as a sending domain; empty: each of them must meet it.
    """

    metric: str
    name: str
    comparison: str
    limit: Decimal
    unit: str = ""
    fresh_hours: int = 24
    subject: str = ""


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
    subject = recording.one_line(limit.subject, "subject", 120)
    if gate.criteria.filter(metric=metric, subject=subject).exists():
        raise Refused("This gate has a limit for that metric already.", "metric")
    key = f"reading-{metric}"[:40]
    if gate.criteria.filter(key=key).exists():
        key = f"{key[:35]}-{gate.criteria.count() + 1}"
    return gate.criteria.create(
        key=key,
        name=limit.name,
        how=Criterion.How.MEASURED,
        metric=metric,
        subject=subject,
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


def write_down(
    incident_id: int, gate_id: int, criterion_id: int, told: Seen, *, by: Responder, at: datetime
) -> Criterion:
    """A reading by hand, for this gate and for every other that waits for the metric (B-89, C-17).

    Refused: one from the future, one without a source, and one that is not newer than what the gate has. It stands on
    the record with the instant for which it was true; where the metric is kept, it is kept and judged there as well.
    """
    row = _write_down(incident_id, gate_id, criterion_id, told, by=by, at=at)
    source = f"{told.source} ({by})"
    kept = Metric.objects.filter(key__in=spellings(row.metric), is_active=True).first()
    if kept is not None and bool(kept.subject_name) == bool(row.subject):
        recording.record(
            kept.key, told.value, taken_at=told.taken_at, source=told.source[:80], at=at, subject=row.subject, by=by
        )
    read(
        row.metric, told.value, taken_at=told.taken_at, source=source, at=at, subject=row.subject, whole=not row.subject
    )
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
                f"{row.reading_source} gave {plain(row.reading)} at "
                f"{in_utc(row.reading_at, seconds=True)}; an older reading changes nothing.",
                "taken_at",
            )
        row.reading, row.reading_at, row.reading_source = told.value, told.taken_at, f"{source} ({by})"[:120]
        row.reading_subject = ""
        row.save()
        text = (
            f"“{row.name}” for “{gate.work}”: {plain(told.value)} {row.unit}".rstrip()
            + f", read from {source} at {in_utc(told.taken_at, seconds=True)}."
        )
        move.write(Kind.GATE_MOVED, text, gate=gate.pk, criterion=row.key, taken_at=told.taken_at.isoformat())
    return row


def waited_for(metric: str, subject: str = "") -> bool:
    """Whether a live gate takes a reading of this metric and subject although nobody keeps the metric."""
    return _waiting(metric).filter(subject=subject).exists()


def _waiting(metric: str) -> QuerySet[Criterion]:
    return Criterion.objects.filter(metric__in=spellings(metric), how="measured", gate__ended_at=None)


def read(
    metric: str,
    value: Decimal,
    *,
    taken_at: datetime,
    source: str,
    at: datetime,
    subject: str = "",
    whole: bool = False,
) -> int:
    """A reading for every live gate that waits for this metric; returns how many took it. Late ones are ignored.

    Where the metric is kept, a gate goes by what is kept: by the subject that it names, else by the one that stands
    farthest from the limit. `whole`: a person read it for all of them. A reading that no longer meets the limit shuts
    work that was restarted (C-17).
    """
    told = rounded(Newest(subject, value, taken_at, source))
    taken = 0
    for pk, incident_id in _waiting(metric).values_list("pk", "gate__incident_id"):
        taken += _take(incident_id, pk, told, at, whole=whole)
    return taken


def sweep(*, now: datetime, limit: int = 200) -> int:
    """Brings readings that were recorded elsewhere (a page, a routine check) to the gates that wait for them."""
    live = Criterion.objects.filter(how="measured", gate__ended_at=None)
    due: list[int] = []
    for metric in list(live.values_list("metric", flat=True).distinct()[:limit]):
        known = newest(metric)
        due += [row.pk for row in live.filter(metric=metric) if _behind(row, known, now)]
    waiting = Criterion.objects.filter(pk__in=due).order_by("pk")
    return aside.each_due("gate readings", waiting, lambda pk: _bring(pk, now), now=now)


def _behind(row: Criterion, known: Sequence[Newest], now: datetime) -> bool:
    its = concerning(row, known)
    return bool(its) and says_more(row, farthest(row, its, now=now), its)


def _bring(pk: int, at: datetime) -> int:
    return _take(Criterion.objects.values_list("gate__incident_id", flat=True).get(pk=pk), pk, None, at)


@retried
def _take(incident_id: int, pk: int, told: Newest | None, at: datetime, *, whole: bool = False) -> int:
    with learning(incident_id, by=None, at=at):
        row = Criterion.objects.select_for_update(of=("self",)).get(pk=pk)
        known = [] if whole else concerning(row, newest(row.metric))
        if not known and told is not None and told.subject == row.subject:
            known = [told]
        if not known:
            return 0
        one = farthest(row, known, now=at)
        if not says_more(row, one, known):
            return 0
        row.reading, row.reading_at, row.reading_source = one.value, one.taken_at, one.source
        row.reading_subject = "" if row.subject else one.subject
        row.save()
    return 1
