"""A newcomer connects a sender by its page and sees the first incident (B-27, B-31)."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.detection.intake import settle
from incidents.detection.models import InboundKey
from incidents.models import Incident
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory

pytestmark = pytest.mark.django_db(transaction=True)


def _connected(browser: Client, kind: str) -> tuple[int, str]:
    page = browser.post(reverse("detection:add_source"), {"name": f"My {kind}", "kind": kind, "severity": 2})
    text = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    key = text.split('aria-label="Key">')[1].split("<")[0]
    return InboundKey.objects.latest("pk").source_id, key


@pytest.mark.requirement("B-27", "B-31")
def test_connect_send_and_see_the_incident_in_triage() -> None:
    admin = ResponderFactory(role=["administrator", "coordinator"])
    browser = Client()
    browser.force_login(admin, backend=BACKEND)
    pk, key = _connected(browser, "pagerduty")
    event = {
        "routing_key": key,
        "event_action": "trigger",
        "dedup_key": "disk-1",
        "payload": {"summary": "Disk almost full", "source": "web-1", "severity": "warning"},
    }
    for _ in range(3):
        told = Client().post("/v2/enqueue", json.dumps(event), content_type="application/json")
        assert told.status_code == 202 and told.json()["dedup_key"] == "disk-1"
    settle.sweep(now=timezone.now())
    incident = Incident.objects.get()
    assert incident.status == "reported" and incident.source == "monitoring" and "Disk almost full" in incident.title
    page = browser.get(reverse("detection:source", args=[pk])).content.decode()
    assert incident.reference in page and key not in page
    resolve = {**event, "event_action": "resolve"}
    assert Client().post("/v2/enqueue", json.dumps(resolve), content_type="application/json").status_code == 202
    incident.refresh_from_db()
    assert incident.is_open, "a monitor never resolves an incident"


def test_a_new_key_lives_beside_the_old_and_a_switched_off_source_takes_nothing() -> None:
    browser = Client()
    browser.force_login(ResponderFactory(role="administrator"), backend=BACKEND)
    pk, key = _connected(browser, "generic")

    def send(shown: str) -> int:
        head = {"Authorization": f"Bearer {shown}"}
        body = json.dumps({"title": "x", "status": "firing", "fingerprint": "f"})
        return Client().post("/api/v1/inbound/generic", body, content_type="application/json", headers=head).status_code

    assert send(key) == 202 and send("0" * 32) in (401, 403)
    browser.post(reverse("detection:renew_key", args=[pk]))
    assert send(key) == 202
    browser.post(reverse("detection:renew_key", args=[pk]))
    assert InboundKey.objects.filter(ended_at=None).count() == 2, "two live at most"
    oldest = InboundKey.objects.earliest("pk")
    browser.post(reverse("detection:end_key", args=[pk, oldest.pk]))
    assert send(key) in (401, 403)
    page = browser.post(reverse("detection:renew_key", args=[pk])).content.decode()
    newest = page.split('aria-label="Key">')[1].split("<")[0]
    assert send(newest) == 202
    browser.post(reverse("detection:switch_source", args=[pk]))
    assert send(newest) in (401, 403)
