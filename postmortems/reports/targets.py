"""Targets kept, and how long things took: by severity, client, system and step of the period (B-03, C-03, C-06)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from incidents.clocks import policy_of
from incidents.models import PolicyVersion
from postmortems.counted import FIRST
from postmortems.reports import drawing, reading
from postmortems.reports.drawing import Bar, Bullet, Chart
from postmortems.reports.figures import Share, spelled
from postmortems.reports.period import steps
from postmortems.reports.reading import Sums
from postmortems.reports.times import Times
from postmortems.reports.wanted import Wanted

MOST = 12


def acknowledged(sums: Sums, wanted: Wanted, **more: int) -> Share:
    return Share(
        sums["ack_met"], sums.ack_decided, wanted.listed("ack_decided", **more), wanted.listed("ack_missed", **more)
    )


def fixed(sums: Sums, wanted: Wanted, **more: int) -> Share:
    return Share(
        sums.fix_kept, sums.fix_decided, wanted.listed("fix_decided", **more), wanted.listed("fix_missed", **more)
    )


def promised(sums: Sums, wanted: Wanted, **more: int) -> Share:
    urls = wanted.listed("promises", **more), wanted.listed("promises_missed", **more)
    return Share(sums.promises_kept, sums.promises, *urls)


def told_by_client(sums: Sums, wanted: Wanted, **more: int) -> Share:
    return Share(sums["first_client"], sums.total(FIRST), wanted.listed("first_client", **more))


@dataclass(frozen=True, slots=True)
class KeptRow:
    severity: int
    acknowledged: Share
    acknowledged_bars: list[Bar]
    fixed: Share
    fixed_bars: list[Bar]
    promised: Share


def kept_by_severity(found: Mapping[int, Sums], wanted: Wanted) -> list[KeptRow]:
    """A row for each severity that has incidents; the longest row of bars fills the width."""
    most_ack = max((sums.ack_decided for sums in found.values()), default=0)
    most_fix = max((sums.fix_decided for sums in found.values()), default=0)
    rows = []
    for rank, sums in sorted(found.items()):
        if not sums.total(("incidents", "ack_met", "ack_late", "fix_met", "fix_late", "void")):
            continue
        ack = [(sums["ack_met"], "f-ok"), (sums["ack_late"], "f-bad"), (sums["ack_open_late"], "hatch")]
        fix = [(sums["fix_met"], "f-ok"), (sums["fix_workaround"], "f-acc"), (sums["fix_late"], "f-bad")]
        rows.append(
            KeptRow(
                rank,
                acknowledged(sums, wanted, severity=rank),
                drawing.stacked(ack, most_ack, width=98),
                fixed(sums, wanted, severity=rank),
                drawing.stacked([*fix, (sums["fix_open_late"], "hatch")], most_fix, width=98),
                promised(sums, wanted, severity=rank),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class TimeRow:
    """`late` marks a nine-in-ten beyond the target."""

    severity: int
    median: str
    nine_in_ten: str
    target: str
    late: bool
    bullet: Bullet | None
    count: int
    median_seconds: int | None
    nine_seconds: int | None
    target_seconds: int | None
    url: str


@dataclass(frozen=True, slots=True)
class TimeTable:
    """`one_in` over 1 says that a sample was read."""

    key: str
    title: str
    icon: str
    mark: str
    rows: list[TimeRow]
    one_in: int


def goals() -> dict[int, dict[str, int]]:
    """What the default policy promises now, by severity: acknowledge, fix, and fix with its watch; one query."""
    newest = PolicyVersion.objects.filter(policy__is_default=True).order_by("-number").values_list("pk", flat=True)[:1]
    policy = policy_of(newest[0])
    found = {}
    for rank in (1, 2, 3, 4):
        terms = policy.terms(rank)
        fix = terms.resolve.target_seconds
        found[rank] = {
            "ack": terms.acknowledge.target_seconds,
            "fix": fix,
            "confirm": fix + terms.verification_seconds,
        }
    return found


TABLES = (
    ("ack", "Time to acknowledge", "send", "Target"),
    ("fix", "Time to fix", "tool", "Target"),
    ("confirm", "Time to confirmed resolution", "eye-check", "Mark"),
    ("gap", "Detection gap", "radar", ""),
)


def time_tables(found: Mapping[int, Mapping[str, Times]], wanted: Wanted) -> list[TimeTable]:
    """Acknowledge, fix, confirmed resolution and the detection gap: a row for each severity with anything measured."""
    promised_by = goals()
    tables = []
    for key, title, icon, mark in TABLES:
        measured = {rank: times[key] for rank, times in sorted(found.items()) if times[key].count}
        longest = max((one.nine_in_ten or 0 for one in measured.values()), default=0)
        rows = []
        for rank, one in measured.items():
            goal = promised_by[rank].get(key)
            rows.append(
                TimeRow(
                    rank,
                    spelled(one.median),
                    spelled(one.nine_in_ten),
                    spelled(goal) if goal else "",
                    goal is not None and one.nine_in_ten is not None and one.nine_in_ten > goal,
                    # A gap has no target: its severities share one scale.
                    drawing.bullet(one.median, one.nine_in_ten, goal or longest * 1.0 or None),
                    one.count,
                    one.median,
                    one.nine_in_ten,
                    goal,
                    wanted.listed(f"{key}_known", severity=rank),
                )
            )
        tables.append(
            TimeTable(key, title, icon, mark, rows, max((one.one_in for one in measured.values()), default=1))
        )
    return tables


@dataclass(frozen=True, slots=True)
class NamedRow:
    """A client or a system; `only` is the same report for it alone."""

    pk: int
    name: str
    only: str
    url: str
    incidents: int
    acknowledged: Share
    fixed: Share
    promised: Share
    first: Share
    again: int
    again_url: str

    def called(self, name: str) -> "NamedRow":
        return replace(self, name=name)


def named(
    what: str, wanted: Wanted, hidden: Sequence[Mapping[str, Any]], names: Mapping[int, str], most: int = MOST
) -> tuple[list[NamedRow], int]:
    """Rows by client or by system, those with most incidents first, and how many there are in all."""
    found, count = reading.by(what, wanted, hidden, most)
    rows = []
    for pk, sums in found:
        more = {what: pk}
        rows.append(
            NamedRow(
                pk,
                names.get(pk, f"{what} {pk}"),
                wanted.address(**more),
                wanted.listed("incidents", **more),
                sums["incidents"],
                acknowledged(sums, wanted, **more),
                fixed(sums, wanted, **more),
                promised(sums, wanted, **more),
                Share(sums["first_client"], sums["incidents"], wanted.listed("first_client", **more)),
                sums["again"],
                wanted.listed("again", **more),
            )
        )
    return rows, count


@dataclass(frozen=True, slots=True)
class StepRow:
    start: date
    label: str
    url: str
    incidents: int
    acknowledged: Share
    fixed: Share
    promised: Share


def by_step(wanted: Wanted, hidden: Sequence[Mapping[str, Any]]) -> list[StepRow]:
    """A row for each day, week or month of the period, in order, the empty ones too."""
    found, unit = reading.by_step(wanted, hidden), wanted.period.unit
    starts = steps(wanted.period)
    rows = []
    for start, following in zip(starts, [*starts[1:], None], strict=True):
        sums = found.get(start, Sums())
        first = max(start, wanted.period.first)
        last = min(following - timedelta(days=1), wanted.period.last) if following else wanted.period.last
        inside: dict[str, Any] = {"period": "", "from": first.isoformat(), "to": last.isoformat()}
        rows.append(
            StepRow(
                start,
                f"{start:%b %Y}" if unit == "month" else f"{start.day} {start:%b}",
                wanted.listed("incidents", **inside),
                sums["incidents"],
                Share(sums["ack_met"], sums.ack_decided, wanted.listed("ack_decided", **inside)),
                Share(sums.fix_kept, sums.fix_decided, wanted.listed("fix_decided", **inside)),
                Share(sums.promises_kept, sums.promises, wanted.listed("promises", **inside)),
            )
        )
    return rows


def line(rows: Sequence[StepRow]) -> Chart | None:
    """Acknowledge and resolve over the steps of the period."""
    return drawing.lines(
        [row.label for row in rows],
        (
            ("Acknowledge", "a", [row.acknowledged.percent for row in rows]),
            ("Resolve", "b", [row.fixed.percent for row in rows]),
        ),
    )
