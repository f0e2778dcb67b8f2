"""Letters that need a second person: held before they are written for the outbox, with the words as they were typed.

Nothing that a letter stands for happens while it waits. The client has been told nothing, so every clock runs on, and
an acknowledgement or a resolution that waits is none yet (C-08, B-131).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from incidents import escalation, notices
from incidents.clocks import policy_of
from incidents.escalation import Raising
from incidents.facts import Acknowledgement, Letter, Resolution
from incidents.lifecycle.approvers import hush_approvers, tell_approvers
from incidents.lifecycle.moving import Move
from incidents.models import AwaitingLetter, Incident, Responder, Situation, TimelineEntry
from incidents.refusals import Refused
from incidents.spelling import in_utc
from notifications.wording import Unfilled

Told = Acknowledgement | Letter | Resolution
State, Verb, Kind = AwaitingLetter.State, AwaitingLetter.Verb, TimelineEntry.Kind
OPEN = (State.AWAITING, State.SENT_BACK)


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose letter it is: who wrote it and, once it was approved, who let it go."""

    author: Responder
    approver: Responder | None = None


def approval_due(incident: Incident) -> bool:
    """Whether a letter about this incident needs a second person now, by the policy version that it runs under."""
    tiers = incident.affected.order_by().values_list("client__tier__key", flat=True)
    return policy_of(incident.policy_version_id).needs_approval(incident.severity, tiers)


def leave(move: Move, verb: str, told: Told, *, kind: str, hand: Hand, clients: Sequence[int]) -> dict[str, Any] | None:
    """What the record says of how a letter may go; None when it waits for approval instead, and nothing is sent.

    The letter passed the guard before. One that goes overtakes what waits of the same kind; a resolution everything.
    """
    words = told.letter if isinstance(told, Acknowledgement) else told
    facts: dict[str, Any] = {}
    if hand.approver is not None:
        facts = {"written_by": str(hand.author), "approved_by": str(hand.approver)}
    elif words is not None and approval_due(move.incident):
        reason = words.unapproved_reason.strip()
        if not reason:
            _hold(move, verb, told, words, kind=kind, author=hand.author, clients=clients)
            return None
        if not hand.author.has_perm("send_unapproved"):
            raise Refused("Only somebody who may send without approval can do that.", "unapproved_reason")
        facts = {"unapproved_reason": reason}
    verbs = tuple(Verb.values) if verb == Verb.RESOLVE else (verb,)
    overtake(move, f"{hand.approver or hand.author} sent another letter.", verbs=verbs)
    return facts


def _hold(
    move: Move,
    verb: str,
    told: Told,
    words: Letter | Resolution,
    *,
    kind: str,
    author: Responder,
    clients: Sequence[int],
) -> None:
    incident = move.incident
    there = incident.awaiting_letters.filter(verb=verb, state=State.AWAITING).select_related("author").first()
    if there is not None:
        raise Refused(
            f"The {there.get_verb_display()} that {there.author} wrote at {in_utc(there.written_at)} waits for "
            "approval. Have it approved or sent back first, or withdraw it."
        )
    try:
        notices.preview(incident, kind, words, at=move.at)
    except Unfilled as lacking:
        raise Refused(f"A letter cannot be written from its wording: {lacking}.") from lacking
    # It is written again: what was sent back or dropped is done with.
    incident.awaiting_letters.filter(verb=verb, state=State.SENT_BACK).update(
        state=State.OVERTAKEN, settled_at=move.at, settled_by=author
    )
    escalation.end(incident, situations=(Situation.LETTER_SENT_BACK,), reason="written again", at=move.at)
    label = Verb(verb).label
    text = words.happened.strip() if isinstance(words, Resolution) else words.happening.strip()
    entry = move.write(
        Kind.LETTER_AWAITING, f"The {label}; nobody receives it until it is approved: “{text}”", verb=verb
    )
    row = AwaitingLetter.objects.create(
        incident=incident,
        verb=verb,
        words=_plain(asdict(told)),
        client_ids=sorted(clients),
        author=author,
        written_at=move.at,
        seq=entry.seq,
    )
    said = (
        f"{author} wrote the {label} to the clients. It goes when somebody else approves it; until then the clocks run."
    )
    move.escalate(Raising(incident, Situation.LETTER_AWAITING, f"awaiting:{row.pk}", said))
    tell_approvers(move, row, said)


def overtake(move: Move, reason: str, *, verbs: Sequence[str] = tuple(Verb.values)) -> None:
    """Ends what waits for approval or was sent back, because something else happened; says so where one waited."""
    rows = move.incident.awaiting_letters.filter(state__in=OPEN, verb__in=verbs).select_related("author")
    for row in rows:
        if row.state == State.AWAITING:
            text = f"The {row.get_verb_display()} that {row.author} wrote is not sent: {reason}"
            move.write(Kind.LETTER_WITHDRAWN, text, verb=row.verb, written=row.seq)
        row.state, row.settled_at, row.settled_by, row.reason = State.OVERTAKEN, move.at, move.by, reason[:2000]
        row.save(update_fields=["state", "settled_at", "settled_by", "reason"])
        hush_approvers(row, reason, move)
    if rows:
        ended = (Situation.LETTER_AWAITING, Situation.LETTER_SENT_BACK)
        escalation.end(move.incident, situations=ended, reason="no longer awaited", at=move.at)


def told_again(row: AwaitingLetter) -> Told:
    """What the verb is told: the words of a letter as they were typed."""
    words: Mapping[str, Any] = row.words
    if row.verb == Verb.RESOLVE:
        return Resolution(**words)
    if row.verb == Verb.UPDATE:
        return _letter(words)
    fix_on = words["scheduled_fix_on"]
    day = date.fromisoformat(fix_on) if fix_on else None
    return Acknowledgement(_letter(words["letter"]), words["note"], words["sentence"], day)


def words_of(row: AwaitingLetter) -> Letter | Resolution:
    """The words of the letter itself, whatever its verb is told besides."""
    told = told_again(row)
    words = told.letter if isinstance(told, Acknowledgement) else told
    if words is None:
        raise ValueError("an acknowledgement without a letter never waits")
    return words


def _letter(words: Mapping[str, Any]) -> Letter:
    until = words["next_update_by"]
    return Letter(**{**words, "next_update_by": datetime.fromisoformat(until) if until else None})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value
