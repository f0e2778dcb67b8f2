"""Restart gates: read them, pause work, restart it in stages, confirm criteria."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Schema
from ninja.errors import HttpError
from ninja.responses import Status
from pydantic import Field

from incidents.api.door import Bearer, may
from incidents.api.paging import Paging, page
from incidents.api.reading import seen
from incidents.api.shapes import Body, Id, Instant, Key, Person, Short, Text, acts, line, reads
from incidents.detection.api import router
from incidents.models import Client, Incident
from incidents.refusals import Refused
from postmortems import confirming, forcing, gates
from postmortems.api.told import Shown, Why, person_named
from postmortems.confirming import Limit, Seen
from postmortems.gates import Pause
from postmortems.models import Criterion, PausableWork, RestartGate

GATES = ["Gates"]
READ, WRITE = Bearer("gates:read"), Bearer("gates:write")


class CriterionShape(Schema):
    id: int
    key: str
    name: str
    how: str
    state: str
    detail: str
    for_normal_only: bool
    evidence: str
    limit: Decimal | None
    comparison: str
    subject: str = Field(description="What it is measured for; empty: every subject must meet it.")
    reading: Decimal | None
    reading_at: datetime | None


class GateShape(Schema):
    id: int
    reference: str
    key: str = Field(description="Of the work that it holds: machines ask by it.")
    work: str
    incident_id: int
    scope: str
    reason: str
    stage: str
    stage_at: datetime
    paused_at: datetime
    owner: Person | None
    holding_partial: int = Field(description="How many criteria stand before partial scope.")
    holding_normal: int
    ended_at: datetime | None
    criteria: list[CriterionShape]

    @staticmethod
    def resolve_key(gate: RestartGate) -> str:
        return gate.work.key

    @staticmethod
    def resolve_work(gate: RestartGate) -> str:
        return gate.work.name

    @staticmethod
    def resolve_criteria(gate: RestartGate) -> list[Criterion]:
        return list(gate.criteria.all())


class GatePage(Schema):
    items: list[GateShape]
    next_cursor: str | None


class PauseWork(Body):
    """Names registered work by `key`, or registers it by `name` and `kind`."""

    reason: Text
    key: Key | None = None
    name: line(160) = ""  # type: ignore[valid-type]
    kind: Literal["workflow", "agent", "tool", "panel"] = "workflow"
    client_id: Id | None = None
    owner_id: Id | None = None
    scope: line(200) = "All of it"  # type: ignore[valid-type]
    undo: Text = ""
    partial_scope: line(200) = ""  # type: ignore[valid-type]
    partial_hours: Annotated[int, Field(strict=True, ge=0, le=720)] = 24


class LimitBody(Body):
    name: line(200, 1)  # type: ignore[valid-type]
    metric: Key
    comparison: Literal["<", ">"]
    limit: Annotated[Decimal, Field(max_digits=18, decimal_places=6)]
    unit: line(20) = ""  # type: ignore[valid-type]
    fresh_hours: Annotated[int, Field(strict=True, ge=1, le=720)] = 24
    subject: line(120) = Field("", description="What it is measured for; empty: each of them must meet it.")  # type: ignore[valid-type]


class StageBody(Body):
    stage: Literal["shadow", "partial", "normal"]


class ForceBody(Body):
    stage: Literal["partial", "normal"]
    reason: Short


class SeenBody(Body):
    value: Annotated[Decimal, Field(max_digits=18, decimal_places=6)]
    source: line(80, 1)  # type: ignore[valid-type]
    taken_at: Instant | None = Field(None, description="When it was true, with its zone; now, if it is left out.")


class OwnerBody(Body):
    owner_id: Id


def _gate(request: HttpRequest, pk: int) -> RestartGate:
    """The gate, if its incident may be seen; read anew after each verb, so that it shows what the verb left."""
    rows = RestartGate.objects.select_related("work", "owner").prefetch_related("criteria")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise HttpError(404, "No such gate.")
    seen(request, found.incident_id)
    return found


@router.get("/gates", response=reads(GatePage), auth=READ, tags=GATES)
def gate_list(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Every live gate with its criteria, the newest first."""
    visible = Incident.objects.visible_to(may(request, "view_incident"))
    rows = RestartGate.objects.filter(ended_at=None, incident__in=visible)
    return page(rows.select_related("work", "owner").prefetch_related("criteria"), paging)


@router.post("/incidents/{int:pk}/pause-work", response=acts(GateShape, 201), auth=WRITE, tags=GATES)
def pause_work(request: HttpRequest, pk: int, body: PauseWork) -> Any:
    """Stops a workflow, an agent, a tool or a panel; its gate stands before the restart."""
    person = may(request, "pause_work")
    work = None
    if body.key is not None:
        work = PausableWork.objects.filter(key=body.key, is_retired=False).first()
        if work is None:
            raise Refused(f"Nobody registered “{body.key}”.", "key")
    client = Client.objects.filter(pk=body.client_id, is_active=True).first() if body.client_id else None
    if body.client_id and client is None:
        raise Refused("There is no such client, or it is not active.", "client_id")
    told = Pause(
        reason=body.reason,
        scope=body.scope,
        work=work,
        name=body.name,
        kind=body.kind,
        client=client,
        owner=person_named(body.owner_id, "owner_id"),
        undo=body.undo,
        partial_scope=body.partial_scope,
        partial_hours=body.partial_hours,
    )
    made = gates.pause(seen(request, pk).pk, told, by=person, at=timezone.now())
    return Status(201, _gate(request, made.pk))


@router.post("/gates/{int:pk}/restart", response=acts(GateShape), auth=WRITE, tags=GATES)
def restart(request: HttpRequest, pk: int, body: StageBody) -> Any:
    """One stage on. Refused, and the refusal stands on the record, while a criterion holds it."""
    person, gate = may(request, "restart_work"), _gate(request, pk)
    gates.restart(gate.incident_id, pk, stage=body.stage, by=person, at=timezone.now())
    return _gate(request, pk)


@router.post("/gates/{int:pk}/pause-again", response=acts(GateShape), auth=WRITE, tags=GATES)
def pause_again(request: HttpRequest, pk: int, body: Why) -> Any:
    person, gate = may(request, "pause_work"), _gate(request, pk)
    gates.pause_again(gate.incident_id, pk, reason=body.reason, by=person, at=timezone.now())
    return _gate(request, pk)


@router.post("/gates/{int:pk}/name-owner", response=acts(GateShape), auth=WRITE, tags=GATES)
def name_owner(request: HttpRequest, pk: int, body: OwnerBody) -> Any:
    person, gate = may(request, "write_review"), _gate(request, pk)
    owner = person_named(body.owner_id, "owner_id")
    assert owner is not None
    gates.name_owner(gate.incident_id, pk, owner=owner, by=person, at=timezone.now())
    return _gate(request, pk)


@router.post("/gates/{int:pk}/add-limit", response=acts(GateShape), auth=WRITE, tags=GATES)
def add_limit(request: HttpRequest, pk: int, body: LimitBody) -> Any:
    """One more number that has to be met; a reading equal to the limit does not pass."""
    person, gate = may(request, "write_review"), _gate(request, pk)
    confirming.add_limit(gate.incident_id, pk, Limit(**body.dict()), by=person, at=timezone.now())
    return _gate(request, pk)


@router.post("/gates/{int:pk}/ask-to-force", response=acts(GateShape), auth=WRITE, tags=GATES)
def ask_to_force(request: HttpRequest, pk: int, body: ForceBody) -> Any:
    """The first of two people asks to restart although criteria hold."""
    person, gate = may(request, "restart_work"), _gate(request, pk)
    forcing.ask_to_force(gate.incident_id, pk, stage=body.stage, reason=body.reason, by=person, at=timezone.now())
    return _gate(request, pk)


@router.post("/gates/{int:pk}/force", response=acts(GateShape), auth=WRITE, tags=GATES)
def force(request: HttpRequest, pk: int) -> Any:
    """The second person agrees; it escalates and stays on record."""
    person, gate = may(request, "override_incident"), _gate(request, pk)
    forcing.force(gate.incident_id, pk, by=person, at=timezone.now())
    return _gate(request, pk)


def _criterion(request: HttpRequest, pk: int) -> RestartGate:
    found = Criterion.objects.filter(pk=pk).values_list("gate_id", flat=True).first()
    if found is None:
        raise HttpError(404, "No such criterion.")
    return _gate(request, found)


@router.post("/criteria/{int:pk}/confirm", response=acts(GateShape), auth=WRITE, tags=GATES)
def confirm_criterion(request: HttpRequest, pk: int, body: Shown) -> Any:
    """Says with evidence that a condition is met. What is measured or computed cannot be said."""
    person, gate = may(request, "confirm_evidence"), _criterion(request, pk)
    confirming.confirm(gate.incident_id, gate.pk, pk, evidence=body.evidence, by=person, at=timezone.now())
    return _gate(request, gate.pk)


@router.post("/criteria/{int:pk}/read", response=acts(GateShape), auth=WRITE, tags=GATES)
def read_criterion(request: HttpRequest, pk: int, body: SeenBody) -> Any:
    """What a person read for a measured condition, where and when; machines post to `/readings` instead."""
    person, gate = may(request, "note_incident"), _criterion(request, pk)
    now = timezone.now()
    told = Seen(body.value, body.source, body.taken_at.astimezone(UTC) if body.taken_at else now)
    confirming.write_down(gate.incident_id, gate.pk, pk, told, by=person, at=now)
    return _gate(request, gate.pk)


@router.post("/criteria/{int:pk}/not-applicable", response=acts(GateShape), auth=WRITE, tags=GATES)
def criterion_not_applicable(request: HttpRequest, pk: int, body: Why) -> Any:
    person, gate = may(request, "confirm_evidence"), _criterion(request, pk)
    confirming.not_applicable(gate.incident_id, gate.pk, pk, reason=body.reason, by=person, at=timezone.now())
    return _gate(request, gate.pk)


@router.post("/criteria/{int:pk}/withdraw", response=acts(GateShape), auth=WRITE, tags=GATES)
def withdraw_criterion(request: HttpRequest, pk: int, body: Why) -> Any:
    """Takes a confirmation back; work that runs on it is paused again."""
    person, gate = may(request, "confirm_evidence"), _criterion(request, pk)
    confirming.withdraw(gate.incident_id, gate.pk, pk, reason=body.reason, by=person, at=timezone.now())
    return _gate(request, gate.pk)
