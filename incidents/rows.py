"""One incident as its line on the board, and the face of a stored clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from incidents.faces import ClockFace, clock_face, day_time
from incidents.models import Clock, Incident
from incidents.spelling import spell

# Django's `get_status_display` goes through all of them again for each of fifty rows.
STATUSES: dict[str, str] = {str(status): str(status.label) for status in Incident.Status}
ICONS = {
    "reported": "radar",
    "triaged": "filter-check",
    "acknowledged": "send",
    "investigating": "zoom-question",
    "verifying": "eye-check",
    "resolved": "circle-check",
    "closed": "lock",
}


class ClockRow(NamedTuple):
    """What a face needs of a stored clock; a model instance for each of 150 would cost more than drawing them."""

    incident_id: int
    kind: str
    state: str
    start_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    pause_until: datetime | None
    warn_50_at: datetime | None
    warn_75_at: datetime | None
    warn_90_at: datetime | None


class Line(NamedTuple):
    """What a row needs of an incident and its resolver, for the same reason."""

    pk: int
    title: str
    severity: int
    status: str
    client_ids: list[int]
    system_ids: list[int]
    is_internal: bool
    is_open: bool
    next_due_at: datetime | None
    acknowledged_at: datetime | None
    resolver_id: int | None
    resolver__name: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """One incident on the board, with everything that its line shows."""

    pk: int
    reference: str
    title: str
    severity: int
    status: str
    icon: str
    clients: str
    systems: str
    acknowledge: ClockFace | None
    resolve: ClockFace | None
    resolver: tuple[int, str] | None
    update: str
    update_soon: bool
    waiting: bool

    @property
    def url(self) -> str:
        """Of its page; resolving it by name for fifty rows would cost more than drawing them."""
        return f"/incidents/{self.pk}/"


def face(clock: Clock | ClockRow | None, label: str, now: datetime, zone: ZoneInfo) -> ClockFace | None:
    """The face of a stored clock; None where there is none."""
    if clock is None:
        return None
    # A promised update warns by the minute and not by share (S10): its one mark says nothing about the bar.
    promised = clock.kind == Clock.Kind.UPDATE
    marks = () if promised else ((50, clock.warn_50_at), (75, clock.warn_75_at), (90, clock.warn_90_at))
    return clock_face(
        label=label,
        state=clock.state,
        start_at=clock.start_at,
        due_at=clock.due_at,
        stopped_at=clock.stopped_at,
        now=now,
        zone=zone,
        kind=clock.kind,
        pause_until=clock.pause_until,
        marks=marks,
        warn_at=clock.warn_90_at if promised else clock.warn_75_at,
    )


def row_of(
    line: Line,
    clocks: dict[int, dict[str, ClockRow]],
    clients: dict[int, str],
    systems: dict[int, str],
    now: datetime,
    zone: ZoneInfo,
) -> Row:
    """The line of an incident at `now` in the viewer's zone; clients and systems are known by name or left out."""
    own = clocks.get(line.pk, {})
    names = [clients[pk] for pk in line.client_ids if pk in clients]
    promise = own.get("update")
    running = promise if promise is not None and promise.stopped_at is None and promise.due_at else None
    resolve = face(own.get("resolve"), "Resolve", now, zone)
    if line.status == "verifying" and own.get("verification"):
        resolve = face(own["verification"], "Verification", now, zone)
    due = running.due_at if running else None
    soon = due is not None and due - now < timedelta(hours=1)
    return Row(
        pk=line.pk,
        reference=f"INC-{line.pk}",
        title=line.title,
        severity=line.severity,
        status=STATUSES[line.status],
        icon=ICONS[line.status],
        clients="internal" if line.is_internal else names[0] if len(names) == 1 else f"{len(names) or 'no'} clients",
        systems=", ".join(systems[pk] for pk in line.system_ids if pk in systems),
        acknowledge=face(own.get("acknowledge"), "Acknowledge", now, zone),
        resolve=resolve,
        resolver=(line.resolver_id, (line.resolver__name or "").strip() or "no name") if line.resolver_id else None,
        update=_update_words(due, now, zone) if due else "not set" if line.is_open else "–",
        update_soon=soon,
        waiting=line.acknowledged_at is None and line.is_open,
    )


def _update_words(due: datetime, now: datetime, zone: ZoneInfo) -> str:
    left = (due - now).total_seconds()
    if left < 0:
        return f"{day_time(due, now, zone)} · {spell(left)} late"
    return f"{day_time(due, now, zone)} · in {spell(left)}" if left < 3600 else day_time(due, now, zone)
