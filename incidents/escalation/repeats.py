"""Say it again until somebody takes it; each step is spaced from when the one before was really said (S12)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from incidents.escalation.circumstances import Circumstances, circumstances
from incidents.escalation.matrix import Matrix
from incidents.escalation.raising import message, room_message, said_to
from incidents.models import OVER_WHEN_RESOLVED, Escalation, Incident, Responder, Situation
from notifications import aside, outbox


def sweep(*, now: datetime) -> int:
    """Repeats every escalation whose `due_at` has come; returns how many. Safe to run anywhere, any number at once.

    One that is pointless since its incident was resolved ends here with its reason, instead of being said again.
    """
    due = _due(now).order_by("due_at", "pk")
    return aside.settle_due("escalations", due, lambda ids: _settle(ids, now), now=now)


def _due(now: datetime) -> QuerySet[Escalation]:
    return Escalation.objects.filter(due_at__lte=now, taken_at=None, ended_at=None)


def _settle(ids: list[int], now: datetime) -> int:
    locked = _due(now).select_for_update(skip_locked=True, of=("self",)).filter(pk__in=ids)
    found = list(locked.select_related("rule", "incident").prefetch_related("recipients").order_by("due_at", "pk"))
    matrix, stand = Matrix(now), _around(found, now)
    for escalation in found:
        _say_again(escalation, matrix, stand[escalation.incident_id], now)
    return len(found)


def _around(found: Sequence[Escalation], now: datetime) -> dict[int, Circumstances]:
    return circumstances({escalation.incident_id for escalation in found}, now=now)


def _say_again(escalation: Escalation, matrix: Matrix, around: Circumstances, now: datetime) -> None:
    rule, incident = escalation.rule, escalation.incident
    if not incident.is_open and escalation.situation in (*OVER_WHEN_RESOLVED, Situation.SEVERE):
        escalation.ended_at, escalation.due_at, escalation.end_reason = now, None, f"{incident.status}"
    elif escalation.times_said > rule.repeat_limit or not rule.repeat_minutes:
        escalation.ended_at, escalation.due_at = now, None
        escalation.end_reason = f"said {escalation.times_said} times, taken by nobody"
    else:
        escalation.times_said += 1
        escalation.due_at = now + timedelta(minutes=rule.repeat_minutes)
        _say(escalation, matrix, around, now)
    escalation.save(update_fields=["ended_at", "due_at", "end_reason", "times_said"])


def _say(escalation: Escalation, matrix: Matrix, around: Circumstances, now: datetime) -> None:
    """One message to each recipient by each channel and to each room, under the number of times that it was said."""
    rule, incident = escalation.rule, escalation.incident
    around = around.beside(escalation.clock_id)
    people = list(escalation.recipients.all())
    if any(person.pk in matrix.away for person in people):
        # Away since it was said first: whoever stands in by now hears of it as well.
        known = {person.pk for person in people}
        further = [person for person in matrix.recipients(rule, incident) if person.pk not in known]
        escalation.recipients.add(*further)
        people += further
    outbox.enqueue(
        [
            message(
                escalation.pk,
                incident,
                rule,
                address,
                escalation.situation,
                said_to(person, escalation.text, incident, matrix, matrix.absent(rule, incident, person)),
                escalation.times_said,
                around=around,
                worded=matrix.worded(address.channel),
            )
            for person in people
            for address in matrix.addresses(rule, person)
        ]
        + [
            room_message(
                escalation.pk,
                incident,
                rule,
                room,
                escalation.situation,
                escalation.text,
                escalation.times_said,
                around=around,
            )
            for room in matrix.rooms(rule, incident)
        ],
        at=now,
    )


def take(escalation: Escalation, *, by: Responder, at: datetime) -> None:
    """Marks a locked escalation as taken and withdraws what has not been sent of it."""
    escalation.taken_by, escalation.taken_at, escalation.due_at = by, at, None
    escalation.save(update_fields=["taken_by", "taken_at", "due_at"])
    _withdraw(escalation, f"taken by {by}", at)


def end(incident: Incident, *, situations: tuple[str, ...], reason: str, at: datetime) -> list[str]:
    """Ends the untaken escalations of an incident whose reason is gone, such as an acknowledgement that came.

    Returns the situations that ended, for the record of whatever ended them.
    """
    gone = list(incident.escalations.filter(situation__in=situations, taken_at=None, ended_at=None).order_by("pk"))
    for escalation in gone:
        over(escalation, reason=reason, at=at)
    return list(dict.fromkeys(escalation.situation for escalation in gone))


def over(escalation: Escalation, *, reason: str, at: datetime) -> None:
    """Ends one that is neither taken nor ended, under the lock of its incident; what has not been sent is withdrawn."""
    escalation.ended_at, escalation.due_at, escalation.end_reason = at, None, reason
    escalation.save(update_fields=["ended_at", "due_at", "end_reason"])
    _withdraw(escalation, reason, at)


def resume(incident: Incident, *, since: datetime, reason: str, at: datetime, situations: tuple[str, ...] = ()) -> int:
    """Says again, at once, what ended since then for a reason that was taken back; returns how many. Of all situations
    unless some are named."""
    matrix = Matrix(at)
    gone = incident.escalations.filter(ended_at__gte=since, taken_at=None, end_reason=reason)
    if situations:
        gone = gone.filter(situation__in=situations)
    found = list(gone.select_related("rule").prefetch_related("recipients"))
    stand = _around(found, at)
    for escalation in found:
        escalation.incident = incident
        escalation.ended_at, escalation.end_reason = None, ""
        minutes = escalation.rule.repeat_minutes
        escalation.times_said += 1
        escalation.due_at = at + timedelta(minutes=minutes) if minutes else None
        _say(escalation, matrix, stand[incident.pk], at)
        escalation.save(update_fields=["ended_at", "end_reason", "due_at", "times_said"])
    return len(found)


def _withdraw(escalation: Escalation, reason: str, at: datetime) -> None:
    outbox.supersede(at=at, reason=reason, prefix=f"escalation:{escalation.pk}:")
