"""A letter taken back in a real browser by one key; what is suggested and who may see the incident stand beside it."""

from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from incidents import lifecycle
from incidents.models import Incident
from tests.browser.test_playbooks import sign_in
from tests.factories import Team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def sent(team: Team) -> Incident:
    now = timezone.now()
    incident = team.report(1, at=now - timedelta(minutes=9))
    team.triage(incident, at=now - timedelta(minutes=8))
    lifecycle.suggest_situation(
        incident.pk,
        situation="legal_threat",
        because="Names a lawyer and a deadline.",
        source="Mail of Dana Reyes",
        cause="mail:1",
        words="You will hear from our lawyer by Friday.",
        at=now - timedelta(minutes=2),
    )
    lifecycle.restrict(incident.pk, people=[], reason="Names in it.", by=team.communicator, at=now)
    team.acknowledge(incident, at=timezone.now())
    return incident


@pytest.mark.requirement("B-41", "B-110")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_one_key_takes_it_back_and_the_words_stand_again(
    page: Page, live_server: Any, settings: Any, theme: str, tmp_path: Any
) -> None:
    settings.UNDO_SECONDS = 120
    team = Team()
    incident = sent(team)
    sign_in(page, team.communicator, live_server.url)
    page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    page.goto(f"/incidents/{incident.pk}/")
    page.wait_for_function("document.querySelector('time[data-leaves]').textContent.includes(' s)')")
    assert "Who may see it" in page.inner_text("main") and "Legal threat?" in page.inner_text("main")
    assert Axe().run(page).violations_count == 0
    page.screenshot(path=tmp_path / f"{theme}.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.screenshot(path=tmp_path / f"{theme}-phone.png")
    page.keyboard.press("z")
    page.wait_for_url("**/acknowledge/")
    assert page.input_value("#id_brief") == "Outreach paused"
    incident.refresh_from_db()
    assert incident.acknowledged_at is None
