"""Whoever is not reached where they asked to be reads it in their preferences, and administrators on their pages."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import reach
from incidents.models import Responder
from incidents.sign_in import BACKEND
from notifications import outbox, suppression
from notifications.models import OutboundMessage
from notifications.outbox import Outgoing
from tests.factories import ResponderFactory

pytestmark = pytest.mark.django_db
BLOCKED = "Telegram 403: Forbidden: bot was blocked by the user"


def _tried(person: Responder, state: str, why: str = "", *, at: datetime) -> None:
    """One Telegram message to somebody, as the outbox left it."""
    key = f"escalation:{OutboundMessage.objects.count()}:x"
    one = Outgoing(
        key=key,
        channel="telegram",
        to=person.telegram_chat,
        to_name=person.name,
        subject="",
        text="x",
        html="",
        about="",
        kind="escalation",
        responder_id=person.pk,
    )
    outbox.enqueue([one], at=at)
    OutboundMessage.objects.filter(key=key).update(state=state, last_error=why, settled_at=at, due_at=None)


def _reads(person: Responder, path: str) -> str:
    browser = Browser()
    browser.force_login(person, backend=BACKEND)
    return browser.get(path).content.decode()


@pytest.mark.requirement("B-107", "C-18")
def test_a_dead_chat_is_said_to_its_owner_and_to_administrators_until_one_gets_through() -> None:
    person, admin = ResponderFactory(name="Alfred Moss", telegram_chat="77"), ResponderFactory(role="administrator")
    now = timezone.now()
    assert "do not get through" not in _reads(person, "/preferences/")
    _tried(person, "dead", BLOCKED, at=now - timedelta(minutes=5))
    own = _reads(person, "/preferences/")
    assert "do not get through" in own and BLOCKED in own and "start it again" in own
    assert "takes no messages" in _reads(admin, "/settings/responders/")
    assert BLOCKED in _reads(admin, f"/settings/responders/{person.pk}/")
    assert "do not get through" not in _reads(admin, "/preferences/")
    _tried(person, "sent", at=now)
    assert "do not get through" not in _reads(person, "/preferences/")
    assert "takes no messages" not in _reads(admin, "/settings/responders/")


def test_another_chat_ends_it_and_so_do_thirty_days() -> None:
    person, now = ResponderFactory(telegram_chat="77"), timezone.now()
    _tried(person, "dead", BLOCKED, at=now)
    assert reach.unreached([person], now=now)[person.pk][0].address == "77"
    assert not reach.unreached([person], now=now + timedelta(days=31))
    person.telegram_chat = "78"
    assert not reach.unreached([person], now=now)


@pytest.mark.requirement("B-107")
def test_a_dead_address_is_said_with_the_way_to_lift_it() -> None:
    person, admin = ResponderFactory(email="gone@leadspanther.example"), ResponderFactory(role="administrator")
    suppression.suppress(person.email, reason="SMTP 550: no such user", at=timezone.now())
    own = _reads(person, "/preferences/")
    assert "SMTP 550: no such user" in own and "/letters/suppressed/" in own
    assert "no e-mail gets through" in _reads(admin, "/settings/responders/")


def test_it_takes_two_queries_however_many_people() -> None:
    people = [ResponderFactory(telegram_chat=str(n)) for n in range(6)]
    for person in people:
        _tried(person, "dead", BLOCKED, at=timezone.now())
    with CaptureQueriesContext(connection) as queries:
        assert len(reach.unreached(people, now=timezone.now())) == 6
    assert len(queries) == 2
