"""Set-based reading and writing for the sweeps: binary rows out, COPY in, and one UPDATE for many rows."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.base import ModelState
from psycopg import sql
from psycopg.types.json import Jsonb

M = TypeVar("M", bound=models.Model)


def allot_ids(model: type[models.Model], count: int) -> list[int]:
    """Takes `count` primary keys from the table's sequence, so that rows of other tables can refer to them at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def read_rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of a SELECT, bound by the server and read in binary: a fraction of what Django's own cursor costs.

    Runs in the transaction of the calling thread's connection. Instants come in UTC.
    """
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement.encode(), parameters, binary=True).fetchall()


def bare(model: type[M], names: Sequence[str], values: Sequence[Any]) -> M:
    """A row of a table as an instance of its model, the other columns deferred: what `from_db` makes, for thousands.

    `from_db` walks through every field of a wide model and marks what it skips, which for the clocks of a storm costs
    as much as enforcing them.
    """
    instance = model.__new__(model)
    instance._state = ModelState()
    instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS
    instance.__dict__.update(zip(names, values, strict=True))
    return instance


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Appends rows by COPY; dicts and lists of dicts become jsonb. Constraints and triggers hold as for an INSERT."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([Jsonb(value) if isinstance(value, dict) else value for value in row])


def records(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as the JSON that `jsonb_to_recordset` reads: one parameter, and several times cheaper than arrays."""
    return json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str)


def update_rows(table: str, types: dict[str, str], rows: Sequence[Sequence[Any]]) -> int:
    """One UPDATE for many rows: each starts with the id; `types` names the further columns with their SQL types."""
    if not rows:
        return 0
    # Bound by the server: what thousands of rows say is not written into the statement and parsed out of it again.
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(_update(table, tuple(types.items())), [records(("id", *types), rows)]).rowcount


def save_rows(model: type[M], rows: Iterable[M]) -> int:
    """Writes every column of these stored rows, in one UPDATE: what `save` does for each, without its signals."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    types = {str(field.column): str(field.db_type(connection)) for field in fields}
    values = [(row.pk, *(getattr(row, field.attname) for field in fields)) for row in rows]
    return update_rows(model._meta.db_table, types, values)


@lru_cache(maxsize=64)
def _update(table: str, types: tuple[tuple[str, str], ...]) -> sql.Composed:
    sets = sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(sql.Identifier(name)) for name, _ in types)
    typed = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL(kind)) for n, kind in types)
    statement = sql.SQL("UPDATE {} AS t SET {} FROM jsonb_to_recordset(%s) AS v(id bigint, {}) WHERE t.id = v.id")
    return statement.format(sql.Identifier(table), sets, typed)
