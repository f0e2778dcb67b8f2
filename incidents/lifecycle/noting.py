"""What can be said and settled at any time: notes, evidence, pauses, corrections, letters that failed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from incidents import escalation
from incidents.clocks import policy_of
from incidents.lifecycle.moving import moving, required, retried
from incidents.models import (
    Clock,
    DigestLine,
    Escalation,
    Evidence,
    Incident,
    PolicyVersion,
    Responder,
    Situation,
    TimelineEntry,
)
from incidents.refusals import Refused
from incidents.spelling import in_utc
from notifications import outbox, suppression
from notifications.models import OutboundMessage

Kind = TimelineEntry.Kind
MOST_BYTES = 10 * 1024 * 1024
PAUSE_REASONS = {
    "waiting_on_client": "Waiting on the client",
    "client_maintenance": "Maintenance at the client’s",
    "agreed_deferral": "Deferral agreed with the client",
}


@retried
def note(
    incident_id: int,
    *,
    text: str,
    occurred_at: datetime | None = None,
    client_visible: bool = False,
    by: Responder,
    at: datetime,
) -> TimelineEntry:
    """Adds a note (Markdown); `occurred_at` may precede the writing but never lies in the future."""
    with moving(incident_id, "note", by=by, at=at) as move:
        text = required(text, "text", "Write something.")
        if occurred_at and occurred_at > move.at:
            raise Refused("That is in the future.", "occurred_at")
        return move.write(Kind.NOTED, text, at=occurred_at, client_visible=client_visible)


@retried
def add_evidence(
    incident_id: int, *, name: str, content: bytes, content_type: str, text: str = "", by: Responder, at: datetime
) -> Evidence:
    """Keeps a file with its SHA-256, at most 10 MB; refuses an empty one and the same file twice."""
    with moving(incident_id, "add_evidence", by=by, at=at) as move:
        name = required(name.replace("\n", " ").replace("\r", " "), "file", "The file needs a name.")[:200]
        if not content:
            raise Refused("That file is empty.", "file")
        if len(content) > MOST_BYTES:
            raise Refused(f"That file has {len(content) / 1024 / 1024:.1f} MB; at most 10 MB are kept.", "file")
        digest = hashlib.sha256(content).hexdigest()
        if Evidence.objects.filter(incident=move.incident, sha256=digest).exists():
            raise Refused("That very file is kept here already.", "file")
        evidence = Evidence.objects.create(
            incident=move.incident,
            name=name,
            content_type=content_type[:100] or "application/octet-stream",
            size=len(content),
            sha256=digest,
            content=content,
            added_by=by,
            added_at=move.at,
        )
        facts: dict[str, Any] = {"name": name, "sha256": digest, "size": len(content), "evidence": evidence.pk}
        move.write(Kind.EVIDENCE_ADDED, text.strip(), **facts)
    return evidence


@retried
def take_escalation(escalation_id: int, *, by: Responder, at: datetime) -> Escalation:
    """“I have it”: stops the repeating. The second one is told who was first."""
    incident_id = Escalation.objects.values_list("incident_id", flat=True).get(pk=escalation_id)
    with moving(incident_id, "take_escalation", by=by, at=at) as move:
        taken = Escalation.objects.select_for_update(of=("self",)).select_related("taken_by").get(pk=escalation_id)
        if taken.taken_at:
            raise Refused(f"{taken.taken_by} took it already, at {in_utc(taken.taken_at, seconds=True)}.")
        if taken.ended_at:
            raise Refused(f"It has ended: {taken.end_reason}.")
        escalation.take(taken, by=by, at=move.at)
        move.write(Kind.ESCALATION_TAKEN, f"{by} has it: {taken.get_situation_display()}", escalation=taken.pk)
    return taken


@retried
def pause(incident_id: int, *, reason: str, text: str, until: datetime, by: Responder, at: datetime) -> Incident:
    """Pauses the resolve clock where the policy allows it, with a reason and an end that comes by itself (C-06, S6)."""
    with moving(incident_id, "pause", by=by, at=at) as move:
        promise = policy_of(move.incident.policy_version_id).terms(move.incident.severity).resolve
        if not promise.pausable:
            raise Refused(f"The policy does not let a SEV-{move.incident.severity} be paused.")
        if reason not in PAUSE_REASONS:
            raise Refused("Choose a reason; a third party’s outage is none.", "reason")
        if until <= move.at:
            raise Refused("The pause must end in the future.", "until")
        if until > move.at + timedelta(seconds=promise.max_pause_seconds):
            raise Refused(f"At most {promise.max_pause_seconds // 3600} hours at a time.", "until")
        ends = until.replace(microsecond=0).isoformat()
        move.write(Kind.PAUSED, text.strip() or PAUSE_REASONS[reason], reason=reason, until=ends)
    return move.incident


@retried
def resume(incident_id: int, *, by: Responder, at: datetime) -> Incident:
    with moving(incident_id, "resume", by=by, at=at) as move:
        if not move.incident.clocks.filter(kind=Clock.Kind.RESOLVE, paused=True).exists():
            raise Refused("Its resolve clock is not paused.")
        move.write(Kind.RESUMED)
    return move.incident


@retried
def void_breach(clock_id: int, *, reason: str, by: Responder, at: datetime) -> Clock:
    """Lifts a breach that was an honest mistake (S7.6); never by the assigned resolver, always with a reason.

    Refused for a cycle that a reopening has followed: it keeps its outcome for ever (S8).
    """
    found = Clock.objects.get(pk=clock_id)
    with moving(found.incident_id, "void_breach", by=by, at=at) as move:
        reason = required(reason, "reason", "Say why this breach was a mistake.")
        if move.incident.resolver_id == by.pk:
            raise Refused("Somebody other than the resolver voids a breach.")
        if found.breached_at is None or found.kind not in (Clock.Kind.ACKNOWLEDGE, Clock.Kind.RESOLVE):
            raise Refused("That clock has no breach to void.")
        if move.incident.clocks.filter(kind=found.kind, cycle__gt=found.cycle).exists():
            raise Refused("The incident was reopened since; that clock keeps its outcome.")
        move.write(Kind.BREACH_VOIDED, reason, clock_kind=found.kind, cycle=found.cycle)
    return found


@retried
def rebaseline(incident_ids: Sequence[int], *, reason: str, by: Responder, at: datetime) -> int:
    """Puts open incidents under the newest version of their policy (S9); returns how many moved."""
    moved = 0
    for incident_id in sorted(set(incident_ids)):
        with moving(incident_id, "rebaseline", by=by, at=at) as move:
            reason = required(reason, "reason", "Say why running clocks move.")
            policy = move.incident.policy_version.policy_id
            newest = PolicyVersion.objects.filter(policy_id=policy).order_by("-number")[0]
            if newest.pk == move.incident.policy_version_id:
                continue
            move.incident.policy_version = newest
            move.write(Kind.REBASELINED, reason, policy_version=newest.pk, number=newest.number)
            moved += 1
    return moved


@retried
def retry_letter(message_id: int, *, by: Responder, at: datetime) -> None:
    """Puts a letter that did not arrive back into the outbox, to be sent at once under its Message-ID.

    Refused while its address is suppressed: it would only be held back again. Refused too when the next update that it
    promises has passed: it would arrive as a broken promise.
    """
    message = _failed(message_id)
    if message.stale_at is not None and message.stale_at <= at:
        raise Refused(
            "The next update that it promises has passed since. Write to the client anew, and waive this one."
        )
    if message.channel == "email" and suppression.is_suppressed(message.recipient):
        raise Refused(
            f"Nothing is sent to {message.recipient}: its address is suppressed. Lift that first, or waive it."
        )
    with moving(incident_of(message), "retry_letter", by=by, at=at) as move:
        outbox.retry(message.pk, at=move.at)
        move.write(Kind.NOTED, f"Letter to {message.recipient} is tried again.", letter=message.pk)


@retried
def waive_letter(message_id: int, *, reason: str, by: Responder, at: datetime) -> None:
    """Lets a letter that did not arrive rest, with a reason: the client heard otherwise."""
    message = _failed(message_id)
    with moving(incident_of(message), "waive_letter", by=by, at=at) as move:
        reason = required(reason, "reason", "Say how the client heard of it instead.")
        OutboundMessage.objects.filter(pk=message.pk).update(noticed_at=move.at)
        outbox.supersede(at=move.at, reason=f"waived: {reason}", keys=[message.key])
        move.write(Kind.NOTED, f"Letter to {message.recipient} is waived: {reason}", letter=message.pk)
        told = move.incident.escalations.filter(situation=Situation.LETTER_FAILED, taken_at=None, ended_at=None)
        for one in told.filter(cause__contains=f":letter:{message.pk}:"):
            escalation.over(one, reason="the letter was waived", at=move.at)


def _failed(message_id: int) -> OutboundMessage:
    message = OutboundMessage.objects.get(pk=message_id)
    if message.state not in (*OutboundMessage.FAILED, OutboundMessage.State.SUPERSEDED):
        raise Refused(f"That letter is {message.state}; there is nothing to do about it.")
    return message


def incident_of(message: OutboundMessage) -> int:
    """The id of the incident that a message is about, of a scheduled update the first that stood in it; a refusal when
    it is about none."""
    kind, _, pk = message.about.partition(":")
    if kind == "digest" and pk.isdigit():
        stood = DigestLine.objects.filter(digest_id=int(pk)).order_by("pk").values_list("incident_id", flat=True)
        kind, pk = "incident", str(stood[0])
    if kind != "incident" or not pk.isdigit():
        raise Refused("That message belongs to no incident.")
    return Incident.objects.values_list("pk", flat=True).get(pk=int(pk))
