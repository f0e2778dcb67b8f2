"""The days of a report and the cells that cover them: every day exactly once, whatever was asked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from postmortems.reports import drawing
from postmortems.reports.period import Period, Span, asked, cover, step_of, steps

TODAY = date(2026, 7, 16)
DAYS = some.dates(date(2000, 1, 1), date(2040, 12, 31))


def days_of(span: Span) -> list[date]:
    """The days under a span's cells; the starts of months and years stand for all of theirs."""
    found, day = [], span.first
    while day <= span.last:
        if span.grain == "y":
            assert (span.first.month, span.first.day, span.last.month, span.last.day) == (1, 1, 12, 31)
        if span.grain == "m":
            assert span.first.day == 1 and (span.last + timedelta(days=1)).day == 1
        found.append(day)
        day += timedelta(days=1)
    return found


@given(DAYS, some.integers(0, 2000), some.booleans())
def test_the_cover_of_a_period_has_each_of_its_days_once(first: date, more: int, years: bool) -> None:
    period = Period(first, first + timedelta(days=more))
    spans = cover(period, years=years)
    covered = [day for span in spans for day in days_of(span)]
    assert covered == [first + timedelta(days=n) for n in range(more + 1)]
    assert len(spans) <= 5
    assert sum((span.last - span.first).days + 1 for span in spans if span.grain == "d") <= 60
    assert years or all(span.grain != "y" for span in spans)


@given(DAYS, some.integers(0, 2000))
def test_the_steps_of_a_period_hold_each_of_its_days(first: date, more: int) -> None:
    period = Period(first, first + timedelta(days=more))
    found = steps(period)
    held = {step_of(first + timedelta(days=n), period.unit) for n in range(more + 1)}
    assert found == sorted(held)


def test_the_period_before_is_as_long_and_ends_where_this_begins() -> None:
    before = Period(date(2026, 7, 10), date(2026, 7, 16)).before
    assert (before.first, before.last) == (date(2026, 7, 3), date(2026, 7, 9))


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, date(2026, 6, 17), TODAY),
        ({"period": "7"}, date(2026, 7, 10), TODAY),
        ({"period": "quarter"}, date(2026, 7, 1), TODAY),
        ({"period": "year"}, date(2026, 1, 1), TODAY),
        ({"period": "all"}, date(2024, 2, 29), TODAY),
        ({"period": "dates", "from": "2026-02-01", "to": "2026-02-28"}, date(2026, 2, 1), date(2026, 2, 28)),
        ({"from": "2026-02-01"}, date(2026, 2, 1), TODAY),
        ({"period": "7", "from": "2026-02-01", "to": "2026-02-28"}, date(2026, 7, 10), TODAY),
        (
            {"period": "7", "from": "2026-02-01", "to": "2026-02-28", "was": "2026-02-01_2026-02-28"},
            date(2026, 7, 10),
            TODAY,
        ),
        (
            {"period": "7", "from": "2026-02-02", "to": "2026-02-28", "was": "2026-02-01_2026-02-28"},
            date(2026, 2, 2),
            date(2026, 2, 28),
        ),
    ],
)
def test_what_was_asked_becomes_days(query: dict[str, str], first: date, last: date) -> None:
    found = asked(query, TODAY, oldest=date(2024, 2, 29))
    assert (found.period.first, found.period.last, found.error) == (first, last, "")


def test_a_bullet_shows_what_lies_beyond_its_target() -> None:
    kept = drawing.bullet(30, 60, 60)
    late = drawing.bullet(30, 90, 60)
    assert kept and late
    assert (kept.median, kept.within, kept.beyond, kept.target) == ("33.33%", "66.67%", "", "66.67%")
    assert (late.within, late.beyond) == ("66.67%", "100%")
    assert drawing.bullet(None, None, 60) is None


def test_one_late_among_thousands_is_still_seen() -> None:
    bars = drawing.stacked([(5000, "f-ok"), (1, "f-bad"), (0, "hatch")], 5001)
    assert [bar.tone for bar in bars] == ["f-ok", "f-bad"]
    assert bars[1].width == "0.7%"


def test_a_line_breaks_where_nothing_was_measured() -> None:
    chart = drawing.lines(["a", "b", "c", "d"], [("Resolve", "b", [100.0, None, 50.0, 75.0])])
    assert chart
    assert len(chart.lines[0].dots) == 3 and len(chart.lines[0].segments) == 1
    assert chart.grid[-1] == (172.0, "50") and chart.grid[0] == (12.0, "100")
    assert drawing.lines(["a"], [("Resolve", "b", [None])]) is None
