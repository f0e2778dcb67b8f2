"""The page of one letter says what became of it, and what nobody can know (issue point 8, P3)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import failures, lifecycle, promises
from incidents.owed import owed_by
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications import bulkheads, delivery, outbox
from notifications.models import OutboundMessage
from tests.factories import Team, after
from tests.notifications.sink import Sink, smtp

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B-40")]
SAYS = "may have arrived twice"


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    with smtp(settings) as running:
        yield running


def test_a_letter_whose_hand_over_broke_off_is_marked_and_no_other_is(sink: Sink) -> None:
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=2))
    OutboundMessage.objects.all().delete()
    team.acknowledge(incident, at=after(minutes=4))
    letter = OutboundMessage.objects.get(kind="incident-notification")
    OutboundMessage.objects.exclude(pk=letter.pk).delete()
    OutboundMessage.objects.update(stale_at=None)
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    sink.hang_up_after_data = 1
    delivery.sweep("email", now=timezone.now())
    page = f"/letters/{letter.pk}/"
    assert SAYS not in browser.get(page).content.decode()
    OutboundMessage.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    delivery.sweep("email", now=timezone.now())
    assert len(sink.arrived) == 2 and len({mail["Message-ID"] for mail in sink.arrived}) == 1
    assert SAYS in browser.get(page).content.decode()
    assert SAYS in browser.get("/letters/?state=sent").content.decode()
    OutboundMessage.objects.update(ambiguous=0)
    assert SAYS not in browser.get(page).content.decode()


def _one_letter(team: Team, **changed: Any) -> tuple[Any, OutboundMessage]:
    incident = team.triage(team.report(1), at=after(minutes=2))
    OutboundMessage.objects.all().delete()
    team.acknowledge(incident, at=after(minutes=4))
    letter = OutboundMessage.objects.filter(kind="incident-notification").first()
    assert letter is not None
    OutboundMessage.objects.exclude(pk=letter.pk).delete()
    OutboundMessage.objects.update(**changed)
    return incident, letter


def _read(team: Team, address: str) -> str:
    browser = Browser()
    browser.force_login(team.communicator, backend=BACKEND)
    return browser.get(address).content.decode()


def test_a_letter_that_broke_off_twice_is_not_called_lost_and_a_third_copy_is_marked(sink: Sink) -> None:
    """The record cannot be corrected: both copies were taken, and it must not say that none arrived."""
    team = Team()
    incident, letter = _one_letter(team, stale_at=None)
    sink.hang_up_after_data = 2
    for _ in range(2):
        OutboundMessage.objects.filter(pk=letter.pk).update(due_at=timezone.now() - timedelta(seconds=1))
        delivery.sweep("email", now=timezone.now())
    letter.refresh_from_db()
    assert (letter.state, len(sink.arrived)) == ("unknown", 2)
    failures.sweep(now=timezone.now())
    (line,) = incident.timeline.filter(kind="letter_failed")
    assert line.text.startswith(f"Nobody knows whether the letter to {letter.recipient} arrived")
    for address in (f"/letters/{letter.pk}/", "/letters/", f"/incidents/{incident.pk}/"):
        assert "obody knows whether it arrived" in _read(team, address)
    (owed,) = [one for one in owed_by(team.communicator) if letter.recipient in one.sentence]
    assert owed.sentence.endswith("may not have arrived")
    (promise,) = promises.of_incident(incident.pk, now=timezone.now())
    assert promise.label == "Not known" and "obody knows whether its letter arrived" in promise.sentence
    lifecycle.retry_letter(letter.pk, by=team.communicator, at=timezone.now())
    delivery.sweep("email", now=timezone.now())
    assert OutboundMessage.objects.get(pk=letter.pk).state == "sent"
    assert sink.recipients.count(letter.recipient) == 3
    assert SAYS in _read(team, f"/letters/{letter.pk}/")


def test_a_letter_that_waits_says_when_it_is_tried_next_and_why_not_now(sink: Sink) -> None:
    team = Team()
    _, letter = _one_letter(team, stale_at=timezone.now() + timedelta(minutes=30))
    sink.answers = {letter.recipient: "450 4.2.0 greylisted"}
    OutboundMessage.objects.update(due_at=timezone.now())
    delivery.sweep("email", now=timezone.now())
    page = _read(team, f"/letters/{letter.pk}/")
    assert "Next try" in page and "greylisted" in page and "when it would be untrue" in page
    assert "rests" not in page
    bulkheads.rest("email", "SMTP 421: closing", timezone.now())
    assert "E-mail rests. SMTP 421: closing" in _read(team, f"/letters/{letter.pk}/")
    outbox.hold(reason="restored", at=timezone.now())
    assert "when the outbox is released" in _read(team, f"/letters/{letter.pk}/")
    OutboundMessage.objects.update(state="sent", due_at=None)
    assert "Next try" not in _read(team, f"/letters/{letter.pk}/")


def test_a_letter_that_failed_is_settled_where_it_is_read(sink: Sink) -> None:
    team = Team()
    _, letter = _one_letter(team, state="dead", due_at=None, stale_at=None)
    address = f"/letters/{letter.pk}/retry/"
    assert address in _read(team, f"/letters/{letter.pk}/")
    OutboundMessage.objects.update(noticed_at=timezone.now())
    assert address not in _read(team, f"/letters/{letter.pk}/")


@pytest.mark.requirement("B-50")
def test_a_letter_is_not_sent_again_after_the_next_update_that_it_promises(sink: Sink) -> None:
    team = Team()
    now = timezone.now()
    _, letter = _one_letter(team, state="dead", due_at=None, stale_at=now)
    with pytest.raises(Refused, match="promises has passed"):
        lifecycle.retry_letter(letter.pk, by=team.communicator, at=now)
    OutboundMessage.objects.update(stale_at=now + timedelta(seconds=1))
    lifecycle.retry_letter(letter.pk, by=team.communicator, at=now)
    OutboundMessage.objects.update(stale_at=now)
    delivery.sweep("email", now=timezone.now())
    assert not sink.arrived
    assert OutboundMessage.objects.get(pk=letter.pk).state == "superseded"


def test_the_page_of_an_incident_asks_as_much_for_many_letters_in_doubt_as_for_one(sink: Sink) -> None:
    team = Team()
    incident, letter = _one_letter(team, state="sent", due_at=None, ambiguous=1)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert SAYS in _read(team, f"/incidents/{incident.pk}/")
        return len(queries)

    asked()
    one = asked()
    letter.refresh_from_db()
    key = letter.key
    for number in range(5):
        letter.pk, letter.key = None, f"{key}{number}"
        letter.save()
    assert asked() == one
