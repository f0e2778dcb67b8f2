"""How long things took: the median and what nine in ten kept within, by severity, from the incidents' own rows.

Medians do not add up, so they are not summed ahead. Up to `EXACT` incidents of a severity every one is read; of more an
even sample of at least half as many, the same one each time, and the page says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from postmortems.reports.wanted import Wanted

EXACT = 5000
LUCKS = 1024
MEASURES = ("gap", "ack", "fix", "confirm")


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds; None where nothing was measured. `one_in` is 1 when every incident was read."""

    count: int = 0
    median: int | None = None
    nine_in_ten: int | None = None
    one_in: int = 1


def _one(measure: str) -> str:
    column = f"{measure}_seconds"
    return (
        f"count({column}), percentile_cont(0.5) WITHIN GROUP (ORDER BY {column}), "
        f"percentile_disc(0.9) WITHIN GROUP (ORDER BY {column})"
    )


def one_in(population: int) -> int:
    """1, 2, 4, … 1024: so that between half of `EXACT` and all of it are read of so many."""
    step = 1
    while population > EXACT * step and step < LUCKS:
        step *= 2
    return step


def times(
    wanted: Wanted, populations: Mapping[int, int], hidden: Sequence[Mapping[str, Any]]
) -> dict[int, dict[str, Times]]:
    """For each severity of `populations` (how many incidents it has in the period) the four measures, in one query.

    Restricted incidents count only when they stand in `hidden`, the ones that the reader may see.
    """
    if not populations:
        return {}
    seen = [row["incident_id"] for row in hidden]
    sampled = {severity: one_in(count) for severity, count in populations.items()}
    parts, values = [], []
    for severity, step in sorted(sampled.items()):
        conditions = ["severity = %s", "day BETWEEN %s AND %s"]
        given: list[Any] = [severity, wanted.period.first, wanted.period.last]
        conditions.append("(NOT is_restricted OR incident_id = ANY(%s))" if seen else "NOT is_restricted")
        given += [seen] if seen else []
        for column, value in (("client_ids", wanted.client), ("system_ids", wanted.system), ("type_ids", wanted.type)):
            if value:
                conditions.append(f"{column} @> ARRAY[%s]::bigint[]")
                given.append(value)
        if step > 1:
            conditions.append("luck < %s")
            given.append(LUCKS // step)
        columns = ", ".join(_one(measure) for measure in MEASURES)
        parts.append(
            f"SELECT {severity}, {columns} FROM postmortems_incidentfact WHERE {' AND '.join(conditions)}"  # noqa: S608
        )
        values += given
    found = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        for severity, *numbers in cursor.fetchall():
            found[severity] = {
                measure: Times(*_read(numbers[place * 3 : place * 3 + 3]), sampled[severity])
                for place, measure in enumerate(MEASURES)
            }
    return found


def _read(numbers: Sequence[Any]) -> tuple[int, int | None, int | None]:
    count, median, nine = numbers
    return count, None if median is None else round(median), nine
