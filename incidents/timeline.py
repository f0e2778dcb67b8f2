"""The one way onto the record. Each entry carries the hash of the one before it for its incident (design law 3)."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from incidents import broadcast
from incidents.broadcast import Event
from incidents.bulk import copy_rows, update_rows
from incidents.models import Incident, Responder, TimelineEntry

ALLCLEAR = "Allclear"
CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
COLUMNS = (
    "incident_id",
    "seq",
    "kind",
    "at",
    "recorded_at",
    "by_id",
    "by_name",
    "client_visible",
    "text",
    "facts",
    "status_after",
    "previous",
    "hash",
)


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be written down. `at` is when it happened; `facts` holds plain JSON values."""

    kind: str
    at: datetime
    text: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    client_visible: bool = False
    status_after: str = ""


def digest(values: Sequence[Any]) -> str:
    """The hash of an entry: SHA-256 over canonical JSON of COLUMNS without `hash`; instants as UTC ISO strings."""
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return hashlib.sha256(CANONICAL.encode(plain).encode()).hexdigest()


def _linked(incident: Incident, line: Line, by: Responder | None, recorded_at: datetime) -> list[Any]:
    row: list[Any] = [
        incident.pk,
        incident.entry_count + 1,
        line.kind,
        line.at,
        recorded_at,
        by.pk if by else None,
        by.signature if by else ALLCLEAR,
        line.client_visible,
        line.text,
        line.facts,
        line.status_after,
        incident.head,
    ]
    row.append(digest(row))
    incident.entry_count += 1
    incident.head = row[-1]
    return row


def append(incident: Incident, line: Line, *, by: Responder | None, recorded_at: datetime) -> TimelineEntry:
    """Writes one entry for a locked incident. The caller saves the incident in the same transaction, and then says
    with `announce` what it appended.

    PostgreSQL refuses the commit when the incident's count, head or status is not what its last entry says.
    """
    row = _linked(incident, line, by, recorded_at)
    return TimelineEntry.objects.create(**dict(zip(COLUMNS, row, strict=True)))


def announce(incident: Incident, entries: Sequence[TimelineEntry], *, at: datetime) -> None:
    """Tells the webhooks of what one verb appended, all at once, when the incident is as the verb leaves it."""
    if entries:
        told = ({column: getattr(entry, column) for column in COLUMNS} for entry in entries)
        broadcast.publish((Event(incident, entry) for entry in told), at=at)


def append_many(lines: Iterable[tuple[Incident, Line]], *, recorded_at: datetime) -> None:
    """Writes what Allclear itself found, for many locked incidents at once, saves their counts and heads, and tells
    the webhooks."""
    touched: dict[int, Incident] = {}
    rows, whose = [], []
    for incident, line in lines:
        rows.append(_linked(incident, line, None, recorded_at))
        whose.append(incident)
        touched[incident.pk] = incident
    if not rows:
        return
    copy_rows(TimelineEntry._meta.db_table, COLUMNS, rows)
    update_rows(
        Incident._meta.db_table,
        {"entry_count": "integer", "head": "varchar"},
        [(incident.pk, incident.entry_count, incident.head) for incident in touched.values()],
    )
    told = zip(whose, rows, strict=True)
    broadcast.publish((Event(incident, dict(zip(COLUMNS, row, strict=True))) for incident, row in told), at=recorded_at)


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a record does not hold together."""

    incident_id: int
    seq: int
    sentence: str


def verify(incident: Incident) -> list[Fault]:
    """Recomputes the chain of one incident; empty when it holds. Read in one query, oldest first."""
    faults = []
    previous, count = "", 0
    for entry in TimelineEntry.objects.filter(incident=incident).order_by("seq").iterator():
        count += 1
        row = [getattr(entry, column) for column in COLUMNS[:-1]]
        if entry.seq != count:
            faults.append(Fault(incident.pk, entry.seq, f"entry {count} is missing"))
            count = entry.seq
        if entry.previous != previous:
            faults.append(Fault(incident.pk, entry.seq, "does not follow the entry before it"))
        if entry.hash != digest(row):
            faults.append(Fault(incident.pk, entry.seq, "was changed after it was written"))
        previous = entry.hash
    if (incident.entry_count, incident.head) != (count, previous):
        faults.append(Fault(incident.pk, incident.entry_count, "the newest entries are missing"))
    return faults
