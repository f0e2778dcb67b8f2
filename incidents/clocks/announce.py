"""What a clock's new level means: its line on the record, and the situation that it raises."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from incidents.clocks.settle import BREACH, Reached
from incidents.escalation.circumstances import in_words
from incidents.escalation.matrix import Matrix
from incidents.escalation.raising import Raising, raise_all
from incidents.models import AwaitingLetter, Client, Clock, Incident, Situation, TimelineEntry
from incidents.spelling import in_utc, spell
from incidents.timeline import Line

Kind = Clock.Kind
# The clocks that a letter to clients stops.
LETTERS = (Kind.ACKNOWLEDGE, Kind.NOTIFY, Kind.UPDATE)
BREACHES = {
    Kind.ACKNOWLEDGE: Situation.ACKNOWLEDGE_BREACHED,
    Kind.RESOLVE: Situation.RESOLVE_BREACHED,
    Kind.NOTIFY: Situation.NOTIFY_BREACHED,
    Kind.UPDATE: Situation.UPDATE_BREACHED,
    Kind.OUTAGE: Situation.OUTAGE_LONG,
    Kind.OUTAGE_NOTICE: Situation.OUTAGE_NOTICE,
}
WARNINGS = {
    (Kind.ACKNOWLEDGE, 75): Situation.ACKNOWLEDGE_AT_RISK,
    (Kind.RESOLVE, 75): Situation.RESOLVE_AT_RISK,
    (Kind.UPDATE, 90): Situation.UPDATE_SOON,
}


def announce(reached: Iterable[Reached], *, at: datetime, matrix: Matrix | None = None) -> list[tuple[Incident, Line]]:
    """Escalates what clocks reached and returns the lines for the record. Of one clock only the highest level is said.

    A warning is silent once its clock has stopped; a breach is always told once, with the true instant (S11).
    """
    highest: dict[int, Reached] = {}
    for one in reached:
        highest[one.clock.pk] = one
    raisings, waiting, names = [], _awaiting(highest.values()), _names(highest.values())
    for one in highest.values():
        raising = _raising(one, at, waiting.get(one.clock.incident_id, ""), names.get(one.clock.client_id or 0, ""))
        if raising is not None:
            raisings.append(raising)
    if not raisings:
        return []
    told, others = _folded(raisings, names)
    return others + raise_all(told, at=at, matrix=matrix)


def _names(reached: Iterable[Reached]) -> dict[int, str]:
    """The names of the clients whose own clocks these are; one query, and none where there are none."""
    asked = {one.clock.client_id for one in reached if one.clock.client_id}
    return dict(Client.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}


def _folded(raisings: Iterable[Raising], names: Mapping[int, str]) -> tuple[list[Raising], list[tuple[Incident, Line]]]:
    """Of the clients of one incident that were not notified in time together, one raising and the lines of the others.

    Each breach stands on the record; whoever is told has one thing to take, not one for each client.
    """
    told: dict[object, list[Raising]] = {}
    for raising in raisings:
        together = raising.situation == Situation.NOTIFY_BREACHED
        told.setdefault(raising.incident.pk if together else raising.cause, []).append(raising)
    chosen, lines = [], []
    for first, *others in told.values():
        also = sorted(names[one.clock.client_id] for one in others if one.clock and one.clock.client_id)
        more = f" The same for {in_words(also)}." if also else ""
        chosen.append(replace(first, text=first.text + more) if others else first)
        lines += [(one.incident, one.line) for one in others if one.line]
    return chosen, lines


def _awaiting(reached: Iterable[Reached]) -> dict[int, str]:
    """For each incident whose clients wait for a letter, a sentence on the one that waits for approval; one query."""
    asked = {one.clock.incident_id for one in reached if one.clock.kind in LETTERS}
    rows = AwaitingLetter.objects.filter(incident__in=asked, state="awaiting").select_related("author").order_by("pk")
    return {
        row.incident_id: f" The {row.get_verb_display()} that {row.author} wrote at {in_utc(row.written_at)} "
        "awaits approval; clients have not received it."
        for row in (rows if asked else ())
    }


def _raising(one: Reached, at: datetime, waiting: str, client: str) -> Raising | None:
    clock = one.clock
    kind = Kind(clock.kind)
    situation = BREACHES.get(kind) if one.level == BREACH else WARNINGS.get((kind, one.level))
    if kind == Kind.OUTAGE_NOTICE and clock.incident.acknowledged_at:
        return None
    if situation is None or (one.level != BREACH and clock.stopped_at):
        return None
    what = f"{kind.label}, {client}" if client else str(kind.label)
    due = in_utc(clock.due_at) if clock.due_at else "never"
    if one.level == BREACH:
        text = f"{what}: was due {due}."
        late = (at - one.scheduled_at).total_seconds()
        if late > 60:
            text += f" Noticed {in_utc(at)}, {spell(late)} late."
    else:
        text = f"{what}: due {due}."
    text += waiting if kind in LETTERS else ""
    facts = {
        "clock_kind": str(kind),
        "cycle": clock.cycle,
        "level": one.level,
        "due_at": clock.due_at.isoformat() if clock.due_at else None,
    }
    if clock.client_id:
        facts["client"] = clock.client_id
    entry_kind = TimelineEntry.Kind.BREACHED if one.level == BREACH else TimelineEntry.Kind.AT_RISK
    return Raising(
        incident=clock.incident,
        situation=situation,
        cause=f"clock:{clock.pk}:{clock.revision}:{one.level}",
        text=text,
        clock=clock,
        line=Line(entry_kind, one.scheduled_at, text, facts),
    )
