"""Mail workers killed, stopped and slow while letters leave: nothing is lost, a copy has the same Message-ID (P3)."""

import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from notifications import delivery, outbox
from notifications.models import OutboundMessage, SweepHeartbeat
from notifications.outbox import Outgoing
from tests.faults.processes import celery_worker, children_of, environment, kill, redis, running, until
from tests.notifications.sink import Sink, smtp

pytestmark = pytest.mark.django_db(transaction=True)
RING = "from config.celery import app; app.send_task('notifications.tasks.send_email', queue='mail')"


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp(settings) as started:
        yield started


def _write(count: int) -> None:
    now = timezone.now()
    letters = [
        Outgoing(f"letter:{n}", "email", f"c{n}@client.example", "Dana", "Subject", "Text\n", "", "incident:1", "x")
        for n in range(count)
    ]
    outbox.enqueue(letters, at=now)


def _states() -> Counter[str]:
    return Counter(OutboundMessage.objects.values_list("state", flat=True))


def _copies(sink: Sink) -> Counter[str]:
    return Counter(sink.recipients)


def _leases_run_out() -> None:
    """The minutes that a lease waits have passed."""
    cut = OutboundMessage.objects.filter(state__in=("claimed", "handoff"))
    cut.update(due_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.requirement("B-41")
def test_thirty_kills_at_random_lose_no_letter(sink: Sink, tmp_path: Path) -> None:
    """Fault 5: 300 letters, three workers, thirty SIGKILLs at random; at most one extra copy for each kill."""
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    sink.slow = 0.02
    _write(300)
    kills = 0
    env = environment(EMAIL_URL=f"smtp://127.0.0.1:{sink.port}")
    with running("-m", "tests.faults.mail_workers", "3", "1.5", env=env, log=tmp_path / "log") as workers:
        until(lambda: len(sink.arrived) > 0, 15, "the first letter arrives")
        while kills < 30:
            time.sleep(chance.uniform(0.02, 0.25))
            living = children_of(workers.pid)
            if living:
                kill(chance.choice(living))
                kills += 1
        assert len(sink.arrived) < 300, "the kills came after the work"
        until(lambda: not _states().keys() & {"pending", "claimed", "handoff"}, 30, f"all settled, seed {seed}")
    copies = _copies(sink)
    lost = [row for row in OutboundMessage.objects.all() if row.state != "unknown" and not copies[row.recipient]]
    assert lost == [], f"seed {seed}"
    assert _states()["unknown"] <= 2, "only a letter that was cut twice is left to a person"
    assert sum(copies.values()) - len(copies) <= kills
    ids = {(mail["To"], mail["Message-ID"]) for mail in sink.arrived}
    assert len(ids) == len(copies), f"a copy had another Message-ID, seed {seed}"


def test_a_letter_in_a_slow_hand_off_is_not_taken_for_cut_off(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch outlasts its lease while the mail server is slow: others keep off what is still being handed over."""
    monkeypatch.setattr(delivery, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(delivery, "CLAIMED_FOR", timedelta(seconds=1))
    sink.slow = 0.4
    _write(8)

    def sweep(number: int) -> None:
        end = time.monotonic() + 5
        while _states()["sent"] < 8 and time.monotonic() < end:
            delivery.sweep("email", now=timezone.now())
            time.sleep(0.05)
        connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sweep, range(2)))
    assert _states() == {"sent": 8}
    assert set(_copies(sink).values()) == {1}


def test_a_worker_told_to_stop_in_mid_send_finishes_its_letter_and_stops(sink: Sink, tmp_path: Path) -> None:
    """Fault 6: SIGTERM while a letter is being taken; the worker ends within the limit of the supervisor."""
    sink.slow = 0.3
    _write(60)
    with redis() as broker:
        env = environment(EMAIL_URL=f"smtp://127.0.0.1:{sink.port}", REDIS_URL=broker.url)
        with (
            running("-c", RING, env=env, log=tmp_path / "log"),
            running(*celery_worker("mail"), env=env, log=tmp_path / "log") as worker,
        ):
            until(lambda: len(sink.arrived) > 2, 20, "letters leave")
            worker.send_signal(signal.SIGTERM)
            began = time.monotonic()
            assert worker.wait(20) == 0
            assert time.monotonic() - began < delivery.SPAN + 5
    sink.slow = 0
    assert _states().keys() <= {"sent", "pending"}
    assert 0 < _states()["pending"] < 60
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"sent": 60}
    assert set(_copies(sink).values()) == {1}


def test_a_task_whose_child_was_killed_is_taken_up_again(sink: Sink, tmp_path: Path) -> None:
    """Fault 7: SIGKILL to the pool's child in mid-send, with nobody to ring again."""
    sink.slow = 0.5
    _write(delivery.BATCH + 3)
    with redis() as broker:
        env = environment(EMAIL_URL=f"smtp://127.0.0.1:{sink.port}", REDIS_URL=broker.url)
        with running("-c", RING, env=env, log=tmp_path / "log") as ring:
            assert ring.wait(15) == 0
        with running(*celery_worker("mail"), env=env, log=tmp_path / "log") as worker:
            until(lambda: len(sink.arrived) > 0, 20, "letters leave")
            (child,) = children_of(worker.pid)
            kill(child)
            sink.slow = 0.0
            until(lambda: SweepHeartbeat.objects.filter(pk="email").exists(), 15, "the task ran to its end")
    assert _states()["sent"] >= 3, "the task, taken up again, sent what the dead child had not claimed"
    _leases_run_out()
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"sent": delivery.BATCH + 3}
    copies = _copies(sink)
    assert sum(copies.values()) - len(copies) <= 1
