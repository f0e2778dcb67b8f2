"""Set-based reading and writing for the sweeps: binary rows out, COPY in, and one UPDATE for many rows."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb


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


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Appends rows by COPY; dicts and lists of dicts become jsonb. Constraints and triggers hold as for an INSERT."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([Jsonb(value) if isinstance(value, dict) else value for value in row])


def update_rows(table: str, types: dict[str, str], rows: Sequence[Sequence[Any]]) -> int:
    """UPDATE … FROM unnest: each row starts with the id; `types` names the further columns with their SQL types."""
    if not rows:
        return 0
    columns = list(types)
    sets = sql.SQL(", ").join(sql.SQL("{0} = v.{0}").format(sql.Identifier(name)) for name in columns)
    arrays = sql.SQL(", ").join(sql.SQL("%s::{}").format(sql.SQL(kind + "[]")) for kind in ("bigint", *types.values()))
    statement = sql.SQL("UPDATE {} AS t SET {} FROM unnest({}) AS v(id, {}) WHERE t.id = v.id").format(
        sql.Identifier(table), sets, arrays, sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        return int(cursor.rowcount)
