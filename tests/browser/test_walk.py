"""One SEV-1 from report to resolved in a real browser, with the letters read at a real SMTP server."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client as Session
from django.utils import timezone
from playwright.sync_api import Page

from incidents import clocks
from incidents.models import Clock, Incident, Responder
from notifications import delivery
from tests.factories import ClientFactory, ResponderFactory, SystemFactory
from tests.notifications.sink import smtp

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def _sign_in(page: Page, person: Responder, url: str) -> None:
    session = Session()
    session.force_login(person)
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": url}])


@pytest.fixture
def everybody() -> dict[str, Responder]:
    people = {
        role: ResponderFactory(name=name, role=role)
        for role, name in (
            ("coordinator", "Alfred Moss"),
            ("resolver", "Devin Okafor"),
            ("communicator", "Rick Salas"),
            ("escalation_target", "Clayton Boyd"),
        )
    }
    ClientFactory(name="Northwind Dental", time_zone="America/New_York")
    SystemFactory(name="Outreach")
    return people


@pytest.mark.requirement("B-03", "B-41", "B-62", "B-66")
def test_a_sev_1_from_report_to_resolved(
    page: Page, live_server: Any, settings: Any, everybody: dict[str, Responder]
) -> None:
    with smtp(settings) as sink:
        _sign_in(page, everybody["coordinator"], live_server.url)
        page.goto("/incidents/report/")
        page.fill("#id_title", "Outreach suspended for all senders")
        page.fill("#id_description", "Every sender shows suspended.")
        page.select_option("#id_severity", "1")
        page.select_option("#id_clients", label="Northwind Dental")
        page.select_option("#id_systems", label="Outreach")
        page.click(".foot button[type=submit] >> nth=0")
        assert "its clocks run" in page.inner_text("main")
        incident = Incident.objects.get()

        page.goto(f"/incidents/{incident.pk}/triage/")
        page.click(".foot button[type=submit] >> nth=0")
        assert "Triaged." in page.inner_text("main")

        _sign_in(page, everybody["communicator"], live_server.url)
        page.goto(f"/incidents/{incident.pk}/")
        page.fill("#id_brief", "Outreach paused")
        page.fill("#id_happening", "Your outreach emails are not being sent. Nothing was lost.")
        page.wait_for_selector(".mail")
        previewed = page.inner_text(".mail .mb")
        page.click("text=Send acknowledgement")
        assert "Acknowledged." in page.inner_text("main")
        delivery.sweep("email", now=timezone.now())
        letter = next(mail for mail in sink.arrived if "Issue Detected" in str(mail["Subject"]))
        plain = letter.get_body(("plain",))
        assert plain is not None
        assert plain.get_content().replace("\r\n", "\n").strip() == previewed.strip()

        _sign_in(page, everybody["resolver"], live_server.url)
        page.goto(f"/incidents/{incident.pk}/investigate/")
        page.click(".foot button[type=submit] >> nth=0")
        page.goto(f"/incidents/{incident.pk}/fix/")
        page.select_option("#id_fault_domain", "ours")
        for name in ("broken", "cause", "done"):
            page.fill(f"#id_{name}", name)
        page.click(".foot button[type=submit] >> nth=0")
        assert page.input_value("#id_broken") == "broken"
        assert "another look" in page.inner_text("main")
        page.fill("#id_test_evidence", "Sent ten letters.")
        page.click(".foot button[type=submit] >> nth=0")
        page.goto(f"/incidents/{incident.pk}/confirm/")
        for name in ("scenario", "result", "evidence"):
            page.fill(f"#id_{name}", name)
        page.click(".foot button[type=submit] >> nth=0")
        assert "Confirmed." in page.inner_text("main")

        _sign_in(page, everybody["communicator"], live_server.url)
        page.goto(f"/incidents/{incident.pk}/resolve/")
        page.fill("#id_happened", "A limit was reached.")
        page.fill("#id_did", "We raised the limit.")
        page.click("text=Resolve and write")
        assert "verification window runs until" in page.inner_text("main")
        assert page.input_value("#id_happened") == "A limit was reached."
        # An hour later: what the clocks say is a function of the instant, so the window is moved and not the world.
        hour_ago = timezone.now() - timedelta(hours=1, minutes=1)
        Incident.objects.filter(pk=incident.pk).update(verify_until=hour_ago + timedelta(hours=1))
        clocks.sweep(now=timezone.now())
        page.goto(f"/incidents/{incident.pk}/resolve/")
        page.fill("#id_happened", "A limit was reached.")
        page.fill("#id_did", "We raised the limit.")
        page.click("text=Resolve and write")
        assert "Resolved." in page.inner_text("main")
        delivery.sweep("email", now=timezone.now())
        resolved = next(mail for mail in sink.arrived if "Resolved" in str(mail["Subject"]))
        assert resolved["In-Reply-To"] == letter["Message-ID"]
        assert Clock.objects.get(incident=incident, kind="resolve").state == "met"


def test_the_board_is_fresh_without_a_reload(page: Page, live_server: Any, everybody: dict[str, Responder]) -> None:
    _sign_in(page, everybody["coordinator"], live_server.url)
    page.goto("/")
    assert "All clear." in page.inner_text("main")
    _report(everybody["resolver"])
    page.wait_for_selector("tr[data-row]", timeout=15_000)
    assert "Everything is down" in page.inner_text("#rows")


def test_without_javascript_a_report_is_a_plain_form(
    browser: Any, live_server: Any, everybody: dict[str, Responder]
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    _sign_in(page, everybody["coordinator"], live_server.url)
    page.goto("/incidents/report/")
    page.fill("#id_title", "Plain")
    page.click(".foot button[type=submit] >> nth=0")
    assert page.input_value("#id_title") == "Plain"
    page.fill("#id_description", "Plain form.")
    page.click(".foot button[type=submit] >> nth=0")
    assert Incident.objects.get().title == "Plain"
    context.close()


def _report(by: Responder) -> None:
    from_facts = Session()
    from_facts.force_login(by)
    now = datetime.now(UTC)
    facts = {
        "title": "Everything is down",
        "description": "x",
        "severity": "1",
        "source": "agent",
        "detected_at": now.strftime("%Y-%m-%dT%H:%M"),
    }
    assert from_facts.post("/incidents/report/", facts).status_code == 302
