"""Report, every verb of an incident, and what hangs on one: `POST /incidents/{id}/{verb}`."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File
from ninja.errors import HttpError
from ninja.files import UploadedFile
from ninja.params import functions
from ninja.responses import Status
from pydantic import Field

from incidents import lifecycle, scheduled
from incidents.api.bodies import BODIES, MergeBody, ReportBody, VerbBody
from incidents.api.door import Bearer, caller, may
from incidents.api.incident import IncidentWhole, visible, whole
from incidents.api.reading import router, seen
from incidents.api.shapes import Body, Id, Short, acts, line
from incidents.models import AwaitingLetter, Clock, CrmNote, Escalation, Incident
from incidents.permissions import VERB_PERMISSION
from incidents.refusals import Refused

DONE = {**acts(IncidentWhole), 204: None}
WRITE = Bearer("incidents:write")
# Written as `Form[Short] = ""` it would be asked for.
NO_TEXT = functions.Form("")
VERBS = ["Verbs"]


def _as_is(request: HttpRequest, pk: int, permission: str) -> Any:
    """The incident as it is now, for whoever just acted on it."""
    person = may(request, permission)
    found = visible(person).filter(pk=pk).order_by().first()
    # What was just done may have restricted it to people among whom the caller is not.
    return Status(204, None) if found is None else whole(found, person)


@router.post("/incidents", response=acts(IncidentWhole, 201), auth=WRITE)
def report(request: HttpRequest, body: ReportBody) -> Any:
    """Puts a new incident on record; its clocks run from the earliest of detection and client report."""
    person, now = may(request, "report_incident"), timezone.now()
    if body.in_scope and not person.has_perm("investigate_incident"):
        raise Refused("The quick-fix lane is for resolvers.", "in_scope")
    made = lifecycle.report(body.report(now), by=person, at=now)
    found = visible(person).filter(pk=made.pk).order_by().get()
    return Status(201, whole(found, person))


def _operation(verb: str, shape: type[VerbBody]) -> Callable[..., Any]:
    permission = VERB_PERMISSION[verb]

    def act(request: HttpRequest, pk: int, body: VerbBody) -> Any:
        person = may(request, permission)
        seen(request, pk)
        if isinstance(body, MergeBody) and not Incident.objects.visible_to(person).filter(pk=body.into_id).exists():
            raise Refused("There is no such incident.", "into_id")
        body.act(pk, by=person, at=timezone.now())
        return _as_is(request, pk, permission)

    def bare(request: HttpRequest, pk: int) -> Any:
        return act(request, pk, shape())

    act.__annotations__["body"] = shape
    # A verb that asks nothing has no body: none need be sent.
    found = act if shape.model_fields else bare
    found.__name__, found.__doc__ = verb, shape.__dict__.get("__doc__") or _first_line(verb)
    return found


def _first_line(verb: str) -> str:
    told = getattr(lifecycle, verb).__doc__ or verb.replace("_", " ").capitalize() + "."
    return str(told).strip().partition("\n\n")[0].replace("\n    ", " ")


for _verb, _shape in BODIES.items():
    router.post(f"/incidents/{{int:pk}}/{_verb.replace('_', '-')}", response=DONE, auth=WRITE, tags=VERBS)(
        _operation(_verb, _shape)
    )


@router.post("/incidents/{int:pk}/add-evidence", response=DONE, auth=WRITE, tags=VERBS)
def add_evidence(request: HttpRequest, pk: int, file: File[UploadedFile], text: Short = NO_TEXT) -> Any:
    """Keeps a file with its SHA-256, at most 10 MB, sent as `multipart/form-data`; the same file twice is refused."""
    person = may(request, "note_incident")
    seen(request, pk)
    lifecycle.add_evidence(
        pk,
        name=file.name or "file",
        content=file.read(),
        content_type=file.content_type or "",
        text=text,
        by=person,
        at=timezone.now(),
    )
    return _as_is(request, pk, "note_incident")


class TakeBackBody(Body):
    seq: Id = Field(description="The entry of the timeline that wrote the letters.")


@router.post("/incidents/{int:pk}/take-back", response=DONE, auth=WRITE, tags=VERBS)
def take_back(request: HttpRequest, pk: int, body: TakeBackBody) -> Any:
    """Takes back every letter that one entry wrote, while the outbox still holds all of them; what the letters had
    ended runs on as if they had never been written."""
    person = may(request, "update_incident")
    seen(request, pk)
    lifecycle.take_back(pk, seq=body.seq, by=person, at=timezone.now())
    return _as_is(request, pk, "update_incident")


class SettleBody(Body):
    """The reference of the note as it stands in the CRM, or why there is none."""

    reference: line(200) = ""  # type: ignore[valid-type]
    waive_reason: Short = ""


class Reasoned(Body):
    reason: Short = Field(description="It stands on the record.")


def _incident_of(request: HttpRequest, incident_id: int | None, what: str) -> int:
    """The incident that something hangs on, if it may be seen; 404 for the one as for the other."""
    if incident_id is None:
        raise HttpError(404, f"No such {what}.")
    return seen(request, incident_id).pk


@router.post("/escalations/{int:pk}/take", response=DONE, auth=WRITE, tags=VERBS)
def take_escalation(request: HttpRequest, pk: int) -> Any:
    """“I have it”: it is not said again. The second one is told who was first."""
    person = may(request, "take_escalation")
    about = Escalation.objects.filter(pk=pk).values_list("incident_id", flat=True).first()
    about = _incident_of(request, about, "escalation")
    lifecycle.take_escalation(pk, by=person, at=timezone.now())
    return _as_is(request, about, "take_escalation")


@router.post("/crm-notes/{int:pk}/settle", response=DONE, auth=WRITE, tags=VERBS)
def settle_note(request: HttpRequest, pk: int, body: SettleBody) -> Any:
    person = may(request, "settle_note")
    about = CrmNote.objects.filter(pk=pk).values_list("incident_id", flat=True).first()
    about = _incident_of(request, about, "note")
    lifecycle.settle_note(pk, reference=body.reference, waive_reason=body.waive_reason, by=person, at=timezone.now())
    return _as_is(request, about, "settle_note")


def _letter(request: HttpRequest, pk: int) -> int:
    found = scheduled.told_in(pk, caller(request))
    return _incident_of(request, found[1] if found else None, "letter")


@router.post("/letters/{int:pk}/retry", response=DONE, auth=WRITE, tags=VERBS)
def retry_letter(request: HttpRequest, pk: int) -> Any:
    """Sends a letter that did not arrive once more, under its Message-ID."""
    person = may(request, "retry_letter")
    about = _letter(request, pk)
    lifecycle.retry_letter(pk, by=person, at=timezone.now())
    return _as_is(request, about, "retry_letter")


@router.post("/letters/{int:pk}/waive", response=DONE, auth=WRITE, tags=VERBS)
def waive_letter(request: HttpRequest, pk: int, body: Reasoned) -> Any:
    """Lets a letter that did not arrive rest: the client heard otherwise."""
    person = may(request, "retry_letter")
    about = _letter(request, pk)
    lifecycle.waive_letter(pk, reason=body.reason, by=person, at=timezone.now())
    return _as_is(request, about, "retry_letter")


@router.post("/clocks/{int:pk}/void", response=DONE, auth=WRITE, tags=VERBS)
def void_breach(request: HttpRequest, pk: int, body: Reasoned) -> Any:
    """Lifts a breach that was an honest mistake; never by the resolver of the incident."""
    person = may(request, "override_incident")
    about = _incident_of(request, Clock.objects.filter(pk=pk).values_list("incident_id", flat=True).first(), "clock")
    lifecycle.void_breach(pk, reason=body.reason, by=person, at=timezone.now())
    return _as_is(request, about, "override_incident")


def _awaiting(request: HttpRequest, pk: int) -> int:
    about = AwaitingLetter.objects.filter(pk=pk).values_list("incident_id", flat=True).first()
    return _incident_of(request, about, "letter")


@router.post("/awaiting-letters/{int:pk}/approve", response=DONE, auth=WRITE, tags=VERBS)
def approve_letter(request: HttpRequest, pk: int) -> Any:
    """Sends a letter that somebody else wrote, with its words; rendered and guarded anew. Never by its author."""
    person = may(request, "approve_letter")
    about = _awaiting(request, pk)
    lifecycle.approve_letter(pk, by=person, at=timezone.now())
    return _as_is(request, about, "approve_letter")


@router.post("/awaiting-letters/{int:pk}/send-back", response=DONE, auth=WRITE, tags=VERBS)
def send_back_letter(request: HttpRequest, pk: int, body: Reasoned) -> Any:
    """Returns a letter to its author, with what is to change."""
    person = may(request, "approve_letter")
    about = _awaiting(request, pk)
    lifecycle.send_back_letter(pk, reason=body.reason, by=person, at=timezone.now())
    return _as_is(request, about, "approve_letter")


@router.post("/awaiting-letters/{int:pk}/withdraw", response=DONE, auth=WRITE, tags=VERBS)
def withdraw_letter(request: HttpRequest, pk: int) -> Any:
    """Takes one's own letter back before it is approved, or drops one that was sent back."""
    person = may(request, "view_incident")
    about = _awaiting(request, pk)
    lifecycle.withdraw_letter(pk, by=person, at=timezone.now())
    return _as_is(request, about, "view_incident")
