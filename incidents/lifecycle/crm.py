"""The CRM note of each affected client: written again, recorded by hand, or waived; never silently skipped (B-63)."""

from datetime import datetime, timedelta

from django.conf import settings

from incidents import crm_notes, escalation
from incidents.lifecycle.moving import Move, moving, retried
from incidents.models import CrmNote, Responder, Situation, TimelineEntry
from incidents.refusals import Refused
from notifications import outbox
from notifications.models import OutboundMessage

Kind = TimelineEntry.Kind


def owe_notes(move: Move, happened: str, did: str) -> None:
    """One note for each affected client that has none yet (C-20), and its way into the outbox, in one transaction."""
    incident = move.incident
    summary = f"{incident.reference} (SEV-{incident.severity}) {incident.title}. {happened} {did}"
    known = set(incident.crm_notes.values_list("client_id", flat=True))
    CrmNote.objects.bulk_create(
        CrmNote(incident=incident, client_id=client_id, summary=summary, owed_at=move.at)
        for client_id in incident.client_ids
        if client_id not in known
    )
    owed = incident.crm_notes.filter(state=CrmNote.State.OWED).exclude(client_id__in=known)
    due_at = move.at + timedelta(seconds=settings.UNDO_SECONDS)
    crm_notes.enqueue(incident, owed.select_related("client"), at=move.at, due_at=due_at)


@retried
def write_note(note_id: int, *, by: Responder, at: datetime) -> CrmNote:
    """Has HubSpot told, or told again, at once; its marker is looked for first, so that it never stands there twice."""
    incident_id = CrmNote.objects.values_list("incident_id", flat=True).get(pk=note_id)
    with moving(incident_id, "write_note", by=by, at=at) as move:
        owed = _owed(note_id)
        by_hand = crm_notes.why_by_hand(owed, move.incident)
        if by_hand:
            raise Refused(by_hand)
        message = crm_notes.messages([owed]).get(owed.pk)
        if message is None:
            crm_notes.enqueue(move.incident, [owed], at=move.at)
        elif message.state in (*OutboundMessage.FAILED, OutboundMessage.State.SUPERSEDED):
            # The client may have another deal by now: that is why somebody tries again.
            OutboundMessage.objects.filter(pk=message.pk).update(recipient=crm_notes.record_of(owed.client))
            outbox.retry(message.pk, at=move.at)
        else:
            raise Refused("It is on its way already.")
        # Given, not written: whether it was taken is another line.
        move.write(Kind.NOTED, f"HubSpot is given the CRM note for {owed.client}.", note=owed.pk)
    return owed


@retried
def settle_note(note_id: int, *, reference: str = "", waive_reason: str = "", by: Responder, at: datetime) -> CrmNote:
    """Records a note by hand with its reference, or waives it with a reason; what waits for HubSpot is withdrawn."""
    incident_id = CrmNote.objects.values_list("incident_id", flat=True).get(pk=note_id)
    with moving(incident_id, "settle_note", by=by, at=at) as move:
        owed = _owed(note_id)
        owed.reference, owed.reason = reference.strip(), waive_reason.strip()
        if owed.reference and owed.reason:
            raise Refused("It is either recorded or waived: leave one of the two empty.", "reference")
        if not owed.reference and not owed.reason:
            raise Refused("Give the note’s reference, or a reason for waiving it.", "reference")
        owed.state = CrmNote.State.RECORDED if owed.reference else CrmNote.State.WAIVED
        owed.settled_at, owed.settled_by = move.at, by
        owed.save()
        settled = str(owed.get_state_display()).lower()
        outbox.supersede(at=move.at, reason=f"{settled} by {by}", keys=[crm_notes.key(owed)])
        still = move.incident.crm_notes.filter(state=CrmNote.State.OWED)
        if not any(one.state in OutboundMessage.FAILED for one in crm_notes.messages(still).values()):
            reason = f"{settled} by {by}"
            escalation.end(move.incident, situations=(Situation.CRM_NOTE_FAILED,), reason=reason, at=move.at)
        text = f"CRM note for {owed.client}: {owed.reference or 'waived: ' + owed.reason}"
        move.write(Kind.NOTE_SETTLED, text, client=owed.client_id, state=owed.state)
    return owed


def _owed(note_id: int) -> CrmNote:
    owed = CrmNote.objects.select_for_update(of=("self",)).select_related("client").get(pk=note_id)
    if owed.state != CrmNote.State.OWED:
        raise Refused(f"It was settled already: {owed.get_state_display().lower()}.")
    return owed
