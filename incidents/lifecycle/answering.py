"""A letter to a client answers what that client had written before (B-51)."""

from collections.abc import Iterable

from incidents.lifecycle.moving import Move
from incidents.models import ClientReply


def answered_by_letter(move: Move, client_ids: Iterable[int]) -> None:
    """Settles the replies of these clients; one from an address that is no contact's stays for a person."""
    if move.by is None:
        return
    open_ones = ClientReply.objects.filter(incident=move.incident, client_id__in=list(client_ids), answered_at=None)
    open_ones.update(answer=ClientReply.Answer.LETTER, answered_at=move.at, answered_by=move.by)
