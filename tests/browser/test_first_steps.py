"""The first quarter of an hour of an empty workspace, from the link that `up` prints, in a real browser."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from incidents import sign_in
from incidents.models import Responder

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
PASSWORD = "seven wet lemons 4"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_one_comes_in_from_their_own_zone_and_is_told_what_to_set_up(
    browser: Browser, live_server: Any, settings: Any, theme: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    context = browser.new_context(timezone_id="Asia/Tokyo", viewport={"width": 390, "height": 844}, color_scheme=theme)
    page = context.new_page()
    page.goto(sign_in.first_sign_in_address())
    assert page.input_value("#id_time_zone") == "Asia/Tokyo"
    page.fill("#id_name", "Grace")
    page.fill("#id_email", "grace@allclear.example")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    page.click("main button[type=submit]")
    steps = page.get_by_label("First steps")
    assert Responder.objects.get().time_zone == "Asia/Tokyo"
    assert re.search(r"\b[45] of 5 left", steps.inner_text())
    assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    steps.get_by_role("link", name="Name your systems").click()
    assert page.inner_text("h1") == "Systems"
    page.go_back()
    assert page.get_by_label("First steps").is_visible()
    context.close()
