"""Prevention actions: plan, finish, verify, decline."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.responses import Status
from pydantic import Field

from incidents.api.door import Bearer, may
from incidents.api.paging import Paging, page
from incidents.api.reading import seen
from incidents.api.shapes import Body, Flag, Id, Key, Person, Text, acts, line, reads
from incidents.models import Incident
from incidents.refusals import Refused
from postmortems import prevention
from postmortems.api.told import Shown, Why, person_named
from postmortems.models import ActionKind, PreventionAction
from postmortems.prevention import Plan

router = Router(tags=["Actions"])
READ, WRITE = Bearer("actions:read"), Bearer("actions:write")


class Looked(Body):
    text: Text = Field(description="What was looked at.")


class ActionShape(Schema):
    id: int
    incident_id: int
    kind: str
    title: str
    outcome: str
    owner: Person
    due_on: date
    state: str
    holds_gate: bool
    tracker_url: str
    evidence: str
    done_at: datetime | None
    verified_at: datetime | None
    verified_by: Person | None
    decline_reason: str
    overdue_at: datetime | None

    @staticmethod
    def resolve_kind(action: PreventionAction) -> str:
        return action.kind.key


class ActionPage(Schema):
    items: list[ActionShape]
    next_cursor: str | None


class WantedActions(Paging):
    state: Literal["open", "done", "verified", "declined"] | None = None
    owner: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    incident: Annotated[int, Field(ge=1, lt=2**31)] | None = None


class PlanBody(Body):
    kind: Key = Field(description="The key of a kind of action.")
    title: line(200)  # type: ignore[valid-type]
    outcome: Text = Field(description="How one will see that it is done.")
    owner_id: Id
    due_on: date
    holds_gate: Flag = True
    tracker_url: Annotated[line(500), Field(pattern=r"^(https?://[!-~]+)?$")] = ""  # type: ignore[valid-type]


def _action(request: HttpRequest, pk: int) -> PreventionAction:
    found = PreventionAction.objects.select_related("kind", "owner", "verified_by").filter(pk=pk).first()
    if found is None:
        raise HttpError(404, "No such action.")
    seen(request, found.incident_id)
    return found


def _plan(body: PlanBody) -> Plan:
    kind = ActionKind.objects.filter(key=body.kind, is_active=True).first()
    if kind is None:
        known = ", ".join(ActionKind.objects.filter(is_active=True).values_list("key", flat=True))
        raise Refused(f"There is no such kind of action; there are: {known}.", "kind")
    owner = person_named(body.owner_id, "owner_id")
    return Plan(kind, body.title, body.outcome, owner, body.due_on, body.holds_gate, body.tracker_url)


@router.get("/actions", response=reads(ActionPage), auth=READ)
def actions(request: HttpRequest, wanted: Query[WantedActions]) -> Any:
    """Prevention actions, the newest first."""
    rows = PreventionAction.objects.filter(incident__in=Incident.objects.visible_to(may(request, "view_incident")))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.owner:
        rows = rows.filter(owner_id=wanted.owner)
    if wanted.incident:
        rows = rows.filter(incident_id=wanted.incident)
    return page(rows.select_related("kind", "owner", "verified_by"), wanted)


@router.get("/actions/{int:pk}", response=reads(ActionShape), auth=READ)
def action(request: HttpRequest, pk: int) -> Any:
    may(request, "view_incident")
    return _action(request, pk)


@router.post("/incidents/{int:pk}/plan-action", response=acts(ActionShape, 201), auth=WRITE)
def plan_action(request: HttpRequest, pk: int, body: PlanBody) -> Any:
    """A named person, a day, and an outcome that can be verified."""
    person = may(request, "write_review")
    made = prevention.plan_action(seen(request, pk).pk, _plan(body), by=person, at=timezone.now())
    return Status(201, _action(request, made.pk))


@router.post("/actions/{int:pk}/replan", response=acts(ActionShape), auth=WRITE)
def replan_action(request: HttpRequest, pk: int, body: PlanBody) -> Any:
    person, one = may(request, "write_review"), _action(request, pk)
    prevention.replan(one.incident_id, pk, _plan(body), by=person, at=timezone.now())
    return _action(request, pk)


@router.post("/actions/{int:pk}/finish", response=acts(ActionShape), auth=WRITE)
def finish_action(request: HttpRequest, pk: int, body: Shown) -> Any:
    """Done, with evidence that another can look at."""
    person, one = may(request, "note_incident"), _action(request, pk)
    prevention.finish(one.incident_id, pk, evidence=body.evidence, by=person, at=timezone.now())
    return _action(request, pk)


@router.post("/actions/{int:pk}/verify", response=acts(ActionShape), auth=WRITE)
def verify_action(request: HttpRequest, pk: int, body: Looked) -> Any:
    """By somebody other than its owner and other than who did it."""
    person, one = may(request, "verify_action"), _action(request, pk)
    prevention.verify(one.incident_id, pk, text=body.text, by=person, at=timezone.now())
    return _action(request, pk)


@router.post("/actions/{int:pk}/reopen", response=acts(ActionShape), auth=WRITE)
def reopen_action(request: HttpRequest, pk: int, body: Why) -> Any:
    person, one = may(request, "verify_action"), _action(request, pk)
    prevention.reopen(one.incident_id, pk, reason=body.reason, by=person, at=timezone.now())
    return _action(request, pk)


@router.post("/actions/{int:pk}/decline", response=acts(ActionShape), auth=WRITE)
def decline_action(request: HttpRequest, pk: int, body: Why) -> Any:
    """“Not doing” is a decision: one proposes it with a reason, a second person agrees with the same call."""
    person, one = may(request, "write_review"), _action(request, pk)
    prevention.decline(one.incident_id, pk, reason=body.reason, by=person, at=timezone.now())
    return _action(request, pk)
