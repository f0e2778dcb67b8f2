"""Fault 11: verbs that meet in PostgreSQL's locks are done again, or refused in a sentence; never a 500."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client as Browser

from incidents import lifecycle
from incidents.lifecycle.moving import BUSY
from incidents.models import Incident, TimelineEntry
from incidents.refusals import Refused
from tests.factories import ResponderFactory, Team, after
from tests.faults.processes import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("B-40")]


def _lock(incident: Incident) -> None:
    Incident.objects.select_for_update(no_key=True).defer("search").get(pk=incident.pk)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


@contextmanager
def _meanwhile(first: Incident, second: Incident | None = None) -> Iterator[None]:
    """Another transaction holds `first`; once somebody waits for it, it wants `second` too, and is never the victim."""
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            connection.cursor().execute("SET LOCAL deadlock_timeout = '30s'")
            _lock(first)
            held.set()
            if second is not None:
                until(_somebody_waits, 10, "somebody waits for the lock")
                _lock(second)
            else:
                over.wait(10)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(10)
    try:
        yield
    finally:
        over.set()
        other.join(20)


def test_the_victim_of_a_deadlock_is_done_again() -> None:
    """Fault 11: a merge locks one and wants two, another transaction holds two and wants one (40P01)."""
    team = Team()
    one, two = (team.triage(team.report(2), at=after(minutes=1)) for _ in range(2))
    with connection.cursor() as cursor:
        cursor.execute("SET deadlock_timeout = '100ms'")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        before = cursor.fetchone()[0]
    with _meanwhile(two, one):
        lifecycle.merge(one.pk, into_id=two.pk, reason="", by=team.coordinator, at=after(minutes=5))
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        assert cursor.fetchone()[0] == before + 1, "there was no deadlock to recover from"
    assert list(TimelineEntry.objects.filter(kind="merged").values_list("incident_id", flat=True)) == [one.pk]
    assert TimelineEntry.objects.filter(kind="absorbed", incident=two).count() == 1


def test_two_merges_in_opposite_order_never_wait_for_each_other() -> None:
    """Fault 11: both lock in the order of ids; the second finds the first one's incident closed and says so."""
    team = Team()
    one, two = (team.triage(team.report(2), at=after(minutes=1)) for _ in range(2))
    answers: list[str] = []
    both = threading.Barrier(2)

    def merge(gone: Incident, stays: Incident) -> None:
        both.wait(10)
        try:
            lifecycle.merge(gone.pk, into_id=stays.pk, reason="", by=team.coordinator, at=after(minutes=5))
            answers.append("done")
        except Refused as refused:
            answers.append(refused.sentence)
        connection.close()

    threads = [threading.Thread(target=merge, args=pair) for pair in ((one, two), (two, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(answers) == ["Choose an open incident to merge into.", "done"]
    assert Incident.objects.filter(is_open=True).count() == 1


def test_a_lock_that_is_not_to_be_had_in_time_is_a_sentence_on_the_page() -> None:
    """Fault 11: lock time-out (55P03) while a note is sent; what was typed stays, and sending it again works."""
    incident = Team().report(2)
    browser = Browser()
    browser.force_login(ResponderFactory(role="coordinator"))
    address, typed = f"/incidents/{incident.pk}/note/", {"text": "A note of some length."}
    connection.cursor().execute("SET lock_timeout = '200ms'")
    with _meanwhile(incident):
        page = browser.post(address, typed)
    assert page.status_code == 200
    assert BUSY in page.content.decode()
    assert typed["text"] in page.content.decode()
    assert not TimelineEntry.objects.filter(kind="noted").exists()
    assert browser.post(address, typed).status_code == 302
    assert TimelineEntry.objects.filter(kind="noted").count() == 1
    connection.close()
