"""A letter is reworded in a real browser: variables by a click, the preview as one types; clean for axe."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Session
from playwright.sync_api import Page, expect

from incidents.models import WordingVersion
from incidents.sign_in import BACKEND
from tests.factories import ResponderFactory, Team, after

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("ALLCLEAR_SHOTS", "")
AT = "/settings/wordings/incident-notification/everybody/"


def _sign_in(page: Page, url: str) -> None:
    session = Session()
    session.force_login(ResponderFactory(name="Ada Lind", role=["administrator"]), backend=BACKEND)
    page.context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": url}])


@pytest.mark.requirement("C-19")
def test_a_letter_is_reworded_while_its_preview_follows(page: Page, live_server: Any) -> None:
    _sign_in(page, live_server.url)
    team = Team(name="Northwind")
    incident = team.triage(team.report(1), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=5))
    page.goto(f"{AT}change/")
    expect(page.locator("#specimen")).to_contain_text("Hi Dana")
    body = page.locator("#id_body")
    body.fill(body.input_value().replace("Hi {{ name }}", "Hello "))
    expect(page.locator("#specimen")).to_contain_text("{{ name }} may not be left out of the body.")
    body.evaluate("field => { field.focus(); field.setSelectionRange(6, 6); }")
    page.click("button:has-text('{{ name }}')")
    expect(page.locator("#specimen")).to_contain_text("Hello Dana,")
    page.fill("#id_note", "Warmer")
    page.click("button:has-text('Save version 1')")
    expect(page.locator("main")).to_contain_text("Version 1 is in force.")
    assert WordingVersion.objects.get().body.startswith("Hello {{ name }},")
    page.click("button:has-text('Restore the built-in text')")
    expect(page.locator("main")).to_contain_text("The built-in text is in force again.")


def test_the_pages_are_clean_for_axe_and_never_scroll_sideways(page: Page, live_server: Any) -> None:
    _sign_in(page, live_server.url)
    team = Team(name="Northwind")
    incident = team.triage(team.report(1), at=after(minutes=3))
    team.acknowledge(incident, at=after(minutes=5))
    page.goto(f"{AT}change/")
    page.fill("#id_body", page.input_value("#id_body").replace("Hi {{ name }}", "Hello {{ name }}"))
    page.fill("#id_note", "Warmer")
    page.click("button:has-text('Save version 1')")
    for theme in ("light", "dark"):
        page.context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
        for name, address in (("list", "/settings/wordings/"), ("text", AT), ("change", f"{AT}change/")):
            for width in (1280, 390):
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(address)
                wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
                assert not wide, (address, width)
                found = Axe().run(page).response["violations"]
                assert not found, (address, theme, [(one["id"], one["nodes"][0]["html"][:200]) for one in found])
                if SHOTS:
                    path = Path(SHOTS) / f"wordings-{name}-{theme}-{width}.png"
                    page.screenshot(path=path, full_page=True)
