"""Letters are fetched from a real IMAP server: kept first, marked afterwards, each once."""

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from notifications import tasks
from notifications.inbound import fetching, keeping
from notifications.inbound.mailboxes import address
from notifications.models import InboundMail, Mailbox, SweepHeartbeat
from tests.faults.processes import ROOT, environment
from tests.notifications.inbound.dovecot import Dovecot
from tests.notifications.inbound.letters import HOSTILE, raw
from tests.notifications.sink import free_port

pytestmark = pytest.mark.django_db(transaction=True)


def _fetch(**later: float) -> int:
    return fetching.sweep(now=timezone.now() + timedelta(**later))


def _subjects() -> list[str]:
    return list(InboundMail.objects.order_by("pk").values_list("subject", flat=True))


def _letter(number: int, **more: str) -> bytes:
    return raw(f"Letter {number}.", subject=f"Letter {number}", message_id=f"<{number}@x.example>", **more)


@pytest.mark.requirement("B-28", "B-51")
def test_what_is_unread_is_kept_byte_for_byte_and_then_marked(imap: Dovecot) -> None:
    imap.deliver(_letter(0), read=True)
    imap.deliver(_letter(1))
    imap.deliver(_letter(2))
    assert _fetch() == 2
    assert _subjects() == ["Letter 1", "Letter 2"]
    kept = InboundMail.objects.order_by("pk")[0]
    assert bytes(kept.raw).replace(b"\r\n", b"\n") == _letter(1).replace(b"\r\n", b"\n")
    assert (kept.door, kept.state, kept.sender_address) == ("mailbox", "waiting", "dana@northwind.example")
    assert imap.unread() == 0
    assert _fetch() == 0


def test_what_somebody_opened_after_the_first_look_is_fetched_all_the_same(imap: Dovecot) -> None:
    _fetch()
    imap.deliver(_letter(1), read=True)
    assert _fetch() == 1


def test_what_is_kept_may_be_moved(imap: Dovecot, settings: Any) -> None:
    settings.INBOUND_IMAP_URL = f"{imap.url}?move=Done"
    imap.deliver(_letter(1))
    assert _fetch() == 1
    assert (imap.unread(), imap.moved()) == (0, 1)


def test_killed_between_keeping_and_marking_it_is_kept_once(imap: Dovecot) -> None:
    """The process dies after the commit and before the server hears that the letter was read."""
    imap.deliver(_letter(1))
    imap.deliver(_letter(2))
    code = (
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from notifications.inbound import fetching\n"
        "fetching.sweep(now=timezone.now())\n"
    )
    env = environment(INBOUND_IMAP_URL=imap.url, ALLCLEAR_CRASH_POINT="mail kept")
    died = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, check=False, timeout=60)
    assert died.returncode == -signal.SIGKILL
    assert _subjects() == ["Letter 1"]
    assert imap.unread() == 2
    assert _fetch() == 0, "the lease of the dead process holds for a while"
    assert _fetch(seconds=fetching.LEASE.total_seconds() + 1) == 1
    assert _subjects() == ["Letter 1", "Letter 2"]
    assert imap.unread() == 0


@contextmanager
def _cutting(port: int, after: int) -> Iterator[int]:
    """A way to the server that breaks off when so many bytes have come from it."""
    listening = socket.create_server(("127.0.0.1", 0))

    def pump(source: socket.socket, target: socket.socket, most: int) -> None:
        passed = 0
        try:
            while passed < most and (chunk := source.recv(4096)):
                target.sendall(chunk[: most - passed])
                passed += len(chunk)
        except OSError:
            pass
        for one in (source, target):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def serve() -> None:
        while True:
            try:
                near, _ = listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", port))
            threading.Thread(target=pump, args=(near, far, 10**9), daemon=True).start()
            threading.Thread(target=pump, args=(far, near, after), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield int(listening.getsockname()[1])
    finally:
        listening.close()


def test_the_server_drops_in_mid_fetch_and_nothing_is_lost(imap: Dovecot, settings: Any) -> None:
    big = raw("x" * 60 + "\n" + ("y" * 70 + "\n") * 4000, subject="Letter 2", message_id="<2@x.example>")
    imap.deliver(_letter(1))
    imap.deliver(big)
    with _cutting(imap.port, after=60_000) as port:
        settings.INBOUND_IMAP_URL = imap.url.replace(str(imap.port), str(port))
        fetching.sweep(now=timezone.now())
    assert _subjects() == ["Letter 1"]
    mailbox = Mailbox.objects.get()
    assert mailbox.failures == 1
    assert mailbox.rests_until is not None
    assert mailbox.failing_since is not None
    settings.INBOUND_IMAP_URL = imap.url
    assert _fetch() == 0, "it rests"
    assert _fetch(seconds=30) == 1
    assert _subjects() == ["Letter 1", "Letter 2"]
    assert len(bytes(InboundMail.objects.get(subject="Letter 2").raw)) >= len(big)
    assert Mailbox.objects.get().failures == 0


def test_four_pollers_at_once_keep_each_letter_once(imap: Dovecot) -> None:
    for number in range(30):
        imap.deliver(_letter(number))

    def poll(number: int) -> int:
        try:
            return sum(_fetch(seconds=200 * number) for _ in range(3))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        kept = sum(pool.map(poll, range(4)))
    assert kept == 30
    assert InboundMail.objects.count() == 30
    assert imap.unread() == 0


@pytest.mark.parametrize("name", ["nothing", "NUL", "100,000 headers", "parts 2,000 deep", "header injection"])
def test_hostile_letters_are_kept_and_the_others_go_on(imap: Dovecot, name: str) -> None:
    imap.deliver(HOSTILE[name] or b"\r\n")
    imap.deliver(_letter(1))
    assert _fetch() == 2
    assert "Letter 1" in _subjects()
    assert imap.unread() == 0


def test_a_server_that_cannot_be_reached_makes_the_mailbox_rest_and_the_password_stays_secret(settings: Any) -> None:
    settings.INBOUND_IMAP_URL = f"imap://replies:topsecret@127.0.0.1:{free_port()}/INBOX"
    tasks.swept(tasks.MAILBOX)
    mailbox = Mailbox.objects.get()
    assert mailbox.failures == 1
    assert "refused" in mailbox.last_error
    assert "topsecret" not in f"{mailbox.name}{mailbox.last_error}"
    assert SweepHeartbeat.objects.get(pk="fetch mail").ok_at is not None, "the poller itself is well"


def test_a_wrong_password_is_a_sentence(imap: Dovecot, settings: Any) -> None:
    settings.INBOUND_IMAP_URL = f"imap://replies:wrong@127.0.0.1:{imap.port}/INBOX"
    assert _fetch() == 0
    assert "Authentication failed" in Mailbox.objects.get().last_error


def test_without_a_mailbox_nothing_is_polled_and_no_heartbeat_is_owed(settings: Any) -> None:
    settings.INBOUND_IMAP_URL = ""
    tasks.fetch_mail()
    assert not SweepHeartbeat.objects.filter(pk="fetch mail").exists()


def test_a_letter_that_was_kept_through_the_other_door_is_the_same_letter(imap: Dovecot) -> None:
    """A provider posts what the mailbox shows as well: other headers on top, other line ends."""
    posted = b"Received: from provider\r\nX-Spam: no\r\n" + _letter(1).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    first, new = keeping.keep(posted, door=InboundMail.Door.WEBHOOK, origin="source:1", at=timezone.now())
    assert new
    imap.deliver(_letter(1))
    assert _fetch() == 0
    assert list(InboundMail.objects.values_list("pk", "door")) == [(first, "webhook")]
    assert imap.unread() == 0


def test_another_letter_under_a_message_id_that_we_had_is_another_letter() -> None:
    kept = [
        keeping.keep(raw(text, message_id="<same@x.example>"), door=InboundMail.Door.WEBHOOK, at=timezone.now())
        for text in ("One.", "Two.", "One.")
    ]
    assert [new for _, new in kept] == [True, True, False]
    assert kept[0][0] == kept[2][0]


@pytest.mark.parametrize(
    "url",
    ["http://u:pw9@h/INBOX", "imaps://h/INBOX", "imaps://u:pw9@/x", "imaps://u:pw9@h:x/x", "imaps://u:pw9@h/%0d"],
)
def test_an_address_of_no_mailbox_is_refused_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="INBOUND_IMAP_URL") as refused:
        address(url)
    assert "pw9" not in str(refused.value)


def test_an_address_taken_apart() -> None:
    found = address("imaps://me%40brand.example:p%2Fw@imap.example/Support%20in?move=Done")
    assert (found.host, found.port, found.user, found.password) == ("imap.example", 993, "me@brand.example", "p/w")
    assert (found.folder, found.move, found.security) == ("Support in", "Done", "imaps")
    assert found.name == "me@brand.example@imap.example/Support in"
