"""Pause work and restart it in stages: the verbs of a restart gate (A-09…A-11, A-19)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import slugify

from incidents.lifecycle.moving import Move, required, retried
from incidents.models import Client, Responder
from incidents.refusals import Refused
from postmortems import criteria
from postmortems.confirming import Limit, locked, write_limit
from postmortems.learning import Kind, learning, shut
from postmortems.models import Criterion, PausableWork, RestartGate, Review

Stage = RestartGate.Stage
ORDER = (Stage.PAUSED, Stage.SHADOW, Stage.PARTIAL, Stage.NORMAL)
State = Criterion.State
# Pausing is containment: exempt from the test rule, and it names its undo (C-15).
CONTAINED = "containment"


@dataclass(frozen=True, slots=True)
class Pause:
    """What is stopped and why. `work` names registered work, or `name` and `kind` register it now."""

    reason: str
    scope: str = "All of it"
    work: PausableWork | None = None
    name: str = ""
    kind: str = "workflow"
    client: Client | None = None
    owner: Responder | None = None
    undo: str = ""
    partial_scope: str = ""
    partial_hours: int = 24
    limits: tuple[Limit, ...] = ()


def register(
    *, key: str, name: str, kind: str, client: Client | None, owner: Responder | None, notes: str = ""
) -> PausableWork:
    """Adds work to the register under a stable key; a key that is taken is refused."""
    name = required(name, "name", "Name it.")
    if kind not in PausableWork.Kind.values:
        raise Refused("Is it a workflow, an agent, a tool or a panel?", "kind")
    key = slugify(key or name)[:80]
    if not key:
        raise Refused("Give it a key of letters and digits.", "key")
    if PausableWork.objects.filter(key=key).exists():
        raise Refused(f"The key “{key}” is taken.", "key")
    return PausableWork.objects.create(key=key, name=name, kind=kind, client=client, owner=owner, notes=notes)


@retried
def pause(incident_id: int, told: Pause, *, by: Responder | None, at: datetime) -> RestartGate:
    """Stops work because of the incident; from now on its gate stands before the restart (A-19, B-84)."""
    with learning(incident_id, by=by, at=at) as move:
        reason = required(told.reason, "reason", "Say why it is stopped.")
        work = told.work or register(key="", name=told.name, kind=told.kind, client=told.client, owner=told.owner or by)
        if RestartGate.objects.filter(work=work, incident=move.incident, ended_at=None).exists():
            raise Refused(f"“{work}” is paused in this incident already.", "work")
        gate = RestartGate.objects.create(
            work=work,
            incident=move.incident,
            scope=told.scope.strip() or "All of it",
            reason=reason,
            undo=told.undo.strip(),
            paused_at=move.at,
            paused_by=by,
            owner=told.owner or work.owner,
            partial_scope=told.partial_scope.strip(),
            partial_hours=told.partial_hours,
            stage_at=move.at,
            stage_by=by,
        )
        criteria.add_all(gate, Review.objects.filter(incident=move.incident).first())
        for limit in told.limits:
            write_limit(gate, limit)
        text = f"“{work}” is paused ({gate.scope}): {reason}"
        move.write(
            Kind.WORK_PAUSED, text, gate=gate.pk, work=work.key, scope=gate.scope, undo=gate.undo, change_kind=CONTAINED
        )
    return gate


@retried
def name_owner(incident_id: int, gate_id: int, *, owner: Responder, by: Responder, at: datetime) -> RestartGate:
    """Who answers for this work until it runs at normal scope (A-10)."""
    with learning(incident_id, by=by, at=at) as move:
        gate = locked(move, gate_id)
        gate.owner = owner
        gate.save()
        move.write(Kind.GATE_MOVED, f"{owner} answers for “{gate.work}”.", gate=gate.pk, owner=owner.pk)
    return gate


def restart(incident_id: int, gate_id: int, *, stage: str, by: Responder, at: datetime) -> RestartGate:
    """Moves the work one stage on, or back. Refused, and the refusal goes on the record, while a criterion holds it;
    also for whoever confirmed every criterion alone (A-09, A-11, A-19)."""
    gate, refusal = _restart(incident_id, gate_id, stage=stage, by=by, at=at)
    if refusal:
        raise Refused(refusal[0].upper() + refusal[1:])
    return gate


@retried
def _restart(incident_id: int, gate_id: int, *, stage: str, by: Responder, at: datetime) -> tuple[RestartGate, str]:
    with learning(incident_id, by=by, at=at) as move:
        gate = locked(move, gate_id)
        if stage not in ORDER:
            raise Refused("There is no such stage.", "stage")
        if ORDER.index(Stage(stage)) <= ORDER.index(Stage(gate.stage)):
            raise Refused(f"It is at {gate.get_stage_display().lower()} scope already.", "stage")
        refusal = _holds(move, gate, Stage(stage), by)
        if refusal:
            text = f"Restart of “{gate.work}” at {stage} scope refused: {refusal}"
            move.write(Kind.GATE_MOVED, text, gate=gate.pk, work=gate.work.key, refused=stage)
            return gate, refusal
        gate.stage, gate.stage_at, gate.stage_by = stage, move.at, by
        # From here on the criteria hold it up, and no longer whoever forced it before.
        gate.forced_stage = ""
        gate.save()
        scope = f" ({gate.partial_scope})" if stage == Stage.PARTIAL and gate.partial_scope else ""
        text = f"“{gate.work}” runs at {stage} scope{scope}."
        move.write(Kind.GATE_MOVED, text, gate=gate.pk, work=gate.work.key, stage=stage)
    return gate, ""


def _holds(move: Move, gate: RestartGate, stage: Stage, by: Responder) -> str:
    """Why the gate does not let the work through to that stage; empty when it does."""
    if not by.has_perm("restart_work"):
        return "none of your roles may restart paused work."
    judged = criteria.judge(gate, criteria.Learned.of(move.incident), now=move.at)
    if stage == Stage.SHADOW:
        return "" if gate.owner is not None else "nobody answers for it yet; name its owner."
    if stage == Stage.NORMAL and gate.stage != Stage.PARTIAL:
        return "normal scope comes after partial scope."
    holding = judged.partial + (judged.normal if stage == Stage.NORMAL else [])
    if holding:
        names = "; ".join(f"{one.name} ({one.detail})" if one.detail else one.name for one in holding)
        return f"{len(holding)} {'criterion holds' if len(holding) == 1 else 'criteria hold'} it: {names}"
    confirmed = gate.criteria.filter(how="confirmed", confirmed_by__isnull=False)
    confirmers = set(confirmed.values_list("confirmed_by", flat=True))
    if confirmers == {by.pk}:
        return "you confirmed every criterion yourself; somebody else restarts it, or confirms one of them anew."
    return ""


@retried
def pause_again(incident_id: int, gate_id: int, *, reason: str, by: Responder | None, at: datetime) -> RestartGate:
    """Stops it again, by hand: nobody needs a permission to be careful beyond pausing itself."""
    with learning(incident_id, by=by, at=at) as move:
        gate = locked(move, gate_id)
        if gate.stage == Stage.PAUSED:
            raise Refused("It is paused.")
        shut(move, gate, required(reason, "reason", "Say why it is stopped again."))
        gate.save()
    return gate


@retried
def end(incident_id: int, gate_id: int, *, reason: str, by: Responder, at: datetime) -> RestartGate:
    """The work will never run again: its gate ends with a reason, and machines that ask are told so."""
    with learning(incident_id, by=by, at=at) as move:
        gate = locked(move, gate_id)
        if gate.stage != Stage.PAUSED:
            raise Refused("It runs; pause it first.")
        if not by.has_perm("confirm_evidence"):
            raise Refused("Only a support lead or an administrator retires paused work.")
        gate.ended_at, gate.end_reason = move.at, required(reason, "reason", "Say why it never runs again.")
        gate.work.is_retired = True
        gate.work.save(update_fields=["is_retired"])
        gate.save()
        move.write(Kind.GATE_MOVED, f"“{gate.work}” is retired: {gate.end_reason}", gate=gate.pk, ended=True)
    return gate
