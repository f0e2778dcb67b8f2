"""The frame of every verb here: lock the incident, act, then see to its gates and to what its close still lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db.models import QuerySet

from incidents.escalation import Raising
from incidents.lifecycle.moving import Move, moving
from incidents.models import Incident, Responder, Situation, TimelineEntry
from postmortems import criteria, readiness
from postmortems.models import RestartGate

Kind = TimelineEntry.Kind
Stage = RestartGate.Stage


@contextmanager
def learning(incident_id: int, *, by: Responder | None, at: datetime) -> Iterator[Move]:
    """Like the frame of the response, for what may be done at any status; ends by settling gates and readiness."""
    with moving(incident_id, "learn", by=by, at=at) as move:
        yield move
        settle(move)


def settle(move: Move) -> None:
    """Judges every live gate of the incident, shuts those that no longer hold, and stamps what the close lacks."""
    incident = move.incident
    gates = list(_gates(incident))
    learned = criteria.Learned.of(incident) if gates else None
    for gate in gates:
        assert learned is not None
        known = {one.key for one in gate.criteria.all()}
        if gate.stage != Stage.NORMAL and criteria.add_circumstances(gate, learned.review, known):
            gate = _gates(incident).get(pk=gate.pk)
        judged = criteria.judge(gate, learned, now=move.at)
        # What was open already when two people forced it shuts nothing; what fails after that does.
        if judged.shut_by and gate.stage != Stage.PAUSED:
            shut(move, gate, judged.shut_by)
        holding = judged.partial + (judged.normal if gate.stage == Stage.NORMAL else [])
        if holding and gate.stage in (Stage.PARTIAL, Stage.NORMAL) and not gate.forced_stage:
            shut(move, gate, f"one more criterion holds it: {holding[0].name}")
        gate.save()
    # Letters say so instead of “everything is back to normal” (C-12).
    incident.work_paused = _gates(incident).exclude(stage=Stage.NORMAL).count() if gates else 0
    incident.unsettled = [sentence[:300] for sentence in readiness.missing(incident)]


def _gates(incident: Incident) -> QuerySet[RestartGate]:
    rows = RestartGate.objects.select_for_update(of=("self",)).filter(incident=incident, ended_at=None)
    return rows.select_related("work", "owner").prefetch_related("criteria")


def shut(move: Move, gate: RestartGate, why: str) -> None:
    """Pauses restarted work again, whoever or whatever found the reason, and tells people (A-09). Saved by settle."""
    before = gate.get_stage_display().lower()
    gate.stage, gate.stage_at, gate.stage_by = Stage.PAUSED, move.at, move.by
    gate.times_paused += 1
    gate.forced_stage = ""
    text = f"“{gate.work}” was at {before} scope and is paused again: {why}"
    move.write(Kind.GATE_MOVED, text, gate=gate.pk, work=gate.work.key, stage="paused", why=why)
    cause = f"gate:{gate.pk}:paused:{gate.times_paused}"
    move.escalate(Raising(move.incident, Situation.PAUSED_AGAIN, cause, text, owner=gate.owner))
