"""Restart although criteria hold: two people, a reason, an escalation, and the deviations page for ever (A-09)."""

from datetime import datetime

from incidents.escalation import Raising
from incidents.lifecycle.moving import required, retried
from incidents.models import Responder, Situation
from incidents.refusals import Refused
from postmortems import criteria
from postmortems.confirming import locked
from postmortems.learning import Kind, learning
from postmortems.models import RestartGate

Stage = RestartGate.Stage


@retried
def ask_to_force(
    incident_id: int, gate_id: int, *, stage: str, reason: str, by: Responder, at: datetime
) -> RestartGate:
    """The first of two people asks to restart although criteria hold; nothing runs yet."""
    with learning(incident_id, by=by, at=at) as move:
        gate = locked(move, gate_id)
        reason = required(reason, "reason", "Say why it cannot wait.")
        if stage not in (Stage.PARTIAL, Stage.NORMAL):
            raise Refused("Choose partial or normal scope.", "stage")
        gate.forced_reason, gate.force_asked_by, gate.force_asked_at = reason, by, move.at
        gate.force_asked_stage = stage
        gate.save()
        holding = gate.holding_partial + gate.holding_normal
        text = f"{by} asks to restart “{gate.work}” at {stage} scope although {holding} criteria hold: {reason}"
        move.write(Kind.GATE_MOVED, text, gate=gate.pk, asked=stage, reason=reason)
    return gate


@retried
def force(incident_id: int, gate_id: int, *, by: Responder, at: datetime) -> RestartGate:
    """The second person agrees: it runs, it escalates, and it stays on the deviations page for ever."""
    with learning(incident_id, by=by, at=at) as move:
        gate = locked(move, gate_id)
        if gate.force_asked_by is None:
            raise Refused("Nobody asked to force this gate.")
        if gate.force_asked_by == by:
            raise Refused("You asked for it; a second person decides.")
        if not by.has_perm("override_incident"):
            raise Refused("Only somebody who may override can agree to this.")
        judged = criteria.judge(gate, criteria.Learned.of(move.incident), now=move.at)
        holding = [one.name for one in judged.partial + judged.normal]
        stage = gate.force_asked_stage
        gate.stage, gate.stage_at, gate.stage_by = stage, move.at, by
        gate.forced_stage = stage
        gate.forced_at, gate.forced_by, gate.forced_second_by = move.at, gate.force_asked_by, by
        gate.force_asked_by, gate.force_asked_at = None, None
        gate.save()
        text = (
            f"“{gate.work}” was restarted at {stage} scope by force, by {gate.forced_by} and {by}. "
            f"Reason: {gate.forced_reason} Not met: {'; '.join(holding) or 'nothing'}."
        )
        move.write(
            Kind.GATE_MOVED, text, gate=gate.pk, stage=stage, forced=True, unmet=holding, reason=gate.forced_reason
        )
        move.escalate(
            Raising(move.incident, Situation.RESTART_FORCED, f"gate:{gate.pk}:forced:{gate.times_paused}", text)
        )
    return gate
