"""A limit holds over all processes: each `Allowance` here stands for a process with a memory of its own."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from incidents.allowance import Allowance

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

KIND = "tried"


def _processes(count: int) -> list[Allowance]:
    return [Allowance(KIND) for _ in range(count)]


@pytest.mark.django_db
def test_five_a_minute_are_five_over_three_processes() -> None:
    processes = _processes(3)
    passed = [
        not one.take("a", 5, at=NOON + timedelta(milliseconds=20 * turn)) for turn in range(10) for one in processes
    ]
    assert sum(passed) == 5
    assert all(passed[:5])


@pytest.mark.django_db
def test_who_is_refused_learns_when_the_first_of_the_minute_is_forgotten() -> None:
    one, other = _processes(2)
    assert one.take("a", 1, at=NOON) == 0
    wait = other.take("a", 1, at=NOON + timedelta(seconds=10))
    assert 50 <= wait <= 52
    assert one.take("a", 1, at=NOON + timedelta(seconds=11)) == pytest.approx(wait - 1, abs=0.1)
    assert other.take("a", 1, at=NOON + timedelta(seconds=10 + wait)) == 0


@pytest.mark.django_db
def test_each_name_and_each_door_is_counted_by_itself() -> None:
    one = Allowance(KIND)
    assert one.take("a", 1, at=NOON) == 0
    assert one.take("b", 1, at=NOON) == 0
    assert Allowance("other").take("a", 1, at=NOON) == 0
    assert one.take("a", 1, at=NOON) > 0


@pytest.mark.django_db
def test_a_busy_sender_costs_some_statements_and_not_one_each() -> None:
    processes = _processes(2)
    with CaptureQueriesContext(connection) as asked:
        passed = [
            not processes[turn % 2].take("a", 60_000, at=NOON + timedelta(milliseconds=turn)) for turn in range(3000)
        ]
    assert all(passed)
    assert len(asked) < 45


@pytest.mark.django_db
def test_a_flood_that_is_refused_asks_once_a_second() -> None:
    one = Allowance(KIND)
    one.take("a", 1, at=NOON)
    with CaptureQueriesContext(connection) as asked:
        for turn in range(300):
            assert one.take("a", 1, at=NOON + timedelta(milliseconds=10 * turn)) > 0
    assert len(asked) == 3


@pytest.mark.django_db
def test_what_was_borrowed_and_not_spent_is_given_back() -> None:
    one, other = _processes(2)
    for turn in range(40):
        assert one.take("a", 1200, at=NOON + timedelta(milliseconds=turn)) == 0
    assert one._loans[f"{KIND}:a"].left > 0
    assert one.take("a", 1200, at=NOON + timedelta(seconds=5)) == 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT sum(n) FROM unnest(slots) n) FROM incidents_allowance WHERE name = %s", [f"{KIND}:a"]
        )
        counted = cursor.fetchone()[0]
    assert counted == 41 + one._loans[f"{KIND}:a"].left
    rest = sum(
        not other.take("a", 1200, at=NOON + timedelta(seconds=5, milliseconds=turn / 10)) for turn in range(1300)
    )
    assert rest + counted == 1200


class Windows(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(
        limit=st.integers(1, 240),
        steps=st.lists(
            st.tuples(
                st.integers(0, 2), st.sampled_from([0.0, 0.001, 0.01, 0.4, 0.99, 1.5, 7.0, 30.0]), st.integers(1, 60)
            ),
            max_size=25,
        ),
    )
    def test_no_sixty_seconds_see_more_than_the_limit(self, limit: int, steps: list[tuple[int, float, int]]) -> None:
        processes, at, passed = _processes(3), NOON, []
        name = f"w{time.perf_counter_ns()}"
        for which, pause, count in steps:
            at += timedelta(seconds=pause)
            for _ in range(count):
                at += timedelta(milliseconds=1)
                if not processes[which].take(name, limit, at=at):
                    passed.append(at)
        for first in passed:
            assert sum(first <= one < first + timedelta(seconds=60) for one in passed) <= limit
        # And nobody is kept out for longer than it says.
        later = at + timedelta(seconds=63)
        assert sum(not processes[0].take(name, limit, at=later) for _ in range(limit)) == limit


@pytest.mark.django_db(transaction=True)
def test_processes_that_ask_at_once_share_one_limit() -> None:
    processes, passed, ready = _processes(4), [0] * 8, threading.Barrier(8)

    def work(number: int) -> None:
        ready.wait()
        try:
            for _ in range(150):
                passed[number] += not processes[number % 4].take("a", 600)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # What a process borrowed last may be lost to the others: a second's worth of the limit each at most.
    assert 600 - 4 * 10 <= sum(passed) <= 600
