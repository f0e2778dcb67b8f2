"""Investigate, contain, fix and verify."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from incidents import lifecycle
from incidents.api.bodies.verb_body import Domain, VerbBody
from incidents.api.shapes import Flag, Instant, Short, Text
from incidents.facts import (
    Change,
    Confirmation,
    Diagnosis,
    Fix,
    Isolation,
)
from incidents.models import Responder


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
