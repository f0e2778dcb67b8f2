"""Notes, evidence, situations, pauses, who may see it, and the end."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from incidents import lifecycle
from incidents.api.bodies.verb_body import Ids, VerbBody
from incidents.api.shapes import Flag, Instant, Short, Text, line
from incidents.facts import (
    Kept,
)
from incidents.models import Responder


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


class RaiseSituationBody(VerbBody):
    verb = "raise_situation"
    situation: Literal["client_leaving", "payment_dispute", "data_breach", "legal_threat"]
    text: Short

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.raise_situation(pk, situation=self.situation, text=self.text, by=by, at=at)


class RestrictBody(VerbBody):
    """From now on only those named, those at work on it and roles that may see restricted incidents know of it."""

    verb = "restrict"
    people: Ids = []
    reason: Short

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.restrict(pk, people=list(dict.fromkeys(self.people)), reason=self.reason, by=by, at=at)


class NamePeopleBody(VerbBody):
    """Sets who is named on a restricted incident."""

    verb = "name_people"
    people: Ids
    reason: Short

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.name_people(pk, people=list(dict.fromkeys(self.people)), reason=self.reason, by=by, at=at)


class LiftRestrictionBody(VerbBody):
    verb = "lift_restriction"
    reason: Short

    def act(self, pk: int, *, by: Responder, at: datetime) -> Any:
        return lifecycle.lift_restriction(pk, reason=self.reason, by=by, at=at)
