"""An incident as the API shows it: the row, and with one incident what runs, who was told and what may be done."""

from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from incidents import lifecycle
from incidents.api.bodies import BODIES
from incidents.api.shapes import Person
from incidents.models import Clock, Incident, Responder
from incidents.permissions import VERB_PERMISSION

# Verbs of an incident whose operations are written out.
APART = ("add_evidence", "take_back")
PEOPLE = ("coordinator", "resolver", "communicator", "reported_by")


class IncidentRow(Schema):
    id: int
    reference: str
    title: str
    description: str
    severity: int
    peak_severity: int
    status: str
    source: str
    is_open: bool
    is_internal: bool
    is_restricted: bool
    production_affected: bool
    situations: list[str]
    client_ids: list[int]
    system_ids: list[int]
    coordinator: Person | None
    resolver: Person | None
    communicator: Person | None
    reported_by: Person | None
    detected_at: datetime
    client_reported_at: datetime | None
    opened_at: datetime = Field(description="From here the clocks run: the earliest of detection and client report.")
    reported_at: datetime
    triaged_at: datetime | None
    acknowledged_at: datetime | None
    scheduled_fix_on: date | None
    investigating_at: datetime | None
    worked_around_at: datetime | None
    outage_started_at: datetime | None
    outage_ended_at: datetime | None
    fixed_at: datetime | None
    verify_until: datetime | None
    confirmed_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    touched_at: datetime
    next_due_at: datetime | None = Field(description="The earliest deadline that is not decided yet.")
    fault_domain: str
    broken: str
    cause: str
    done: str
    test_evidence: str
    workaround: str
    brief: str
    closure: str
    merged_into_id: int | None
    entry_count: int = Field(description="How many entries the timeline has.")


class ClockShape(Schema):
    id: int
    kind: str
    cycle: int
    client_id: int | None
    state: str
    severity: int
    start_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    breached_at: datetime | None
    late_seconds: int
    paused: bool
    pause_until: datetime | None


class AffectedShape(Schema):
    client_id: int
    reported_it: bool
    notified_at: datetime | None
    told_resolved_at: datetime | None


class EscalationShape(Schema):
    id: int
    situation: str
    raised_at: datetime
    times_said: int
    taken_at: datetime | None
    taken_by: Person | None
    ended_at: datetime | None
    end_reason: str


class NoteShape(Schema):
    id: int
    client_id: int
    state: str
    summary: str
    reference: str


class EvidenceShape(Schema):
    id: int
    name: str
    size: int
    sha256: str
    added_at: datetime


class AwaitingShape(Schema):
    id: int
    verb: str = Field(description="What is done when it is approved.")
    state: str = Field(description="`awaiting`, or `sent_back` with a reason.")
    words: dict[str, Any]
    author: Person
    written_at: datetime
    reason: str


class BlockerShape(Schema):
    sentence: str
    verb: str


class IncidentWhole(IncidentRow):
    verbs: list[str] = Field(description="What this token may do to it now: POST /incidents/{id}/{verb}.")
    acknowledged_by: str = Field(description="What acknowledges it: a letter, a note or a schedule.")
    clocks: list[ClockShape]
    affected: list[AffectedShape]
    escalations: list[EscalationShape]
    awaiting_letters: list[AwaitingShape] = Field(description="What awaits approval, or was sent back.")
    crm_notes: list[NoteShape]
    evidence: list[EvidenceShape]
    blockers: list[BlockerShape] = Field(description="What stands before closing; empty until it is resolved.")


def visible(person: Responder) -> Any:
    """The incidents that this responder may know of, with the people that a row names."""
    return Incident.objects.visible_to(person).defer("search").select_related(*PEOPLE)


def whole(incident: Incident, person: Responder) -> dict[str, Any]:
    """One incident with all that hangs on it, in a fixed number of queries."""
    row = {name: getattr(incident, name) for name in IncidentRow.model_fields if name != "id"}
    running = list(Clock.objects.filter(incident=incident).order_by("pk"))
    letters = list(incident.awaiting_letters.filter(state__in=("awaiting", "sent_back")).select_related("author"))
    waits = {one.verb for one in letters if one.state == "awaiting"}
    permitted = [verb for verb in (*BODIES, *APART) if person.has_perm(VERB_PERMISSION[verb])]
    paused = any(clock.paused for clock in running)
    offered = lifecycle.offered(incident, permitted, by=person, paused=paused, awaiting=waits)
    return {
        **row,
        "id": incident.pk,
        "verbs": [verb.replace("_", "-") for verb in offered],
        "acknowledged_by": lifecycle.acknowledgement_needs(incident),
        "clocks": running,
        "affected": list(incident.affected.all()),
        "escalations": list(incident.escalations.select_related("taken_by").order_by("-pk")[:100]),
        "awaiting_letters": letters,
        "crm_notes": list(incident.crm_notes.all()),
        "evidence": list(incident.evidence.defer("content")),
        "blockers": [
            {"sentence": one.sentence, "verb": one.verb}
            for one in (lifecycle.blockers(incident) if incident.status == "resolved" else [])
        ],
    }
