"""When a scheduled update is due: on the client's wall clock, once a day, also when the clock jumps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.digest_days import GRACE, LEAD, Schedule, coming, next_due, owed_to, schedule_of

ZONES = ("UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Gaza")
SCHEDULES = st.builds(
    Schedule,
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    st.integers(0, 23),
    st.sampled_from(ZONES),
)
INSTANTS = st.datetimes(datetime(2005, 1, 1), datetime(2037, 1, 1)).map(lambda wall: wall.replace(tzinfo=UTC))  # noqa: DTZ001


@settings(max_examples=300, deadline=None)
@given(SCHEDULES, INSTANTS)
def test_the_next_is_after_on_its_day_at_its_hour_or_the_first_later_time(schedule: Schedule, after: datetime) -> None:
    due = next_due(schedule, after=after)
    assert due is not None and after < due.at <= after + timedelta(days=9)
    local = due.at.astimezone(ZoneInfo(schedule.zone))
    assert due.on.weekday() in schedule.days
    wall = datetime(due.on.year, due.on.month, due.on.day, schedule.hour)  # noqa: DTZ001
    assert local.replace(tzinfo=None) >= wall
    before = (due.at - timedelta(seconds=1)).astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)
    assert before < wall


@settings(max_examples=60, deadline=None)
@given(SCHEDULES, INSTANTS)
def test_they_come_in_order_each_day_once(schedule: Schedule, after: datetime) -> None:
    several = [due for due, _ in zip(coming(schedule, after=after), range(20), strict=False)]
    assert [due.at for due in several] == sorted({due.at for due in several})
    assert len({due.on for due in several}) == 20


def test_the_gap_of_spring_and_the_double_hour_of_autumn() -> None:
    york = Schedule((6,), 2, "America/New_York")
    assert next_due(york, after=datetime(2026, 3, 7, tzinfo=UTC)) == (
        date(2026, 3, 8),
        datetime(2026, 3, 8, 7, tzinfo=UTC),
    )
    fall = Schedule((6,), 1, "America/New_York")
    assert next_due(fall, after=datetime(2026, 10, 31, 12, tzinfo=UTC)) == (
        date(2026, 11, 1),
        datetime(2026, 11, 1, 5, tzinfo=UTC),
    )
    nine = Schedule((0, 1, 2, 3, 4, 5, 6), 9, "Europe/London")
    before, after = list(zip(coming(nine, after=datetime(2026, 3, 28, 0, tzinfo=UTC)), range(2), strict=False))
    assert (after[0].at - before[0].at) == timedelta(hours=23)


def test_a_schedule_is_the_clients_own_or_the_tiers() -> None:
    assert schedule_of(None, None, ([0], 9), "UTC") == Schedule((0,), 9, "UTC")
    assert schedule_of([4, 1], 15, ([0], 9), "UTC").mark == "1,4@15@UTC"
    assert schedule_of([], None, ([0, 3], 9), "UTC").words == "Mondays and Thursdays at 09:00 (UTC)"
    assert Schedule((0, 1, 2, 3, 4), 7, "UTC").words == "Monday to Friday at 07:00 (UTC)"
    assert next_due(Schedule((), 9, "UTC"), after=datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.requirement("C-04")
def test_there_is_always_time_to_put_it_into_words() -> None:
    daily = Schedule((0, 1, 2, 3, 4, 5, 6), 9, "UTC")
    nine = datetime(2026, 2, 3, 9, tzinfo=UTC)
    day = timedelta(days=1)
    assert owed_to(daily, since=nine - LEAD - timedelta(seconds=1), now=nine - LEAD).at == nine  # type: ignore[union-attr]
    assert owed_to(daily, since=nine - LEAD, now=nine - LEAD).at == nine + day  # type: ignore[union-attr]
    assert owed_to(daily, since=nine - day, now=nine + GRACE).at == nine + day  # type: ignore[union-attr]
