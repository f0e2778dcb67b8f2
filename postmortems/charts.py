"""The readings behind the measured criteria of a gate, drawn with the limit that they must keep (B-89, C-17)."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from incidents.detection.ladders import Ladder, Rung
from incidents.detection.models import Reading
from incidents.detection.readings.chart import Chart, Point, draw
from postmortems.measuring import spellings
from postmortems.models import Criterion, RestartGate

BEFORE = timedelta(days=2)
MOST = 2000
MISSES = {"<": "≥", ">": "≤"}


@dataclass(frozen=True, slots=True)
class Drawn:
    criterion: Criterion
    chart: Chart


def of(gate: RestartGate, criteria: list[Criterion], *, now: datetime, zone: tzinfo) -> list[Drawn]:
    """One drawing for each measured criterion that has readings, from two days before the pause until now.

    Of many subjects the one that the criterion goes by is drawn.

    One query whatever the number of criteria; of very many readings the newest 2,000 of all together.
    """
    measured = [one for one in criteria if one.how == Criterion.How.MEASURED and one.metric and one.limit is not None]
    if not measured:
        return []
    since = gate.paused_at - BEFORE
    rows = Reading.objects.filter(
        series__metric__key__in={key for one in measured for key in spellings(one.metric)},
        taken_at__gt=since,
        taken_at__lte=now,
        counted=True,
    )
    taken: dict[tuple[str, str], list[Reading]] = {}
    for row in rows.select_related("series__metric").order_by("-taken_at", "-pk")[:MOST]:
        taken.setdefault((row.series.metric.key, row.series.subject), []).append(row)
    drawn = []
    for one in measured:
        assert one.limit is not None
        limit = Rung(f"must be {one.get_comparison_display()}", MISSES[one.comparison], one.limit)
        subject = one.subject or one.reading_subject
        its = [row for key in spellings(one.metric) for row in taken.get((key, subject), [])]
        its.sort(key=lambda row: (row.taken_at, row.pk))
        points = [Point(row.taken_at, row.value, limit.reached(row.value)) for row in its]
        chart = draw(points, Ladder((limit,)), since, now, zone)
        if chart is not None:
            drawn.append(Drawn(one, chart))
    return drawn
