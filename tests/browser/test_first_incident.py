"""A newcomer's first two minutes by the pages alone; and a real alert that is followed to its resolution."""

import subprocess
import time
from typing import Any

import pytest
from django.test import Client as Session
from django.utils import timezone
from playwright.sync_api import Page

from incidents import clocks
from incidents.models import Incident, Responder
from incidents.playbooks.models import Run
from incidents.sign_in import BACKEND
from tests.detection.senders import Sender
from tests.factories import ResponderFactory, Team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def _sign_in(page: Page, person: Responder, url: str) -> None:
    session = Session()
    session.force_login(person, backend=BACKEND)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": url}])


@pytest.mark.requirement("B-27")
def test_a_newcomer_connects_a_source_copies_the_words_and_sees_the_incident(
    page: Page, live_server: Any, settings: Any
) -> None:
    """Nothing but what the pages say: links are clicked, the words of the page are run by a shell as they stand."""
    settings.PUBLIC_URL = live_server.url
    _sign_in(page, ResponderFactory(role=["administrator", "coordinator"]), live_server.url)
    page.set_default_timeout(20_000)
    began = time.monotonic()
    page.goto("/")
    page.get_by_role("link", name="Inbound sources").click()
    page.get_by_role("main").get_by_role("link", name="Connect a source").first.click()
    page.fill("#id_name", "Disk watch")
    page.select_option("#id_kind", "generic")
    page.click("main form .foot button[type=submit] >> nth=0")
    words = page.get_by_label("curl").first.input_value()
    assert live_server.url in words and "Bearer" in words
    ran = subprocess.run(["bash", "-c", words.replace("curl -i", "curl -sS -i")], capture_output=True, check=True)
    assert b" 202 " in ran.stdout.splitlines()[0], ran.stdout
    incident = Incident.objects.get()
    page.get_by_role("link", name="Inbound sources").click()
    page.get_by_role("link", name="Disk watch").click()
    page.get_by_role("link", name=incident.reference).first.click()
    assert "Disk is full" in page.inner_text("h1")
    assert "Disk watch" in page.inner_text("#timeline")
    page.goto("/")
    assert incident.reference in page.inner_text("main")
    assert time.monotonic() - began < 120


@pytest.mark.requirement("B-27", "B-82", "B-101", "B-103")
def test_a_real_alert_is_followed_on_its_playbook_to_its_resolution(page: Page, live_server: Any) -> None:
    """An alert arrives, the playbook is suggested and followed, a prohibited step refuses, the incident resolves."""
    page.set_default_timeout(20_000)
    team = Team()
    sender = Sender("pagerduty", systems=[team.system], client=team.client, severity=2)
    assert sender.event("trigger", summary="Outreach tool: every sender is suspended").status_code == 202
    incident = Incident.objects.get()
    at = f"/incidents/{incident.pk}"
    _sign_in(page, team.coordinator, live_server.url)
    page.goto(f"{at}/triage/")
    page.click(".foot button[type=submit] >> nth=0")
    assert "Triaged." in page.inner_text("main")

    _sign_in(page, team.resolver, live_server.url)
    page.goto(f"{at}/")
    assert "because the text says" in page.inner_text("#playbooks")
    page.locator("#playbooks").get_by_role("button", name="Start Outreach tool suspension").click()
    page.fill("#severe-a-stopped", "All senders")
    page.locator("#severe").get_by_role("button", name="Save and tick").click()
    incident.refresh_from_db()
    assert incident.severity == 1
    page.fill("#appeal-a-reference", "SL-8812")
    page.fill("#appeal-a-sent", f"{timezone.now():%Y-%m-%dT%H:%M}")
    page.locator("#appeal").get_by_role("button", name="Save and tick").click()
    assert "Read the prohibition above first" in page.inner_text("#appeal")
    page.click("text=I have read this")
    page.fill("#appeal-a-reference", "SL-8812")
    page.fill("#appeal-a-sent", f"{timezone.now():%Y-%m-%dT%H:%M}")
    page.locator("#appeal").get_by_role("button", name="Save and tick").click()
    assert Run.objects.get().steps.filter(state="done").count() == 2
    assert not page.locator("#no-new-account").get_by_role("button", name="Save and tick").count()

    _sign_in(page, team.communicator, live_server.url)
    page.goto(f"{at}/acknowledge/")
    page.fill("#id_brief", "Outreach paused")
    page.fill("#id_happening", "Your outreach emails are not being sent. Nothing was lost.")
    page.click("text=Send acknowledgement")
    assert "Acknowledged." in page.inner_text("main")

    _sign_in(page, team.resolver, live_server.url)
    page.goto(f"{at}/investigate/")
    page.click(".foot button[type=submit] >> nth=0")
    page.goto(f"{at}/fix/")
    page.select_option("#id_fault_domain", "third_party")
    for name, text in (
        ("broken", "Senders"),
        ("cause", "Volume"),
        ("done", "Appealed."),
        ("test_evidence", "Ten sent."),
    ):
        page.fill(f"#id_{name}", text)
    page.click(".foot button[type=submit] >> nth=0")
    page.goto(f"{at}/confirm/")
    for name, text in (("scenario", "Send through each"), ("result", "All arrive"), ("evidence", "Log of ten")):
        page.fill(f"#id_{name}", text)
    page.click(".foot button[type=submit] >> nth=0")
    incident.refresh_from_db()
    assert incident.status == "verifying" and incident.confirmed_at

    # The monitor says that it is over: a line on the record, and no resolution.
    assert sender.event("resolve", sender.signals()[0].key).status_code == 202
    incident.refresh_from_db()
    assert incident.status == "verifying"

    # The verification window of a SEV-1 is an hour: it is over, as far as the product can tell.
    over = incident.verify_until
    assert over is not None
    Incident.objects.filter(pk=incident.pk).update(verify_until=timezone.now())
    clocks.sweep(now=timezone.now())
    _sign_in(page, team.communicator, live_server.url)
    page.goto(f"{at}/resolve/")
    page.fill("#id_happened", "Your outreach emails were not sent for a while.")
    page.fill("#id_did", "We restored sending and tested each sender.")
    page.click(".foot button[type=submit] >> nth=0")
    incident.refresh_from_db()
    assert incident.status == "resolved", page.inner_text("main")[:500]
