"""Notes by HubSpot's real protocol against a local server: once each, whatever breaks in between (P3, fault 24)."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from notifications import delivery, outbox
from notifications.channels import hubspot
from notifications.models import Breaker, OutboundMessage
from notifications.outbox import Outgoing
from tests.notifications.hubspot import TOKEN, Crm, Failure, crm

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings: Any) -> Iterator[Crm]:
    with crm(settings) as running:
        yield running


def _write(to: str = "deals/41", key: str = "crm-note:1", text: str = "INC-1 <b>over</b>\nAll well.") -> None:
    one = Outgoing(key, "crm", to, "Northwind", "CRM note", text, "", "incident:1", "crm-note")
    outbox.enqueue([one], at=timezone.now())


def _sweep(**later: float) -> OutboundMessage:
    delivery.sweep("crm", now=timezone.now() + timedelta(**later))
    return OutboundMessage.objects.get()


@pytest.mark.requirement("B-63", "C-20")
@pytest.mark.parametrize("to", ["deals/41", "companies/42", "contacts/43"])
def test_a_note_stands_on_its_record_with_its_text_and_its_marker(server: Crm, to: str) -> None:
    _write(to)
    message = _sweep()
    ((number, note),) = server.notes.items()
    assert (message.state, message.provider_reference) == ("sent", str(number))
    assert note.on == to
    assert "INC-1 &lt;b&gt;over&lt;/b&gt;<br>All well." in note.body
    assert hubspot.marker("crm-note:1") in note.body
    assert hubspot.marker("crm-note:1") != hubspot.marker("crm-note:2")
    assert note.timestamp.startswith(f"{message.created_at:%Y-%m-%dT%H:%M}")


def test_the_first_attempt_asks_for_nothing_that_it_does_not_need(server: Crm) -> None:
    _write()
    _sweep()
    assert server.calls == ["GET /crm/v3/objects/deals/41", "POST /crm/v3/objects/notes"]


@pytest.mark.parametrize("lists", [True, False])
def test_a_time_out_after_it_was_taken_is_looked_for_and_not_written_twice(
    server: Crm, monkeypatch: pytest.MonkeyPatch, lists: bool
) -> None:
    monkeypatch.setattr(hubspot, "TIMEOUT", (1, 0.3))
    server.failures = [Failure(201, keeps=True, seconds=1.0)]
    server.lags, server.lists = lists, lists
    _write()
    message = _sweep()
    assert (message.state, message.attempts) == ("pending", 1)
    assert "did not answer" in message.last_error
    message = _sweep(minutes=5)
    assert (message.state, message.provider_reference) == ("sent", "9000")
    assert len(server.notes) == 1


def test_a_note_that_is_still_being_written_after_the_time_out_is_not_written_a_second_time(
    server: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A HubSpot that takes half a minute: looked for at once the note is not there yet, and another would follow it."""
    monkeypatch.setattr(hubspot, "TIMEOUT", (1, 0.3))
    server.failures = [Failure(201, keeps=True, seconds=2.0, late=True)]
    _write()
    assert "did not answer" in _sweep().last_error
    assert not server.notes
    assert _sweep(seconds=100).attempts == 1, "nobody looks while it may be written still"
    until = time.monotonic() + 20
    while not server.notes and time.monotonic() < until:
        time.sleep(0.05)
    assert (_sweep(minutes=5).state, len(server.notes)) == ("sent", 1)


@pytest.mark.parametrize("status", [0, 500, 502, 503, 504])
def test_a_server_that_fails_after_it_took_the_note_has_one_in_the_end(server: Crm, status: int) -> None:
    server.failures = [Failure(status, keeps=True)]
    _write()
    assert _sweep().state == "pending"
    assert _sweep(minutes=5).state == "sent"
    assert len(server.notes) == 1


def test_a_server_that_fails_without_taking_it_is_asked_again(server: Crm) -> None:
    server.failures = [Failure(503), Failure(500)]
    _write()
    assert "503" in _sweep().last_error
    assert _sweep(minutes=5).state == "pending"
    assert _sweep(minutes=30).state == "sent"
    assert len(server.notes) == 1


def test_another_note_on_the_same_deal_is_not_taken_for_this_one(server: Crm) -> None:
    _write(key="crm-note:7")
    _sweep()
    OutboundMessage.objects.all().delete()
    server.failures = [Failure(500)]
    _write(key="crm-note:8")
    _sweep()
    assert _sweep(minutes=5).state == "sent"
    assert len(server.notes) == 2


def test_too_many_requests_rest_the_channel_as_long_as_told_and_cost_no_attempt(server: Crm) -> None:
    server.failures = [Failure(429, {"Retry-After": "90"})]
    _write()
    message = _sweep()
    assert (message.state, message.attempts) == ("pending", 0)
    opens = Breaker.objects.get(pk="crm").open_until
    assert opens is not None
    assert timedelta(seconds=85) < opens - timezone.now() <= timedelta(seconds=90)
    assert _sweep(seconds=60).state == "pending"
    assert _sweep(seconds=95).state == "sent"
    assert len(server.notes) == 1


def test_a_token_that_is_not_valid_any_more_is_said_and_never_shown(server: Crm) -> None:
    server.token = "another"
    _write()
    message = _sweep()
    assert message.state == "dead"
    assert "401" in message.last_error
    assert TOKEN not in message.last_error
    outbox.retry(message.pk, at=timezone.now())
    server.token = TOKEN
    assert _sweep().state == "sent"


@pytest.mark.parametrize(("archived", "sentence"), [(None, "there is no deal 41"), (True, "recycling bin")])
def test_a_deal_that_is_gone_is_for_a_person(server: Crm, archived: bool | None, sentence: str) -> None:
    if archived is None:
        del server.records["deals/41"]
    else:
        server.records["deals/41"] = archived
    _write()
    message = _sweep()
    assert message.state == "dead"
    assert sentence in message.last_error
    assert not server.notes


def test_a_person_who_tries_again_after_a_doubt_does_not_write_it_twice(server: Crm) -> None:
    server.failures = [Failure(400, keeps=True)]
    _write()
    message = _sweep()
    assert message.state == "dead"
    outbox.retry(message.pk, at=timezone.now())
    assert _sweep().state == "sent"
    assert len(server.notes) == 1


def test_down_altogether_costs_no_attempt(settings: Any) -> None:
    settings.HUBSPOT_API_URL, settings.HUBSPOT_TOKEN = "http://127.0.0.1:9", TOKEN
    _write()
    message = _sweep()
    assert (message.state, message.attempts) == ("pending", 0)
    assert TOKEN not in Breaker.objects.get().last_error


def test_the_sample_workspace_only_rehearses(server: Crm, settings: Any) -> None:
    settings.DEMO = True
    _write()
    assert _sweep().state == "sent"
    assert not server.calls


def test_the_page_of_a_note(settings: Any) -> None:
    settings.HUBSPOT_PORTAL_ID = ""
    assert hubspot.page_of("deals/41", "9000") == ""
    settings.HUBSPOT_PORTAL_ID = "777"
    assert hubspot.page_of("deals/41", "9000").endswith("/contacts/777/record/0-3/41?engagement=9000")
