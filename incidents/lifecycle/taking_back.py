"""Take a letter back while the outbox still holds it, and undo what it stood for."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from incidents import crm_notes, escalation, letterbook, wordings
from incidents.lifecycle.answering import unanswered
from incidents.lifecycle.awaiting import words_of
from incidents.lifecycle.moving import Move, moving, retried
from incidents.models import AwaitingLetter, CrmNote, Incident, IncidentClient, Responder, TimelineEntry
from incidents.refusals import Refused
from incidents.spelling import in_utc
from notifications import outbox
from notifications.models import OutboundMessage

Kind = TimelineEntry.Kind
# What each letter had ended, and what its going means; the verb by which it was written.
ENDED = {Kind.ACKNOWLEDGED: "acknowledged", Kind.UPDATED: "the client was updated", Kind.RESOLVED: "resolved"}
MEANS = {
    Kind.ACKNOWLEDGED: "It acknowledged nothing: the clock runs on from where it began.",
    Kind.UPDATED: "What was promised before it stands again.",
    Kind.RESOLVED: "The incident is not resolved.",
}
VERB = {Kind.ACKNOWLEDGED: "acknowledge", Kind.UPDATED: "update", Kind.RESOLVED: "resolve"}
WRITTEN_AS = {
    wordings.NOTIFICATION.key: Kind.ACKNOWLEDGED,
    wordings.UPDATE.key: Kind.UPDATED,
    wordings.RESOLVED.key: Kind.RESOLVED,
}


@retried
def take_back(incident_id: int, *, seq: int, by: Responder, at: datetime) -> TimelineEntry:
    """Withdraws every letter that the entry `seq` of the record wrote, and returns that entry. All or none: refused
    when one of them is being sent, or has left, or when somebody took them back first.

    An acknowledgement taken back is none, an update made no promise, a resolution resolved nothing: clocks, the status
    and when clients were told are as they were before it. The words stay on the record and are offered again.
    """
    with moving(incident_id, "take_back", by=by, at=at) as move:
        incident = move.incident
        gone = letterbook.taken_back(incident.pk)
        entry = incident.timeline.filter(seq=seq, kind__in=ENDED).first()
        if entry is None:
            raise Refused("There is no such letter.")
        if seq in gone:
            back = incident.timeline.filter(kind=Kind.LETTER_TAKEN_BACK, facts__taken_back=seq)[0]
            raise Refused(f"{back.by_name} took it back already, at {in_utc(back.at, seconds=True)}.")
        if incident.timeline.filter(kind__in=ENDED, seq__gt=seq).exclude(seq__in=gone).exists():
            raise Refused("Another letter was written since; take that one back first.")
        kind = Kind(entry.kind)
        notes = _notes(incident, entry)
        keys = letterbook.keys_of(incident.pk, seq)
        _withdraw(keys, [crm_notes.key(note) for note in notes], move)
        _undo(incident, entry, gone)
        CrmNote.objects.filter(pk__in=[note.pk for note in notes]).delete()
        said = escalation.resume(incident, since=entry.at, reason=ENDED[kind], at=move.at)
        text = f"Taken back before it left: “{entry.text[:200]}” {MEANS[kind]}"
        text += " What it had ended is said again." if said else ""
        status = _status_before(incident, entry)
        move.write(Kind.LETTER_TAKEN_BACK, text, status=status, taken_back=seq, was=str(kind), letters=len(keys))
    return entry


def _withdraw(keys: Sequence[str], with_them: Sequence[str], move: Move) -> None:
    """Who is first wins: the outbox passes over what is locked here, and what it has claimed shows here."""
    rows = OutboundMessage.objects.select_for_update().filter(key__in=[*keys, *with_them]).order_by("pk")
    messages = list(rows.only("pk", "key", "state", "attempts", "ambiguous", "sent_at"))
    if not keys:
        raise Refused("No letter to a client was written there.")
    left = [one for one in messages if one.state != OutboundMessage.State.PENDING or one.attempts or one.ambiguous]
    if left:
        count = f"{len(left)} of {len(messages)} have" if len(messages) > 1 else "it has"
        raise Refused(f"Too late to take it back: {count} left or is being sent. Write an update instead.")
    outbox.supersede(at=move.at, reason=f"taken back by {move.by}", keys=[one.key for one in messages])


def _notes(incident: Incident, entry: TimelineEntry) -> list[CrmNote]:
    if entry.kind != Kind.RESOLVED:
        return []
    return list(incident.crm_notes.select_for_update().filter(owed_at=entry.at, state=CrmNote.State.OWED))


def _undo(incident: Incident, entry: TimelineEntry, gone: Sequence[int]) -> None:
    clients = IncidentClient.objects.filter(incident=incident, client_id__in=entry.facts.get("clients", ()))
    if entry.kind == Kind.RESOLVED:
        clients.filter(told_resolved_at=entry.at).update(told_resolved_at=None)
        incident.resolved_at, incident.acknowledgement_excepted = None, ""
    else:
        clients.filter(notified_at=entry.at).update(notified_at=None)
    if entry.kind == Kind.ACKNOWLEDGED:
        incident.acknowledged_at = None
    unanswered(incident, at=entry.at)
    earlier = incident.timeline.filter(kind__in=ENDED, seq__lt=entry.seq).exclude(seq__in=gone).order_by("-seq").first()
    incident.brief = earlier.facts.get("brief", "") if earlier else ""


def _status_before(incident: Incident, entry: TimelineEntry) -> str | None:
    """Where the letter's own move goes back to; None where it moved nothing, or somebody has moved on since."""
    if incident.status != entry.status_after:
        return None
    moved = incident.timeline.filter(seq__lt=entry.seq).exclude(status_after="").order_by("-seq")
    before = str(moved.values_list("status_after", flat=True)[0])
    return before if before != incident.status else None


def words_again(incident: Incident, kind: str, *, now: datetime) -> dict[str, Any]:
    """What was typed into a letter of that kind that was taken back, sent back or withdrawn last, as its form takes it;
    empty once another letter was written. A promised time that has passed is left out. Two queries, three where there
    is any."""
    again = _written_again(incident, kind, now)
    if again:
        return again
    back = incident.timeline.filter(kind=Kind.LETTER_TAKEN_BACK).order_by("-seq").first()
    if back is None or back.facts["was"] != WRITTEN_AS.get(kind):
        return {}
    entries = incident.timeline.filter(kind__in=ENDED, seq__gte=back.facts["taken_back"]).order_by("-seq")
    entry = entries[0]
    if entry.seq != back.facts["taken_back"]:
        return {}
    facts = entry.facts
    kept = {name: facts.get(name, "") for name in ("brief", "guard_reason")}
    if entry.kind == Kind.RESOLVED:
        reasons = {name: facts.get(name, "") for name in ("override_reason", "acknowledgement_exception")}
        return {**kept, **reasons, "happened": entry.text, "did": facts.get("did", "")}
    until = datetime.fromisoformat(facts["next_update_by"]) if facts.get("next_update_by") else None
    words = {**kept, "happening": entry.text, "doing": facts.get("doing", ""), "is_last": until is None}
    return {**words, "next_update_by": until} if until and until > now else words


def _written_again(incident: Incident, kind: str, now: datetime) -> dict[str, Any]:
    """The words of the newest letter of that kind, where it was sent back or withdrawn and none was written since."""
    verb = VERB[WRITTEN_AS[kind]] if kind in WRITTEN_AS else ""
    row = incident.awaiting_letters.filter(verb=verb).first()
    if row is None or row.state not in (AwaitingLetter.State.SENT_BACK, AwaitingLetter.State.WITHDRAWN):
        return {}
    if incident.timeline.filter(kind__in=ENDED, seq__gt=row.seq).exists():
        return {}
    found = asdict(words_of(row))
    if found.get("next_update_by") and found["next_update_by"] <= now:
        del found["next_update_by"]
    return found
