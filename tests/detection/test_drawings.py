"""The year of a check and the chart of a metric, as numbers before they are drawn."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from incidents.detection.checks.history import year
from incidents.detection.ladders import Ladder
from incidents.detection.readings.chart import Point, draw


def test_a_year_counts_its_days() -> None:
    today = datetime(2026, 3, 4, tzinfo=UTC)
    runs = [(today - timedelta(days=n), "passed") for n in range(400)]
    runs += [(today, "missed"), (today, "found")]
    found = year(runs, today.date(), UTC)
    assert len(found.squares) == 52 * 7 + 3
    assert found.squares[-1].state == "missed"
    assert sum(one.passed for one in found.months) == 52 * 7 + 3
    assert found.months[0].name == "March 2026"
    assert "1 not signed in time" in found.words


def test_a_chart_of_many_points_keeps_the_worst() -> None:
    since, until = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    values = {number: Decimal(number % 7) for number in range(5000)} | {3000: Decimal(99)}
    points = [Point(since + timedelta(minutes=8 * n), value, n == 3000) for n, value in values.items()]
    chart = draw(points, Ladder(), since, until, UTC)
    assert chart
    assert len(chart.line.split()) <= 301
    assert [dot.words.split()[0] for dot in chart.dots] == ["99"]
    assert draw([], Ladder(), since, until, UTC) is None
