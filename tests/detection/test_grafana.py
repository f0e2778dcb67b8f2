"""What Grafana posts to a webhook contact point, from version 8 to 12, and what an incident says of it (B-27)."""

import base64
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from incidents import lifecycle
from incidents.detection.intake.links import links
from incidents.detection.models import Signal
from incidents.models import Incident
from incidents.sign_in import BACKEND
from notifications.models import OutboundMessage
from tests.detection.senders import PD, Sender, ago, iso
from tests.factories import ResponderFactory, Team

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("B-27")]
AT = "/api/v1/inbound/grafana"
RULE = "https://grafana.example/alerting/1afz29v7z/edit"
RUNBOOK = "https://runbooks.example/memory"


def one(name: str, summary: str = "", **more: Any) -> dict[str, Any]:
    """An alert as Grafana 10 and later write it; 9 has `valueString` in place of `values`."""
    labels = more.pop("labels", {})
    notes = {"description": "The system has high memory usage", "runbook_url": RUNBOOK, **more.pop("annotations", {})}
    return {
        "status": "firing",
        "labels": {"alertname": name, "team": "blue", "zone": "us-1", **labels} if name else {},
        "annotations": {**notes, "summary": summary} if summary else notes,
        "startsAt": iso(ago(minutes=3)),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": RULE,
        "fingerprint": f"fp-{name}-{summary}"[:60],
        "silenceURL": "https://grafana.example/alerting/silence/new?alertmanager=grafana&matcher=alertname%3DT2",
        "dashboardURL": "",
        "panelURL": "",
        "values": {"B": 44.23943737541908, "C": 1},
        **more,
    }


def posted(sender: Sender, *alerts: dict[str, Any], status: str = "firing") -> list[Incident]:
    whole = {
        "receiver": "Allclear",
        "status": status,
        "orgId": 1,
        "alerts": list(alerts),
        "groupLabels": {},
        "commonLabels": {"team": "blue"},
        "commonAnnotations": {},
        "externalURL": "https://grafana.example/",
        "version": "1",
        "groupKey": "{}:{}",
        "truncatedAlerts": 0,
        "title": f"[FIRING:{len(alerts)}]  (blue)",
        "state": "alerting",
        "message": "**Firing**",
    }
    assert sender.post(f"{AT}/{sender.key}", whole).status_code == 202
    return sender.incidents()


def test_an_incident_is_named_by_the_rule_which_its_summary_leaves_out() -> None:
    Team()
    sender = Sender("grafana", burst_seconds=0)
    (incident,) = posted(sender, one("High memory usage", "This alert was triggered for zone us-1"))
    assert incident.title == "High memory usage: This alert was triggered for zone us-1"
    assert "B = 44.23943737541908, C = 1" in incident.description and "zone = us-1" in incident.description
    titles = [each.title for each in posted(sender, one("Disk full", "Disk full on web-1"), one("Latency"))]
    assert titles[1:] == ["Disk full on web-1", "Latency"]


@pytest.mark.parametrize(
    ("special", "title", "says"),
    [
        ("DatasourceNoData", "No data for Bounces", "found no data"),
        ("DatasourceError", "Not evaluated: Bounces", "connection refused"),
    ],
)
def test_without_data_it_does_not_claim_what_the_summary_says(special: str, title: str, says: str) -> None:
    Team()
    labels = {"rulename": "Bounces", "datasource_uid": "P8", "ref_id": "A"}
    notes = {"Error": "dial tcp: connection refused"} if special == "DatasourceError" else {}
    sender = Sender("grafana")
    (incident,) = posted(sender, one(special, "Bounces over 10 %", labels=labels, annotations=notes, values=None))
    assert incident.title == title and says in incident.description
    assert "nobody knows how it stands" in incident.description
    assert "Its own words when it fires: Bounces over 10 %" in incident.description


def test_a_test_notification_one_without_labels_and_an_empty_group_break_nothing() -> None:
    Team()
    test = one("TestAlert", "Notification test", labels={"instance": "Grafana"}, values=None, generatorURL="")
    sender = Sender("grafana")
    assert posted(sender, test) == []
    assert sender.signals()[0].title == "TestAlert: Notification test"
    posted(sender, one("", annotations={"description": ""}, fingerprint="bare"))
    assert Signal.objects.get(key="bare").title == "Alert without a name"
    posted(sender)
    assert len(sender.signals()) == 2


def test_the_incident_leads_back_to_where_it_was_noticed_and_lists_what_was_folded_into_it() -> None:
    team = Team()
    sender = Sender("grafana", name="Grafana of the mailers")
    posted(sender, one("High memory usage", "Zone us-1", dashboardURL="javascript:alert(1)"))
    (incident,) = posted(sender, *(one(f"Late alert {n}", fingerprint=f"n-{n}") for n in range(6)))
    over = {**one("Late alert 0", fingerprint="n-0"), "status": "resolved", "endsAt": iso(ago(seconds=1))}
    posted(sender, over, status="resolved")
    assert f"- Runbook: <{RUNBOOK}>" in incident.description and f"- Rule: <{RULE}>" in incident.description
    browser = Browser()
    browser.force_login(team.coordinator, backend=BACKEND)
    page = browser.get(f"/incidents/{incident.pk}/").content.decode()
    panel = page[page.index('aria-label="Alerts"') :].split("</section>")[0]
    assert "6 of 7 fire" in panel and "and 2 more" in panel and panel.count("Grafana of the mailers") == 5
    assert f'<a class="u" href="{RULE}" rel="noopener noreferrer">Rule</a>' in panel and "Silence it there" in panel
    assert "javascript" not in page
    quiet = team.report()
    assert 'aria-label="Alerts"' not in browser.get(f"/incidents/{quiet.pk}/").content.decode()


def test_only_what_a_browser_may_open_is_a_link() -> None:
    good = {
        "generatorURL": "http://prometheus.example/graph?g0.expr=up&g0.tab=1",
        "annotations": {"runbook_url": RUNBOOK},
    }
    assert links(good) == [("Runbook", RUNBOOK), ("Rule", good["generatorURL"])]
    for bad in (
        "javascript:alert(1)",
        "ftp://x",
        "https://a b",
        'https://a"onclick=',
        "https://a\n",
        "https://",
        7,
        None,
    ):
        assert links({"generatorURL": bad, "annotations": "x"}) == [], bad


def test_basic_authorization_carries_the_key_as_its_password() -> None:
    Team()
    sender = Sender("grafana")
    payload = {"alerts": [one("Disk full")]}

    def answer(words: str) -> int:
        return sender.post(AT, payload, headers={"Authorization": f"Basic {words}"}).status_code

    assert answer(base64.b64encode(f"allclear:{sender.key}".encode()).decode()) == 202
    for wrong in (base64.b64encode(b"allclear:x").decode(), base64.b64encode(b"\xff:\xff").decode(), "%%", ""):
        assert answer(wrong) == 401, wrong


def tried(**labels: str) -> dict[str, Any]:
    """What the “Test” button of a contact point sends, as Grafana 9 to 12 write it."""
    return {
        "status": "firing",
        "labels": {"alertname": "TestAlert", "instance": "Grafana", **labels},
        "annotations": {"summary": "Notification test"},
        "startsAt": iso(ago(seconds=2)),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "?orgId=1",
        "fingerprint": "57c6d9296de2ad39",
        "silenceURL": "https://grafana.example/alerting/silence/new?alertmanager=grafana",
        "dashboardURL": "",
        "panelURL": "",
        "valueString": "[ metric='foo' labels={instance=bar} value=10 ]",
    }


def source_page(sender: Sender) -> str:
    browser = Browser()
    browser.force_login(ResponderFactory(role="administrator"), backend=BACKEND)
    return browser.get(f"/settings/sources/{sender.source.pk}/").content.decode()


@pytest.mark.parametrize("kind", ["grafana", "alertmanager"])
def test_the_test_button_proves_the_connection_and_pages_nobody(kind: str) -> None:
    Team()
    sender = Sender(kind, burst_seconds=0)
    for _ in range(2):
        assert posted(sender, tried(team="blue")) == []
    (signal,) = sender.signals()
    assert (signal.is_test, signal.outcome, signal.times) == (True, "recorded", 2)
    assert not OutboundMessage.objects.exists()
    page = source_page(sender)
    assert page.count("The connection works. A test opens no incident and pages nobody.") == 2
    assert page.count("Test arrived") == 3 and "Recorded only" not in page
    delivery = sender.source.deliveries.first()
    assert delivery is not None
    # A rule of the sender that bears the same name is none: Grafana names the folder of each rule.
    (incident,) = posted(sender, {**tried(grafana_folder="Mail"), "fingerprint": "57c6d9296de2ad40"})
    assert incident.title.startswith("TestAlert")


def test_a_test_that_had_opened_an_incident_before_opens_no_other() -> None:
    team = Team()
    sender = Sender("grafana", burst_seconds=0)
    (incident,) = posted(sender, tried(grafana_folder="Mail"))
    lifecycle.cancel(incident.pk, reason="A test", by=team.coordinator, at=timezone.now())
    posted(sender, {**tried(grafana_folder="Mail"), "status": "resolved", "endsAt": iso(ago())}, status="resolved")
    posted(sender, tried())
    assert Incident.objects.count() == 1


def test_grafanas_older_channel_and_its_other_contact_points_are_known_too() -> None:
    Team()
    old = Sender("grafana", burst_seconds=0)
    said = {"ruleName": "Test notification", "ruleId": 0, "state": "alerting", "title": "[Alerting] Test notification"}
    said["message"] = "Someone is testing the alert notification within Grafana."
    assert old.post(f"{AT}/{old.key}", said).status_code == 202
    duty = Sender("pagerduty", burst_seconds=0)
    body: dict[str, Any] = {"routing_key": duty.key, "event_action": "trigger", "dedup_key": "a", "client": "Grafana"}
    body["payload"] = {"summary": "[FIRING:1] TestAlert Grafana ", "source": "host", "severity": "critical"}
    assert duty.post(PD, body).status_code == 202
    genie = Sender("opsgenie", burst_seconds=0)
    told = {"message": "[FIRING:1] TestAlert Grafana ", "alias": "a", "source": "Grafana"}
    shown = {"HTTP_AUTHORIZATION": f"GenieKey {genie.key}"}
    assert genie.post("/v2/alerts", told, **shown).status_code == 202
    for sender in (old, duty, genie):
        (signal,) = sender.signals()
        assert signal.is_test and signal.incident is None, sender.source.kind
    # From anybody else the same words are an alert.
    assert duty.post(PD, {**body, "client": "Zabbix", "dedup_key": "b"}).status_code == 202
    assert genie.post("/v2/alerts", {**told, "source": "web-1", "alias": "b"}, **shown).status_code == 202
    assert len(duty.incidents()) == len(genie.incidents()) == 1
