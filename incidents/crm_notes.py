"""The note that a client's CRM is owed: where it belongs, how it is written down, and how far it got (B-63, C-20)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from incidents.models import Client, CrmNote, Incident
from notifications import outbox
from notifications.channels.hubspot import RECORDS
from notifications.models import OutboundMessage
from notifications.outbox import Outgoing

KIND = "crm-note"


def is_set_up() -> bool:
    """Whether notes are written by Allclear itself; the sample workspace only rehearses it."""
    return bool(settings.HUBSPOT_TOKEN or settings.DEMO)


def key(note: CrmNote) -> str:
    return f"crm-note:{note.pk}"


def record_of(client: Client) -> str:
    """`deals/123`; empty where the client names none that HubSpot could know."""
    reference = client.crm_reference.strip()
    known = client.crm_kind in RECORDS and reference.isascii() and reference.isdigit()
    return f"{client.crm_kind}/{reference}" if known else ""


def how(client: Client) -> str:
    """How the notes of this client get into the CRM, in a sentence."""
    if not is_set_up():
        return "Notes are recorded by hand: no HubSpot token is set."
    if not record_of(client):
        return "Notes are recorded by hand: this is no id of a HubSpot record."
    return "Notes about resolved incidents are written there by Allclear."


def why_by_hand(note: CrmNote, incident: Incident) -> str:
    """The sentence that says why Allclear does not write this note itself; empty when it does."""
    if not is_set_up():
        return "No HubSpot token is set, so the note is recorded by hand."
    if not record_of(note.client):
        return f"{note.client} has no HubSpot deal, company or contact; give its id on the client’s page, or record it."
    if incident.is_restricted:
        return "This incident is restricted, and everybody in HubSpot may read a note: a person decides what it says."
    return ""


def enqueue(incident: Incident, notes: Iterable[CrmNote], *, at: datetime, due_at: datetime | None = None) -> int:
    """Writes down what HubSpot is to be told, once for each note, in the caller's transaction; returns how many.

    `due_at` is when it may leave, at once without it: a note waits as long as the letter that it goes with.

    A note that is for a person to record is left out. Nothing here touches the network, and no letter waits for it.
    """
    return outbox.enqueue(
        [replace(_outgoing(incident, one), due_at=due_at) for one in notes if not why_by_hand(one, incident)],
        at=at,
    )


def _outgoing(incident: Incident, note: CrmNote) -> Outgoing:
    return Outgoing(
        key=key(note),
        channel="crm",
        to=record_of(note.client),
        to_name=note.client.name,
        subject=f"CRM note: {incident.reference} {incident.title}".replace("\n", " ").replace("\r", " "),
        text=note.summary,
        html="",
        about=incident.about,
        kind=KIND,
    )


def messages(notes: Iterable[CrmNote]) -> dict[int, OutboundMessage]:
    """How far each note got, by the note's id; a note that was never handed to the outbox is not in it. One query."""
    by_key = {key(note): note.pk for note in notes}
    if not by_key:
        return {}
    return {by_key[row.key]: row for row in OutboundMessage.objects.filter(key__in=by_key)}
