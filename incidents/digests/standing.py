"""What stands in a client's next scheduled update: incidents in their own words, and how each stands by the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from incidents.digest_days import LEAD
from incidents.models import Incident, IncidentClient

# Open, or over and not yet told so; not reported by the client, not told by letter, never restricted (B-21).
CHOSEN = """
    SELECT a.id FROM incidents_incidentclient a
    JOIN incidents_incident i ON i.id = a.incident_id
    JOIN incidents_policyversion v ON v.id = i.policy_version_id
    WHERE a.client_id = ANY(%s) AND a.notified_at IS NULL AND NOT a.reported_it AND a.digested_resolved_at IS NULL
        AND NOT i.is_restricted AND i.triaged_at IS NOT NULL AND i.closure NOT IN ('merged', 'cancelled')
        AND v.body #>> ARRAY['severities', 'SEV-' || i.severity, 'notify', 'mode'] = 'digest'
    ORDER BY i.id
"""


@dataclass(frozen=True, slots=True)
class Item:
    """One incident in an update. `sentence` is "" while nobody has put it into words."""

    affected: IncidentClient
    sentence: str
    status: str
    is_over: bool

    @property
    def incident(self) -> Incident:
        return self.affected.incident

    @property
    def text(self) -> str:
        """The paragraph as the client reads it."""
        return f"{self.sentence} {self.status}."

    def is_owed(self, scheduled_at: datetime) -> bool:
        """Whether this update may not leave without it; what came in less than the lead before it may wait."""
        since = max(self.incident.opened_at, self.affected.added_at)
        return since + LEAD < scheduled_at


def items_for(client_ids: Sequence[int]) -> list[Item]:
    """Everything that would stand in the next updates of these clients, in the order of incidents; two queries."""
    with connection.cursor() as cursor:
        cursor.execute(CHOSEN, [list(client_ids)])
        ids = [row[0] for row in cursor.fetchall()]
    rows = IncidentClient.objects.filter(pk__in=ids).select_related("incident", "client", "sentence_by")
    rows = rows.defer("incident__search", "incident__description").order_by("incident_id", "client_id")
    return [Item(row, row.sentence, standing(row.incident), not row.incident.is_open) for row in rows]


def standing(incident: Incident) -> str:
    """Where it stands, computed and never typed; without a full stop."""
    if not incident.is_open:
        return "This is resolved"
    if incident.status == Incident.Status.VERIFYING:
        return "A fix is in place, and we are checking that it holds"
    if incident.worked_around_at:
        return "A workaround is in place; the lasting fix has not been made yet"
    if incident.status == Incident.Status.INVESTIGATING:
        return "We are working on it"
    return "We are looking into it"
