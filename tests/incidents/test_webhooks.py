"""Other machines hear of every entry: signed, in the transaction that writes it, at least once, with a log."""

import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents import clocks, configuration, lifecycle, stuck, unheard
from incidents.models import ConfigurationChange, Incident, Responder, TimelineEntry
from incidents.refusals import Refused
from incidents.sign_in import BACKEND
from notifications import delivery
from notifications.models import Breaker, OutboundMessage, WebhookAttempt, WebhookEndpoint
from tests.factories import Team, after
from tests.incidents.listening import deliver, listen
from tests.notifications.receiver import Got, Receiver, Said, receiving

pytestmark = pytest.mark.django_db


def _genuine(got: Got, secret: str) -> bool:
    """As docs/api.md tells a receiver to check it."""
    parts = [part.split("=", 1) for part in got.headers["allclear-signature"].split(",")]
    at = next(value for name, value in parts if name == "t")
    mine = hmac.new(secret.encode(), at.encode() + b"." + got.body, hashlib.sha256).hexdigest()
    return any(hmac.compare_digest(mine, value) for name, value in parts if name == "v1")


def test_every_entry_of_an_incident_is_told_once_and_signed(receiver: Receiver, ada: Responder) -> None:
    _, secret = listen(receiver, ada)
    team = Team()
    incident = team.triage(team.report(1), at=after(minutes=5))
    assert clocks.sweep(now=after(hours=2)).enforced
    team.acknowledge(incident, at=after(hours=2, minutes=1))
    deliver()
    entries = TimelineEntry.objects.filter(incident=incident).order_by("seq")
    told = sorted(receiver.got, key=lambda got: got.event["entry"]["seq"])
    assert [got.event["entry"]["seq"] for got in told] == [entry.seq for entry in entries]
    assert [got.event["type"] for got in told] == [f"incident.{entry.kind}" for entry in entries]
    assert {entry.kind for entry in entries} >= {"reported", "triaged", "breached", "escalated", "acknowledged"}
    assert all(_genuine(got, secret) for got in told)
    assert not any(_genuine(got, "whsec_another") for got in told)
    last = told[-1].event
    assert last["id"] == f"evt_{incident.pk}_{last['entry']['seq']}"
    assert (last["version"], last["incident"]["reference"]) == ("1", incident.reference)
    assert (last["incident"]["status"], last["incident"]["severity"]) == ("acknowledged", 1)
    assert "text" not in last["entry"]
    assert told[-1].headers["allclear-event-id"] == last["id"]
    assert set(OutboundMessage.objects.filter(channel="webhook").values_list("state", flat=True)) == {"sent"}
    deliver(hours=2)
    assert len(receiver.got) == len(told)


def test_what_is_rolled_back_was_never_told(receiver: Receiver, ada: Responder) -> None:
    listen(receiver, ada)
    team = Team()
    with pytest.raises(RuntimeError), transaction.atomic():
        team.report(1)
        raise RuntimeError
    assert not OutboundMessage.objects.filter(channel="webhook").exists()


def test_nobody_listening_costs_a_verb_one_query(ada: Responder) -> None:
    team = Team()
    incident = team.report(2)

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            lifecycle.note(incident.pk, text="x", by=team.resolver, at=after(minutes=3))
        return [query["sql"] for query in queries if "webhook" in query["sql"]]

    (only,) = asked()
    assert only.startswith("SELECT")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {only}")
        assert "webhooks_listening" in "".join(str(row[0]) for row in cursor.fetchall())


def test_only_the_events_that_it_asked_for_and_their_words_when_it_did(receiver: Receiver, ada: Responder) -> None:
    listen(receiver, ada, events=["noted"], sends_text=True)
    team = Team()
    incident = team.report(2)
    lifecycle.note(incident.pk, text="The **key** was rotated", by=team.resolver, at=after(minutes=3))
    deliver()
    (got,) = receiver.got
    assert (got.event["type"], got.event["entry"]["text"]) == ("incident.noted", "The **key** was rotated")
    assert got.event["entry"]["by"] == "Devin Okafor"


@pytest.mark.requirement("B-110")
@pytest.mark.parametrize("includes", [False, True])
def test_what_waited_when_an_incident_was_restricted_leaves_only_where_the_webhook_says_so(
    receiver: Receiver, ada: Responder, includes: bool
) -> None:
    """Its body holds the title, and a receiver that was down is tried for a day."""
    endpoint, _ = listen(receiver, ada, events=["noted"], includes_restricted=includes)
    team = Team()
    incident, other = team.report(2), team.report(2)
    receiver.answers = [Said(500), Said(500)]
    for one in (incident, other):
        lifecycle.note(one.pk, text="The list is out", by=team.resolver, at=after(minutes=3))
    deliver()
    assert len(receiver.got) == 2
    by = {"by": team.coordinator, "at": after(minutes=4)}
    lifecycle.restrict(incident.pk, people=[], reason="Names in it.", **by)
    Breaker.objects.all().delete()
    deliver(minutes=5)
    told = [got.event["incident"]["id"] for got in receiver.got[2:]]
    assert sorted(told) == sorted([incident.pk, other.pk] if includes else [other.pk])
    first = OutboundMessage.objects.get(channel="webhook", about=incident.about)
    replay = {"by": ada, "at": after(minutes=6)}
    if includes:
        configuration.replay_delivery(endpoint.pk, first.pk, **replay)
    else:
        with pytest.raises(Refused, match="restricted now"):
            configuration.replay_delivery(endpoint.pk, first.pk, **replay)
        lifecycle.lift_restriction(incident.pk, reason="Nobody is in it.", **by)
        configuration.replay_delivery(endpoint.pk, first.pk, **replay)


@pytest.mark.parametrize("includes", [False, True])
def test_a_restricted_incident_is_told_only_where_the_webhook_says_so(
    receiver: Receiver, ada: Responder, includes: bool
) -> None:
    listen(receiver, ada, includes_restricted=includes)
    team = Team()
    incident = team.report(2)
    words = "A list went to the wrong client"
    lifecycle.raise_situation(incident.pk, situation="data_breach", text=words, by=team.resolver, at=after(minutes=3))
    lifecycle.note(incident.pk, text="More of it", by=team.resolver, at=after(minutes=4))
    deliver()
    kinds = [got.event["entry"]["kind"] for got in receiver.got]
    assert ("noted" in kinds) is includes
    assert ("situation_raised" in kinds) is includes


def test_one_that_fails_is_tried_again_and_every_attempt_is_on_the_log(receiver: Receiver, ada: Responder) -> None:
    endpoint, _ = listen(receiver, ada)
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    receiver.answers = [
        Said(500, body=b"<b>no</b>"),
        Said(503, {"Retry-After": "120"}),
        Said(seconds=0, status=204, body=b""),
    ]
    deliver()
    message = OutboundMessage.objects.get(channel="webhook")
    assert (message.state, message.last_error) == ("pending", "HTTP 500")
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    deliver(minutes=2)
    message.refresh_from_db()
    assert message.due_at is not None
    assert message.due_at - timezone.now() > timedelta(seconds=110)
    deliver(minutes=10)
    message.refresh_from_db()
    endpoint.refresh_from_db()
    assert (message.state, message.provider_reference) == ("sent", "HTTP 204")
    assert endpoint.failing_since is None
    assert endpoint.last_ok_at is not None
    attempts = list(WebhookAttempt.objects.order_by("pk"))
    assert [one.status for one in attempts] == [500, 503, 204]
    assert attempts[0].response_body == "<b>no</b>"
    assert len({got.headers["allclear-event-id"] for got in receiver.got}) == 1
    assert len({got.headers["allclear-delivery"] for got in receiver.got}) == 3
    assert not any("signature" in name.lower() for one in attempts for name in one.request_headers)


def test_one_that_hangs_does_not_hold_up_another(
    receiver: Receiver, ada: Responder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SLOW", 0.2)
    monkeypatch.setattr("notifications.channels.webhook.SECONDS", 0.3)
    with receiving() as other:
        hangs, _ = listen(receiver, ada)
        listen(other, ada, name="Other")
        receiver.answers = [Said(seconds=1.5)] * 9
        team = Team()
        for _ in range(4):
            team.report(3)
        deliver()
        assert len(other.got) == 4
        assert len(receiver.got) == 1, "after the first it rests, and costs the others no more time"
        states = OutboundMessage.objects.filter(channel="webhook", recipient=f"webhook:{hangs.pk}")
        assert list(states.values_list("state", flat=True)) == ["pending"] * 4
        assert states.filter(attempts=0).count() == 3
        assert stuck.look(now=timezone.now()).letters_failed == 0


def test_a_refused_address_is_dead_at_once_and_alarms_nobody_but_its_page(
    receiver: Receiver, ada: Responder, settings: Any
) -> None:
    endpoint, _ = listen(receiver, ada)
    settings.EGRESS_HOSTS = []
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    deliver()
    message = OutboundMessage.objects.get(channel="webhook")
    assert message.state == "dead"
    assert message.noticed_at is not None
    assert "ALLCLEAR_EGRESS_HOSTS" in message.last_error
    assert not receiver.got


def test_gone_means_gone(receiver: Receiver, ada: Responder) -> None:
    endpoint, _ = listen(receiver, ada)
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    receiver.answers = [Said(410)]
    deliver()
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert "410 Gone" in endpoint.switched_off_because


def test_after_three_days_of_failure_it_is_switched_off_and_administrators_hear_of_it(
    receiver: Receiver, ada: Responder
) -> None:
    endpoint, _ = listen(receiver, ada)
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    receiver.answers = [Said(500)] * 3
    deliver()
    assert unheard.sweep(now=timezone.now() + timedelta(days=2, hours=23)) == 0
    later = timezone.now() + timedelta(days=3, minutes=1)
    assert unheard.sweep(now=later) == 1
    assert unheard.sweep(now=later) == 0
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert "HTTP 500" in endpoint.switched_off_because
    assert OutboundMessage.objects.get(channel="webhook").state == "superseded"
    told = OutboundMessage.objects.filter(kind="webhook-off", responder=ada)
    assert {one.channel for one in told} == {"email", "in_app"}
    assert "hidden-in-the-address" not in told[0].body_text
    Team().report(1)
    assert OutboundMessage.objects.filter(channel="webhook", state="pending").count() == 0
    assert WebhookAttempt.objects.exists()
    unheard.sweep(now=timezone.now() + timedelta(days=31))
    assert not WebhookAttempt.objects.exists()


def test_while_a_secret_is_rotated_both_sign(receiver: Receiver, ada: Responder) -> None:
    endpoint, first = listen(receiver, ada)
    _, second = configuration.rotate_webhook(endpoint.pk, by=ada, at=after())
    with pytest.raises(Refused, match="retire the old one"):
        configuration.rotate_webhook(endpoint.pk, by=ada, at=after())
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    deliver()
    assert _genuine(receiver.got[0], first)
    assert _genuine(receiver.got[0], second)
    configuration.retire_old_secret(endpoint.pk, by=ada, at=after())
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    deliver()
    assert not _genuine(receiver.got[1], first)
    assert _genuine(receiver.got[1], second)
    with pytest.raises(Refused, match="Only one"):
        configuration.retire_old_secret(endpoint.pk, by=ada, at=after())


def test_nothing_that_is_kept_or_shown_holds_the_address_or_a_secret(receiver: Receiver, ada: Responder) -> None:
    endpoint, secret = listen(receiver, ada)
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    deliver()
    message = OutboundMessage.objects.get(channel="webhook")
    browser = Browser()
    browser.force_login(ada, backend=BACKEND)
    pages = [
        browser.get(path).content.decode()
        for path in (
            "/settings/webhooks/",
            f"/settings/webhooks/{endpoint.pk}/",
            f"/settings/webhooks/{endpoint.pk}/change/",
            f"/settings/webhooks/{endpoint.pk}/deliveries/{message.pk}/",
            f"/letters/{message.pk}/",
            "/settings/changes/",
        )
    ]
    rows = [json.dumps(list(WebhookEndpoint.objects.values()), default=str)]
    rows += [json.dumps(list(WebhookAttempt.objects.values()), default=str)]
    rows += [json.dumps(list(ConfigurationChange.objects.values()), default=str)]
    for text in [*pages, *rows]:
        assert "hidden-in-the-address" not in text
        assert secret not in text
    assert "127.0.0.1" in pages[0]
    assert "HTTP 200" in pages[1]
    assert "evt_test_" in pages[3]


def test_the_pages_add_replay_rotate_and_switch(receiver: Receiver, ada: Responder) -> None:
    browser = Browser()
    browser.force_login(ada, backend=BACKEND)
    typed = {"name": "Status page", "url": "http://10.0.0.1/hook", "events": ["resolved"]}
    again = browser.post("/settings/webhooks/add/", typed)
    assert "https:// address" in again.context["form"].errors["url"][0]
    inside = browser.post("/settings/webhooks/add/", {**typed, "url": "https://10.0.0.1/hook"})
    assert "no address on the Internet" in inside.context["form"].errors["url"][0]
    assert 'value="http://10.0.0.1/hook"' in again.content.decode()
    made = browser.post("/settings/webhooks/add/", {**typed, "url": receiver.url, "events": []})
    assert made["Cache-Control"] == "no-store"
    assert "whsec_" in made.content.decode()
    endpoint = WebhookEndpoint.objects.get()
    where = f"/settings/webhooks/{endpoint.pk}/"
    Team().report(1)
    deliver()
    first = receiver.got[0]
    message = OutboundMessage.objects.filter(channel="webhook").order_by("pk").first()
    assert message is not None
    count = len(receiver.got)
    replayed = browser.post(f"{where}deliveries/{message.pk}/replay/", follow=True)
    assert "same event id" in replayed.content.decode()
    twice = browser.post(f"{where}deliveries/{message.pk}/replay/", follow=True)
    assert "on its way already" in twice.content.decode()
    deliver()
    assert len(receiver.got) == count + 1
    assert receiver.got[-1].body == first.body
    assert browser.post(f"{where}change/", {"name": "Status", "url": "", "events": ["closed"]}).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.events) == ("Status", ["closed"])
    assert "whsec_" in browser.post(f"{where}rotate/").content.decode()
    assert "retire the old one" in browser.post(f"{where}rotate/", follow=True).content.decode()
    assert "Only the new secret" in browser.post(f"{where}retire/", follow=True).content.decode()
    assert "is off" in browser.post(f"{where}switch/", {"on": "no"}, follow=True).content.decode()
    assert "switched off" in browser.post(f"{where}try/", follow=True).content.decode()
    assert "switch it on" in browser.post(f"{where}deliveries/{message.pk}/replay/", follow=True).content.decode()
    assert browser.get(f"{where}deliveries/987654321/").status_code == 404


def test_the_sample_workspace_only_rehearses(receiver: Receiver, ada: Responder, settings: Any) -> None:
    settings.DEMO = True
    endpoint, _ = listen(receiver, ada)
    configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    deliver()
    assert OutboundMessage.objects.get(channel="webhook").state == "sent"
    assert not receiver.got


def test_the_page_asks_as_often_for_fifty_deliveries_as_for_one(
    receiver: Receiver, ada: Responder, django_assert_max_num_queries: Any
) -> None:
    endpoint, _ = listen(receiver, ada)
    for _ in range(12):
        configuration.try_webhook(endpoint.pk, by=ada, at=timezone.now())
    deliver()
    browser = Browser()
    browser.force_login(ada, backend=BACKEND)
    with django_assert_max_num_queries(13):
        page = browser.get(f"/settings/webhooks/{endpoint.pk}/").content.decode()
    assert page.count("HTTP 200") == 12
    assert Incident.objects.count() == 0
