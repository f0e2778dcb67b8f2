"""The figures of a report as plain rows, one table after the other, for a spreadsheet; durations in seconds."""

from collections.abc import Iterator, Sequence

from postmortems.reports.figures import Share
from postmortems.reports.report import Report

Row = Sequence[object]
TITLES = {
    "summary": "In short",
    "times": "Times by severity, in seconds",
    "kept": "Targets kept by severity",
    "clients": "Kept by client",
    "systems": "Kept by system",
    "steps": "Kept over time",
    "promises": "Promised updates",
    "first": "Who told us first",
    "breaches": "Reasons of breaches",
    "again": "What came again",
    "safeguards": "Safeguards that failed",
    "debt": "Prevention debt",
    "deviations": "Deviations",
    "looks": "Missing looks",
    "unreviewed": "SEV-1 and SEV-2 without a published review",
}


def lines(one: Report, chosen: str = "") -> Iterator[Row]:
    """A title, a head and rows for each table, an empty line between two; only `chosen` when it is named."""
    period = one.wanted.period
    yield ("Days", period.first.isoformat(), period.last.isoformat(), "both included, by the day an incident opened")
    for key in [chosen] if chosen else TITLES:
        head, rows = _table(one, key)
        yield ()
        yield (TITLES[key],)
        yield head
        yield from rows


def _share(share: Share) -> tuple[int, int, str]:
    return share.part, share.whole, "" if share.percent is None else f"{share.percent:.2f}"


KEPT = ("acknowledged in time", "of", "%", "resolved in time", "of", "%", "updates in time", "of", "%")


def _table(one: Report, key: str) -> tuple[Row, list[Row]]:
    match key:
        case "summary":
            rows: list[Row] = [("incidents", one.sums["incidents"], one.before["incidents"])]
            rows += [(row.label, row.share.words, row.change.before.words) for row in one.pulse]
            rows += [("paused in all, seconds", one.sums["paused_seconds"], one.before["paused_seconds"])]
            rows += [("merged or not an incident", one.sums["void"], one.before["void"])]
            return ("figure", "in the period", "in the period before"), rows
        case "times":
            return ("measure", "severity", "incidents", "median", "nine in ten", "target", "read one in"), [
                (
                    table.title,
                    f"SEV-{row.severity}",
                    row.count,
                    row.median_seconds,
                    row.nine_seconds,
                    row.target_seconds or "",
                    table.one_in,
                )
                for table in one.times
                for row in table.rows
            ]
        case "kept":
            return ("severity", *KEPT), [
                (f"SEV-{row.severity}", *_share(row.acknowledged), *_share(row.fixed), *_share(row.promised))
                for row in one.kept
            ]
        case "clients" | "systems":
            named = one.clients if key == "clients" else one.systems
            return (key[:-1], "incidents", *KEPT, "told us first", "came again"), [
                (
                    row.name,
                    row.incidents,
                    *_share(row.acknowledged),
                    *_share(row.fixed),
                    *_share(row.promised),
                    row.first.part,
                    row.again,
                )
                for row in named
            ]
        case "steps":
            return (one.wanted.period.unit, "incidents", *KEPT), [
                (
                    row.start.isoformat(),
                    row.incidents,
                    *_share(row.acknowledged),
                    *_share(row.fixed),
                    *_share(row.promised),
                )
                for row in one.steps
            ]
    return _short(one, key)


def _short(one: Report, key: str) -> tuple[Row, list[Row]]:
    match key:
        case "promises":
            return ("how early", "updates"), [(row.label, row.count) for row in one.earliness]
        case "first":
            head = ("first signal", "incidents", "% before")
            return head, [(r.label, r.count, r.before.words if r.before else "") for r in one.signals]
        case "breaches":
            return ("reason", "breaches"), [(chip.label, chip.count) for chip in one.chips]
        case "again":
            return ("title", "times", "systems", "newest"), [
                (row.title, row.times, row.systems, row.reference) for row in one.returns
            ]
        case "safeguards":
            return ("safeguard", "failed", "worked"), [(row.name, row.failed, row.worked) for row in one.safeguards]
        case "debt":
            debt = one.debt
            oldest = "" if debt.oldest_days is None else debt.oldest_days
            rows: list[Row] = [("open", debt.open), ("overdue", debt.overdue), ("oldest, days", oldest)]
            rows += [("blocking a restart", debt.blocking)]
            return ("now", "actions"), [
                *rows,
                *((a.title, a.owner.name, f"{n} day{'' if n == 1 else 's'} over") for a, n in debt.late),
            ]
        case "unreviewed":
            return ("incident", "severity", "why"), [
                (row.incident.reference, row.incident.severity_key, row.why) for row in one.unreviewed
            ]
    found = one.deviations if key == "deviations" else one.looks
    return ("what", "incidents or times"), [(row.label, row.count) for row in found]
