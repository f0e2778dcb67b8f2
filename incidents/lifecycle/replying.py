"""What a client answers is put on the record and owed an answer; no word in it does anything by itself (B-51, C-26)."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.html import escape

from incidents.clocks import policy_of
from incidents.facts import Reply, Report
from incidents.lifecycle.ending import reopen
from incidents.lifecycle.moving import Move, moving, required, retried
from incidents.lifecycle.reporting import default_holder, report
from incidents.models import ClientReply, Contact, Evidence, Incident, Responder, TimelineEntry
from incidents.refusals import Refused
from incidents.spelling import in_utc
from notifications import outbox
from notifications.inbound.letter import Attached
from notifications.outbox import Outgoing

Kind = TimelineEntry.Kind
Answer, Standing = ClientReply.Answer, ClientReply.Standing
MOST_SHOWN = 1000


@retried
def record_reply(incident_id: int, reply: Reply, *, filed_by: Responder | None = None, at: datetime) -> ClientReply:
    """Puts an answer on the record with its files, owes the client an answer, and tells the communicator.

    The incident stays as it is, whatever the letter asks for. Of a duplicate the incident that stays hears. `filed_by`
    is the person who said where the letter belongs, None where its thread did.
    """
    with moving(_that_stays(incident_id), "record_reply", by=filed_by, at=at) as move:
        incident = move.incident
        contact = _contact(incident, reply.sender_address)
        kept = ClientReply.objects.create(
            incident=incident,
            mail_id=reply.mail_id,
            client_id=contact.client_id if contact else None,
            sender_name=reply.sender_name or (contact.name if contact else ""),
            sender_address=reply.sender_address,
            is_known=contact is not None,
            standing=standing_of(incident, at),
            text=reply.text.strip() or "(The letter has no text.)",
            quoted=reply.quoted,
            left_out=list(reply.left_out),
            received_at=at,
            filed_by=filed_by,
        )
        files = _keep(move, reply.attachments)
        who = f"{reply.sender_name} <{reply.sender_address}>".strip() if reply.sender_address else kept.sender
        doubt = "" if contact else ", who is no contact of an affected client,"
        facts: dict[str, Any] = {
            "reply": kept.pk,
            "known": kept.is_known,
            "standing": str(kept.standing),
            "files": files,
        }
        move.write(Kind.CLIENT_REPLIED, f"{who}{doubt} writes:\n\n{kept.text}", **facts)
        _tell(move, kept)
    return kept


@retried
def record_automatic(incident_id: int, *, text: str, at: datetime) -> TimelineEntry:
    """What a program answered: on the record, quietly. It owes nothing, and nothing answers it."""
    with moving(_that_stays(incident_id), "record_reply", by=None, at=at) as move:
        return move.write(Kind.AUTO_REPLIED, text)


@retried
def keep_attachments(incident_id: int, files: Sequence[Attached], *, at: datetime) -> None:
    """Keeps the files of a letter as evidence of an incident, each once, with its hash on the record."""
    with moving(incident_id, "add_evidence", by=None, at=at) as move:
        for one in _keep(move, files):
            move.write(Kind.EVIDENCE_ADDED, f"{one['name']} came with the letter.", **one)


@retried
def settle_reply(reply_id: int, *, note: str, by: Responder, at: datetime) -> ClientReply:
    """Marks a reply as dealt with, with a word about how: by telephone, by a letter of one's own, nothing to say."""
    with moving(_incident_of(reply_id), "settle_reply", by=by, at=at) as move:
        reply = _open(reply_id)
        reply.note = required(note, "note", "Say how it was dealt with; it stands on the record.")
        _settle(reply, Answer.DEALT_WITH, by, move.at)
        move.write(Kind.REPLY_SETTLED, f"The reply of {reply.sender} is dealt with: {reply.note}", reply=reply.pk)
    return reply


@retried
def reopen_by_reply(reply_id: int, *, by: Responder, at: datetime) -> Incident:
    """One button: the client says that it is back, a person believes it, and the incident goes on (C-26)."""
    with transaction.atomic():
        reply = ClientReply.objects.select_related("incident").get(pk=reply_id)
        reason = f"{reply.sender} wrote: {reply.text[:MOST_SHOWN]}"
        incident = reopen(reply.incident_id, reason=reason, by_client=True, by=by, at=at)
        _settle(_open(reply_id), Answer.REOPENED, by, at)
    return incident


@retried
def follow_reply(reply_id: int, *, by: Responder, at: datetime) -> Incident:
    """A new incident from a reply that comes too late to reopen the old one; each of the two names the other (C-26)."""
    with transaction.atomic(), moving(_incident_of(reply_id), "settle_reply", by=by, at=at) as move:
        reply, old = _open(reply_id), move.incident
        if reply.standing == Standing.OPEN and old.is_open:
            raise Refused(f"{old.reference} is still open: answer there.")
        clients = (reply.client_id,) if reply.client_id else ()
        new = report(
            Report(
                title=f"Again: {old.title}"[:200],
                description=f"{reply.sender} wrote about {old.reference}:\n\n{reply.text}",
                severity=old.severity,
                source=Incident.Source.CLIENT,
                detected_at=reply.received_at,
                client_reported_at=reply.received_at,
                client_ids=clients,
                reporting_client_ids=clients,
                system_ids=tuple(old.systems.filter(is_active=True).values_list("pk", flat=True)),
            ),
            by=by,
            at=move.at,
        )
        reply.led_to = new
        _settle(reply, Answer.FOLLOWED, by, move.at)
        move.write(Kind.REPLY_SETTLED, f"{new.reference} follows from the reply of {reply.sender}.", reply=reply.pk)
    return new


def standing_of(incident: Incident, at: datetime) -> str:
    """How the incident stands for an answer that comes at that instant (C-26)."""
    if incident.is_open:
        return Standing.OPEN
    days = policy_of(incident.policy_version_id).reopen_days
    if incident.closure == Incident.Closure.CANCELLED or incident.resolved_at is None:
        return Standing.TOO_LATE
    return Standing.LATE if at <= incident.resolved_at + timedelta(days=days) else Standing.TOO_LATE


def _that_stays(incident_id: int) -> int:
    """The incident into which this one was merged, if it was; a chain of duplicates is followed to its end."""
    for _ in range(20):
        into = Incident.objects.values_list("merged_into_id", flat=True).get(pk=incident_id)
        if into is None:
            break
        incident_id = into
    return incident_id


def _contact(incident: Incident, address: str) -> Contact | None:
    if not address:
        return None
    return Contact.objects.filter(email__iexact=address, client_id__in=incident.client_ids).order_by("pk").first()


def _keep(move: Move, files: Sequence[Attached]) -> list[dict[str, Any]]:
    """Keeps files as evidence; the picture in everybody's signature is kept once."""
    found = []
    for one in files:
        digest = hashlib.sha256(one.content).hexdigest()
        kept = Evidence.objects.filter(incident=move.incident, sha256=digest).defer("content").first()
        if kept is None:
            kept = Evidence.objects.create(
                incident=move.incident,
                name=one.name,
                content_type=one.content_type,
                size=len(one.content),
                sha256=digest,
                content=one.content,
                added_by=move.by,
                added_at=move.at,
            )
        found.append({"name": one.name, "sha256": digest, "size": len(one.content), "evidence": kept.pk})
    return found


def _tell(move: Move, reply: ClientReply) -> None:
    """The communicator hears of it here and by e-mail; of a restricted incident a message says only its number."""
    incident = move.incident
    speakers = (incident.communicator, default_holder("communicator", move.at), incident.coordinator)
    person = next((one for one in speakers if one is not None and incident.is_visible_to(one)), None)
    if person is None:
        return
    where = f"{settings.PUBLIC_URL}/replies/{reply.pk}/"
    heading = f"{incident.reference}: a client replied"
    said = "Sign in to read it."
    if not incident.is_restricted:
        heading = f"{incident.reference}: {reply.sender} replied"
        said = f"{incident.title}\n\n{reply.text[:MOST_SHOWN]}"
        if not reply.is_known:
            # Whoever has the thread may call himself anything: the name alone would be believed.
            heading = f"{incident.reference}: somebody who is no contact replied"
            address = f" <{reply.sender_address}>" if reply.sender_address else ""
            said = f"From {reply.sender_name or 'nobody named'}{address}, no contact of an affected client.\n\n{said}"
    text = f"{heading}\n\n{said}\n\nAnswer it, or say how it was dealt with: {where}\n"
    html = f"<p><strong>{escape(heading)}</strong></p><p>{escape(said)}</p>".replace("\n", "<br>")
    html += f'<p><a href="{where}">Read and answer</a></p>'
    late = reply.standing != Standing.OPEN
    outbox.enqueue(
        [
            Outgoing(
                key=f"reply:{reply.pk}:{channel}",
                channel=channel,
                to=person.email,
                to_name=person.name,
                subject=f"{heading}{' after it was resolved' if late else ''}"[:200],
                text=text,
                html=html if channel == "email" else "",
                about=incident.about,
                kind="client-reply",
                urgency="immediate" if incident.severity == 1 else "normal",
                responder_id=person.pk,
            )
            for channel in ("in_app", "email")
        ],
        at=move.at,
    )


def _incident_of(reply_id: int) -> int:
    return ClientReply.objects.values_list("incident_id", flat=True).get(pk=reply_id)


def _open(reply_id: int) -> ClientReply:
    reply = ClientReply.objects.select_for_update(of=("self",)).select_related("answered_by").get(pk=reply_id)
    if reply.answered_at is not None:
        how = reply.get_answer_display()
        raise Refused(f"{how} by {reply.answered_by} at {in_utc(reply.answered_at)}.")
    return reply


def _settle(reply: ClientReply, answer: str, by: Responder, at: datetime) -> None:
    reply.answer, reply.answered_by, reply.answered_at = answer, by, at
    reply.save(update_fields=["answer", "answered_by", "answered_at", "note", "led_to"])
