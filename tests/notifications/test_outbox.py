"""The outbox: once for each cause, nothing lost, at most one extra after a crash (P3, faults 1-8, 22)."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from notifications import delivery, heartbeats, outbox
from notifications.models import Breaker, OutboundMessage
from notifications.outbox import Outgoing
from notifications.wording import Unfilled, Wording, render
from tests.notifications.sink import Sink, free_port, smtp

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp(settings) as running:
        yield running


def _outgoing(key: str = "a", **more: Any) -> Outgoing:
    facts: dict[str, Any] = {
        "key": key,
        "channel": "email",
        "to": f"{key}@client.example",
        "to_name": "Dana",
        "subject": "Subject",
        "text": "Text\n",
        "html": "<p>Text</p>",
        "about": "incident:1",
        "kind": "incident-notification",
    }
    return Outgoing(**{**facts, **more})


def _write(*keys: str, **more: Any) -> None:
    outbox.enqueue([_outgoing(key, **more) for key in keys], at=timezone.now())


def _states() -> dict[str, str]:
    return dict(OutboundMessage.objects.values_list("key", "state"))


def test_the_same_cause_is_written_once() -> None:
    assert outbox.enqueue([_outgoing("a"), _outgoing("b")], at=timezone.now()) == 2
    assert outbox.enqueue([_outgoing("a", text="other")], at=timezone.now()) == 0
    assert OutboundMessage.objects.get(key="a").body_text == "Text\n"


@pytest.mark.parametrize("to", ["a@x.org, b@y.org", "a@x.org b@y.org", "nobody", "a@x.org\nBcc: b@y.org"])
def test_one_address_in_a_field(to: str) -> None:
    with pytest.raises(ValueError, match="not one e-mail address"):
        outbox.enqueue([_outgoing(to=to)], at=timezone.now())


def test_a_subject_has_one_line() -> None:
    with pytest.raises(ValueError, match="one line"):
        outbox.enqueue([_outgoing(subject="a\r\nBcc: x@y.org")], at=timezone.now())


def test_a_letter_arrives_with_its_headers(sink: Sink) -> None:
    _write("a", reply_to="support@brand.example", in_reply_to="<first@x>")
    assert delivery.sweep("email", now=timezone.now()) == 1
    (mail,) = sink.arrived
    row = OutboundMessage.objects.get()
    assert mail["Message-ID"] == row.message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Reply-To"] == "support@brand.example"
    assert mail["In-Reply-To"] == "<first@x>"
    assert mail.is_multipart()
    assert (row.state, row.due_at, row.attempts) == ("sent", None, 1)


@pytest.mark.parametrize("fresh", [False, True])
def test_only_what_no_person_wrote_calls_itself_automatic(sink: Sink, fresh: bool) -> None:
    """RFC 3834, section 5: the field must not stand on a letter that a person wrote."""
    both = [_outgoing("person", by_person=True), _outgoing("machine")]
    outbox.enqueue(both, at=timezone.now(), fresh=fresh)
    assert delivery.sweep("email", now=timezone.now()) == 2
    said = {mail["To"].addresses[0].username: mail["Auto-Submitted"] for mail in sink.arrived}
    assert said == {"person": None, "machine": "auto-generated"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Dana Whitfield", "Dana Whitfield"),
        ("Lena Vögt, Kestrel", "Lena Vögt, Kestrel"),
        ('"X" <x@evil.example>,', "X <x@evil.example>,"),
        ("A\r\nBcc: x@evil.example", "A Bcc: x@evil.example"),
        ("\\", ""),
        ("", ""),
    ],
)
def test_it_is_addressed_by_name_and_to_nobody_else(sink: Sink, name: str, shown: str) -> None:
    outbox.enqueue([_outgoing(to="dana@client.example", to_name=name)], at=timezone.now())
    assert delivery.sweep("email", now=timezone.now()) == 1
    (mail,) = sink.arrived
    (address,) = mail["To"].addresses
    assert (address.display_name, address.addr_spec) == (shown, "dana@client.example")
    assert (mail["Bcc"], sink.recipients) == (None, ["dana@client.example"])


@pytest.mark.parametrize(
    ("sender", "sender_name", "shown"),
    [
        ("", "", ("Allclear", "allclear@localhost")),
        ("", "LeadsPanther", ("LeadsPanther", "allclear@localhost")),
        ("care@brand.example", "Brand, Inc.", ("Brand, Inc.", "care@brand.example")),
        ("care@brand.example", 'B"\r\nBcc: x@evil.example', ("B Bcc: x@evil.example", "care@brand.example")),
    ],
)
def test_it_is_from_whoever_it_names(sink: Sink, sender: str, sender_name: str, shown: tuple[str, str]) -> None:
    for fresh in (False, True):
        said = {"to": "dana@client.example", "sender": sender, "sender_name": sender_name}
        outbox.enqueue([_outgoing(f"a{fresh}", **said)], at=timezone.now(), fresh=fresh)
    assert delivery.sweep("email", now=timezone.now()) == 2
    for mail in sink.arrived:
        (address,) = mail["From"].addresses
        assert (address.display_name, address.addr_spec) == shown
        assert mail["Bcc"] is None


def test_a_sender_is_one_address() -> None:
    with pytest.raises(ValueError, match="not one e-mail address"):
        outbox.enqueue([_outgoing(sender="a@x.org, b@y.org")], at=timezone.now())


def test_one_refused_recipient_never_harms_the_others(sink: Sink) -> None:
    sink.answers = {"b@client.example": "550 no such mailbox", "c@client.example": "450 later"}
    _write("a", "b", "c", "d")
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"a": "sent", "b": "dead", "c": "pending", "d": "sent"}
    later = OutboundMessage.objects.get(key="c")
    assert later.due_at is not None
    assert later.due_at > timezone.now() + timedelta(seconds=5)
    assert "450" in later.last_error
    sink.answers = {}
    delivery.sweep("email", now=later.due_at + timedelta(seconds=1))
    assert _states()["c"] == "sent"


def test_the_server_going_away_costs_no_attempt_and_the_channel_rests(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    _write("a")
    assert delivery.sweep("email", now=timezone.now()) == 0
    assert OutboundMessage.objects.get().attempts == 0
    breaker = Breaker.objects.get(pk="email")
    assert breaker.open_until is not None
    assert delivery.sweep("email", now=timezone.now()) == 0
    with smtp(settings) as sink:
        assert delivery.sweep("email", now=breaker.open_until + timedelta(seconds=1)) == 1
        assert len(sink.arrived) == 1
    assert Breaker.objects.get(pk="email").failures == 0


def test_a_connection_that_breaks_after_data_is_sent_once_more_under_the_same_id(sink: Sink) -> None:
    sink.hang_up_after_data = 1
    _write("a")
    delivery.sweep("email", now=timezone.now())
    row = OutboundMessage.objects.get()
    assert (row.state, row.ambiguous) == ("pending", 1)
    delivery.sweep("email", now=timezone.now() + timedelta(seconds=30))
    assert [mail["Message-ID"] for mail in sink.arrived] == [row.message_id] * 2
    assert _states() == {"a": "sent"}


def test_a_second_doubt_is_left_for_a_person(sink: Sink) -> None:
    sink.hang_up_after_data = 5
    _write("a")
    for seconds in (0, 30, 60):
        delivery.sweep("email", now=timezone.now() + timedelta(seconds=seconds))
    assert _states() == {"a": "unknown"}
    assert len(sink.arrived) == 2


def test_a_promise_that_has_passed_is_never_sent(sink: Sink) -> None:
    _write("a", stale_at=timezone.now() - timedelta(seconds=1))
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"a": "superseded"}
    assert not sink.arrived


def test_the_urgent_leave_first(sink: Sink) -> None:
    _write("slow", urgency="digest")
    _write("plain")
    _write("now", urgency="immediate")
    delivery.sweep("email", now=timezone.now())
    assert sink.recipients == ["now@client.example", "plain@client.example", "slow@client.example"]


def test_while_held_nothing_leaves(sink: Sink) -> None:
    _write("a")
    outbox.hold(reason="restored", at=timezone.now())
    assert delivery.sweep("email", now=timezone.now()) == 0
    outbox.release()
    assert delivery.sweep("email", now=timezone.now()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("point", "copies"), [("claimed", 1), ("handoff", 1), ("accepted", 2)])
def test_killed_at_the_worst_instant(sink: Sink, point: str, copies: int) -> None:
    """Faults 1 to 3: SIGKILL after the claim, after the hand-off, between the server's 250 and our commit."""
    _write("a")
    _die_at(point, sink)
    assert _states()["a"] in ("claimed", "handoff")
    assert delivery.sweep("email", now=timezone.now()) == 0
    delivery.sweep("email", now=timezone.now() + delivery.LEASE + timedelta(seconds=1))
    assert _states() == {"a": "sent"}
    assert len(sink.arrived) == copies
    assert len({mail["Message-ID"] for mail in sink.arrived}) == 1


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_had_only_claimed_goes_on_within_half_a_minute(sink: Sink) -> None:
    """It is in no doubt: of a whole batch only the letter in the hand-off waits for its longer lease."""
    _write("a", "b", "c")
    _die_at("handoff", sink)
    assert sorted(_states().values()) == ["claimed", "claimed", "handoff"]
    delivery.sweep("email", now=timezone.now() + timedelta(seconds=31))
    assert sorted(_states().values()) == ["handoff", "sent", "sent"]
    assert len(sink.arrived) == 2


@pytest.mark.django_db(transaction=True)
def test_killed_twice_in_the_hand_off_is_shown_and_not_sent_for_ever(sink: Sink) -> None:
    """Fault 4."""
    _write("a")
    for _ in range(2):
        _die_at("accepted", sink)
        OutboundMessage.objects.filter(state="handoff").update(due_at=timezone.now() - timedelta(seconds=1))
    delivery.sweep("email", now=timezone.now())
    assert _states() == {"a": "unknown"}
    assert len(sink.arrived) == 2


def _die_at(point: str, sink: Sink) -> None:
    script = (
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from notifications import delivery\n"
        "delivery.sweep('email', now=timezone.now())\n"
    )
    url = os.environ["DATABASE_URL"].replace("/postgres?", f"/{connection.settings_dict['NAME']}?")
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        "ALLCLEAR_CRASH_POINT": point,
    }
    died = subprocess.run([sys.executable, "-c", script], env=environment, cwd=ROOT, check=False)
    assert died.returncode == -signal.SIGKILL


def test_a_cause_that_is_rolled_back_writes_nothing() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        _write("a")
        raise RuntimeError
    assert not OutboundMessage.objects.exists()


def test_a_sweep_that_stays_silent_is_late() -> None:
    now = datetime(2026, 2, 3, 10, tzinfo=UTC)
    heartbeats.beat("clocks", started=now, finished=now, handled=3)
    assert heartbeats.late(now + timedelta(seconds=59)) == []
    assert [one.name for one in heartbeats.late(now + timedelta(seconds=61))] == ["clocks"]


class TestWording:
    letter = Wording("k", "[{{ prefix }}] {{ brief }}", "Hi {{ name }},\n\n**What**: {{ brief }}\n")

    def test_text_and_html(self) -> None:
        rendered = render(self.letter, {"prefix": "P", "brief": "<b>x</b> & {{ name }}", "name": "Dana"})
        assert rendered.text == "Hi Dana,\n\nWhat: <b>x</b> & {{ name }}\n"
        assert rendered.html == "<p>Hi Dana,</p>\n<p><strong>What</strong>: &lt;b&gt;x&lt;/b&gt; &amp; {{ name }}</p>\n"

    def test_unknown_and_empty_variables_are_refused(self) -> None:
        with pytest.raises(Unfilled, match="unknown: more; empty: name"):
            render(self.letter, {"prefix": "P", "brief": "b", "name": " ", "more": "x"})

    def test_a_subject_stays_on_one_line(self) -> None:
        assert render(self.letter, {"prefix": "P", "brief": "a\nb", "name": "D"}).subject == "[P] a b"
