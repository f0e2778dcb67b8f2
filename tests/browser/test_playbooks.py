"""A playbook followed in a real browser without JavaScript; every page clean for axe, also dark and on a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Session
from playwright.sync_api import Page

from incidents.models import Responder, Role, RoleHolding
from incidents.playbooks import verbs
from incidents.playbooks.models import Run
from incidents.sign_in import BACKEND
from tests.factories import Team, after
from tests.playbooks.factories import Following, playbook

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def sign_in(page: Page, person: Responder, url: str) -> None:
    session = Session()
    session.force_login(person, backend=BACKEND)
    page.context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": url}])


def followed() -> Following:
    """A run with something in each of its shapes."""
    run = Following("email-bounce-spike", title="Bounce rate 11.4% on the Tuesday sequence")
    run.do("pause", sender="Tuesday sequence, 4 senders", note="Stopped in Instantly too, not only here.")
    run.read("no-resume")
    run.do("check-domain", warmed="yes", spf="yes", dkim="yes", dmarc="yes")
    run.do("review-bounces", sent="614", hard="61", soft="9", note="58 of the 61 came in with the June import.")
    for minutes, rate in ((20, "7.5"), (40, "4.2"), (50, "3.1")):
        source = {"read_at": after(minutes=minutes), "source": "Test batch, counted by hand"}
        run.save("under-two", after(minutes=minutes), rate=rate, **source)
    return run


@pytest.mark.requirement("B-84", "B-103", "B-83")
def test_a_suggested_playbook_is_followed_without_javascript(browser: Any, live_server: Any) -> None:
    team = Team()
    incident = team.triage(team.report(2, title="Senders suspended", description="Suspended."), at=after(minutes=1))
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    page = context.new_page()
    sign_in(page, team.resolver, live_server.url)
    page.goto(f"/incidents/{incident.pk}/")
    panel = page.locator("#playbooks")
    assert "because the text says “suspended”" in panel.inner_text()
    panel.get_by_role("button", name="Start Outreach tool suspension").click()
    assert "is being followed" in page.inner_text("main")
    page.fill("#severe-a-stopped", "All senders")
    page.locator("#severe").get_by_role("button", name="Save and tick").click()
    assert "“All senders” is paused" in page.inner_text("#severe")
    page.fill("#appeal-a-reference", "SL-8812")
    page.fill("#appeal-a-sent", "2026-02-03T10:30")
    page.locator("#appeal").get_by_role("button", name="Save and tick").click()
    assert "Read the prohibition above first" in page.inner_text("#appeal")
    assert page.input_value("#appeal-a-reference") == "SL-8812"
    page.click("text=I have read this")
    assert "Devin Okafor" in page.inner_text("#no-new-account")
    page.fill("#appeal-a-reference", "SL-8812")
    page.fill("#appeal-a-sent", "2026-02-03T10:30")
    page.locator("#appeal").get_by_role("button", name="Save and tick").click()
    assert "SL-8812" in page.inner_text("#appeal .answers")
    assert Run.objects.get().steps.filter(state="done").count() == 2
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_every_page_is_clean_for_axe(page: Page, live_server: Any, scheme: str, width: int) -> None:
    run = followed()
    person = run.team.coordinator
    RoleHolding.objects.create(role=Role.objects.get(key="administrator"), responder=person)
    sign_in(page, person, live_server.url)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    api = playbook("api-down")
    verbs.start(run.incident.pk, api.pk, by=run.by, at=after(minutes=51))
    verbs.remove_step(api.pk, "provider-back", by=person, at=after(minutes=51))
    verbs.publish(api.pk, note="Shorter", by=person, at=after(minutes=52))
    verbs.move_step(api.pk, "backup", by_places=1, by=person, at=after(minutes=53))
    one = f"/playbooks/{api.pk}/"
    addresses = ["/playbooks/", one, f"{one}history/", f"{one}edit/", f"{one}edit/outline/", "/playbooks/types/add/"]
    addresses += [f"{one}edit/steps/add/", f"{one}edit/steps/change/status-page/", f"/incidents/{run.incident.pk}/"]
    addresses += [f"/incidents/{run.incident.pk}/playbooks/"]
    addresses += [f"/incidents/{run.incident.pk}/playbooks/{found.pk}/" for found in Run.objects.all()]
    wrong = {}
    for address in addresses:
        page.goto(address)
        found = Axe().run(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if found.violations_count or wide > 0:
            rules = [(o["id"], [n["html"][:120] for n in o["nodes"][:2]]) for o in found.response["violations"]]
            wrong[address] = (wide, rules)
    assert wrong == {}
