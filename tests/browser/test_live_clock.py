"""The clock in the head of a page goes by the zone of the account, wherever the browser stands."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.test_every_page import _sign_in
from tests.factories import ResponderFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_shows_the_time_of_the_account(browser: Browser, live_server: Any) -> None:
    person = ResponderFactory(role="coordinator", time_zone="Asia/Kolkata")
    context = browser.new_context(base_url=live_server.url, timezone_id="America/New_York")
    page = context.new_page()
    _sign_in(page, person, live_server.url)
    page.goto("/")
    mark = page.locator("[data-live-mark]")
    expect(mark).to_contain_text("Live ·", timeout=20_000)
    shown = mark.inner_text().removeprefix("Live · ")
    now = datetime.now(ZoneInfo("Asia/Kolkata"))
    shown_at = now.replace(**dict(zip(("hour", "minute", "second"), map(int, shown.split(":")), strict=True)))  # type: ignore[arg-type]
    assert min(abs((now - shown_at).total_seconds()), 86_400 - abs((now - shown_at).total_seconds())) < 120
    context.close()
