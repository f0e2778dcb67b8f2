"""What a monitor says of an incident that exists: a line on its record and a prompt to its people, no more."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from incidents.detection.intake.alerts import FIRING, RESOLVED
from incidents.detection.models import Signal
from incidents.lifecycle.moving import moving
from incidents.models import Incident, Responder, TimelineEntry
from notifications import outbox
from notifications.outbox import Outgoing

# Of a storm the record hears when all of it is over, not of each alert.
FEW = 5
# A flapping monitor fills no record: after so many lines about one signal only its counts go on.
MOST_LINES = 10
Kind = TimelineEntry.Kind


def tell(signals: Sequence[Signal], *, now: datetime) -> None:
    """Signals that are over: one line for each incident, and a prompt to confirm it; the incident stays open."""
    by_incident: dict[int, list[Signal]] = defaultdict(list)
    quiet = []
    for signal in signals:
        if signal.incident_id and signal.said != RESOLVED and signal.lines < MOST_LINES:
            by_incident[signal.incident_id].append(signal)
        else:
            quiet.append(signal.pk)
    Signal.objects.filter(pk__in=quiet).update(due_at=None)
    for incident_id, some in by_incident.items():
        _over(incident_id, some, now)


def _over(incident_id: int, signals: Sequence[Signal], now: datetime) -> None:
    with moving(incident_id, "note", by=None, at=now) as move:
        incident = move.incident
        about = Signal.objects.filter(incident_id=incident_id)
        firing = about.filter(status=FIRING).count()
        every = about.count()
        if incident.is_open and (not firing or every <= FEW):
            source = signals[0].source.name
            titles = "; ".join(sorted({one.title for one in signals})[:3])
            if every == 1:
                text = f"{source} says that it is over: {titles}."
            elif firing:
                text = f"{source} says that this is over: {titles}. {firing} of its {every} alerts still fire."
            else:
                text = f"{source} says that all {every} alerts are over, the last: {titles}."
            text += " A monitor resolves nothing: confirm the fix end to end."
            entry = move.write(Kind.NOTED, text, monitor=RESOLVED, signals=[one.pk for one in signals][:50])
            _prompt(incident, text, entry.seq, now)
        about.filter(pk__in=[one.pk for one in signals]).update(due_at=None)
        if not firing:
            about.filter(status=RESOLVED).update(said=RESOLVED)
        elif every <= FEW:
            about.filter(pk__in=[one.pk for one in signals]).update(said=RESOLVED)
    Signal.objects.filter(pk__in=[one.pk for one in signals]).update(lines=min(signals[0].lines + 1, MOST_LINES))


def tell_again(signals: Sequence[Signal], *, now: datetime) -> None:
    """Signals that fire again while their incident is open: a line if the record had heard that they are over."""
    by_incident: dict[int, list[Signal]] = defaultdict(list)
    for signal in signals:
        if signal.said == RESOLVED and signal.lines < MOST_LINES and signal.incident_id:
            by_incident[signal.incident_id].append(signal)
    for incident_id, some in by_incident.items():
        with moving(incident_id, "note", by=None, at=now) as move:
            if move.incident.is_open:
                titles = "; ".join(sorted({one.title for one in some})[:3])
                text = f"{some[0].source.name} says that it fires again: {titles}."
                entry = move.write(Kind.NOTED, text, monitor=FIRING, signals=[one.pk for one in some][:50])
                _prompt(move.incident, text, entry.seq, now)
    pks = [one.pk for one in signals]
    Signal.objects.filter(pk__in=pks).update(due_at=None, said=FIRING, attempts=0, error="")


def mention(incident_id: int, text: str, *, now: datetime, **facts: Any) -> None:
    """A line on the record of an incident that is still open: what a sender did or changed meanwhile."""
    with moving(incident_id, "note", by=None, at=now) as move:
        if move.incident.is_open:
            move.write(Kind.NOTED, text, **facts)


def _prompt(incident: Incident, text: str, seq: int, now: datetime) -> None:
    """In the application only: nobody is paged because something seems to be over."""
    people: list[Responder] = [one for one in (incident.coordinator, incident.resolver) if one is not None]
    outbox.enqueue(
        [
            Outgoing(
                key=f"{incident.about}:monitor:{seq}:{person.pk}",
                channel="in_app",
                to=person.email,
                to_name=person.name,
                subject=f"{incident.reference}: {text}"[:200],
                text=text,
                html="",
                about=incident.about,
                kind="monitor",
                responder_id=person.pk,
            )
            for person in dict.fromkeys(people)
        ],
        at=now,
    )
