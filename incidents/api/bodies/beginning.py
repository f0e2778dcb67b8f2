"""Report, triage, and what may be corrected afterwards: severity, people, scope."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from incidents import lifecycle
from incidents.api.bodies.verb_body import Ids, VerbBody
from incidents.api.shapes import Body, Flag, Id, Instant, Rank, Text, line
from incidents.facts import (
    QuickFix,
    Report,
    Triage,
)
from incidents.models import Incident, Responder


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


class QuickFixBody(VerbBody):
    """In scope yes: it is the caller's at once, with severity and scope. No: it waits for triage; say what it needs."""

    verb = "quick_fix"
    in_scope: Flag
    severity: Rank | None = None
    client_ids: Ids = []
    system_ids: Ids = []
    is_internal: Flag = False
    description: Text = ""
    reason: Text = ""

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        told = self.dict() | {
            "severity": self.severity or 0,
            "client_ids": tuple(dict.fromkeys(self.client_ids)),
            "system_ids": tuple(dict.fromkeys(self.system_ids)),
        }
        return lifecycle.quick_fix(pk, QuickFix(**told), by=by, at=at)


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
