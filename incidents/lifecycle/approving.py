"""Approve a letter that somebody else wrote, send it back, or withdraw one's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction

from incidents import escalation
from incidents.escalation import Raising
from incidents.facts import Acknowledgement, Letter, Resolution
from incidents.lifecycle.approvers import hush_approvers
from incidents.lifecycle.awaiting import Hand, told_again
from incidents.lifecycle.ending import resolving
from incidents.lifecycle.moving import BUSY, HIDDEN, Move, moving, required, retried
from incidents.lifecycle.telling import acknowledging, updating
from incidents.models import AwaitingLetter, Client, Incident, Responder, Situation, TimelineEntry
from incidents.refusals import Refused
from incidents.spelling import in_utc

State, Verb, Kind = AwaitingLetter.State, AwaitingLetter.Verb, TimelineEntry.Kind
BECAME = {
    State.APPROVED: "approved",
    State.SENT_BACK: "sent back",
    State.WITHDRAWN: "withdrawn",
    State.OVERTAKEN: "overtaken",
}


@retried
def approve_letter(letter_id: int, *, by: Responder, at: datetime) -> AwaitingLetter:
    """Sends a letter with the words that its author typed, rendered and guarded anew as of `at`; its verb is done then.

    Refused for its author, for whoever may not see the incident, when somebody settled it first, and when the letter
    would no longer be true: the incident has moved on, the clients are others, the promised time has passed. The
    approver corrects nothing, as that would need another approver: it is sent back instead.
    """
    with _locked(letter_id, by, (State.AWAITING,)) as row:
        if row.author_id == by.pk:
            raise Refused("You wrote it yourself; somebody else must approve it.")
        try:
            with moving(row.incident_id, row.verb, by=by, at=at) as move:
                _same_readers(row, move.incident)
                _still_said(row, move.incident)
                _settle(row, State.APPROVED, move)
                _do(move, row, Hand(row.author, by))
                escalation.end(
                    move.incident, situations=(Situation.LETTER_AWAITING,), reason="the letter was approved", at=move.at
                )
        except Refused as refused:
            if refused.sentence == BUSY:
                raise
            raise Refused(f"{refused.sentence} Send it back to {row.author}, who can write it anew.") from refused
    return row


@retried
def send_back_letter(letter_id: int, *, reason: str, by: Responder, at: datetime) -> AwaitingLetter:
    """Returns a letter to its author with what is to change; its words are offered again where it was written."""
    with _locked(letter_id, by, (State.AWAITING,)) as row:
        if row.author_id == by.pk:
            raise Refused("You wrote it yourself; withdraw it instead.")
        reason = required(reason, "reason", "Say what is to change.")
        with moving(row.incident_id, "send_back_letter", by=by, at=at) as move:
            _settle(row, State.SENT_BACK, move, reason)
            what = f"the {row.get_verb_display()} that {row.author} wrote"
            move.write(Kind.LETTER_SENT_BACK, f"Sent back {what}: {reason}", verb=row.verb, written=row.seq)
            ended = (Situation.LETTER_AWAITING,)
            escalation.end(move.incident, situations=ended, reason="the letter was sent back", at=move.at)
            text = f"{by} sent back {what}: {reason}"
            move.escalate(Raising(move.incident, Situation.LETTER_SENT_BACK, f"sent-back:{row.pk}", text))
    return row


@retried
def withdraw_letter(letter_id: int, *, by: Responder, at: datetime) -> AwaitingLetter:
    """Takes one's own letter back before it is approved, or drops one that was sent back; nobody has received it.

    Its author always may, whatever their role grants by then.
    """
    with _locked(letter_id, by, (State.AWAITING, State.SENT_BACK)) as row:
        if row.author_id != by.pk:
            raise Refused(f"{row.author} wrote it; send it back instead.")
        with moving(row.incident_id, "withdraw_letter", by=by, at=at) as move:
            _settle(row, State.WITHDRAWN, move, row.reason)
            text = f"Withdrawn before it was approved: the {row.get_verb_display()}. Nobody received it."
            move.write(Kind.LETTER_WITHDRAWN, text, verb=row.verb, written=row.seq)
            ended = (Situation.LETTER_AWAITING, Situation.LETTER_SENT_BACK)
            escalation.end(move.incident, situations=ended, reason="the letter was withdrawn", at=move.at)
    return row


@contextmanager
def _locked(letter_id: int, by: Responder, states: tuple[AwaitingLetter.State, ...]) -> Iterator[AwaitingLetter]:
    """The letter under the lock of its incident, so that of two people who settle it at once one is second."""
    with transaction.atomic():
        incident_id = AwaitingLetter.objects.filter(pk=letter_id).values_list("incident_id", flat=True).first()
        if incident_id is None:
            raise Refused("There is no such letter.")
        incident = Incident.objects.select_for_update(no_key=True).defer("search").get(pk=incident_id)
        if not incident.is_visible_to(by):
            raise Refused(HIDDEN)
        row = AwaitingLetter.objects.select_related("author", "settled_by").get(pk=letter_id)
        if row.state not in states:
            who = f" by {row.settled_by}" if row.settled_by else ""
            when = f" at {in_utc(row.settled_at, seconds=True)}" if row.settled_at else ""
            why = f" {row.reason}" if row.reason else ""
            raise Refused(f"It was {BECAME[State(row.state)]} already,{who}{when}.{why}".replace(",.", "."))
        yield row


def _settle(row: AwaitingLetter, state: AwaitingLetter.State, move: Move, reason: str = "") -> None:
    row.state, row.settled_at, row.settled_by, row.reason = state, move.at, move.by, reason[:2000]
    row.save(update_fields=["state", "settled_at", "settled_by", "reason"])
    hush_approvers(row, f"the letter was {BECAME[state]}", move)


def _do(move: Move, row: AwaitingLetter, hand: Hand) -> None:
    told: Any = told_again(row)
    match told:
        case Acknowledgement():
            acknowledging(move, told, hand=hand)
        case Letter():
            updating(move, told, hand=hand)
        case Resolution():
            resolving(move, told, hand=hand)


def _same_readers(row: AwaitingLetter, incident: Incident) -> None:
    affected = incident.affected.order_by("client_id")
    if row.verb == Verb.RESOLVE:
        affected = affected.exclude(notified_at=None)
    now, then = set(affected.values_list("client_id", flat=True)), set(row.client_ids)
    if now != then:
        names = dict(Client.objects.filter(pk__in=now ^ then).values_list("pk", "name"))
        gone = [f"{names[pk]} is not affected any more" for pk in sorted(then - now)]
        joined = [f"{names[pk]} is affected too" for pk in sorted(now - then)]
        raise Refused(f"It was written for other readers: {'; '.join(gone + joined)}.")


def _still_said(row: AwaitingLetter, incident: Incident) -> None:
    if row.verb == Verb.UPDATE and incident.resolved_at and incident.resolved_at > row.written_at:
        raise Refused(f"{incident.reference} was resolved since it was written.")
