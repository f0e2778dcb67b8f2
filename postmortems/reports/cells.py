"""Sums of facts by day, month and year for every severity, client, system and type, kept by what changed.

One writer at a time (an advisory lock), so that a change and its sums commit together and no two of them deadlock.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from postmortems.counted import COUNTS
from postmortems.reports import facts

LOCK = 0x5265706F7274  # “Report”
CHUNK = 20_000
DAY = 86_400.0
KEYS = ("client_id", "system_id", "type_id", "grain", "start", "severity")
SUMS = ("paused_seconds", *COUNTS)
FACTS, CELLS = "postmortems_incidentfact", "postmortems_reportcell"
_SET = ", ".join(f"{name} = EXCLUDED.{name}" for name in facts.COLUMNS[1:])
_ADDED = ", ".join(f"{name} = {CELLS}.{name} + EXCLUDED.{name}" for name in SUMS)
_SAME = " AND ".join(f"was.{name} IS NOT DISTINCT FROM derived.{name}" for name in facts.COLUMNS[1:])
_SIGNED = ", ".join(
    ["sum(sign * paused_seconds)", *(f"COALESCE(sum(sign * (counts->>'{name}')::int), 0)" for name in COUNTS)]
)


def _summed(signed: str, grains: str) -> str:
    """The sums of signed facts for every combination of one of their clients or any, systems or any, types or any."""
    return f"""
        SELECT client.id, system.id, type.id, grain.name, grain.start, severity, {_SIGNED}
        FROM ({signed}) signed
        CROSS JOIN LATERAL (SELECT 0 AS id UNION SELECT unnest(client_ids)) client
        CROSS JOIN LATERAL (SELECT 0 AS id UNION SELECT unnest(system_ids)) system
        CROSS JOIN LATERAL (SELECT 0 AS id UNION SELECT unnest(type_ids)) type
        CROSS JOIN LATERAL (VALUES {grains}) grain(name, start)
        WHERE NOT is_restricted GROUP BY 1, 2, 3, 4, 5, 6
    """


ALL_GRAINS = "('d', day), ('m', date_trunc('month', day)::date), ('y', date_trunc('year', day)::date)"
# Every part of the statement sees the rows as they were: `was` is what is counted now, `derived` what should be.
REFRESH = f"""
    WITH {facts.DERIVE},
    was AS (SELECT f.* FROM {FACTS} f JOIN wanted ON wanted.id = f.incident_id),
    changed AS (
        SELECT derived.* FROM derived LEFT JOIN was USING (incident_id)
        WHERE was.incident_id IS NULL OR NOT ({_SAME})
    ),
    delta AS ({
    _summed(
        f"SELECT 1 AS sign, {', '.join(facts.COLUMNS)} FROM changed UNION ALL "
        f"SELECT -1, {', '.join(facts.COLUMNS)} FROM was WHERE incident_id IN (SELECT incident_id FROM changed)",
        ALL_GRAINS,
    )
}),
    kept AS (
        INSERT INTO {FACTS} ({", ".join(facts.COLUMNS)}) SELECT {", ".join(facts.COLUMNS)} FROM changed
        ON CONFLICT (incident_id) DO UPDATE SET {_SET}
    ),
    added AS (
        INSERT INTO {CELLS} ({", ".join((*KEYS, *SUMS))}) SELECT * FROM delta
        ON CONFLICT ({", ".join(KEYS)}) DO UPDATE SET {_ADDED}
    )
    SELECT count(*) FROM changed
"""
# Whoever opened within ninety days after a changed incident of the same title may have become, or ceased to be, its
# return; only where what that rests on has changed.
KIN = f"""
    SELECT DISTINCT k.id FROM incidents_incident c
    LEFT JOIN {FACTS} f ON f.incident_id = c.id
    JOIN incidents_incident k ON UPPER(k.title) = UPPER(c.title)
        AND k.opened_at > c.opened_at AND k.opened_at <= c.opened_at + interval '90 days'
    WHERE c.id = ANY(%s) AND (f.incident_id IS NULL OR f.system_ids <> c.system_ids
        OR (f.counts ? 'void') <> (c.closure IN {facts.VOID}))
"""
DERIVED_ONLY = f"WITH {facts.DERIVE} SELECT {', '.join(facts.COLUMNS)} FROM derived"


def refresh(ids: Iterable[int]) -> int:
    """Counts these incidents again, and whoever may have come again because of them; returns how many changed.

    Must run in a transaction that holds the writer's lock.
    """
    wanted = list(ids)
    with connection.cursor() as cursor:
        cursor.execute(KIN, [wanted])
        wanted += [row[0] for row in cursor.fetchall()]
        cursor.execute(REFRESH, facts.arguments(wanted))
        return int(cursor.fetchone()[0])


@contextmanager
def unhurried() -> Iterator[None]:
    """While everything is counted, the connection itself waits a day for an answer, where a page gives up."""
    connection.ensure_connection()
    held: Any = connection.connection
    before = getattr(held, "limit", DAY)
    held.limit = DAY
    try:
        yield
    finally:
        held.limit = before


def lock(*, wait: bool = False) -> bool:
    """Becomes the one writer until the transaction ends; False when there is another and one does not wait.

    Who waits has a million incidents to count: the limits that keep a page from hanging do not hold for that.
    """
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def chunks() -> Iterator[list[int]]:
    """The ids of every incident, in order, at most 20,000 at a time."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM incidents_incident WHERE id > %s ORDER BY id LIMIT %s", [last, CHUNK])
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        yield ids
        last = ids[-1]


def rebuild() -> int:
    """Writes all facts and sums again from the record, in one transaction; readers see the old until it commits."""
    with unhurried(), transaction.atomic():
        return _rebuild()


def _rebuild() -> int:
    lock(wait=True)
    count = 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM postmortems_factdue")
        cursor.execute(f"DELETE FROM {CELLS}")
        cursor.execute(f"DELETE FROM {FACTS}")
        for ids in chunks():
            cursor.execute(f"INSERT INTO {FACTS} ({', '.join(facts.COLUMNS)}) {DERIVED_ONLY}", facts.arguments(ids))
            count += len(ids)
        for statement in (DAYS, coarser("m", "d", "month"), coarser("y", "m", "year")):
            cursor.execute(f"INSERT INTO {CELLS} ({', '.join((*KEYS, *SUMS))}) {statement}")
    return count


DAYS = _summed(f"SELECT 1 AS sign, {', '.join(facts.COLUMNS)} FROM {FACTS}", "('d', day)")


def coarser(grain: str, finer: str, unit: str) -> str:
    """The sums of a grain from those of the next finer one."""
    sums = ", ".join(f"sum({name})" for name in SUMS)
    return (
        f"SELECT client_id, system_id, type_id, '{grain}', date_trunc('{unit}', start)::date, severity, {sums} "
        f"FROM {CELLS} WHERE grain = '{finer}' GROUP BY 1, 2, 3, 5, 6"
    )


def differing(ids: Sequence[int]) -> list[int]:
    """Those of the incidents whose stored facts are not what the record says; a change that is due is left out."""
    names = ", ".join(facts.COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH {facts.DERIVE}, stored AS (SELECT f.* FROM {FACTS} f JOIN wanted ON wanted.id = f.incident_id),
            odd AS ((SELECT {names} FROM derived EXCEPT SELECT {names} FROM stored)
                UNION ALL (SELECT {names} FROM stored EXCEPT SELECT {names} FROM derived))
            SELECT DISTINCT incident_id FROM odd
            WHERE incident_id NOT IN (SELECT incident_id FROM postmortems_factdue) ORDER BY 1""",
            facts.arguments(ids),
        )
        return [row[0] for row in cursor.fetchall()]


def crooked() -> list[str]:
    """The cells that are not the sum of their facts, in words; nothing when every sum is right."""
    names = ", ".join((*KEYS, *SUMS))
    nothing = " AND ".join(f"{name} = 0" for name in SUMS)
    found = []
    with connection.cursor() as cursor:
        for grain, truth in (("d", DAYS), ("m", coarser("m", "d", "month")), ("y", coarser("y", "m", "year"))):
            cursor.execute(
                f"""WITH truth({names}) AS ({truth}),
                stored AS (SELECT {names} FROM {CELLS} WHERE grain = '{grain}' AND NOT ({nothing})),
                meant AS (SELECT * FROM truth WHERE NOT ({nothing}))
                SELECT DISTINCT client_id, system_id, type_id, start, severity FROM (
                    (SELECT * FROM meant EXCEPT SELECT * FROM stored) UNION ALL
                    (SELECT * FROM stored EXCEPT SELECT * FROM meant)) odd ORDER BY 4, 5, 1, 2, 3 LIMIT 100"""
            )
            found += [
                f"{grain} {start} SEV-{severity}, client {client}, system {system}, type {type_}"
                for client, system, type_, start, severity in cursor.fetchall()
            ]
    return found
