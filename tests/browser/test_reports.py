"""The reports in a real browser: chosen without JavaScript, clean for axe in both themes and on a phone, on paper."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client as Session
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from incidents.models import Clock
from incidents.sample.world import settle_world
from incidents.sign_in import BACKEND
from postmortems import sample
from postmortems.management.commands.load_sample import Teller
from postmortems.reports import cells
from tests.factories import ResponderFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
SHOTS = os.environ.get("ALLCLEAR_SHOTS", "")


def _sign_in(context: BrowserContext, url: str) -> None:
    session = Session()
    session.force_login(ResponderFactory(role=["administrator"]), backend=BACKEND)
    context.add_cookies([{"name": "sessionid", "value": session.cookies["sessionid"].value, "url": url}])


def _told(count: int = 12) -> None:
    """The last four weeks of the sample's story, with the reasons of its breaches, counted."""
    teller = Teller(settle_world(), timezone.now())
    teller.history(count, days=28)
    sample.explain(teller.world.people, teller.now)
    cells.rebuild()


@pytest.mark.requirement("B-03")
def test_a_period_is_chosen_and_a_figure_followed_without_javascript(browser: Browser, live_server: Any) -> None:
    _told(6)
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    _sign_in(context, live_server.url)
    page = context.new_page()
    page.goto("/reports/")
    assert "6 incidents" in page.inner_text(".headrow")
    page.get_by_label("7 days").check()
    page.click("button:has-text('Show')")
    assert "period=7" in page.url and "No incident opened in this time." in page.inner_text("main")
    page.fill("#rf", "2026-03-02")
    page.fill("#rt", "2026-02-01")
    page.click("button:has-text('Show')")
    assert "The first day comes after the last" in page.inner_text("#dates-wrong")
    assert page.input_value("#rf") == "2026-03-02"
    page.get_by_label("30 days").check()
    page.click("button:has-text('Show')")
    page.click("a:has-text('Acknowledged in time')")
    assert page.inner_text("h1") == "With a decided acknowledge clock"
    assert page.locator("tbody tr").count() == 6
    page.click("nav.crumb >> text=Reports")
    assert "6 incidents" in page.inner_text(".headrow")
    context.close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_every_page_of_the_reports_is_clean_for_axe(page: Page, live_server: Any, scheme: str, width: int) -> None:
    _told()
    _sign_in(page.context, live_server.url)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    late = Clock.objects.exclude(breached_at=None).order_by("pk")[0]
    addresses = {
        "report": "/reports/",
        "quarter": "/reports/?period=90&severity=1",
        "empty": "/reports/?period=dates&from=2020-01-01&to=2020-02-01",
        "wrong": "/reports/?period=dates&from=x&to=2020-02-01",
        "list": "/reports/incidents/?what=incidents",
        "breaches": "/reports/breaches/",
        "explain": f"/breaches/{late.pk}/explain-breach/",
    }
    wrong = {}
    for name, address in addresses.items():
        page.goto(address)
        found = Axe().run(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if found.violations_count or wide > 0:
            rules = [(o["id"], [n["html"][:120] for n in o["nodes"][:2]]) for o in found.response["violations"]]
            wrong[name] = (wide, rules)
        if SHOTS:
            page.screenshot(path=str(Path(SHOTS) / f"{name}-{scheme}-{width}.png"), full_page=True)
    page.goto("/reports/")
    page.emulate_media(media="print")
    assert not page.is_visible("form.filterbar")
    assert page.is_visible("#kept") and page.is_visible("#unrev")
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"print-{scheme}-{width}.png"), full_page=True)
    assert wrong == {}
