"""A letter that comes back is not delivered after all; a dead address gets no more; nobody can forge either."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications import outbox, suppression
from notifications.inbound import bouncing
from notifications.inbound.reading import read
from notifications.models import OutboundMessage
from notifications.outbox import Outgoing
from tests.notifications.inbound.letters import bounce

pytestmark = pytest.mark.django_db
TO = "gone@northwind.example"


@pytest.fixture
def letter() -> OutboundMessage:
    now = timezone.now()
    one = Outgoing("a", "email", TO, "Dana", "Subject", "Text\n", "", "incident:1", "incident-update")
    outbox.enqueue([one], at=now)
    OutboundMessage.objects.update(state="sent", due_at=None, sent_at=now, settled_at=now, noticed_at=now)
    return OutboundMessage.objects.get()


def _mark(report: bytes, **later: float) -> list[Any]:
    return bouncing.mark(read(report), at=timezone.now() + timedelta(**later))


def test_it_is_not_delivered_and_waits_for_somebody(letter: OutboundMessage) -> None:
    ((found, bounced),) = _mark(bounce(letter.message_id, TO.upper()))
    assert (found.pk, bounced.status) == (letter.pk, "5.1.1")
    letter.refresh_from_db()
    assert (letter.state, letter.noticed_at, letter.reported_at) == ("dead", None, None)
    assert letter.bounced_at is not None
    assert letter.last_error.startswith("it came back with “550 5.1.1")
    assert "User unknown" in letter.last_error
    assert "smtp;" not in letter.last_error
    assert suppression.is_suppressed(TO)


def test_the_same_report_twice_changes_nothing_more(letter: OutboundMessage) -> None:
    _mark(bounce(letter.message_id, TO))
    first = OutboundMessage.objects.values("bounced_at", "settled_at").get()
    _mark(bounce(letter.message_id, TO), hours=1)
    assert OutboundMessage.objects.values("bounced_at", "settled_at").get() == first


def test_a_full_mailbox_is_told_and_written_to_again(letter: OutboundMessage) -> None:
    _mark(bounce(letter.message_id, TO, status="5.2.2", said="552 5.2.2 mailbox full"))
    letter.refresh_from_db()
    assert letter.state == "dead"
    assert not suppression.is_suppressed(TO)


def test_a_delay_changes_nothing(letter: OutboundMessage) -> None:
    assert len(_mark(bounce(letter.message_id, TO, status="4.4.1", action="delayed"))) == 1
    letter.refresh_from_db()
    assert letter.state == "sent"


@pytest.mark.parametrize("forged", ["other id", "other recipient", "no id"])
def test_a_forged_report_marks_nothing(letter: OutboundMessage, forged: str) -> None:
    report = {
        "other id": bounce("<guessed@localhost>", TO),
        "other recipient": bounce(letter.message_id, "dana@northwind.example"),
        "no id": bounce("none", TO),
    }[forged]
    assert _mark(report) == []
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert not suppression.is_suppressed(TO)
