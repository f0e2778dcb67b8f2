"""A newcomer connects a monitor by the page alone, in a real browser: what it copies is what the monitor sends."""

import shlex
from typing import Any

import pytest
from playwright.sync_api import Page

from incidents.models import Incident
from tests.browser.test_watch import _sign_in
from tests.factories import Team

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.mark.requirement("B-27")
def test_a_snippet_is_copied_sent_and_seen(page: Page, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    Team()
    _sign_in(page, live_server.url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/settings/sources/")
    page.click("text=Connect a source >> nth=0")
    page.fill("#id_name", "My monitor")
    page.select_option("#id_kind", "generic")
    assert not page.is_visible("#id_burst_seconds")
    page.click("main button:has-text('Connect')")
    page.click("button[aria-label='Copy: curl']")
    page.wait_for_selector("button[aria-label='Copy: curl'] >> text=Copied")
    copied = shlex.split(page.evaluate("navigator.clipboard.readText()").replace("\\\n", " "))
    headers = dict(copied[n + 1].split(": ", 1) for n, word in enumerate(copied) if word == "-H")
    address = next(word for word in copied if word.startswith("http"))
    sent = page.request.post(address, headers=headers, data=copied[copied.index("-d") + 1])
    assert sent.status == 202
    page.reload()
    assert f"INC-{Incident.objects.get().pk}" in page.inner_text("main")
    assert page.query_selector("#key") is None


def test_what_is_folded_away_opens_when_it_needs_another_look(page: Page, live_server: Any) -> None:
    _sign_in(page, live_server.url)
    page.goto("/settings/sources/add/")
    page.fill("#id_name", "My monitor")
    page.click("summary:has-text('More')")
    page.fill("#id_severity_words", "outage 1")
    page.click("main button:has-text('Connect')")
    assert page.is_visible("#id_severity_words_error")
    assert page.input_value("#id_severity_words") == "outage 1"
