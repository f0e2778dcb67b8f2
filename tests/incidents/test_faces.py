"""How a clock reads: one sentence for each state, in the viewer's zone, whatever the sweep did or did not do."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from incidents.faces import ClockFace, clock_face, day_time, share_used

NOW = datetime(2026, 7, 16, 13, 22, tzinfo=UTC)  # a Thursday; 14:22 in London
LONDON = ZoneInfo("Europe/London")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def face(**changes: Any) -> ClockFace:
    """A one-hour clock that started 42 minutes ago."""
    facts: dict[str, Any] = {
        "label": "Acknowledge",
        "state": "running",
        "start_at": NOW - minutes(42),
        "due_at": NOW + minutes(18),
        "stopped_at": None,
        "now": NOW,
        "zone": LONDON,
    }
    return clock_face(**(facts | changes))


def test_a_running_clock_says_what_is_left_and_when_it_is_due_in_the_viewers_zone() -> None:
    shown = face()
    assert (shown.tone, shown.icon, shown.words, shown.percent, shown.small) == (
        "run",
        "clock",
        "18m left",
        70,
        "due 14:40",
    )
    assert shown.due_iso == "2026-07-16T13:40:00Z"
    assert shown.ticking and not shown.overdue


@pytest.mark.parametrize(("due_in", "tone"), [(15.1, "run"), (15, "warn"), (0, "warn"), (-0.02, "bad")])
def test_the_tone_turns_at_75_percent_and_only_after_the_deadline(due_in: float, tone: str) -> None:
    start = NOW + minutes(due_in) - minutes(60)
    assert face(start_at=start, due_at=NOW + minutes(due_in)).tone == tone


def test_a_promised_update_turns_when_its_own_warning_does() -> None:
    early = {"start_at": NOW - minutes(50), "due_at": NOW + minutes(10)}
    assert face(**early, warn_at=NOW + minutes(1)).tone == "run"
    assert face(**early, warn_at=NOW).tone == "warn"


def test_overdue_is_derived_from_the_due_time_even_when_nothing_swept() -> None:
    shown = face(due_at=NOW - minutes(12))
    assert (shown.tone, shown.words, shown.small) == ("bad", "12m overdue", "was due 14:10")
    assert shown.overdue and shown.percent == 100


def test_a_deadline_is_the_last_instant_that_is_still_in_time() -> None:
    assert face(due_at=NOW).words == "0s left"


def test_a_met_clock_says_how_long_it_took_and_a_late_one_by_how_much() -> None:
    stopped = {"start_at": NOW - minutes(80), "stopped_at": NOW - minutes(10)}
    assert face(**stopped, state="met").words == "Met in 1h 10m"
    late = face(**stopped, state="met_late", due_at=NOW - minutes(22))
    assert (late.tone, late.words, late.small) == ("bad", "12m late", "after 1h 10m, at 14:12")
    assert not late.ticking


def test_a_paused_clock_says_until_when_and_runs_on_by_itself_afterwards() -> None:
    paused = face(state="paused", pause_until=NOW + minutes(10))
    assert (paused.tone, paused.words, paused.small) == ("none", "Paused", "until 14:32")
    assert face(state="paused", pause_until=NOW).words == "18m left"
    assert face(state="paused", due_at=None).words == "Paused"


def test_a_cancelled_clock_is_neither_met_nor_missed() -> None:
    assert face(state="cancelled", due_at=NOW - minutes(5)).tone == "none"


def test_a_verification_window_never_reads_as_a_missed_deadline() -> None:
    running = face(kind="verification")
    assert (running.tone, running.small, running.after) == ("run", "until 14:40", "Window over")
    over = face(kind="verification", due_at=NOW - minutes(1))
    assert (over.tone, over.words) == ("ok", "Window over")
    assert face(kind="verification", state="failed", stopped_at=NOW).tone == "bad"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 7, 16, 13, 40, tzinfo=UTC), "14:40"),
        (datetime(2026, 7, 16, 23, 10, tzinfo=UTC), "Fri 00:10"),
        (datetime(2026, 7, 9, 12, 0, tzinfo=UTC), "9 Jul 13:00"),
        (datetime(2025, 12, 31, 12, 0, tzinfo=UTC), "31 Dec 2025"),
    ],
)
def test_a_time_says_no_more_than_is_needed(instant: datetime, words: str) -> None:
    assert day_time(instant, NOW, LONDON) == words


def test_the_bar_follows_the_marks_that_a_calendar_makes_uneven() -> None:
    start, due = NOW, NOW + timedelta(hours=20)
    half = (50, NOW + timedelta(hours=2))
    assert share_used(start, due, [half], NOW + timedelta(hours=1)) == 25
    assert share_used(start, due, [half], NOW + timedelta(hours=2)) == 50
    assert share_used(start, due, [half, (75, None)], NOW + timedelta(hours=11)) == 75
    assert share_used(start, due, [], NOW + timedelta(hours=10)) == 50


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=6))
def test_the_bar_never_goes_back(seconds: list[int]) -> None:
    marks = [(50, NOW + minutes(20)), (75, NOW + minutes(90)), (90, NOW + minutes(95))]
    shares = [share_used(NOW, NOW + minutes(160), marks, NOW + timedelta(seconds=s)) for s in sorted(seconds)]
    assert shares == sorted(shares)
    assert all(0 <= share <= 100 for share in shares)


def test_a_clock_is_drawn_without_inline_style_and_escapes_what_people_wrote() -> None:
    drawn = Template("{% load faces %}{% clock face %}").render(Context({"face": face()}))
    assert 'data-due="2026-07-16T13:40:00Z"' in drawn
    assert '<rect width="70%"' in drawn
    assert "k-run" in drawn and "style=" not in drawn
    named = Template("{% load faces %}{% severity 1 name=name %}").render(Context({"name": "<script>"}))
    assert "<script>" not in named


def test_a_time_shows_the_viewers_zone_and_keeps_utc_in_its_title() -> None:
    drawn = Template("{% load faces tz %}{% timezone 'Europe/London' %}{% moment at %}{% endtimezone %}").render(
        Context({"at": NOW, "now": NOW})
    )
    assert ">14:22</time>" in drawn
    assert 'title="2026-07-16 13:22:00 UTC"' in drawn
