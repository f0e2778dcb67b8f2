"""Fault 9: Redis is a hint (law 5); mute, flushed, restarted or full, pages answer and what is due is done."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis as Client

from tests.faults.installation import Installation, installation
from tests.faults.processes import celery_worker, frozen, until
from tests.notifications.sink import Sink, serving

pytestmark = [pytest.mark.django_db(transaction=True)]
SOON = "result = team.report(1, at=timezone.now() - timedelta(hours=1) + timedelta(seconds={seconds})).pk"
MINUTE_PASSED = (
    "from notifications.models import SweepHeartbeat\n"
    "for one in SweepHeartbeat.objects.all():\n"
    "    one.ok_at -= timedelta(minutes=2); one.save(update_fields=['ok_at'])"
)
# Raised an hour ago, a SEV-1 is said to the escalation target at once and again, for its quarter of an hour is over.
TOLD = 2


@pytest.fixture(scope="module")
def house(template: Path) -> Iterator[tuple[Installation, Sink]]:
    """Pages, one worker, beat and the auditor, with a mail server."""
    with serving() as sink, installation(template, EMAIL_URL=f"smtp://127.0.0.1:{sink.port}") as one:
        one.keep(*celery_worker("clocks,mail,chores", children=2))
        schedule = str(one.postgres.folder / "schedule")
        one.keep("-m", "celery", "-A", "config", "beat", "-s", schedule, "--pidfile=")
        one.keep("manage.py", "watch", "--every", "1")
        one.web()
        one.do("team = Team()")
        until(lambda: one.get("/readyz")[0] == 200 and _runs(one), 30, "everything runs")
        yield one, sink


def _runs(one: Installation) -> bool:
    """The worker sweeps each second; the auditor stands in only after a minute."""
    code = "result = [(timezone.now() - b.finished_at).total_seconds() for b in SweepHeartbeat.objects.filter(pk='{}')]"
    ages = [one.do("from notifications.models import SweepHeartbeat\n" + code.format(n)) for n in ("clocks", "email")]
    return all(age and age[0] < 3 for age in ages)


def _breaches(one: Installation, pk: int) -> int:
    facts = f"incident={pk}, kind='breached', facts__clock_kind='acknowledge'"
    found: Any = one.do(f"result = TimelineEntry.objects.filter({facts}).count()")
    return int(found)


def _told(sink: Sink, pk: int) -> int:
    """How often the escalation target read that this incident is a SEV-1."""
    return sum(f"INC-{pk} SEV-1: Critical incident" in str(mail["Subject"]) for mail in sink.arrived)


def _done(one: Installation, sink: Sink, pk: int) -> bool:
    return (_breaches(one, pk), _told(sink, pk)) == (1, TOLD)


def _pages_are_quick(one: Installation, pk: int) -> None:
    for path in ("/", f"/incidents/{pk}/", "/healthz"):
        status, seconds, _ = one.get(path)
        assert (status, seconds < 3) == (200, True), (path, status, seconds)
    status, seconds, text = one.post(f"/incidents/{pk}/note/", text="Still working while Redis is away.")
    assert (status, seconds < 3) == (302, True), (status, seconds, text[:500])


def _broker(one: Installation) -> Client:
    return Client(unix_socket_path=str(one.broker.socket))


@pytest.mark.requirement("B-40", "B-108")
def test_while_redis_is_mute_pages_answer_and_the_auditor_enforces_and_sends(house: tuple[Installation, Sink]) -> None:
    """Fault 9, mute: it takes connections and answers nothing; `watch` sweeps clocks and sends letters meanwhile."""
    one, sink = house
    assert one.broker.process
    with frozen([one.broker.process.pid]):
        pk = one.do(SOON.format(seconds=2))
        _pages_are_quick(one, pk)
        one.do(MINUTE_PASSED)
        until(lambda: _breaches(one, pk) == 1, 10, "the auditor enforces the deadline")
        until(lambda: _told(sink, pk) == TOLD, 10, "the auditor sends the escalation")
    until(lambda: _runs(one), 20, "the worker goes on")
    assert _done(one, sink, pk)


@pytest.mark.requirement("B-40")
@pytest.mark.parametrize("fault", ["flushed", "restarted", "full"])
def test_what_redis_forgets_or_refuses_costs_no_deadline(house: tuple[Installation, Sink], fault: str) -> None:
    """Fault 9, flushed, killed and started anew, and full (noeviction)."""
    one, sink = house
    pk = one.do(SOON.format(seconds=2))
    if fault == "flushed":
        _broker(one).flushall()
    elif fault == "restarted":
        one.broker.stop()
        _pages_are_quick(one, pk)
        one.broker.start()
    else:
        _broker(one).config_set("maxmemory", "1mb")
        with pytest.raises(Exception, match="maxmemory"):
            _broker(one).set("x", os.urandom(2_000_000))
            _broker(one).set("y", "y")
        _pages_are_quick(one, pk)
        time.sleep(2)  # What the worker had taken is done, or has died with it.
        one.do(MINUTE_PASSED)
        until(lambda: _done(one, sink, pk), 12, "the auditor does it")
        _broker(one).config_set("maxmemory", "0")
        _broker(one).delete("x")
    one.tend()
    until(lambda: _done(one, sink, pk), 15, "enforced and told")
    until(lambda: _runs(one), 20, "the worker goes on")
    assert _done(one, sink, pk)
