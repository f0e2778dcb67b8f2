"""Notes and the outbox stay in step: one that was written is settled with its proof, one that was not is escalated."""

from datetime import datetime

from django.db.models import QuerySet

from incidents import crm_notes, escalation, timeline
from incidents.escalation import Raising
from incidents.models import CrmNote, Incident, Situation, TimelineEntry
from incidents.timeline import Line
from notifications import aside
from notifications.channels.hubspot import page_of
from notifications.models import OutboundMessage

BATCH = 100
ENDED = (OutboundMessage.State.SENT, *OutboundMessage.FAILED)


def sweep(*, now: datetime) -> int:
    """Looks once at each note that the outbox is done with; returns how many. Any number may run at once, anywhere."""
    return aside.settle_due("CRM notes", _due().order_by("pk"), lambda ids: _settle_all(ids, now), now=now, batch=BATCH)


def _due() -> QuerySet[OutboundMessage]:
    return OutboundMessage.objects.filter(channel="crm", kind=crm_notes.KIND, state__in=ENDED, reported_at=None)


def _settle_all(ids: list[int], now: datetime) -> int:
    done = list(_due().select_for_update(skip_locked=True).filter(pk__in=ids).order_by("pk"))
    for message in done:
        _settle(message, now)
    return OutboundMessage.objects.filter(pk__in=[message.pk for message in done]).update(reported_at=now)


def _settle(message: OutboundMessage, now: datetime) -> None:
    incident = Incident.objects.select_for_update(no_key=True).defer("search").get(pk=int(message.about.split(":")[1]))
    note = CrmNote.objects.select_for_update(of=("self",)).select_related("client").get(pk=_note_id(message))
    if message.state == OutboundMessage.State.SENT:
        line = _written(note, message, now)
        lines = [(incident, line)]
        if not _others_fail(incident, note):
            escalation.end(incident, situations=(Situation.CRM_NOTE_FAILED,), reason="written after all", at=now)
    elif note.state == CrmNote.State.OWED:
        text = f"The CRM note for {note.client} was not written: {message.last_error}"
        line = Line(TimelineEntry.Kind.NOTE_FAILED, now, text, {"note": note.pk, "client": note.client_id})
        cause = f"crm-note:{note.pk}:{message.handoff_at}"[:100]
        lines = escalation.raise_all([Raising(incident, Situation.CRM_NOTE_FAILED, cause, text, line=line)], at=now)
    else:
        return
    timeline.append_many(lines, recorded_at=now)


def _written(note: CrmNote, message: OutboundMessage, now: datetime) -> Line:
    """Settles the note with its proof, unless a person was faster; then the record says that both happened."""
    reference, link = message.provider_reference, page_of(message.recipient, message.provider_reference)
    facts = {"client": note.client_id, "state": CrmNote.State.SENT.value, "reference": reference, "link": link}
    text = f"CRM note for {note.client}: written to {message.recipient} as note {reference}"
    if note.state == CrmNote.State.OWED:
        note.state, note.reference, note.link = CrmNote.State.SENT, reference, link
        note.settled_at = message.sent_at or now
        note.save(update_fields=["state", "reference", "link", "settled_at"])
    else:
        text += f", although it was {note.get_state_display().lower()}"
    return Line(TimelineEntry.Kind.NOTE_SETTLED, message.sent_at or now, text, facts)


def _others_fail(incident: Incident, note: CrmNote) -> bool:
    owed = incident.crm_notes.filter(state=CrmNote.State.OWED).exclude(pk=note.pk)
    return any(message.state in OutboundMessage.FAILED for message in crm_notes.messages(owed).values())


def _note_id(message: OutboundMessage) -> int:
    return int(message.key.rpartition(":")[2])
