"""A letter read and approved by a second person in a real browser, in both themes and on a phone."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from incidents.models import AwaitingLetter
from tests.browser.test_playbooks import sign_in
from tests.factories import Team
from tests.incidents.test_approve_letter import ask

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def fits(page: Page) -> bool:
    page.set_viewport_size({"width": 390, "height": 844})
    narrow: bool = page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})
    return narrow


@pytest.mark.requirement("B-41", "B-129")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_writes_and_another_approves(page: Page, live_server: Any, theme: str, tmp_path: Any) -> None:
    now = timezone.now()
    ask(at=now - timedelta(hours=1))
    team = Team()
    incident = team.report(1, at=now - timedelta(minutes=9))
    team.triage(incident, at=now - timedelta(minutes=8))
    sign_in(page, team.communicator, live_server.url)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page.goto(f"/incidents/{incident.pk}/acknowledge/")
    page.fill("#id_brief", "Outreach paused")
    page.fill("#id_happening", "Your outreach emails are not being sent. Nothing was lost.")
    assert Axe().run(page).violations_count == 0 and fits(page)
    page.screenshot(path=tmp_path / f"{theme}-composer.png", full_page=True)
    page.get_by_role("button", name="Ask for approval").click()
    page.wait_for_url(f"**/incidents/{incident.pk}/")
    assert "awaits approval" in page.inner_text("main")
    assert page.locator("#id_happening").count() == 0, "a second one could not be asked for"
    assert Axe().run(page).violations_count == 0 and fits(page)
    page.screenshot(path=tmp_path / f"{theme}-incident.png")
    row = AwaitingLetter.objects.get()
    page.context.clear_cookies()
    sign_in(page, team.coordinator, live_server.url)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page.goto("/my-work/")
    page.screenshot(path=tmp_path / f"{theme}-work.png")
    page.goto(f"/awaiting-letters/{row.pk}/")
    assert Axe().run(page).violations_count == 0 and fits(page)
    page.screenshot(path=tmp_path / f"{theme}-approve.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.screenshot(path=tmp_path / f"{theme}-phone.png", full_page=True)
    page.get_by_role("button", name="Approve and send").click()
    page.wait_for_url(f"**/incidents/{incident.pk}/")
    assert "approved what Rick Salas wrote" in page.inner_text("main")
    row.refresh_from_db()
    incident.refresh_from_db()
    assert row.state == "approved" and incident.acknowledged_at is not None
