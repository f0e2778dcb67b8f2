"""Promised updates by how early they came, and who told us first."""

from dataclasses import dataclass

from postmortems.counted import FIRST
from postmortems.reports import drawing
from postmortems.reports.drawing import Bar
from postmortems.reports.figures import Share
from postmortems.reports.reading import Sums
from postmortems.reports.wanted import Wanted


@dataclass(frozen=True, slots=True)
class BarRow:
    label: str
    count: int
    bars: list[Bar]
    url: str
    icon: str = ""
    share: Share | None = None
    before: Share | None = None


EARLY = (
    ("over 2 h early", "kept_120", "f-ok"),
    ("1 to 2 h early", "kept_60", "f-ok"),
    ("30 to 60 min early", "kept_30", "f-ok"),
    ("10 to 30 min early", "kept_10", "f-ok"),
    ("under 10 min early", "kept_0", "f-warn"),
    ("late", "promise_late", "f-bad"),
    ("late and not sent", "promise_open_late", "hatch"),
)
SIGNALS = (
    ("Automated monitoring", "first_monitoring", "heart-rate-monitor", "f-acc"),
    ("One of us noticed", "first_agent", "eye", "f-acc"),
    ("The client told us", "first_client", "message-2", "f-warn"),
    ("Scheduled review", "first_review", "calendar-check", "f-acc"),
)


def by_earliness(sums: Sums, wanted: Wanted) -> list[BarRow]:
    """How long before its time each promised update came; empty when nothing was promised."""
    most = max((sums[name] for _, name, _ in EARLY), default=0)
    if not most:
        return []
    return [
        BarRow(label, sums[name], drawing.stacked([(sums[name], tone)], most), wanted.listed(name))
        for label, name, tone in EARLY
    ]


def signals(sums: Sums, before: Sums, wanted: Wanted) -> list[BarRow]:
    """Who told us first, with the period before; empty without incidents."""
    whole, earlier = sums.total(FIRST), before.total(FIRST)
    if not whole:
        return []
    most = max(sums[name] for _, name, _, _ in SIGNALS)
    return [
        BarRow(
            label,
            sums[name],
            drawing.stacked([(sums[name], tone)], most),
            wanted.listed(name),
            icon,
            Share(sums[name], whole),
            Share(before[name], earlier),
        )
        for label, name, icon, tone in SIGNALS
    ]
