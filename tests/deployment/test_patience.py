"""The pool asks whether a connection still lives: not while the answer is known, always when it is not."""

import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from psycopg_pool import ConnectionPool

from config import patience

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("B-131")]


@pytest.fixture
def one() -> Iterator[psycopg.Connection[object]]:
    params = connection.get_connection_params()
    params.pop("cursor_factory", None)
    found = patience.impatient(5).connect(**params, autocommit=True)
    yield found
    found.close()


def _last_asked(pid: int) -> object:
    """When this connection's server last began to work on something, as another connection sees it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT query_start FROM pg_stat_activity WHERE pid = %s", [pid])
        return cursor.fetchone()[0]


def test_one_that_answered_just_now_is_not_asked_again(
    one: psycopg.Connection[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    one.cursor().execute("SELECT 1")
    before = _last_asked(one.info.backend_pid)
    ConnectionPool.check_connection(one)
    assert _last_asked(one.info.backend_pid) == before
    monkeypatch.setattr(patience, "FRESH", 0.01)
    time.sleep(0.02)
    ConnectionPool.check_connection(one)
    assert _last_asked(one.info.backend_pid) != before


def test_one_whose_server_went_away_is_noticed_even_so(one: psycopg.Connection[object]) -> None:
    one.cursor().execute("SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 3000)", [one.info.backend_pid])
    one.answered = time.monotonic()  # type: ignore[attr-defined]
    with pytest.raises(psycopg.OperationalError):
        ConnectionPool.check_connection(one)
