"""Raise situations: one escalation for each matching rule and cause, its messages written down at once, set-based."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from django.core import signing

from incidents.bulk import allot_ids, copy_rows, read_rows
from incidents.escalation.circumstances import Circumstances, circumstances
from incidents.escalation.matrix import Address, Matrix
from incidents.models import Clock, Escalation, EscalationRule, Incident, Responder, Situation, TimelineEntry
from incidents.spelling import for_zone
from incidents.texts import Text
from incidents.timeline import Line
from incidents.wordings import BY_CHANNEL
from incidents.wordings.escalations import TO_DO
from notifications import outbox
from notifications.channels.chat import recipient
from notifications.models import Destination, OutboundMessage
from notifications.outbox import Outgoing
from notifications.wording import render

URGENCY = {"immediate": "immediate", "normal": "normal", "update": "normal"}
ASK = "Something happened there. It is restricted to named people; its coordinator or an administrator can let you in."
COLUMNS = (
    "id",
    "rule_id",
    "incident_id",
    "clock_id",
    "situation",
    "cause",
    "text",
    "raised_at",
    "raised_by_id",
    "due_at",
    "times_said",
    "end_reason",
    "errors",
)


@dataclass(frozen=True, slots=True)
class Raising:
    """Something happened that somebody may have to hear of; the same `cause` never raises twice."""

    incident: Incident
    situation: Situation
    cause: str
    text: str
    clock: Clock | None = None
    line: Line | None = field(default=None)
    # Only this row of the matrix, where the row itself says when it fires.
    rule: EscalationRule | None = None
    # Whose work it is, beside those whom the matrix names: the owner of an action, a review or a gate.
    owner: Responder | None = None


def link(escalation_id: int, responder_id: int) -> str:
    """The signed address under which one recipient takes one escalation, signed in or not; good for seven days."""
    signed = _signer().sign_object([escalation_id, responder_id], serializer=_Compact)
    return f"{settings.PUBLIC_URL}/escalations/{signed}/"


class _Compact(signing.JSONSerializer):
    """Writes what Django's own JSON serializer writes, with one encoder for all links instead of one for each."""

    encoder = json.JSONEncoder(separators=(",", ":"))

    def dumps(self, obj: Any) -> bytes:
        return self.encoder.encode(obj).encode("latin-1")


@lru_cache(maxsize=1)
def _signer() -> signing.TimestampSigner:
    # Deriving the key of each link anew would cost more than the link.
    return signing.TimestampSigner(salt="take")


def raise_all(
    raisings: Iterable[Raising], *, at: datetime, by: Responder | None = None, matrix: Matrix | None = None
) -> list[tuple[Incident, Line]]:
    """Writes escalations and messages for locked incidents; returns the lines that the caller puts on the record.

    A situation without a matching rule raises nothing and still leaves its own line. Causes that were raised before
    are left out, so that this is exact under retries while the caller holds the incident's lock.
    """
    raisings = list(raisings)
    if not raisings:
        return []
    matrix = matrix or Matrix(at)
    planned = [
        (raising, rule, _cause(raising, rule))
        for raising in raisings
        for rule in matrix.rules_for(raising.situation, raising.incident.severity)
        if raising.rule in (None, rule)
    ]
    known = _known([cause for *_, cause in planned])
    planned = [row for row in planned if row[2] not in known]
    if not planned:
        return [line for raising in raisings for line in _lines(raising, [], at)]
    rows, recipients = [], []
    # Written out by the COPY that carries them, so that PostgreSQL takes one in while the next is made.
    unwritten: list[Callable[[], Outgoing]] = []
    told: dict[int, list[str]] = {}
    stand = _around(planned, at)
    for escalation_id, (raising, rule, cause) in zip(allot_ids(Escalation, len(planned)), planned, strict=True):
        again = at + timedelta(minutes=rule.repeat_minutes) if rule.repeat_minutes else None
        rows.append(
            (
                escalation_id,
                rule.pk,
                raising.incident.pk,
                raising.clock.pk if raising.clock else None,
                str(raising.situation),
                cause,
                raising.text,
                at,
                by.pk if by else None,
                again,
                1,
                "",
                0,
            )
        )
        around = stand[raising.incident.pk].beside(raising.clock)
        people = matrix.recipients(rule, raising.incident)
        if raising.situation == Situation.LETTER_AWAITING and by is not None and len(people) > 1:
            # Who wrote it cannot approve it; somebody else is there to be asked.
            people = [person for person in people if person.pk != by.pk]
        if raising.owner is not None and raising.owner.is_active and raising.owner not in people:
            people = [*people, raising.owner]
        for person in people:
            recipients.append((escalation_id, person.pk))
            absent = matrix.absent(rule, raising.incident, person)
            words = said_to(person, raising.text, raising.incident, matrix, absent)
            for address in matrix.addresses(rule, person):
                named = (escalation_id, raising.incident, rule, address, raising.situation, words, 1)
                unwritten.append(partial(message, *named, around=around, worded=matrix.worded(address.channel)))
                told.setdefault(id(raising), []).append(
                    f"{address.words} (for {absent}, who is away)" if absent else address.words
                )
        for room in matrix.rooms(rule, raising.incident):
            about = (escalation_id, raising.incident, rule, room, raising.situation, raising.text, 1)
            unwritten.append(partial(room_message, *about, around=around))
            told.setdefault(id(raising), []).append(f"the room “{room}”")
        if not people:
            told.setdefault(id(raising), []).append(f"nobody holds a role of “{rule.name}”")
    copy_rows(Escalation._meta.db_table, COLUMNS, rows)
    copy_rows(Escalation.recipients.through._meta.db_table, ("escalation_id", "responder_id"), recipients)
    outbox.enqueue((write() for write in unwritten), at=at, fresh=True)
    return [line for raising in raisings for line in _lines(raising, told.get(id(raising), []), at)]


def _around(planned: Sequence[tuple[Raising, EscalationRule, str]], at: datetime) -> dict[int, Circumstances]:
    incidents = {raising.incident.pk for raising, *_ in planned}
    timeless = any(raising.clock is None for raising, *_ in planned)
    return circumstances(incidents, now=at, with_due=timeless)


def _cause(raising: Raising, rule: EscalationRule) -> str:
    # What a row with hours on the wall says is said once, whichever comes first: those hours or the breach (B-112).
    if rule.wall_hours and raising.clock:
        return f"{rule.pk}:clock:{raising.clock.pk}:unresolved"
    return f"{rule.pk}:{raising.cause}"


def _known(causes: Sequence[str]) -> set[str]:
    if not causes:
        return set()
    # An array is one parameter; a list of two thousand is two thousand.
    return {cause for (cause,) in read_rows("SELECT cause FROM incidents_escalation WHERE cause = ANY(%s)", [causes])}


def _lines(raising: Raising, told: list[str], at: datetime) -> list[tuple[Incident, Line]]:
    lines = [raising.line] if raising.line else []
    if told:
        facts = {"situation": str(raising.situation), "told": told}
        text = f"{raising.situation.label}: told {', '.join(told)}."
        lines.append(Line(TimelineEntry.Kind.ESCALATED, at, text, facts))
    return [(raising.incident, line) for line in lines]


OPTIONAL = frozenset().union(*(kind.optional for kind in BY_CHANNEL.values()))
# Where it is done, behind the incident's own address. Whoever is told of a promise is given a draft of the letter that
# is due: the composer, filled from the record.
DONE_BY = {
    Situation.UPDATE_SOON: "update/?draft=1",
    Situation.UPDATE_BREACHED: "update/?draft=1",
    Situation.ACKNOWLEDGE_AT_RISK: "acknowledge/",
    Situation.ACKNOWLEDGE_BREACHED: "acknowledge/",
    Situation.DIGEST_WORDS: "word/",
    Situation.DIGEST_HELD: "word/",
    Situation.CLOSED_INCOMPLETE: "review/",
    Situation.REVIEW_OVERDUE: "review/",
    Situation.ACTION_OVERDUE: "review/#actions",
    Situation.RESTART_FORCED: "review/#paused",
    Situation.PAUSED_AGAIN: "review/#paused",
}


def said_to(person: Responder, text: str, incident: Incident, matrix: Matrix, absent: Responder | None) -> str | None:
    """What one person reads of it, and for whom they stand in; None where they may not see the incident."""
    if not matrix.may_see(person, incident):
        return None
    return f"{text}\n\n{absent} is away: you stand in." if absent else text


def message(
    escalation_id: int,
    incident: Incident,
    rule: EscalationRule,
    address: Address,
    situation: Situation | str,
    text: str | None,
    step: int,
    *,
    around: Circumstances,
    worded: Text,
) -> Outgoing:
    """One message of one escalation to one person, in the wording of its channel and with every instant in their zone;
    `step` counts how often it was said.

    Without a text it goes to somebody who may not see a restricted incident: it says that there is one, and no more.
    They cannot take it either, for that would stop it being said to those who can.
    """
    where = f"{settings.PUBLIC_URL}/incidents/{incident.pk}/"
    device = f":{address.to}" if address.channel == "chat" else ""
    said = f"(said {step} times)" if step > 1 else ""
    if text is None:
        subject, html, kind, made_from = f"{incident.reference}: restricted", "", "restricted", ""
        plain = f"{incident.reference}{' ' if said else ''}{said}\n\n{ASK}\n"
        buttons = []
    else:
        take = link(escalation_id, address.responder.pk)
        done = DONE_BY.get(Situation(situation), "")
        draft, act = (f"{where}{done}", "") if "draft" in done else ("", f"{where}{done}" if done else "")
        zone = address.responder.zone
        told = {
            "reference": incident.reference,
            "severity": f"SEV-{incident.severity}",
            "situation": str(Situation(situation).label),
            "said": said,
            "title": incident.title,
            "text": for_zone(text, zone),
            "clients": around.clients,
            "due": for_zone(around.due, zone),
            "to_do": TO_DO.get(str(situation), ""),
            "draft_link": draft,
            "act_link": act,
            "take_link": take,
            "incident_link": where,
        }
        there = worded.words.placeholders
        rendered = render(
            worded.words, {name: value for name, value in told.items() if name in there}, optional=OPTIONAL
        )
        subject, plain, kind, made_from = rendered.subject, rendered.text, "escalation", worded.mark
        html = rendered.html if address.channel == "email" else ""
        buttons = [("Open the draft", draft)] if draft else [("Do it here", act)] if act else []
        buttons += [("I have it", take), ("Open the incident", where)]
    return Outgoing(
        key=f"escalation:{escalation_id}:{step}:{address.channel}:{address.responder.pk}{device}",
        channel=address.channel,
        to=address.to,
        to_name=str(address.responder),
        subject=subject[:200],
        text=plain,
        html=html,
        about=incident.about,
        kind=kind,
        urgency=URGENCY[rule.urgency],
        responder_id=address.responder.pk,
        buttons=tuple(buttons),
        made_from=made_from,
    )


def room_message(
    escalation_id: int,
    incident: Incident,
    rule: EscalationRule,
    room: Destination,
    situation: Situation | str,
    text: str,
    step: int,
    *,
    around: Circumstances,
) -> Outgoing:
    """One message to a chat room. It holds no link that acts in somebody's name: whoever takes it signs in first.

    Its readers may live in several zones, so instants stand in UTC.
    """
    heading = f"{incident.reference} SEV-{incident.severity}: {Situation(situation).label}"
    repeat = f" (said {step} times)" if step > 1 else ""
    where = f"{settings.PUBLIC_URL}/incidents/{incident.pk}/#take_escalation"
    facts = {"Clients": around.clients, "Deadline": around.due, "To do": TO_DO.get(str(situation), "")}
    said = "".join(f"{name}: {fact}\n" for name, fact in facts.items() if fact)
    return Outgoing(
        key=f"escalation:{escalation_id}:{step}:room:{room.pk}",
        channel="chat",
        to=recipient(room.pk),
        to_name=room.name,
        subject=f"{heading} – {incident.title}"[:200].replace("\n", " ").replace("\r", " "),
        text=f"{heading}{repeat}\n{incident.title}\n{text}\n{said}Take it: {where}\n",
        html="",
        about=incident.about,
        kind="escalation",
        urgency=URGENCY[rule.urgency],
    )


def restricted(incident: Incident, instead: OutboundMessage) -> Outgoing:
    """What may be said instead of a message that was withdrawn because its incident is restricted now."""
    return Outgoing(
        key=f"{instead.key}:restricted"[:200],
        channel=instead.channel,
        to=instead.recipient,
        to_name=instead.recipient_name,
        subject=f"{incident.reference}: restricted",
        text=f"{incident.reference}\n\n{ASK}\n",
        html="",
        about=incident.about,
        kind="restricted",
        responder_id=instead.responder_id,
    )
