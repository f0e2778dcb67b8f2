"""A letter as a tired person writes it: what is found is marked in it, repaired and undone; nothing typed gets lost."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from incidents.models import Incident
from notifications.models import OutboundMessage
from tests.browser.test_playbooks import sign_in
from tests.factories import Team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
TYPED = "HubSpot broke. It will be fixed by 10:00."


def opened(page: Page, live_server: Any) -> Incident:
    team, now = Team(), timezone.now()
    incident = team.triage(team.report(1, at=now - timedelta(minutes=9)), at=now - timedelta(minutes=8))
    sign_in(page, team.communicator, live_server.url)
    page.goto(f"/incidents/{incident.pk}/acknowledge/")
    return incident


@pytest.mark.requirement("B-43", "B-44", "B-132")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_found_is_marked_said_repaired_and_undone(
    page: Page, live_server: Any, theme: str, tmp_path: Any
) -> None:
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    incident = opened(page, live_server)
    expect(page.locator("#id_guard_reason")).to_be_hidden()
    expect(page.get_by_role("link", name="Put it into the fields")).to_be_visible()
    page.fill("#id_brief", "Sync paused")
    expect(page.get_by_role("link", name="Put it into the fields")).to_be_hidden()
    page.fill("#id_happening", TYPED)
    expect(page.locator("#letters mark")).to_have_text(["HubSpot", "be fixed by 10:00"])
    expect(page.get_by_role("status").filter(has_text="2 places to look at.")).to_have_count(1)
    expect(page.locator("#id_guard_reason")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator(".glance")).to_be_in_viewport()
    page.screenshot(path=tmp_path / f"{theme}-phone.png")
    page.get_by_role("button", name="Say instead: an upstream service").click()
    page.get_by_role("button", name="Take the sentence out").click()
    expect(page.locator("#id_happening")).to_have_value("An upstream service we rely on broke.")
    expect(page.locator("#letters .verdict")).to_contain_text("Looked through")
    for _ in range(2):
        page.keyboard.press("Control+z")
    expect(page.locator("#id_happening")).to_have_value(TYPED)
    expect(page.locator("#letters mark")).to_have_count(2)
    page.fill("#id_happening", "Your records are safe.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/incidents/{incident.pk}/")
    assert OutboundMessage.objects.filter(kind="incident-notification").count() == 1


def test_a_server_that_does_not_answer_and_a_session_that_is_over_swallow_no_words(
    browser: Browser, live_server: Any
) -> None:
    context = browser.new_context(base_url=live_server.url)
    page = context.new_page()
    incident = opened(page, live_server)
    page.fill("#id_brief", "Sync paused")
    page.fill("#id_happening", "Your sync is paused.")
    expect(page.locator("#letters .verdict")).to_contain_text("Looked through")
    said = page.locator("#letters [data-old]")
    context.set_offline(True)
    page.keyboard.type(" ")
    expect(said).to_contain_text("Not looked through, and your words stay here")
    page.keyboard.press("Control+Enter")
    expect(said).to_contain_text("Not sent, and your words stay here: the server does not answer.")
    context.set_offline(False)
    expect(said).to_have_count(0, timeout=15_000)
    session = next(one for one in context.cookies() if one["name"] == "sessionid")
    context.clear_cookies(name="sessionid")
    # Half a minute later nobody knows whether the server is there still, and it is asked before the words leave.
    page.evaluate("Date.now = ((now) => () => now() + 30000)(Date.now)")
    page.get_by_role("button", name="Send acknowledgement").click()
    expect(said).to_contain_text("you are signed out")
    expect(page.locator("#id_happening")).to_have_value("Your sync is paused. ")
    context.add_cookies([{"name": "sessionid", "value": session["value"], "url": live_server.url}])
    page.get_by_role("button", name="Send acknowledgement").click()
    page.wait_for_url(f"**/incidents/{incident.pk}/")
    assert OutboundMessage.objects.filter(kind="incident-notification").count() == 1
    context.close()
