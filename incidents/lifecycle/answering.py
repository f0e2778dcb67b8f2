"""A letter to a client answers what that client had written before (B-51)."""

from collections.abc import Iterable
from datetime import datetime

from incidents.lifecycle.moving import Move
from incidents.models import ClientReply, Incident


def answered_by_letter(move: Move, client_ids: Iterable[int]) -> None:
    """Settles the replies of these clients; one from an address that is no contact's stays for a person."""
    if move.by is None:
        return
    open_ones = ClientReply.objects.filter(incident=move.incident, client_id__in=list(client_ids), answered_at=None)
    open_ones.update(answer=ClientReply.Answer.LETTER, answered_at=move.at, answered_by=move.by)


def unanswered(incident: Incident, *, at: datetime) -> None:
    """What the letter of that instant had answered is owed an answer again: it was taken back before it left."""
    answered = ClientReply.objects.filter(incident=incident, answer=ClientReply.Answer.LETTER, answered_at=at)
    answered.update(answer="", answered_at=None, answered_by=None)
