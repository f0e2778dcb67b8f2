"""Sums as a report reads them: of a period, by severity, client, system or step, with the filters of the reader."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from postmortems.counted import KEPT
from postmortems.reports.cells import CELLS, SUMS
from postmortems.reports.period import Span, cover, step_of
from postmortems.reports.wanted import Wanted


@dataclass(slots=True)
class Sums:
    """Sums by name. What is asked for and was never counted is 0."""

    of: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __getitem__(self, name: str) -> int:
        return self.of.get(name, 0)

    def add(self, counts: Mapping[str, int]) -> None:
        for name, number in counts.items():
            self.of[name] += number

    def total(self, names: Iterable[str]) -> int:
        return sum(self.of.get(name, 0) for name in names)

    @property
    def ack_decided(self) -> int:
        return self.total(("ack_met", "ack_late", "ack_open_late"))

    @property
    def fix_kept(self) -> int:
        return self.total(("fix_met", "fix_workaround"))

    @property
    def fix_decided(self) -> int:
        return self.total(("fix_met", "fix_workaround", "fix_late", "fix_open_late"))

    @property
    def promises_kept(self) -> int:
        return self.total(KEPT)

    @property
    def promises(self) -> int:
        return self.total((*KEPT, "promise_late", "promise_open_late"))


def _where(wanted: Wanted, spans: Sequence[Span], *, by: str = "") -> tuple[str, list[Any]]:
    """The cells that add up to the answer; `by` (client or system) leaves that one open, as it is asked for each."""
    parts, values = [], []
    for span in spans:
        parts.append("(grain = %s AND start BETWEEN %s AND %s)")
        values += [span.grain, span.first, span.last]
    conditions = [f"({' OR '.join(parts)})"]
    for name in ("client", "system", "type"):
        if name == by and not getattr(wanted, name):
            conditions.append(f"{name}_id > 0")
        else:
            conditions.append(f"{name}_id = %s")
            values.append(getattr(wanted, name))
    if wanted.severity:
        conditions.append("severity = %s")
        values.append(wanted.severity)
    return " AND ".join(conditions), values


def _grouped(key: str, where: str, values: Sequence[Any], names: Sequence[str], more: str = "") -> list[Any]:
    sums = ", ".join(f"sum({name})" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key}, {sums} FROM {CELLS} WHERE {where} GROUP BY 1 {more}", list(values))  # noqa: S608
        return list(cursor.fetchall())


def by_severity(wanted: Wanted, hidden: Sequence[Mapping[str, Any]]) -> dict[int, Sums]:
    """Sums of the period for each severity that has any; one query. `hidden` are restricted ones the reader may see."""
    where, values = _where(wanted, cover(wanted.period))
    found: dict[int, Sums] = defaultdict(Sums)
    for severity, *numbers in _grouped("severity", where, values, SUMS):
        found[severity].add({name: int(n) for name, n in zip(SUMS, numbers, strict=True) if n})
    for row in hidden:
        found[row["severity"]].add({**row["counts"], "paused_seconds": row["paused_seconds"]})
    return dict(found)


def whole(parts: Iterable[Sums]) -> Sums:
    total = Sums()
    for part in parts:
        total.add(part.of)
    return total


SHOWN = (
    "incidents",
    "ack_met",
    "ack_late",
    "ack_open_late",
    "fix_met",
    "fix_workaround",
    "fix_late",
    "fix_open_late",
    *KEPT,
    "promise_late",
    "promise_open_late",
    "first_client",
    "again",
)


def by(what: str, wanted: Wanted, hidden: Sequence[Mapping[str, Any]], most: int) -> tuple[list[tuple[int, Sums]], int]:
    """Sums for each client or system, those with most incidents first, and how many there are in all."""
    where, values = _where(wanted, cover(wanted.period), by=what)
    rows = _grouped(f"{what}_id", where, values, SHOWN, "HAVING sum(incidents) > 0")
    found: dict[int, Sums] = defaultdict(Sums)
    for key, *numbers in rows:
        found[key].add({name: int(n) for name, n in zip(SHOWN, numbers, strict=True)})
    only = getattr(wanted, what)
    for row in hidden:
        for key in row[f"{what}_ids"]:
            if not only or key == only:
                found[key].add(row["counts"])
    ordered = sorted(found.items(), key=lambda pair: (-pair[1]["incidents"], pair[0]))
    return ordered[:most], len(ordered)


def by_step(wanted: Wanted, hidden: Sequence[Mapping[str, Any]]) -> dict[date, Sums]:
    """Sums for each day, week or month of the period that has any, under the day on which it begins."""
    unit = wanted.period.unit
    # A month's cell lies in one month; a year's does not. For days and weeks the days themselves are read.
    period = wanted.period
    spans = cover(period, years=False) if unit == "month" else [Span("d", period.first, period.last)]
    where, values = _where(wanted, spans)
    found: dict[date, Sums] = defaultdict(Sums)
    for step, *numbers in _grouped(f"date_trunc('{unit}', start)::date", where, values, SHOWN):
        found[step].add({name: int(n) for name, n in zip(SHOWN, numbers, strict=True)})
    for row in hidden:
        found[step_of(row["day"], unit)].add(row["counts"])
    return dict(found)
