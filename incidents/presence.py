"""What an incident has at all, asked in one statement.

Most incidents have no evidence, no duplicates and no letter that waits. A question for each of a dozen such tables cost
the page of an incident more than everything that it shows.
"""

from collections.abc import Mapping
from functools import lru_cache

from django.db import connection, models
from psycopg import sql

# A name for what one looks for, the table that holds it, and the column there that names the incident.
Places = Mapping[str, tuple[type[models.Model], str]]


def of(incident_id: int, places: Places) -> frozenset[str]:
    """The names of those places that hold something of this incident, whoever may see it; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(places.items())), {"incident": incident_id})
        row = cursor.fetchone()
    return frozenset(name for name, there in zip(places, row, strict=True) if there)


@lru_cache(maxsize=16)
def _statement(places: tuple[tuple[str, tuple[type[models.Model], str]], ...]) -> sql.Composed:
    asked = (
        sql.SQL("EXISTS (SELECT 1 FROM {} WHERE {} = %(incident)s)").format(
            sql.Identifier(model._meta.db_table), sql.Identifier(column)
        )
        for _, (model, column) in places
    )
    return sql.SQL("SELECT {}").format(sql.SQL(", ").join(asked))
