"""The pages of sources, rules and silences: what a newcomer needs is on them, and nothing on them grows with rows."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from incidents.detection.intake import settle
from incidents.detection.intake.snippets import snippets
from incidents.detection.models import Delivery, InboundKey, InboundSource, RoutingRule, Signal, Silence
from incidents.detection.views.sources import KEY_IN_BODY
from incidents.models import Client, ConfigurationChange, Incident, Responder
from incidents.playbooks import library
from incidents.sign_in import BACKEND
from tests.detection.senders import AM, Sender, alert, webhook
from tests.factories import ResponderFactory, Team

pytestmark = pytest.mark.django_db
SOURCE: dict[str, Any] = {
    "name": "Prometheus",
    "kind": "alertmanager",
    "severity": "3",
    "severity_label": "severity",
    "client_label": "client",
    "system_label": "system",
    "burst_seconds": "60",
    "limit_per_minute": "60000",
}


@pytest.fixture
def admin() -> Responder:
    return ResponderFactory(role="administrator")


@pytest.fixture
def browser(admin: Responder) -> Browser:
    browser = Browser()
    browser.force_login(admin, backend=BACKEND)
    return browser


def page(browser: Browser, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.content.decode()


@pytest.mark.requirement("B-27")
def test_a_newcomer_connects_a_monitor_and_sees_its_first_incident(browser: Browser) -> None:
    """By what the page says alone: the address and the key are taken from the snippet that it shows."""
    Team()
    shown = browser.post("/settings/sources/add/", SOURCE, follow=True).content.decode()
    address = re.search(r"url: (http\S+)", shown)
    key = re.search(r"credentials: ([0-9a-f]{32})", shown)
    assert address and key
    path = "/" + address[1].split("/", 3)[3]
    sent = Browser().post(
        path,
        webhook(alert("FirstAlert")),
        content_type="application/json",
        headers={"authorization": f"Bearer {key[1]}"},
    )
    assert sent.status_code == 202
    incident = Incident.objects.get()
    source = InboundSource.objects.get()
    again = page(browser, f"/settings/sources/{source.pk}/")
    assert incident.reference in again
    assert "Opened an incident" in again
    assert key[1] not in again
    assert key[1] not in str(list(InboundKey.objects.values()))
    assert key[1] not in str(list(ConfigurationChange.objects.values()))


def test_the_test_button_goes_the_way_of_an_alert(browser: Browser) -> None:
    sender = Sender()
    answer = browser.post(f"/settings/sources/{sender.source.pk}/test/", follow=True).content.decode()
    incident = sender.incidents()[0]
    assert f"in {incident.reference}" in answer
    browser.post(f"/settings/sources/{sender.source.pk}/test/")
    assert len(sender.incidents()) == 1


def test_a_key_is_rotated_with_two_live(browser: Browser) -> None:
    sender = Sender()
    shown = browser.post(f"/settings/sources/{sender.source.pk}/key/", follow=True).content.decode()
    new = re.search(r'id="key" readonly value="([0-9a-f]{32})"', shown)
    assert new
    old, sender.key = sender.key, new[1]
    assert sender.alerts(alert()).status_code == 202
    sender.key = old
    assert sender.alerts(alert()).status_code == 202
    third = browser.post(f"/settings/sources/{sender.source.pk}/key/", follow=True).content.decode()
    assert "Two keys are live already" in third
    first = InboundKey.objects.order_by("pk")[0]
    browser.post(f"/settings/sources/{sender.source.pk}/keys/{first.pk}/end/")
    assert sender.alerts(alert()).status_code == 401
    sender.key = new[1]
    assert sender.alerts(alert()).status_code == 202
    browser.post(f"/settings/sources/{sender.source.pk}/switch/", {"on": "no"})
    assert sender.alerts(alert()).status_code == 401
    browser.post(f"/settings/sources/{sender.source.pk}/switch/", {"on": "yes"})
    assert sender.alerts(alert()).status_code == 202


@pytest.mark.requirement("B-27")
def test_a_new_key_is_shown_on_one_page_once_and_to_nobody_else(browser: Browser, admin: Responder) -> None:
    sender, other = Sender(), Sender()
    sent = browser.post(f"/settings/sources/{sender.source.pk}/key/")
    assert (sent.status_code, sent["Location"]) == (302, f"/settings/sources/{sender.source.pk}/")
    cookie = sent.cookies["new_key"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (sent["Location"], True, "Strict")
    assert 'id="key"' not in page(browser, f"/settings/sources/{other.source.pk}/")
    assert 'id="key" readonly' in page(browser, sent["Location"])
    assert browser.cookies["new_key"].value == ""
    assert 'id="key"' not in page(browser, sent["Location"]), "reloading shows nothing and issues nothing"
    assert InboundKey.objects.filter(source=sender.source).count() == 2
    forged = Browser()
    forged.force_login(admin, backend=BACKEND)
    forged.cookies["new_key"] = "issued:0123456789abcdef0123456789abcdef"
    assert 'id="key"' not in page(forged, sent["Location"])


@pytest.mark.requirement("B-27")
@pytest.mark.parametrize("kind", [one for one in InboundSource.Kind if one not in ("alertmanager", "grafana", "email")])
def test_a_key_opens_the_door_of_its_own_kind_alone(browser: Browser, kind: str) -> None:
    """Whoever has one is told so, and the source's page shows it; nothing is stored as an alert."""
    Team()
    sender = Sender(kind, client=Client.objects.get())
    answer = sender.alerts(alert())
    assert answer.status_code == 403
    assert "belongs to a source of another kind" in answer.json()["error"]  # type: ignore[attr-defined]
    assert not sender.signals()
    assert "another kind" in page(browser, f"/settings/sources/{sender.source.pk}/")


def test_pagerdutys_own_client_comes_last_where_there_is_no_https() -> None:
    plain, secure = (snippets("pagerduty", f"{scheme}://a.example", "k") for scheme in ("http", "https"))
    assert "works once this address has https" in plain[-1].where and "pagerduty.Events" in plain[-1].text
    assert secure[0].where == "pip install pagerduty"


def test_refused_requests_show_with_the_reason(browser: Browser) -> None:
    sender = Sender()
    assert sender.post(f"{AM}/{sender.key}", '{"alerts": 7}').status_code == 400
    shown = page(browser, f"/settings/sources/{sender.source.pk}/")
    assert "“alerts” must be a list." in shown
    delivery = Delivery.objects.get()
    assert "&quot;alerts&quot;: 7" in page(browser, f"/settings/sources/{sender.source.pk}/deliveries/{delivery.pk}/")


def test_hostile_text_stays_text(browser: Browser) -> None:
    sender = Sender()
    evil = "<script>alert(1)</script>{{ 7|add:7 }}"
    sender.alerts(
        {**alert(evil), "annotations": {"summary": evil, "description": "=cmd()\r\n[x](javascript:alert(1))"}}
    )
    delivery = Delivery.objects.get()
    incident = sender.incidents()[0]
    for path in (
        f"/settings/sources/{sender.source.pk}/",
        f"/settings/sources/{sender.source.pk}/deliveries/{delivery.pk}/",
        "/settings/routing/try/",
        f"/incidents/{incident.pk}/",
        "/",
    ):
        shown = page(browser, path)
        assert "<script>alert" not in shown, path
        assert 'href="javascript:' not in shown, path


def test_pages_ask_no_more_for_more_rows(browser: Browser) -> None:
    sender = Sender()
    paths = (
        "/settings/sources/",
        f"/settings/sources/{sender.source.pk}/",
        "/settings/routing/try/",
        "/settings/routing/",
    )

    def queries() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as captured:
                page(browser, path)
            counts.append(len(captured))
        return counts

    sender.alerts(alert("A", instance="0"))
    RoutingRule.objects.create(position=1, name="a")
    queries()
    few = queries()
    for n in range(12):
        Sender().alerts(alert("A"))
        sender.alerts(alert("A", instance=str(n)))
        RoutingRule.objects.create(position=n + 2, name=f"r{n}", source=sender.source)
    assert queries() == few


def test_a_mapping_is_tried_then_saved(browser: Browser) -> None:
    sender = Sender("generic")
    sample = '{"checks": [{"what": "Queue is full", "id": 7, "lvl": "high", "state": "bad"}]}'
    places = {"sample": sample, "each": "checks", "title": "what", "key": "id", "severity": "lvl", "status": "state"}
    tried = browser.post(f"/settings/sources/{sender.source.pk}/mapping/", {**places, "try": "yes"}).content.decode()
    assert "Queue is full" in tried
    assert "SEV-2" in tried
    assert not Signal.objects.exists()
    wrong = browser.post(
        f"/settings/sources/{sender.source.pk}/mapping/", {**places, "title": "nothing"}
    ).content.decode()
    assert "Nothing stands at “nothing”" in wrong
    assert "Queue is full" in wrong
    browser.post(f"/settings/sources/{sender.source.pk}/mapping/", {**places, "save": "yes"})
    assert sender.post(f"/api/v1/inbound/generic/{sender.key}", sample).status_code == 202
    incident = sender.incidents()[0]
    assert (incident.title, incident.severity) == ("Queue is full", 2)
    over = sample.replace("bad", "ok")
    sender.post(f"/api/v1/inbound/generic/{sender.key}", over)
    assert sender.signals()[0].status == "resolved"


RULE = {"name": "Night is quiet", "conditions": "severity = warning\nalertname =~ ^Disk", "time_zone": "UTC"}


def test_rules_are_ordered_and_the_first_that_holds_decides(browser: Browser) -> None:
    team = Team()
    sender = Sender()
    browser.post("/settings/routing/add/", {**RULE, "record_only": "on", "is_enabled": "on"})
    more = {"name": "All disks", "conditions": "alertname =~ Disk", "severity": "1", "client": team.client.pk}
    more |= {"systems": [team.system.pk], "resolver": team.resolver.pk}
    more |= {"playbook": "crm-sync-break", "incident_type": "api_down"}
    browser.post("/settings/routing/add/", {**more, "time_zone": "UTC", "is_enabled": "on"})
    assert "playbook “CRM sync break”" in page(browser, "/settings/routing/")
    sender.alerts(alert("DiskFull", severity="warning"))
    assert sender.signals()[0].outcome == "recorded"
    assert not sender.incidents()
    second = RoutingRule.objects.get(name="All disks")
    tried = page(browser, "/settings/routing/try/?conditions=alertname+%3D+DiskFull")
    assert "They fit 1 of the 1 newest alerts." in tried
    assert "only recorded" in tried
    browser.post(f"/settings/routing/{second.pk}/move/", {"to": "up"})
    sender.alerts(alert("DiskFull", severity="warning"))
    (incident,) = sender.incidents()
    assert incident.severity == 1
    assert incident.client_ids == [team.client.pk]
    assert incident.system_ids == [team.system.pk]
    assert incident.resolver == team.resolver
    reasons = {one.candidate.name: one.reasons for one in library.suggestions(incident)}
    assert reasons["CRM sync break"][0] == "the routing rule “All disks” names it"
    assert reasons["API down"] == ("the incident type is “An API or provider is down”",)
    assert incident.typed.incident_type.key == "api_down"
    assert incident.typed.by is None
    shown = page(browser, f"/incidents/{incident.pk}/")
    assert "because the routing rule “All disks” names it" in shown
    browser.post(f"/settings/routing/{second.pk}/remove/")
    assert RoutingRule.objects.count() == 1
    assert ConfigurationChange.objects.filter(subject="routing rule", action="removed").exists()


def test_a_source_names_a_playbook_from_what_there_is(browser: Browser) -> None:
    """A name that no playbook bears would never suggest anything, so it cannot be chosen."""
    wrong = browser.post("/settings/sources/add/", {**SOURCE, "playbook": "no-such"}).content.decode()
    assert "Select a valid choice" in wrong
    assert not InboundSource.objects.exists()
    browser.post("/settings/sources/add/", {**SOURCE, "playbook": "outreach-suspension"})
    source = InboundSource.objects.get()
    browser.post(f"/settings/sources/{source.pk}/test/")
    (signal,) = Signal.objects.all()
    assert signal.incident is not None
    first = library.suggestions(signal.incident)[0]
    assert first.candidate.name == "Outreach tool suspension"
    assert first.sentence == "the source “Prometheus” names it"


def test_a_rule_with_days_and_hours_is_saved_shown_and_changed(browser: Browser) -> None:
    values = {"name": "By night", "conditions": "env = night", "days": ["0", "6"], "severity": "1", "is_enabled": "on"}
    values |= {"from_time": "22:00", "to_time": "06:00", "time_zone": "Europe/Stockholm"}
    assert browser.post("/settings/routing/add/", values).status_code == 302
    rule = RoutingRule.objects.get()
    assert (str(rule.from_time), str(rule.to_time), rule.days) == ("22:00:00", "06:00:00", [0, 6])
    listed = page(browser, "/settings/routing/")
    assert "22:00 to 06:00, Europe/Stockholm" in listed
    assert "Monday, Sunday" in listed
    assert browser.post(f"/settings/routing/{rule.pk}/", {**values, "to_time": "07:30"}).status_code == 302
    change = ConfigurationChange.objects.filter(subject="routing rule").latest("pk")
    assert (change.before["to_time"], change.after["to_time"]) == ("06:00:00", "07:30:00")
    assert "07:30:00" in page(browser, "/settings/changes/")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("conditions", "nonsense", "is no condition"),
        ("conditions", "title =~ (", "is not a regular expression"),
        ("conditions", "title =~ (((a{1000}){1000}){1000})", "is not a regular expression"),
        ("conditions", "x" * 6000, "At most 5000"),
        ("conditions", "a\x00 = b", "Null characters"),
        ("name", "a\nb", "line breaks"),
        ("from_time", "25:00", "valid time"),
        ("from_time", "10:00", "Give both hours"),
        ("source", "99999999999999999999", "not one of the available"),
        ("severity", "7", "not one of the available"),
        ("days", "9", "not one of the available"),
    ],
)
def test_a_wrong_rule_is_refused_beside_its_field(browser: Browser, field: str, value: str, sentence: str) -> None:
    shown = browser.post("/settings/routing/add/", {**RULE, field: value})
    assert shown.status_code == 200
    assert sentence in shown.content.decode()
    assert not RoutingRule.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "required"),
        ("name", "n" * 81, "at most 80"),
        ("kind", "nothing", "not one of the available"),
        ("kind", "form", "say whose"),
        ("severity_words", "outage: 1", "word = 1, 2, 3 or 4"),
        ("severity_words", "outage = 9", "word = 1, 2, 3 or 4"),
        ("burst_seconds", "-1", "greater than or equal"),
        ("burst_seconds", "9" * 5000, "valid"),
        ("limit_per_minute", "0", "greater than or equal"),
        ("playbook", "no spaces here", "valid"),
    ],
)
def test_a_wrong_source_is_refused_beside_its_field(browser: Browser, field: str, value: str, sentence: str) -> None:
    shown = browser.post("/settings/sources/add/", {**SOURCE, field: value})
    assert shown.status_code == 200
    assert sentence in shown.content.decode().lower() or sentence in shown.content.decode()
    assert not InboundSource.objects.exists()


def test_a_silence_holds_back_and_gives_back(browser: Browser, admin: Responder) -> None:
    sender = Sender()
    now = timezone.now()
    ends = now + timedelta(hours=2)
    told = {"kind": "maintenance", "reason": "Moving hosts", "owner": admin.pk, "conditions": "alertname = Down"}
    told |= {"starts_at": f"{now:%Y-%m-%dT%H:%M}", "ends_at": f"{ends:%Y-%m-%dT%H:%M}"}
    assert "Say what is silent" in browser.post("/settings/silences/add/", {**told, "conditions": ""}).content.decode()
    past = {**told, "ends_at": "2020-01-01T00:00"}
    assert "ends after it starts" in browser.post("/settings/silences/add/", past).content.decode()
    assert browser.post("/settings/silences/add/", told).status_code == 302
    sender.alerts(alert("Down"), alert("Other"))
    by_name = {one.name: one for one in sender.signals()}
    assert by_name["Down"].outcome == "silenced"
    assert by_name["Other"].incident_id
    assert settle.sweep(now=timezone.now()) == 0
    assert "Moving hosts" in page(browser, "/settings/silences/")
    silence = Silence.objects.get()
    browser.post(f"/settings/silences/{silence.pk}/end/")
    assert settle.sweep(now=timezone.now()) == 1
    assert all(one.incident_id for one in sender.signals())


def test_a_silence_that_ends_by_itself_gives_back_what_still_fires(browser: Browser, admin: Responder) -> None:
    sender = Sender("pagerduty")
    now = timezone.now()
    Silence.objects.create(
        kind="silence", reason="x", owner=admin, source=sender.source, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    sender.event("trigger", "one")
    sender.event("trigger", "two")
    sender.event("resolve", "two")
    assert not Incident.objects.exists()
    assert settle.sweep(now=now + timedelta(minutes=59)) == 0
    settle.sweep(now=now + timedelta(minutes=61))
    assert [one.title for one in Incident.objects.all()] == ["Bounce rate 11.4 %"]
    assert {one.key: bool(one.incident_id) for one in sender.signals()} == {"one": True, "two": False}


def test_a_key_that_a_sender_puts_into_the_body_is_covered_on_the_page() -> None:
    found = KEY_IN_BODY.sub(r"\1…", '{"routing_key": "0123456789abcdef", "event_action": "trigger"}')
    assert found == '{"routing_key": "…", "event_action": "trigger"}'
