"""What an incident has at all, asked in one statement.

Most incidents have no evidence, no duplicates and no letter that waits. A question for each of a dozen such tables cost
the page of an incident more than everything that it shows.
"""

from collections.abc import Mapping
from functools import lru_cache

from django.db import connection, models
from psycopg import sql

from incidents.models import (
    AwaitingLetter,
    ClientLetter,
    ClientReply,
    CrmNote,
    DigestLine,
    Escalation,
    Evidence,
    Incident,
    SuggestedSituation,
)

# A name for what one looks for, the table that holds it, and the column there that names the incident.
Places = Mapping[str, tuple[type[models.Model], str]]
PLACES: dict[str, tuple[type[models.Model], str]] = {
    "awaiting": (AwaitingLetter, "incident_id"),
    "notes": (CrmNote, "incident_id"),
    "book": (ClientLetter, "incident_id"),
    "scheduled": (DigestLine, "incident_id"),
    "suggested": (SuggestedSituation, "incident_id"),
    "replies": (ClientReply, "incident_id"),
    "follows": (ClientReply, "led_to_id"),
    "escalations": (Escalation, "incident_id"),
    "duplicates": (Incident, "merged_into_id"),
    "evidence": (Evidence, "incident_id"),
}


def supply(places: Places) -> None:
    """Further places of a storey above, which is not imported from here. Called once, when that storey is ready.

    ValueError for a name that is taken: one of the two would never be found.
    """
    if taken := places.keys() & PLACES.keys():
        raise ValueError(f"These places are known already: {', '.join(sorted(taken))}.")
    PLACES.update(places)
    _statement.cache_clear()


def of(incident_id: int) -> frozenset[str]:
    """The names of those places that hold something of this incident, whoever may see it; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), {"incident": incident_id})
        row = cursor.fetchone()
    return frozenset(name for name, there in zip(PLACES, row, strict=True) if there)


@lru_cache(maxsize=1)
def _statement() -> str:
    asked = (
        sql.SQL("EXISTS (SELECT 1 FROM {} WHERE {} = %(incident)s)").format(
            sql.Identifier(model._meta.db_table), sql.Identifier(column)
        )
        for model, column in PLACES.values()
    )
    return sql.SQL("SELECT {}").format(sql.SQL(", ").join(asked)).as_string()
