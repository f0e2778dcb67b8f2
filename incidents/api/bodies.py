"""What each verb is told through the API, in types, and the call that it ends in."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from incidents import lifecycle
from incidents.api.sensitive import LiftRestrictionBody, NamePeopleBody, RaiseSituationBody, RestrictBody
from incidents.api.shapes import Body, Flag, Id, Instant, Rank, Short, Text, line
from incidents.api.verb_body import Ids, VerbBody
from incidents.facts import (
    Acknowledgement,
    Change,
    Confirmation,
    Diagnosis,
    Fix,
    Isolation,
    Kept,
    Letter,
    Report,
    Resolution,
    Triage,
)
from incidents.models import Incident, Responder

Domain = Literal["ours", "client", "third_party"]


class ReportBody(Body):
    title: line(200)  # type: ignore[valid-type]
    description: Text
    severity: Rank
    source: Literal["monitoring", "client", "agent", "review"] = "agent"
    detected_at: Instant | None = Field(None, description="When it was first noticed; left out: now.")
    client_reported_at: Instant | None = None
    client_ids: Ids = []
    system_ids: Ids = []
    is_internal: Flag = False
    production_affected: Flag = False
    in_scope: Flag = Field(False, description="The quick-fix lane: the caller fixes it at once.")

    def report(self, at: datetime) -> Report:
        detected = self.detected_at or at
        by_client = self.source == "client"
        return Report(
            title=self.title,
            description=self.description,
            severity=self.severity,
            source=self.source,
            detected_at=detected,
            client_reported_at=self.client_reported_at or (detected if by_client else None),
            client_ids=tuple(dict.fromkeys(self.client_ids)),
            reporting_client_ids=tuple(self.client_ids) if by_client else (),
            system_ids=tuple(dict.fromkeys(self.system_ids)),
            is_internal=self.is_internal,
            production_affected=self.production_affected,
            in_scope=self.in_scope,
        )


class TriageBody(VerbBody):
    verb = "triage"
    severity: Rank
    client_ids: Ids = []
    system_ids: Ids
    resolver_id: Id
    communicator_id: Id
    coordinator_id: Id | None = None
    is_internal: Flag = False
    description: Text = ""
    reason: Text = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        told = self.dict() | {
            "client_ids": tuple(dict.fromkeys(self.client_ids)),
            "system_ids": tuple(dict.fromkeys(self.system_ids)),
        }
        return lifecycle.triage(pk, Triage(**told), by=by, at=at)


class LetterBody(Body):
    brief: line(120, 1)  # type: ignore[valid-type]
    happening: Short
    doing: Short = ""
    next_update_by: Instant | None = Field(None, description="A promise: it starts a clock.")
    guard_reason: Short = Field("", description="Why it goes out although the language guard objects.")


class AcknowledgeBody(VerbBody):
    """A letter, a note or a scheduled fix: `acknowledged_by` of the incident says which it needs."""

    verb = "acknowledge"
    letter: LetterBody | None = None
    note: Text = ""
    scheduled_fix_on: date | None = None

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        letter = Letter(**self.letter.dict()) if self.letter else None
        told = Acknowledgement(letter=letter, note=self.note, scheduled_fix_on=self.scheduled_fix_on)
        return lifecycle.acknowledge(pk, told, by=by, at=at)


class UpdateBody(LetterBody, VerbBody):
    verb = "update"
    is_last: Flag = False

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        told = self.dict() | ({"next_update_by": None} if self.is_last else {})
        return lifecycle.update(pk, Letter(**told), by=by, at=at)


class InvestigateBody(VerbBody):
    verb = "investigate"

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.investigate(pk, by=by, at=at)


class DiagnoseBody(VerbBody):
    verb = "diagnose"
    logs: Text = ""
    status_pages: Text = ""
    integrations: Text = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.diagnose(pk, Diagnosis(**self.dict()), by=by, at=at)


class IsolateBody(VerbBody):
    verb = "isolate"
    fault_domain: Domain
    finding: Text = ""
    workaround_possible: Literal["", "yes", "no", "not_possible"] = ""
    guidance: Text = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.isolate(pk, Isolation(**self.dict()), by=by, at=at)


class ChangeBody(VerbBody):
    """A change to production: tested, or containment that names its undo, or an emergency with its reason."""

    verb = "change"
    what: Text
    test_evidence: Text = ""
    containment: Flag = False
    undo: Text = ""
    override_reason: Short = ""
    is_retry: Flag = False
    without_evidence_reason: Short = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.change(pk, Change(**self.dict()), by=by, at=at)


class WorkAroundBody(VerbBody):
    verb = "work_around"
    text: Text

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.work_around(pk, text=self.text, by=by, at=at)


class StartOutageBody(VerbBody):
    verb = "start_outage"
    occurred_at: Instant | None = Field(None, description="Left out: since now.")

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.start_outage(pk, occurred_at=self.occurred_at, by=by, at=at)


class EndOutageBody(VerbBody):
    verb = "end_outage"

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.end_outage(pk, by=by, at=at)


class FixBody(VerbBody):
    verb = "fix"
    broken: Text
    cause: Text
    done: Text
    test_evidence: Text
    fault_domain: Domain | None = Field(None, description="Left out: as it was isolated.")
    client_confirmation: Text = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        told = self.dict() | {"fault_domain": self.fault_domain or ""}
        return lifecycle.fix(pk, Fix(**told), by=by, at=at)


class ConfirmBody(VerbBody):
    verb = "confirm"
    scenario: Text
    result: Text
    evidence: Text

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.confirm(pk, Confirmation(**self.dict()), by=by, at=at)


class FailVerificationBody(VerbBody):
    verb = "fail_verification"
    reason: Text

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.fail_verification(pk, reason=self.reason, by=by, at=at)


class ResolveBody(VerbBody):
    verb = "resolve"
    brief: line(120) = ""  # type: ignore[valid-type]
    happened: Short
    did: Short
    override_reason: Short = ""
    acknowledgement_exception: Short = ""
    guard_reason: Short = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.resolve(pk, Resolution(**self.dict()), by=by, at=at)


class CloseBody(VerbBody):
    verb = "close"
    force_reason: Short = Field("", description="Closes with something missing; escalates, naming it.")

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.close(pk, force_reason=self.force_reason, by=by, at=at)


class ReopenBody(VerbBody):
    verb = "reopen"
    reason: Text
    by_client: Flag = False

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.reopen(pk, reason=self.reason, by_client=self.by_client, by=by, at=at)


class ReclassifyBody(VerbBody):
    verb = "reclassify"
    severity: Rank
    reason: Text

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.reclassify(pk, severity=self.severity, reason=self.reason, by=by, at=at)


class AssignBody(VerbBody):
    """The three people as they are from now on; what is left out stays."""

    verb = "assign"
    coordinator_id: Id | None = None
    resolver_id: Id | None = None
    communicator_id: Id | None = None

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        names = ("coordinator_id", "resolver_id", "communicator_id")
        people = Incident.objects.values(*names).get(pk=pk) | self.dict(exclude_unset=True)
        return lifecycle.assign(pk, **people, by=by, at=at)


class RescopeBody(VerbBody):
    verb = "rescope"
    client_ids: Ids = []
    system_ids: Ids
    is_internal: Flag = False

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        clients, systems = list(dict.fromkeys(self.client_ids)), list(dict.fromkeys(self.system_ids))
        internal = self.is_internal
        return lifecycle.rescope(pk, client_ids=clients, system_ids=systems, is_internal=internal, by=by, at=at)


class PauseBody(VerbBody):
    verb = "pause"
    reason: Literal["waiting_on_client", "client_maintenance", "agreed_deferral"]
    text: Short = ""
    until: Instant

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.pause(pk, reason=self.reason, text=self.text, until=self.until, by=by, at=at)


class ResumeBody(VerbBody):
    verb = "resume"

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.resume(pk, by=by, at=at)


class NoteBody(VerbBody):
    """A line on the timeline, in Markdown."""

    verb = "note"
    text: Text
    occurred_at: Instant | None = Field(None, description="Left out: now.")
    client_visible: Flag = False

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.note(pk, **self.dict(), by=by, at=at)


class KeepErrorBody(VerbBody):
    verb = "keep_error"
    report: Annotated[str, Field(max_length=100_000)]
    occurred_at: Instant
    time_zone: line(60, 1) = Field("UTC", description="The zone in which it was read.")  # type: ignore[valid-type]
    screen: line(300)  # type: ignore[valid-type]
    reference: line(120) = ""  # type: ignore[valid-type]

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.keep_error(pk, Kept(**self.dict()), by=by, at=at)


class MergeBody(VerbBody):
    verb = "merge"
    into_id: Id
    reason: Text = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.merge(pk, into_id=self.into_id, reason=self.reason, by=by, at=at)


class CancelBody(VerbBody):
    """It was not an incident."""

    verb = "cancel"
    reason: Text

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.cancel(pk, reason=self.reason, by=by, at=at)


BODIES: dict[str, type[VerbBody]] = {
    one.verb: one
    for one in (
        TriageBody,
        AcknowledgeBody,
        UpdateBody,
        InvestigateBody,
        DiagnoseBody,
        IsolateBody,
        ChangeBody,
        WorkAroundBody,
        StartOutageBody,
        EndOutageBody,
        FixBody,
        ConfirmBody,
        FailVerificationBody,
        ResolveBody,
        CloseBody,
        ReopenBody,
        ReclassifyBody,
        AssignBody,
        RescopeBody,
        PauseBody,
        ResumeBody,
        NoteBody,
        KeepErrorBody,
        RaiseSituationBody,
        RestrictBody,
        NamePeopleBody,
        LiftRestrictionBody,
        MergeBody,
        CancelBody,
    )
}
