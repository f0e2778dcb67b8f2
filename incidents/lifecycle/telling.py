"""Acknowledge and update: what clients are told while we work (SOP step 3, C-04)."""

from datetime import datetime
from typing import Any

from incidents import escalation, guarding, letterbook, notices, wordings
from incidents.clocks import policy_of
from incidents.facts import Acknowledgement, Letter
from incidents.lifecycle.answering import answered_by_letter
from incidents.lifecycle.awaiting import Hand, leave
from incidents.lifecycle.moving import Move, moving, required, retried
from incidents.lifecycle.scheduled import put_into_words
from incidents.models import Incident, IncidentClient, Responder, Situation, TimelineEntry
from incidents.refusals import Refused
from incidents.spelling import in_utc

Kind = TimelineEntry.Kind
PROMISED = (Situation.UPDATE_SOON, Situation.UPDATE_BREACHED)


def acknowledgement_needs(incident: Incident) -> str:
    """`letter`, `note` or `schedule`: what acknowledges this incident now (C-04); internal ones never need a letter."""
    if incident.is_internal:
        return "note"
    needs = policy_of(incident.policy_version_id).terms(incident.severity).acknowledged_by
    if needs == "note" and incident.affected.filter(reported_it=True).exists():
        return "letter"
    return needs


def acknowledged_already(incident: Incident) -> str:
    """Who was first, and when, so that nobody writes the first letter a second time; "" while nobody was. The status
    does not say it: an incident that is investigated may be acknowledged or not."""
    if incident.acknowledged_at is None:
        return ""
    entry = incident.timeline.filter(kind=Kind.ACKNOWLEDGED).order_by("-seq").first()
    if entry is None:
        return f"{incident.reference} is acknowledged already."
    return f"{entry.by_name} acknowledged {incident.reference} already, at {in_utc(entry.at, seconds=True)}."


@retried
def acknowledge(incident_id: int, acknowledgement: Acknowledgement, *, by: Responder, at: datetime) -> Incident:
    """Stops the acknowledge clock: by letters to every affected client, or as the severity's policy says (C-04).

    The letters are written down in this transaction, each in its own client's time zone; their next-update time
    starts a clock. A second acknowledgement of the same cycle is refused with the name of who was first. Where policy
    asks for a second person the letter waits for approval instead: nothing is acknowledged yet, and the clocks run on.
    """
    with moving(incident_id, "acknowledge", by=by, at=at) as move:
        acknowledging(move, acknowledgement, hand=Hand(by))
    return move.incident


def acknowledging(move: Move, acknowledgement: Acknowledgement, *, hand: Hand) -> None:
    """What `acknowledge` does to a locked incident, for whoever writes or approves the letter."""
    incident = move.incident
    if said := acknowledged_already(incident):
        raise Refused(said)
    needs = acknowledgement_needs(incident)
    letter = acknowledgement.letter
    if needs == "letter" and letter is None:
        raise Refused("This one is acknowledged by a letter to every affected client.", "happening")
    facts: dict[str, Any] = {"needs": needs}
    if needs == "schedule":
        fix_on = acknowledgement.scheduled_fix_on
        if fix_on is None:
            raise Refused("Say on which day the fix is scheduled.", "scheduled_fix_on")
        if fix_on < move.at.date():
            raise Refused("That day has passed.", "scheduled_fix_on")
        facts["scheduled_fix_on"] = fix_on.isoformat()
    note = acknowledgement.note.strip()
    if letter is None and needs == "note":
        note = required(note, "note", "Say what you know so far and who looks at it.")
    if letter is not None:
        written = _write(move, acknowledgement, letter, hand)
        if written is None:
            return
        facts |= written
    incident.acknowledged_at = move.at
    if needs == "schedule":
        incident.scheduled_fix_on = acknowledgement.scheduled_fix_on
    text = letter.happening.strip() if letter else note
    if letter is None and acknowledgement.sentence.strip():
        put_into_words(move, acknowledgement.sentence, acknowledgement.guard_reason)
    move.write(Kind.ACKNOWLEDGED, text, status=move.to(), client_visible=letter is not None, **facts)
    # A promise may have come with a duplicate before there was any letter from here.
    ended = (
        Situation.ACKNOWLEDGE_AT_RISK,
        Situation.ACKNOWLEDGE_BREACHED,
        Situation.NOTIFY_BREACHED,
        *PROMISED,
    )
    escalation.end(incident, situations=ended, reason="acknowledged", at=move.at)


@retried
def update(incident_id: int, letter: Letter, *, seen: int | None = None, by: Responder, at: datetime) -> Incident:
    """Writes to every affected client again; keeps the running promise and makes the next, or says it is the last.

    Where policy asks for a second person it waits for approval instead, and the promise that runs goes on running.
    `seen` is the entry of the newest letter that whoever writes had before them, 0 for none: where another was written
    since, from a second tab or by somebody else, it is refused under the field `opened` (None: not asked).
    """
    with moving(incident_id, "update", by=by, at=at) as move:
        last = letterbook.newest(incident_id) if seen is not None else None
        if seen is not None and last is not None and last.seq > seen:
            who = "You" if last.by_id == by.pk else last.by_name
            raise Refused(
                f"{who} wrote to the clients at {in_utc(last.at, seconds=True)}, after this was opened: “{last.text}” "
                "Yours stands below, and nobody has received it. Send it once more if they need it too.",
                "opened",
            )
        updating(move, letter, hand=Hand(by))
    return move.incident


def updating(move: Move, letter: Letter, *, hand: Hand) -> None:
    """What `update` does to a locked incident, for whoever writes or approves the letter."""
    incident = move.incident
    if incident.is_internal or not incident.client_ids:
        raise Refused("No client is affected, so there is nobody to write to.")
    if not incident.acknowledged_at:
        raise Refused("Acknowledge it first: that is the first letter that clients get.")
    facts = _write(move, letter, letter, hand)
    if facts is None:
        return
    move.write(Kind.UPDATED, letter.happening.strip(), client_visible=True, **facts)
    ended = (*PROMISED, Situation.NOTIFY_BREACHED)
    escalation.end(incident, situations=ended, reason="the client was updated", at=move.at)


def _write(move: Move, told: Acknowledgement | Letter, letter: Letter, hand: Hand) -> dict[str, Any] | None:
    """What the record keeps of letters that were written down; None when they wait for a second person instead."""
    first = isinstance(told, Acknowledgement)
    verb, kind = ("acknowledge", wordings.NOTIFICATION.key) if first else ("update", wordings.UPDATE.key)
    incident = move.incident
    notices.check_letter(letter, at=move.at)
    if not incident.client_ids:
        raise Refused("Say first which clients are affected.", "clients")
    if not incident.system_ids:
        raise Refused("Say first which systems are affected; the letter names them.", "systems")
    words = {"brief": letter.brief, "happening": letter.happening, "doing": letter.doing}
    guarded = guarding.passed(incident, words, reason=letter.guard_reason, by=hand.author)
    leaving = leave(move, verb, told, kind=kind, hand=hand, clients=incident.client_ids)
    if leaving is None:
        return None
    sent = notices.send(incident, kind, letter, cause=str(incident.entry_count + 1), by=hand.author, at=move.at)
    IncidentClient.objects.filter(incident=incident, client_id__in=sent.clients, notified_at=None).update(
        notified_at=move.at
    )
    answered_by_letter(move, sent.clients)
    incident.brief = letter.brief.strip()
    promised = letter.next_update_by.replace(microsecond=0).isoformat() if letter.next_update_by else None
    return {
        "letter": kind,
        "brief": incident.brief,
        "doing": letter.doing.strip() or wordings.DOING,
        "next_update_by": promised,
        "clients": sent.clients,
        "wordings": sent.wordings,
        **guarded,
        **leaving,
    }
