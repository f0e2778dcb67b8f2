"""Laws that every clock obeys, tried on generated lives and calendars."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.calendars import ALWAYS, AnyCalendar, Calendar, to_seconds
from incidents.sla import Event, PolicyTable, evaluate

START = datetime(2026, 3, 6, 8, 0, tzinfo=UTC)
WEEK = {day: [["09:00", "12:30"], ["13:15", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
NIGHT = {day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "Pacific/Apia",
)
CALENDARS: list[AnyCalendar] = [ALWAYS]
CALENDARS += [Calendar({"tz": zone, "weekly": week}) for zone in ZONES for week in (WEEK, NIGHT)]
calendars = st.sampled_from(CALENDARS)
minutes = st.integers(0, 60 * 24 * 40)


def _policy(calendar: AnyCalendar, hours: int = 30) -> PolicyTable:
    body = {f"SEV-{rank}": {"target_seconds": hours * 3600 // rank} for rank in (1, 2, 3, 4)}
    return PolicyTable.from_body(body, calendar)


@st.composite
def lives(draw: st.DrawFn) -> list[Event]:
    """An opened incident and up to eight things that happen to it, at any times, in any order."""
    events = [Event(START, "opened", severity=f"SEV-{draw(st.integers(1, 4))}")]
    kinds = ("paused", "resumed", "severity_changed", "fixed", "verification_failed", "resolved", "reopened", "acked")
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from(kinds))
        at = START + timedelta(minutes=draw(minutes))
        more = {}
        if kind == "severity_changed":
            more["severity"] = f"SEV-{draw(st.integers(1, 4))}"
        if kind == "paused" and draw(st.booleans()):
            more["until"] = at + timedelta(minutes=draw(st.integers(1, 3000)))
        if kind == "reopened":
            more["by"] = draw(st.sampled_from(("client", "responder")))
        events.append(Event(at, kind, **more))  # type: ignore[arg-type]
    return events


@pytest.mark.requirement("C-05", "C-06", "C-27")
@settings(max_examples=150, deadline=None)
@given(lives(), calendars, minutes, minutes, st.sampled_from(("ack", "resolve")))
def test_what_was_decided_stays_decided(
    events: list[Event], calendar: AnyCalendar, one: int, two: int, kind: str
) -> None:
    """Looking earlier never changes what is seen later, and a breach keeps its instant as long as its cycle lives."""
    early, late = sorted((one, two))
    policy = _policy(calendar)
    first = evaluate(events, kind=kind, policy=policy, as_of=START + timedelta(minutes=early))
    second = evaluate(
        events, kind=kind, policy=policy, as_of=START + timedelta(minutes=late), cycle=first.cycle or None
    )
    assert second.cycles >= first.cycles
    if first.breached_at and second.cycle == first.cycle:
        assert second.breached_at == first.breached_at
        assert second.due_at == first.due_at
    if second.cycle == first.cycle and first.start_at:
        assert second.elapsed_seconds >= first.elapsed_seconds or first.severity != second.severity


@settings(max_examples=150, deadline=None)
@given(lives(), calendars, minutes, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(
    events: list[Event], calendar: AnyCalendar, at: int, luck: object
) -> None:
    instants = [event.at for event in events]
    if len(set(instants)) < len(instants):
        return
    shuffled = list(events)
    luck.shuffle(shuffled)  # type: ignore[attr-defined]
    policy, as_of = _policy(calendar), START + timedelta(minutes=at)
    assert evaluate(shuffled, kind="resolve", policy=policy, as_of=as_of) == evaluate(
        events, kind="resolve", policy=policy, as_of=as_of
    )


@settings(max_examples=200, deadline=None)
@given(calendars, minutes, st.integers(1, 400_000))
def test_due_is_the_first_reach(calendar: AnyCalendar, start: int, target: int) -> None:
    begin = to_seconds(START) + start * 60
    due = calendar.add(begin, target)
    assert calendar.between(begin, due) == target
    assert calendar.between(begin, due - 1) == target - 1


@settings(max_examples=200, deadline=None)
@given(calendars, minutes, minutes, minutes)
def test_counted_time_adds_up(calendar: AnyCalendar, one: int, two: int, three: int) -> None:
    a, b, c = sorted(to_seconds(START) + n * 60 for n in (one, two, three))
    assert calendar.between(a, c) == calendar.between(a, b) + calendar.between(b, c)
    assert 0 <= calendar.between(a, c) <= c - a
    assert calendar.between(a, c) == sum(end - start for start, end in calendar.openings(a, c))


@settings(max_examples=100, deadline=None)
@given(calendars, st.integers(1, 2000), st.integers(1, 5000))
def test_a_pause_protects_exactly_what_was_left(calendar: AnyCalendar, run: int, rest: int) -> None:
    policy = _policy(calendar)
    paused, resumed = START + timedelta(minutes=run), START + timedelta(minutes=run + rest)
    events = [Event(START, "opened", severity="SEV-1"), Event(paused, "paused"), Event(resumed, "resumed")]
    before = evaluate(events[:1], kind="resolve", policy=policy, as_of=paused)
    after = evaluate(events, kind="resolve", policy=policy, as_of=resumed)
    if before.breached_at is None:
        assert after.remaining_seconds == before.remaining_seconds


@pytest.mark.parametrize(
    ("zone", "day", "hours", "seconds"),
    [
        ("Europe/London", datetime(2026, 3, 28, 12, tzinfo=UTC), NIGHT, 7 * 3600),
        ("Europe/London", datetime(2026, 10, 24, 12, tzinfo=UTC), NIGHT, 9 * 3600),
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 6, tzinfo=UTC), NIGHT, 8 * 3600 + 1800),
    ],
)
def test_a_night_shift_over_the_change_of_the_clocks(
    zone: str, day: datetime, hours: dict[str, list[list[str]]], seconds: int
) -> None:
    begin = to_seconds(day)
    assert Calendar({"tz": zone, "weekly": hours}).between(begin, begin + 86400) == seconds


def test_a_day_that_never_was_holds_no_hours() -> None:
    apia = Calendar({"tz": "Pacific/Apia", "weekly": {"fri": [["09:00", "17:00"]]}})
    begin = to_seconds(datetime(2011, 12, 29, tzinfo=UTC))
    assert apia.between(begin, begin + 3 * 86400) == 0
