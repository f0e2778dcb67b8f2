"""Open an incident for what was noticed, or put it on the one that is open; never resolve one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.html import escape

from incidents import lifecycle
from incidents.facts import Report
from incidents.lifecycle.moving import moving
from incidents.models import Incident, Responder, TimelineEntry
from notifications import outbox
from notifications.outbox import Outgoing

MOST_MERGES = 20


@dataclass(frozen=True, slots=True)
class Noticed:
    """What a watch noticed: how an incident about it would read, and the line for one that is open already."""

    title: str
    description: str
    severity: int
    source: str
    detected_at: datetime
    line: str
    facts: dict[str, Any]
    system_id: int | None = None
    client_id: int | None = None


def open_or_note(incident_id: int | None, noticed: Noticed, *, at: datetime, by: Responder | None = None) -> Incident:
    """The incident that now tells of it: the open one, or the one that it was merged into, else a new one.

    The caller holds the lock of the row that was watched, so that one fault opens one incident.
    """
    current = still_open(incident_id)
    if current is not None:
        with moving(current.pk, "note", by=by, at=at) as move:
            if move.incident.is_open:
                move.write(TimelineEntry.Kind.NOTED, noticed.line, **noticed.facts)
                return move.incident
    report = Report(
        title=noticed.title[:200],
        description=noticed.description,
        severity=noticed.severity,
        source=noticed.source,
        detected_at=min(noticed.detected_at, at),
        client_ids=(noticed.client_id,) if noticed.client_id else (),
        system_ids=(noticed.system_id,) if noticed.system_id else (),
    )
    incident = lifecycle.report(report, by=by, at=at)
    if noticed.facts:
        with moving(incident.pk, "note", by=None, at=at) as move:
            move.write(TimelineEntry.Kind.NOTED, noticed.line, **noticed.facts)
    return incident


def still_open(incident_id: int | None) -> Incident | None:
    """The incident while it is open; where it was merged away, the one that took it in."""
    for _ in range(MOST_MERGES):
        if incident_id is None:
            return None
        incident = Incident.objects.defer("search").get(pk=incident_id)
        if incident.is_open:
            return incident
        incident_id = incident.merged_into_id
    return None


def note_on(incident_id: int | None, line: str, facts: dict[str, Any], *, at: datetime) -> Incident | None:
    """Puts a line on the open incident; None when there is none."""
    current = still_open(incident_id)
    if current is None:
        return None
    with moving(current.pk, "note", by=None, at=at) as move:
        move.write(TimelineEntry.Kind.NOTED, line, **facts)
    return move.incident


def prompt(incident: Incident, key: str, heading: str, text: str, *, at: datetime) -> None:
    """Tells the people of an incident in Allclear that there is something for them to decide."""
    people = {person.pk: person for person in (incident.coordinator, incident.resolver) if person and person.is_active}
    address = f"{settings.PUBLIC_URL}/incidents/{incident.pk}/"
    outbox.enqueue(
        [
            Outgoing(
                key=f"{key}:{person.pk}",
                channel="in_app",
                to=str(person.pk),
                to_name=str(person),
                subject=f"{incident.reference}: {heading}"[:200],
                text=f"{text}\n\nIncident: {address}\n",
                html=f"<p>{escape(text)}</p>",
                about=incident.about,
                kind="prompt",
                responder_id=person.pk,
                buttons=(("Open the incident", address),),
            )
            for person in people.values()
        ],
        at=at,
    )
