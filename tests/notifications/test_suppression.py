"""Dead addresses: found by the server's own words, never written to again, never silently lost (fault 22)."""

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from notifications import delivery, outbox, suppression
from notifications.channels.email import says_that_address_is_dead
from notifications.models import Breaker, OutboundMessage, Suppression
from notifications.outbox import Outgoing
from tests.notifications.sink import Sink, smtp

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp(settings) as running:
        yield running


def _write(*keys: str, to: str = "") -> None:
    letters = [
        Outgoing(key, "email", to or f"{key}@client.example", "Dana", "Subject", "Text\n", "", "incident:1", "x")
        for key in keys
    ]
    outbox.enqueue(letters, at=timezone.now())


def _states() -> dict[str, str]:
    return dict(OutboundMessage.objects.values_list("key", "state"))


@pytest.mark.parametrize(
    ("said", "dead"),
    [
        ("5.1.1 <dana@client.example>: Recipient address rejected: User unknown", True),
        ("5.2.1 The email account that you tried to reach is disabled", True),
        ("5.1.10 RecipientNotFound", True),
        ("No such user here", True),
        ("Requested action not taken: mailbox not found", True),
        ("5.2.2 The recipient's mailbox is full", False),
        ("5.7.1 Client host rejected: no such user policy", False),
        ("5.3.4 Message too big for system", False),
        ("relay access denied", False),
        ("Message rejected as spam", False),
    ],
)
def test_what_a_server_says_of_an_address(said: str, dead: bool) -> None:
    assert says_that_address_is_dead(said) is dead


def test_an_address_that_does_not_exist_gets_no_second_letter(sink: Sink) -> None:
    sink.answers = {"gone@client.example": "550 5.1.1 no such mailbox"}
    _write("first", "other", to="")
    _write("lost", to="gone@client.example")
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"first": "sent", "other": "sent", "lost": "dead"}
    assert suppression.is_suppressed("GONE@client.example")
    sink.answers = {}
    _write("second", to="Gone@client.example")
    delivery.sweep("email", now=timezone.now())
    held = OutboundMessage.objects.get(key="second")
    assert (held.state, held.due_at, held.reported_at) == ("suppressed", None, None)
    assert "no such mailbox" in held.last_error
    assert "Gone@client.example" not in sink.recipients


@pytest.mark.parametrize("answer", ["552 5.2.2 mailbox full", "550 5.7.1 blocked by policy", "450 4.2.0 greylisted"])
def test_a_refusal_that_says_nothing_of_the_address_does_not_suppress_it(sink: Sink, answer: str) -> None:
    sink.answers = {"a@client.example": answer}
    _write("a")
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"a": "pending" if answer.startswith("4") else "dead"}
    assert not Suppression.objects.exists()


def test_a_message_refused_after_data_does_not_suppress_its_address(sink: Sink) -> None:
    sink.data = "550 5.1.1 content looks like no such user"
    _write("a")
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"a": "dead"}
    assert not Suppression.objects.exists()


def test_421_at_one_recipient_rests_its_domain_and_holds_up_nobody_else(sink: Sink) -> None:
    sink.answers = {"a@client.example": "421 closing the transmission channel"}
    _write("a", "same")
    _write("other", to="b@other.example")
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"a": "pending", "same": "pending", "other": "sent"}
    refused = OutboundMessage.objects.get(key="a")
    assert (refused.attempts, refused.ambiguous) == (1, 0)
    assert "421" in refused.last_error
    assert OutboundMessage.objects.get(key="same").attempts == 0
    assert "421" in Breaker.objects.get(pk="email client.example").last_error
    assert not Breaker.objects.filter(pk="email", open_until__isnull=False).exists()


def test_421_to_one_domain_and_the_next_rests_the_channel_and_costs_the_second_nothing(sink: Sink) -> None:
    closing = "421 closing the transmission channel"
    sink.answers = {"a@client.example": closing, "b@other.example": closing}
    _write("a")
    _write("b", to="b@other.example")
    _write("c", to="c@third.example")
    delivery.sweep("email", now=timezone.now())
    assert set(_states().values()) == {"pending"}
    assert dict(OutboundMessage.objects.values_list("key", "attempts")) == {"a": 1, "b": 0, "c": 0}
    assert "421" in Breaker.objects.get(pk="email", open_until__isnull=False).last_error


def _serves_one_session(listening: socket.socket) -> None:
    """Hangs up at the first recipient and is gone: it shuts down."""
    session, _ = listening.accept()
    listening.close()
    with session, session.makefile("rw", newline="\r\n") as talk:
        talk.write("220 here\n")
        talk.flush()
        for line in talk:
            closing = line.upper().startswith("RCPT")
            talk.write("421 shutting down\n" if closing else "250 ok\n")
            talk.flush()
            if closing:
                return


def test_a_server_that_is_gone_after_it_hung_up_was_handed_nothing(sink: Sink, settings: Any) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    settings.EMAIL_PORT = listening.getsockname()[1]
    threading.Thread(target=_serves_one_session, args=[listening], daemon=True).start()
    _write("a")
    _write("b", to="b@other.example")
    delivery.sweep("email", now=timezone.now())
    held = OutboundMessage.objects.get(key="b")
    assert (held.state, held.attempts, held.ambiguous) == ("pending", 0, 0)
    assert "not reachable" in Breaker.objects.get(pk="email").last_error


def test_suppressing_twice_is_once_and_lifting_lets_letters_leave(sink: Sink, django_user_model: Any) -> None:
    now, somebody = timezone.now(), django_user_model.objects.create(name="Rick", email="rick@example.org")
    assert suppression.suppress("Dana@Client.example ", reason="bounced", at=now)
    assert not suppression.suppress("dana@client.example", reason="again", at=now)
    row = Suppression.objects.get()
    assert row.reason == "bounced"
    assert suppression.lift(row.pk, reason="She called", by_id=somebody.pk, at=now)
    assert suppression.lift(row.pk, reason="She called", by_id=somebody.pk, at=now) is None
    _write("a", to="dana@client.example")
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"a": "sent"}
    assert suppression.suppress("dana@client.example", reason="bounced anew", at=now)
    assert Suppression.objects.count() == 2
