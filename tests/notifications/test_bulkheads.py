"""One slow or hung channel, mail domain or server never holds up the others (faults 22 and 23)."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from notifications import bulkheads, delivery, outbox
from notifications.models import Breaker, OutboundMessage
from notifications.outbox import Outgoing
from tests.notifications.sink import Sink, smtp
from tests.notifications.test_telegram import TOKEN, Bot

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp(settings) as running:
        yield running


def _write(*addresses: str, channel: str = "email") -> None:
    now = timezone.now()
    letters = [
        Outgoing(f"{channel}:{to}", channel, to, "Dana", "Subject", "Text\n", "", "incident:1", "x", due_at=now)
        for to in addresses
    ]
    outbox.enqueue(letters, at=now)


def _states() -> dict[str, str]:
    return dict(OutboundMessage.objects.values_list("recipient", "state"))


@contextmanager
def hung_server() -> Iterator[int]:
    """Takes every connection and says nothing, ever."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(20)
        yield listening.getsockname()[1]


def test_a_slow_domain_rests_and_the_others_do_not_wait_for_it(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "SLOW", 0.3)
    sink.slow_domains = {"slow.example": 0.6}
    slow = [f"a{n}@Slow.example" for n in range(6)]
    quick = [f"b{n}@quick.example" for n in range(20)]
    _write(*slow, *quick)
    began = time.monotonic()
    delivery.sweep("email", now=timezone.now())
    took = time.monotonic() - began
    states = _states()
    assert {states[one] for one in quick} == {"sent"}
    assert [states[one] for one in slow].count("sent") == 1
    assert took < 3, "six slow ones one after the other would have taken longer"
    assert OutboundMessage.objects.filter(recipient=slow[1]).get().attempts == 0
    resting = Breaker.objects.get(pk="email slow.example")
    assert str(resting) == "E-mail to slow.example"
    _write("c@quick.example")
    delivery.sweep("email", now=timezone.now())
    assert _states()["c@quick.example"] == "sent"
    assert list(_states().values()).count("pending") == 5
    sink.slow_domains = {}
    delivery.sweep("email", now=timezone.now() + timedelta(seconds=90))
    assert set(_states().values()) == {"sent"}
    assert not Breaker.objects.filter(pk="email slow.example").exists()


def test_a_domain_that_hangs_after_data_is_in_doubt_and_the_others_leave(
    sink: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fault 22: hung after DATA. Taken or not, nobody knows: once more under the same Message-ID."""
    monkeypatch.setattr(delivery, "SLOW", 0.3)
    settings.EMAIL_TIMEOUT = 0.5
    sink.slow_domains = {"hung.example": 2.0}
    _write("a@hung.example", "b@hung.example", "c@quick.example")
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"a@hung.example": "pending", "b@hung.example": "pending", "c@quick.example": "sent"}
    doubted = OutboundMessage.objects.get(recipient="a@hung.example")
    assert doubted.ambiguous == 1
    sink.slow_domains = {}
    delivery.sweep("email", now=timezone.now() + timedelta(seconds=60))
    assert set(_states().values()) == {"sent"}
    until = time.monotonic() + 5
    while len(sink.arrived) < 4 and time.monotonic() < until:
        time.sleep(0.05)
    copies = [mail["Message-ID"] for mail in sink.arrived if mail["To"].addresses[0].addr_spec == "a@hung.example"]
    assert copies == [doubted.message_id] * 2


def test_a_server_that_hangs_for_everybody_rests_as_a_whole_after_two(
    sink: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SLOW", 0.2)
    settings.EMAIL_TIMEOUT = 0.4
    sink.hang_after_data = 2.0
    _write(*(f"x@domain{n}.example" for n in range(8)))
    delivery.sweep("email", now=timezone.now())
    assert OutboundMessage.objects.filter(ambiguous=1).count() == 2
    assert OutboundMessage.objects.filter(ambiguous=0, attempts=0, state="pending").count() == 6
    assert Breaker.objects.get(pk="email").open_until is not None


def test_a_mail_server_that_never_greets_costs_no_attempt(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.4
    with hung_server() as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        _write("a@quick.example")
        assert delivery.sweep("email", now=timezone.now()) == 0
    assert OutboundMessage.objects.get().attempts == 0
    assert Breaker.objects.filter(pk="email", failures=1).exists()


@pytest.mark.django_db(transaction=True)
def test_telegram_leaves_while_the_mail_server_hangs(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 3
    bot = Bot()
    threading.Thread(target=bot.serve_forever, daemon=True).start()
    settings.TELEGRAM_API_URL, settings.TELEGRAM_BOT_TOKEN = f"http://127.0.0.1:{bot.server_port}", TOKEN
    _write("a@quick.example")
    _write("42", channel="telegram")

    def swept(channel: str) -> float:
        began = time.monotonic()
        delivery.sweep(channel, now=timezone.now())
        connections.close_all()
        return time.monotonic() - began

    with hung_server() as port, ThreadPoolExecutor(2) as pool:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        mail = pool.submit(swept, "email")
        time.sleep(0.2)
        assert pool.submit(swept, "telegram").result() < 1.5
        assert not mail.done()
        assert mail.result() >= 2.5
    assert _states() == {"a@quick.example": "pending", "42": "sent"}
    bot.shutdown()
    bot.server_close()


@pytest.mark.django_db(transaction=True)
def test_a_worker_gives_a_channel_so_many_of_its_children_and_no_more() -> None:
    inside, leave = threading.Barrier(bulkheads.SLOTS["email"] + 1), threading.Event()

    def busy() -> bool:
        with bulkheads.slot("email") as free:
            inside.wait(10)
            leave.wait(10)
        connections.close_all()
        return free

    with ThreadPoolExecutor(bulkheads.SLOTS["email"]) as pool:
        taken = [pool.submit(busy) for _ in range(bulkheads.SLOTS["email"])]
        inside.wait(10)
        with bulkheads.slot("email") as free:
            assert not free
        with bulkheads.slot("telegram") as free:
            assert free
        leave.set()
        assert all(one.result() for one in taken)
    with bulkheads.slot("email") as free:
        assert free
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert cursor.fetchone()[0] == 0


def test_another_worker_has_slots_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two machines send twice as much: the slots are those of one worker."""
    with bulkheads.slot("telegram") as mine:
        monkeypatch.setattr(os, "getppid", lambda: 4711)
        with bulkheads.slot("telegram") as theirs:
            assert mine
            assert theirs
