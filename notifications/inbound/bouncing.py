"""A delivery report about one of our letters: it is not delivered after all, and a dead address gets no more."""

from collections.abc import Sequence
from datetime import datetime

from notifications import suppression
from notifications.inbound.letter import Bounced, Read
from notifications.models import OutboundMessage

State = OutboundMessage.State


def mark(report: Read, *, at: datetime) -> list[tuple[OutboundMessage, Bounced]]:
    """Marks the letters that came back, by the Message-ID in the report and the recipient that it names.

    The Message-ID is known to nobody but those who carried the letter, so a forged report marks nothing. Returns each
    letter of ours that the report speaks of, delays included; one that was marked before is left as it stands.
    """
    ids = [*report.returned_ids, *report.answers]
    if not ids or not report.bounces:
        return []
    letters = {
        (row.message_id, row.recipient.lower()): row
        for row in OutboundMessage.objects.select_for_update().filter(channel="email", message_id__in=ids)
    }
    found = []
    for bounced in report.bounces:
        letter = _about(letters, ids, bounced)
        if letter is None:
            continue
        found.append((letter, bounced))
        if bounced.failed and letter.bounced_at is None and letter.state in (State.SENT, State.HANDOFF, State.UNKNOWN):
            _come_back(letter, bounced, at)
    return found


def _about(
    letters: dict[tuple[str, str], OutboundMessage], ids: Sequence[str], bounced: Bounced
) -> OutboundMessage | None:
    named = (letters.get((one, bounced.recipient.lower())) for one in ids)
    return next(filter(None, named), None)


def _come_back(letter: OutboundMessage, bounced: Bounced, at: datetime) -> None:
    why = f"it came back with “{bounced.said}”" if bounced.said else "it came back"
    OutboundMessage.objects.filter(pk=letter.pk).update(
        state=State.DEAD,
        due_at=None,
        bounced_at=at,
        settled_at=at,
        reported_at=None,
        noticed_at=None,
        last_error=why[:400],
    )
    if bounced.is_dead:
        suppression.suppress(letter.recipient, reason=why, at=at)
