"""What Grafana posts to a webhook contact point, from version 8 to 12, and what an incident says of it (B-27)."""

import base64
from typing import Any

import pytest
from django.test import Client as Browser

from incidents.detection.intake.links import links
from incidents.detection.models import Signal
from incidents.models import Incident
from incidents.sign_in import BACKEND
from tests.detection.senders import Sender, ago, iso
from tests.factories import Team

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
    (incident,) = posted(sender, test)
    assert incident.title == "TestAlert: Notification test"
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
