"""Slack, Discord, Teams and SMS behind one adapter: an allow-list of services, real HTTP, no secret repeated."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from django.utils import timezone

from notifications import delivery, outbox, sealed
from notifications.channels import chat
from notifications.models import Breaker, Destination, OutboundMessage
from notifications.outbox import Outgoing
from tests.notifications.receiver import Receiver, Said, receiving

SECRET = "TIiajkdnlazkcOXrIdevi7FQ"
SLACK = f"slack://T1JJ3T3L2/A1BRTD4JD/{SECRET}/#incidents"
TWILIO = f"twilio://AC{'a' * 32}:{'b' * 32}@15551234567/15559876543"


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Slack's host is fixed in apprise; here a server of ours stands in for it."""
    with receiving() as running:
        running.otherwise = Said(body=b"ok")
        monkeypatch.setattr(NotifySlack, "webhook_url", f"http://127.0.0.1:{running.server_port}/services")
        monkeypatch.setattr(NotifyDiscord, "notify_url", f"http://127.0.0.1:{running.server_port}/webhooks")
        yield running


def _destination(url: str = SLACK, **more: Any) -> Destination:
    scheme, _ = chat.service_of(url)
    told = {"name": "#incidents", "scheme": scheme, "sealed_url": sealed.seal(url), "shown": chat.shown(url)}
    return Destination.objects.create(**{**told, **more}, made_at=timezone.now())


def _say(to: Destination, key: str = "a") -> None:
    text = "INC-1 SEV-1: SEV-1 incident\nTake it: https://allclear.example/incidents/1/"
    one = Outgoing(key, "chat", chat.recipient(to.pk), to.name, "s", text, "", "incident:1", "escalation")
    outbox.enqueue([one], at=timezone.now())


def _sweep(**later: float) -> None:
    delivery.sweep("chat", now=timezone.now() + timedelta(**later))


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        (SLACK, "slack"),
        (f"https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/{SECRET}", "slack"),
        ("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord"),
        ("https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "discord"),
        ("workflows://prod-1.westeurope.logic.azure.com:443/643e69f83c8944/KXRbrUaUmPxU", "workflows"),
        (TWILIO, "twilio"),
        (f"nexmo://AC{'a' * 6}:{'b' * 16}@15551234567/15559876543", "vonage"),
    ],
)
def test_what_is_allowed(url: str, scheme: str) -> None:
    assert chat.service_of(url)[0] == scheme
    shown = chat.shown(url)
    assert shown.startswith(f"{scheme}://")
    for secret in (SECRET, "JHMHI8qBe7bk2ZwO5U711o3dV_js", "KXRbrUaUmPxU", "b" * 16):
        assert secret not in shown


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("json://127.0.0.1/x", "is not allowed"),
        ("mailto://user:pass@example.org", "is not allowed"),
        ("file:///etc/passwd", "is not allowed"),
        ("syslog://", "one address"),
        ("https://example.org/hook", "no webhook address"),
        ("https://hooks.slack.com.evil.example/services/a/b/c", "no webhook address"),
        ("http://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "is not allowed"),
        ("slack://", "one address"),
        ("slack://only", "no address of Slack"),
        ("workflows://10.0.0.1/643e69f83c8944/KXRbrUaUmPxU", "Microsoft’s own hosts"),
        ("workflows://logic.azure.com.evil.example/643e69f83c8944/KXRbrUaUmPxU", "Microsoft’s own hosts"),
        (f"slack://T1JJ3T3L2/A1BRTD4JD/{SECRET}/?verify=no", "always checked"),
        (f"{SLACK} json://10.0.0.1", "one address"),
        (f"{SLACK}\r\nX", "one address"),
        ("", "one address"),
    ],
)
def test_what_is_not_allowed(url: str, sentence: str) -> None:
    with pytest.raises(chat.NotAllowed, match=sentence):
        chat.service_of(url)


@pytest.mark.django_db
def test_a_message_reaches_its_room(slack: Receiver) -> None:
    _say(_destination())
    _sweep()
    assert OutboundMessage.objects.get().state == "sent"
    assert slack.got[0].path == f"/services/T1JJ3T3L2/A1BRTD4JD/{SECRET}"
    assert "INC-1 SEV-1" in slack.got[0].body.decode()
    _say(_destination("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"), key="b")
    slack.answers = [Said(204, body=b"")]
    _sweep()
    assert OutboundMessage.objects.get(key="b").state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "state"), [(403, "dead"), (404, "dead"), (429, "pending"), (500, "pending")])
def test_what_a_service_answers_is_kept_and_its_address_is_not(slack: Receiver, status: int, state: str) -> None:
    slack.answers = [Said(status)]
    _say(_destination())
    _sweep()
    message = OutboundMessage.objects.get()
    assert (message.state, message.last_error) == (state, f"Slack answered {status}")
    if state == "pending":
        _sweep(minutes=5)
        message.refresh_from_db()
        assert message.state == "sent"


@pytest.mark.django_db
def test_a_redirect_is_not_followed(slack: Receiver) -> None:
    slack.answers = [Said(302, {"Location": f"http://127.0.0.1:{slack.server_port}/inside"})]
    _say(_destination())
    _sweep()
    assert [one.path for one in slack.got] == [f"/services/T1JJ3T3L2/A1BRTD4JD/{SECRET}"]
    assert OutboundMessage.objects.get().state != "sent"


@pytest.mark.django_db
def test_a_service_that_hangs_is_in_doubt_once_and_rests_by_itself(
    slack: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat, "TIMEOUT", (1.0, 0.3))
    monkeypatch.setattr(delivery, "SLOW", 0.2)
    slack.answers = [Said(body=b"ok", seconds=1.0)]
    room = _destination()
    _say(room)
    _say(room, key="b")
    _sweep()
    rows = {row.key: row for row in OutboundMessage.objects.all()}
    assert (rows["a"].state, rows["a"].ambiguous) == ("pending", 1)
    assert (rows["b"].state, rows["b"].attempts) == ("pending", 0)
    assert SECRET not in rows["a"].last_error
    assert Breaker.objects.filter(pk=f"chat destination:{room.pk}").exists()
    _sweep(minutes=2)
    assert set(OutboundMessage.objects.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db
def test_switched_off_it_is_dead_and_unreadable_it_waits_and_each_says_why(slack: Receiver, settings: Any) -> None:
    room = _destination(is_active=False)
    _say(room)
    _sweep()
    assert "switched off" in OutboundMessage.objects.get(key="a").last_error
    Destination.objects.update(is_active=True)
    was, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 8
    _say(room, key="b")
    _sweep()
    waiting = OutboundMessage.objects.get(key="b")
    assert "cannot be read" in waiting.last_error and waiting.state == "pending"
    assert not slack.got
    settings.SECRET_KEY = was
    _sweep(minutes=2)
    assert OutboundMessage.objects.get(key="b").state == "sent"
