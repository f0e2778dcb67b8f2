"""To which clients it happened, and what is due next: what a notice says besides the words of its own situation."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from incidents.bulk import read_rows
from incidents.models import Clock
from incidents.spelling import in_utc, say_long

NAMED = 5
# Earliest first, what the clients wait for before the rest of what is due at the same instant.
DUE = [str(kind) for kind in (Clock.Kind.ACKNOWLEDGE, Clock.Kind.NOTIFY, Clock.Kind.UPDATE, Clock.Kind.RESOLVE)]
READ = """
    SELECT i.id, i.is_internal, ARRAY(
        SELECT c.name FROM incidents_incidentclient a JOIN incidents_client c ON c.id = a.client_id
        WHERE a.incident_id = i.id ORDER BY c.name), k.kind, k.due_at
    FROM incidents_incident i LEFT JOIN LATERAL (
        SELECT kind, due_at FROM incidents_clock
        WHERE incident_id = i.id AND i.is_open AND %s AND stopped_at IS NULL AND due_at IS NOT NULL
            AND state IN ('running', 'breached') AND kind = ANY(%s)
        ORDER BY due_at, array_position(%s, kind::text), id LIMIT 1) k ON true
    WHERE i.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Both in words. Instants stand in UTC, to be told in the zone of whoever reads them; `due` is "" for nothing.

    `due` says beside the instant how far it was when the notice was written: nobody counts minutes at three at night.
    """

    clients: str
    due: str = ""

    def beside(self, clock: object) -> "Circumstances":
        """As a notice says it; one that is about a clock has the time in its own words, and not a second one."""
        return Circumstances(self.clients) if clock else self


def circumstances(incident_ids: Collection[int], *, now: datetime, with_due: bool = True) -> dict[int, Circumstances]:
    """How things stand for each of some incidents; one query however many. Without `with_due` nobody asks clocks."""
    rows = read_rows(READ, [with_due, DUE, DUE, list(set(incident_ids))]) if incident_ids else []
    return {
        pk: Circumstances(_clients(names, internal), _due(kind, due_at, now))
        for pk, internal, names, kind, due_at in rows
    }


def in_words(names: list[str]) -> str:
    """“Atlas, Cedar and Northwind”; of many the first few, and how many more."""
    shown = names if len(names) <= NAMED else [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]}" if len(shown) > 1 else "".join(shown)


def _clients(names: list[str], internal: bool) -> str:
    return in_words(names) or ("none, it is internal" if internal else "nobody has said yet which")


def _due(kind: str | None, due_at: datetime | None, now: datetime) -> str:
    if kind is None or due_at is None:
        return ""
    label, far = Clock.Kind(kind).label, say_long((due_at - now).total_seconds())
    over, coming = f"was due at {in_utc(due_at)}, {far} ago", f"by {in_utc(due_at)}, in {far}"
    return f"{label} {over if due_at < now else coming}"
