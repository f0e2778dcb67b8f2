"""A message that does not get through is said otherwise: by e-mail, and to the next in line (fault 23).

Telegram may be down for half an hour while a SEV-1 waits. What was not delivered within minutes is not waited for: its
recipient is written to by e-mail, and for an immediate rule the second holder of the role hears of it as well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from incidents import timeline
from incidents.escalation.circumstances import Circumstances, circumstances
from incidents.escalation.matrix import REACHED, Address, Matrix
from incidents.escalation.raising import message
from incidents.models import Escalation, Incident, Responder, TimelineEntry
from incidents.timeline import Line
from notifications import aside, outbox
from notifications.models import OutboundMessage

BATCH = 100
# How long a message may be on its way, by its urgency, before somebody is told otherwise.
PATIENCE = {0: timedelta(minutes=2), 1: timedelta(minutes=10)}
WAITING = ("pending", "claimed", "handoff")


@dataclass(frozen=True, slots=True)
class Lost:
    """One message of one escalation to one person that did not get through."""

    row: OutboundMessage
    escalation: Escalation
    person: Responder


def sweep(*, now: datetime) -> int:
    """Looks once at each message of an escalation that failed or has waited too long; returns how many."""
    due = _due(now).order_by("created_at", "pk")
    return aside.settle_due("unreached", due, lambda ids: _settle(ids, now), now=now, batch=BATCH)


def _due(now: datetime) -> QuerySet[OutboundMessage]:
    late = Q()
    for urgency, patience in PATIENCE.items():
        late |= Q(state__in=WAITING, urgency=urgency, created_at__lte=now - patience)
    failed = Q(state__in=OutboundMessage.FAILED)
    return OutboundMessage.objects.filter(late | failed, kind="escalation", reported_at=None)


def _settle(ids: list[int], now: datetime) -> int:
    locked = _due(now).select_for_update(skip_locked=True, of=("self",)).filter(pk__in=ids)
    rows = list(locked.order_by("created_at", "pk"))
    if rows:
        _say_otherwise(rows, now)
    told = OutboundMessage.objects.filter(pk__in=[row.pk for row in rows])
    told.update(reported_at=now)
    # Dealt with: the next in line has been told. What still waits may arrive yet.
    told.filter(state__in=OutboundMessage.FAILED).update(noticed_at=now)
    return len(rows)


def _say_otherwise(rows: list[OutboundMessage], now: datetime) -> None:
    wanted = {int(row.key.split(":")[1]) for row in rows}
    found = Escalation.objects.filter(pk__in=wanted, taken_at=None, ended_at=None)
    escalations = {one.pk: one for one in found.select_related("rule").prefetch_related("recipients", "rule__roles")}
    if not escalations:
        return
    incident_ids = {one.incident_id for one in escalations.values()}
    locked = Incident.objects.select_for_update(no_key=True).defer("search").filter(pk__in=incident_ids)
    incidents = {one.pk: one for one in locked.order_by("pk")}
    matrix, stand = Matrix(now), circumstances(incident_ids, now=now)
    lines = []
    for row in rows:
        escalation = escalations.get(int(row.key.split(":")[1]))
        person = matrix.people.get(row.responder_id or 0)
        if escalation is not None:
            incident = incidents[escalation.incident_id]
            around = stand[incident.pk].beside(escalation.clock_id)
            told = _told(Lost(row, escalation, person), incident, matrix, around, now) if person else []
            lines.append((incident, _line(row, told, now)))
    timeline.append_many(lines, recorded_at=now)


def _told(lost: Lost, incident: Incident, matrix: Matrix, around: Circumstances, now: datetime) -> list[str]:
    """Writes the messages that stand in for the lost one; returns who is told, in words."""
    escalation, rule, told = lost.escalation, lost.escalation.rule, []
    outgoing = []
    if lost.row.channel != "email" and "email" not in rule.channels:
        outgoing.append((lost.person, Address(lost.person, "email", lost.person.email, instead_of=lost.row.channel)))
    already = {person.pk for person in escalation.recipients.all()}
    second = matrix.second(rule, already) if rule.urgency == "immediate" else None
    if second is not None:
        escalation.recipients.add(second)
        others = [one for one in matrix.addresses(rule, second) if one.channel not in (lost.row.channel, "email")]
        outgoing += [(second, one) for one in [*others, Address(second, "email", second.email)]]
    messages = []
    for person, address in outgoing:
        words = escalation.text if matrix.may_see(person, incident) else None
        step = escalation.times_said
        worded = matrix.worded(address.channel)
        about = (escalation.pk, incident, rule, address, escalation.situation, words, step)
        messages.append(message(*about, around=around, worded=worded))
        told.append(f"{person} {REACHED[address.channel]}")
    outbox.enqueue(messages, at=now)
    return told


def _line(row: OutboundMessage, told: list[str], now: datetime) -> Line:
    channel = OutboundMessage.Channel(row.channel).label
    why = row.last_error or "it is still on its way"
    instead = f"; told instead: {', '.join(told)}." if told else "; nobody else is there to be told."
    text = f"{channel} did not reach {row.recipient_name}: {why}{instead}"
    return Line(TimelineEntry.Kind.ESCALATED, now, text, {"message": row.pk, "told": told})
